package dev.ephor.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.googlejavaformat.java.Formatter;
import com.google.googlejavaformat.java.FormatterException;
import com.google.googlejavaformat.java.ImportOrderer;
import com.google.googlejavaformat.java.JavaFormatterOptions;
import com.google.googlejavaformat.java.JavaFormatterOptions.Style;
import com.google.googlejavaformat.java.RemoveUnusedImports;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Sources are formatted, whichever Java runs Maven: Spotless parses with the javac of that Java
/// and so cannot check Java 25 on an older one. `./format` runs Spotless on JDK 25 and repairs what
/// this test finds.
class FormatTest {
    private static final JavaFormatterOptions OPTIONS =
            JavaFormatterOptions.builder().style(Style.AOSP).build();

    @Test
    void allSourcesAreFormatted() {
        List<String> unformatted =
                House.sources().parallelStream()
                        .filter(file -> !isFormatted(file))
                        .map(House::nameOf)
                        .toList();

        assertThat(unformatted).as("not formatted; run ./format").isEmpty();
    }

    private static boolean isFormatted(Path file) {
        String source = House.read(file);
        try {
            String formatted = new Formatter(OPTIONS).formatSource(source);
            String pruned = RemoveUnusedImports.removeUnusedImports(formatted);
            return source.equals(ImportOrderer.reorderImports(pruned, Style.GOOGLE));
        } catch (FormatterException e) {
            throw new AssertionError(House.nameOf(file) + " cannot be parsed", e);
        }
    }
}
