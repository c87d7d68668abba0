package dev.ephor.architecture;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.AccessTarget.CodeUnitAccessTarget;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.EvaluationResult;
import java.util.Set;
import java.util.regex.Pattern;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What is replicated must do the same on every replica, and the simulator must be able to run it
/// under its own time: so nothing below the server reaches for clocks, threads, files, sockets,
/// loggers or chance by itself, and no order that a hash decides can be seen.
///
/// What the log needs from the world it gets as its `Environment`. Only the classes that implement
/// the real one, whose names begin with `Real`, may touch the world.
class PurityTest {
    private static final JavaClasses CLASSES = Compiled.mainClasses();

    private static final Set<String> TYPES_OF_THE_WORLD =
            Set.of(
                    "java.io.Console",
                    "java.io.File",
                    "java.io.FileDescriptor",
                    "java.io.FileInputStream",
                    "java.io.FileOutputStream",
                    "java.io.FileReader",
                    "java.io.FileWriter",
                    "java.io.RandomAccessFile",
                    "java.lang.InheritableThreadLocal",
                    "java.lang.Process",
                    "java.lang.ProcessBuilder",
                    "java.lang.Runtime",
                    "java.lang.Thread",
                    "java.lang.ThreadLocal",
                    "java.lang.ref.Cleaner",
                    "java.security.SecureRandom",
                    "java.time.Clock",
                    "java.util.Timer");

    private static final Pattern PACKAGES_OF_THE_WORLD =
            Pattern.compile(
                    "java\\.(net|nio\\.channels|nio\\.file|util\\.logging|rmi|sql)(\\..*)?"
                            + "|(javax|sun|com\\.sun|jdk)\\..*"
                            + "|(org\\.slf4j|ch\\.qos|io\\.netty|io\\.grpc)\\..*");

    /// Only ways to hand over tasks, results and references are left.
    private static final Set<String> CONCURRENT =
            Set.of(
                    "java.util.concurrent.CancellationException",
                    "java.util.concurrent.CompletableFuture",
                    "java.util.concurrent.CompletionException",
                    "java.util.concurrent.CompletionStage",
                    "java.util.concurrent.Executor",
                    "java.util.concurrent.TimeUnit");

    /// Calls that read a clock, start a thread, wait, draw at chance or print.
    private static final Pattern CALLS =
            Pattern.compile(
                    "java\\.lang\\.System\\.(currentTimeMillis|nanoTime|getenv|getProperty|exit"
                            + "|getLogger|identityHashCode|load.*)"
                            + "|java\\.lang\\.Math\\.random"
                            + "|java\\.lang\\.Object\\.(wait|notify|notifyAll)"
                            + "|java\\.time\\.[A-Za-z]+\\.now"
                            + "|java\\.util\\.UUID\\.randomUUID"
                            + "|java\\.util\\.Collections\\.shuffle"
                            + "|java\\.util\\.random\\.RandomGenerator\\.(of|getDefault)"
                            + "|java\\.util\\.concurrent\\.CompletableFuture"
                            + "\\.([A-Za-z]+Async|join|get|orTimeout"
                            + "|completeOnTimeout|delayedExecutor)"
                            + "|java\\.util\\.Collection\\.parallelStream"
                            + "|java\\.util\\.stream\\.[A-Za-z]+\\.parallel"
                            + "|java\\.util\\.stream\\.Collectors\\.(toSet|toUnmodifiable(Set|Map)"
                            + "|toConcurrentMap|groupingByConcurrent)"
                            + "|java\\.util\\.(Set|Map)\\.(copyOf|ofEntries)");

    private static final Set<String> UNSEEDED =
            Set.of("java.util.Random", "java.util.SplittableRandom", "java.util.Date");

    private static final Set<String> HASHED =
            Set.of(
                    "java.util.HashMap",
                    "java.util.HashSet",
                    "java.util.IdentityHashMap",
                    "java.util.Hashtable",
                    "java.util.WeakHashMap");

    private static final DescribedPredicate<JavaClass> WORLDLY_TYPE =
            describe("belong to the world", PurityTest::isWorldly);

    private static final DescribedPredicate<JavaAccess<?>> WORLDLY_CALL =
            describe("reads a clock, waits, prints or depends on chance", PurityTest::isWorldly);

    @ParameterizedTest
    @ValueSource(strings = {"paxos", "log", "database", "cell"})
    void nothingReachesTheWorldByItself(String module) {
        pure("dev.ephor." + module).check(CLASSES);
    }

    @Test
    void theCoreNeedsTheJavaBaseModuleOnly() {
        classes()
                .that()
                .resideInAPackage("dev.ephor.paxos")
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage(
                        "dev.ephor.paxos",
                        "java.lang..",
                        "java.util..",
                        "java.nio",
                        "java.nio.charset",
                        "java.io",
                        "org.jspecify.annotations")
                .check(CLASSES);
    }

    /// The rule is itself tried, on a class that breaks it in every way.
    @Test
    void theRuleFindsWhatItForbids() {
        JavaClasses planted = new ClassFileImporter().importClasses(Worldly.class);
        EvaluationResult result = pure("dev.ephor.architecture").evaluate(planted);

        for (var method : Worldly.class.getDeclaredMethods()) {
            if (!method.isSynthetic()) {
                Assertions.assertThat(result.getFailureReport().getDetails())
                        .as(method.getName())
                        .anyMatch(detail -> detail.contains("Worldly." + method.getName() + "("));
            }
        }
    }

    private static ArchRule pure(String packageName) {
        return noClasses()
                .that(
                        resideInAPackage(packageName)
                                .and(
                                        describe(
                                                "are not of the real environment",
                                                type -> !isReal(type))))
                .should()
                .dependOnClassesThat(WORLDLY_TYPE)
                .orShould()
                .accessTargetWhere(WORLDLY_CALL)
                .allowEmptyShould(true);
    }

    private static boolean isReal(JavaClass type) {
        return type.getPackageName().equals("dev.ephor.log")
                && type.getName().startsWith("dev.ephor.log.Real");
    }

    private static boolean isWorldly(JavaClass type) {
        String name = type.getBaseComponentType().getName();
        String outermost = name.contains("$") ? name.substring(0, name.indexOf('$')) : name;
        if (outermost.startsWith("java.util.concurrent.")) {
            return !CONCURRENT.contains(outermost)
                    && !outermost.startsWith("java.util.concurrent.atomic.");
        }
        return TYPES_OF_THE_WORLD.contains(outermost)
                || PACKAGES_OF_THE_WORLD.matcher(outermost).matches();
    }

    private static boolean isWorldly(JavaAccess<?> access) {
        String owner = access.getTargetOwner().getName();
        String name = owner + "." + access.getName();
        if (owner.equals("java.lang.System")
                && Set.of("out", "err", "in").contains(access.getName())) {
            return true;
        }
        if (!(access.getTarget() instanceof CodeUnitAccessTarget called)) {
            return false;
        }
        int arguments = called.getRawParameterTypes().size();
        boolean constructor = access.getName().equals("<init>");
        return CALLS.matcher(name).matches()
                || constructor && HASHED.contains(owner)
                || constructor && UNSEEDED.contains(owner) && arguments == 0
                || isUnordered(name, arguments);
    }

    /// `Set.of` and `Map.of` iterate in an order that differs from one JVM to the next, and
    /// collectors without a map of their own make a `HashMap`.
    private static boolean isUnordered(String name, int arguments) {
        return switch (name) {
            case "java.util.Set.of" -> arguments > 1;
            case "java.util.Map.of" -> arguments > 2;
            case "java.util.stream.Collectors.toMap" -> arguments < 4;
            case "java.util.stream.Collectors.groupingBy" -> arguments < 3;
            default -> false;
        };
    }
}
