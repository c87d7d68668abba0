package dev.ephor.architecture;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// The modules keep their order: each uses only those that it was given, and is one package.
class ModulesTest {
    private static final Pattern MODULE = Pattern.compile("<module>([a-z]+)</module>");
    private static final Pattern OWN_ARTIFACT =
            Pattern.compile("<artifactId>ephor-([a-z]+)</artifactId>");
    private static final JavaClasses CLASSES = Compiled.mainClasses();

    static Stream<String> modules() {
        return House.MAY_USE.sequencedKeySet().stream();
    }

    @Test
    void theTableListsTheModulesOfTheBuild() {
        List<String> built = matches(MODULE, House.root().resolve("pom.xml"));

        List<String> known = new ArrayList<>(House.MAY_USE.sequencedKeySet());
        known.addAll(House.TESTS_ONLY);
        assertThat(built).containsExactlyElementsOf(known);
    }

    @Test
    void aModuleUsesOnlyModulesAboveIt() {
        List<String> above = new ArrayList<>();
        House.MAY_USE.forEach((module, others) -> {
            assertThat(above).as("above %s", module).containsAll(others);
            above.add(module);
        });
    }

    @ParameterizedTest
    @MethodSource("modules")
    void theBuildGivesAModuleOnlyWhatItMayUse(String module) {
        List<String> named = matches(OWN_ARTIFACT, House.root().resolve(module).resolve("pom.xml"));
        named.removeAll(List.of("parent", module));
        named.removeAll(House.MAY_TEST_WITH.getOrDefault(module, List.of()));

        assertThat(House.MAY_USE.get(module)).containsAll(named);
    }

    @ParameterizedTest
    @MethodSource("modules")
    void classesUseOnlyWhatTheirModuleMayUse(String module) {
        String[] forbidden =
                modules()
                        .filter(other -> !other.equals(module))
                        .filter(other -> !House.MAY_USE.get(module).contains(other))
                        .map(other -> "dev.ephor." + other)
                        .toArray(String[]::new);

        classes()
                .that()
                .resideInAPackage("dev.ephor." + module)
                .should()
                .onlyDependOnClassesThat()
                .resideOutsideOfPackages(forbidden)
                .check(CLASSES);
    }

    @ParameterizedTest
    @MethodSource("modules")
    void aModuleIsOnePackage(String module) throws IOException {
        Path root = House.sourceRoot(module, "main");
        try (Stream<Path> files = Files.walk(root)) {
            assertThat(files.filter(Files::isRegularFile).map(file -> root.relativize(file)))
                    .allSatisfy(file ->
                            assertThat(file.getParent())
                                    .as("package of %s", file)
                                    .isIn(null, Path.of("dev", "ephor", module)))
                    .contains(
                            Path.of("module-info.java"),
                            Path.of("dev", "ephor", module, "package-info.java"));
        }
        assertThat(House.read(root.resolve(Path.of("dev", "ephor", module, "package-info.java"))))
                .startsWith("///")
                .contains("@NullMarked");
    }

    @Test
    void everyClassBelongsToAModule() {
        List<String> packages = modules().map(module -> "dev.ephor." + module).toList();

        assertThat(CLASSES).extracting(JavaClass::getPackageName).isSubsetOf(packages);
    }

    private static List<String> matches(Pattern pattern, Path file) {
        List<String> found = new ArrayList<>();
        pattern.matcher(House.read(file)).results().forEach(match -> found.add(match.group(1)));
        return found;
    }
}
