package dev.ephor.architecture;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.AccessTarget.CodeUnitAccessTarget;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.lang.ArchRule;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What is replicated must do the same on every replica, and the simulator must be able to run it
/// under its own time: so nothing below the server reaches for clocks, threads, files, sockets,
/// loggers or chance by itself, and no order that a hash decides can be seen. The same holds for
/// the client's sessions and for the simulator, but for the hashes.
///
/// What they need from the world they get as an `Environment`. Only the classes that make the real
/// one, or that stand outside of it, may touch the world; they are listed here by how their names
/// begin.
class PurityTest {
    private static final JavaClasses CLASSES = Compiled.mainClasses();

    private static final Map<String, Set<String>> MAY_TOUCH_THE_WORLD =
            Map.of(
                    "paxos", Set.of(),
                    "log", Set.of("Real", "EmbeddedLog"),
                    "database", Set.of(),
                    "cell", Set.of(),
                    "client", Set.of("Grpc", "Transport", "SerialCallbacks", "Waiting"),
                    "simulator",
                            Set.of(
                                    "Campaign",
                                    "CheckHistoryCommand",
                                    "ExploreCommand",
                                    "Progress",
                                    "Reason",
                                    "Report",
                                    "SimulateCommand",
                                    "Finding",
                                    "MutationTable",
                                    "Shrinker"));

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
                    "java.util.concurrent.CopyOnWriteArrayList",
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
                            + "|java\\.util\\.stream\\.[A-Za-z]+\\.parallel");

    private static final Set<String> STREAMS = Set.of("in", "out", "err");

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
            describe("reads a clock, waits, prints or draws at chance", PurityTest::isWorldly);

    private static final DescribedPredicate<JavaAccess<?>> UNORDERED =
            describe("makes something whose order a hash decides", PurityTest::isUnordered);

    @ParameterizedTest
    @ValueSource(strings = {"paxos", "log", "database", "cell", "client", "simulator"})
    void nothingReachesTheWorldByItself(String module) {
        worldless(module).check(CLASSES);
    }

    @ParameterizedTest
    @ValueSource(strings = {"paxos", "log", "database", "cell"})
    void noOrderIsDecidedByAHash(String module) {
        ordered(module).check(CLASSES);
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

    /// The rules are themselves tried, on a class that breaks one of them in every method.
    @Test
    void theRulesFindWhatTheyForbid() {
        JavaClasses planted = new ClassFileImporter().importClasses(Worldly.class);
        List<String> found = new ArrayList<>();
        for (ArchRule rule : List.of(worldless("architecture"), ordered("architecture"))) {
            found.addAll(rule.evaluate(planted).getFailureReport().getDetails());
        }

        for (Method method : Worldly.class.getDeclaredMethods()) {
            if (!method.isSynthetic()) {
                assertThat(found)
                        .as(method.getName())
                        .anyMatch(detail -> detail.contains("Worldly." + method.getName() + "("));
            }
        }
    }

    private static ArchRule worldless(String module) {
        return noClasses()
                .that(areHeldToIt(module))
                .should()
                .dependOnClassesThat(WORLDLY_TYPE)
                .orShould()
                .accessTargetWhere(WORLDLY_CALL);
    }

    private static ArchRule ordered(String module) {
        return noClasses().that(areHeldToIt(module)).should().accessTargetWhere(UNORDERED);
    }

    private static DescribedPredicate<JavaClass> areHeldToIt(String module) {
        String packageName = "dev.ephor." + module;
        Set<String> exempt = MAY_TOUCH_THE_WORLD.getOrDefault(module, Set.of());
        return describe(
                "are of " + packageName + " and may not touch the world",
                type ->
                        type.getPackageName().equals(packageName)
                                && exempt.stream()
                                        .map(name -> packageName + "." + name)
                                        .noneMatch(type.getName()::startsWith));
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
        if (owner.equals("java.lang.System") && STREAMS.contains(access.getName())) {
            return true;
        }
        boolean unseeded =
                isConstructor(access) && arguments(access) == 0 && UNSEEDED.contains(owner);
        return unseeded || CALLS.matcher(owner + "." + access.getName()).matches();
    }

    /// `Set.of` and `Map.of` iterate in an order that differs from one JVM to the next, and
    /// collectors without a map of their own make a `HashMap`.
    private static boolean isUnordered(JavaAccess<?> access) {
        String owner = access.getTargetOwner().getName();
        if (isConstructor(access)) {
            return HASHED.contains(owner);
        }
        int arguments = arguments(access);
        return switch (owner + "." + access.getName()) {
            case "java.util.Set.copyOf",
                    "java.util.Map.copyOf",
                    "java.util.Map.ofEntries",
                    "java.util.stream.Collectors.toSet",
                    "java.util.stream.Collectors.toUnmodifiableSet",
                    "java.util.stream.Collectors.toUnmodifiableMap" ->
                    true;
            case "java.util.Set.of" -> arguments > 1;
            case "java.util.Map.of" -> arguments > 2;
            case "java.util.stream.Collectors.toMap" -> arguments < 4;
            case "java.util.stream.Collectors.groupingBy" -> arguments < 3;
            default -> false;
        };
    }

    private static boolean isConstructor(JavaAccess<?> access) {
        return access.getName().equals("<init>");
    }

    private static int arguments(JavaAccess<?> access) {
        return access.getTarget() instanceof CodeUnitAccessTarget called
                ? called.getRawParameterTypes().size()
                : 0;
    }
}
