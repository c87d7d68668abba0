package dev.ephor.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.LineMap;
import com.sun.source.tree.MethodTree;
import com.sun.source.util.JavacTask;
import com.sun.source.util.SourcePositions;
import com.sun.source.util.TreePathScanner;
import com.sun.source.util.Trees;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;

/// Sources stay readable: short lines (the formatter breaks at 100 columns what can be broken),
/// short functions, short files, nothing left for later.
///
/// The lists of exceptions only shrink: whoever makes a file or function shorter lowers its number,
/// and takes it from the list where it is within the limit.
class TidyTest {
    private static final int LINE_LIMIT = 120;
    private static final int FILE_LIMIT = 400;
    private static final int FUNCTION_LIMIT = 70;

    /// Files over the limit, with the number of lines they have.
    private static final Map<String, Integer> LONG_FILES = Map.of();

    /// Functions over the limit (`path#name`), with the number of lines they have.
    private static final Map<String, Integer> LONG_FUNCTIONS = Map.of();

    /// Files of main code that may sleep: they wait for the real world and have nothing to wake
    /// them.
    private static final List<String> MAY_SLEEP =
            List.of(
                    "benchmark/src/main/java/dev/ephor/benchmark/Waiting.java",
                    "cli/src/main/java/dev/ephor/cli/Waiting.java");

    private static final Pattern SLEEP =
            Pattern.compile(
                    "Thread\\.sleep\\(|TimeUnit\\.[A-Z]+\\.sleep\\(|LockSupport\\.parkNanos\\(");
    private static final Pattern LEFT_FOR_LATER =
            Pattern.compile("\\b(TO" + "DO|FIX" + "ME|XX" + "X)\\b");

    /// An address, and a row of a table in a comment, cannot be broken.
    private static final Pattern UNBREAKABLE = Pattern.compile("https?://\\S{40}|^\\s*/// \\|");

    private static final List<Path> SOURCES = House.sources();

    @Test
    void sourcesAreFound() {
        assertThat(SOURCES).hasSizeGreaterThan(20);
    }

    @Test
    void linesAreShort() {
        assertThat(
                        linesThat(line ->
                                line.length() > LINE_LIMIT && !UNBREAKABLE.matcher(line).find()))
                .as("lines over %d columns", LINE_LIMIT)
                .isEmpty();
    }

    @Test
    void nothingIsLeftForLater() {
        assertThat(linesThat(line -> LEFT_FOR_LATER.matcher(line).find())).isEmpty();
    }

    @Test
    void nobodySleeps() {
        List<String> sleeping =
                linesThat(line -> SLEEP.matcher(line).find()).stream()
                        .filter(line -> !line.contains(TidyTest.class.getSimpleName()))
                        .filter(line -> MAY_SLEEP.stream().noneMatch(line::startsWith))
                        .toList();

        assertThat(sleeping).as("wait for a condition instead").isEmpty();
    }

    @Test
    void filesAreShort() {
        Ratchet ratchet = new Ratchet("files", FILE_LIMIT, LONG_FILES);
        SOURCES.forEach(
                file -> ratchet.see(House.nameOf(file), (int) House.read(file).lines().count()));
        ratchet.check();
    }

    @Test
    void functionsAreShort() throws IOException {
        Ratchet ratchet = new Ratchet("functions", FUNCTION_LIMIT, LONG_FUNCTIONS);
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        try (StandardJavaFileManager files = compiler.getStandardFileManager(null, null, null)) {
            JavacTask task =
                    (JavacTask)
                            compiler.getTask(
                                    null,
                                    files,
                                    null,
                                    List.of("-proc:none"),
                                    null,
                                    files.getJavaFileObjectsFromPaths(SOURCES));
            SourcePositions positions = Trees.instance(task).getSourcePositions();
            for (CompilationUnitTree unit : task.parse()) {
                measureFunctions(unit, positions, ratchet);
            }
        }
        ratchet.check();
    }

    private static void measureFunctions(
            CompilationUnitTree unit, SourcePositions positions, Ratchet ratchet) {
        String file = House.nameOf(Path.of(unit.getSourceFile().toUri()));
        LineMap lines = unit.getLineMap();
        new TreePathScanner<Void, Void>() {
            @Override
            public Void visitMethod(MethodTree method, Void unused) {
                if (method.getBody() != null && positions.getStartPosition(unit, method) >= 0) {
                    long first = lines.getLineNumber(positions.getStartPosition(unit, method));
                    long last = lines.getLineNumber(positions.getEndPosition(unit, method));
                    ratchet.see(file + "#" + method.getName(), (int) (last - first + 1));
                }
                return super.visitMethod(method, unused);
            }
        }.scan(unit, null);
    }

    private static List<String> linesThat(Predicate<String> predicate) {
        List<String> found = new ArrayList<>();
        for (Path file : SOURCES) {
            List<String> lines = House.read(file).lines().toList();
            for (int i = 0; i < lines.size(); i++) {
                if (predicate.test(lines.get(i))) {
                    found.add(House.nameOf(file) + ":" + (i + 1) + ": " + lines.get(i).strip());
                }
            }
        }
        return found;
    }
}
