package dev.ephor.cli;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// How this program starts itself in another process.
final class SelfStart {
    /// Set by the launcher: itself.
    private static final String LAUNCHER = "ephor.launcher";

    /// Read by the launcher: further options for the JVM.
    private static final String OPTIONS = "EPHOR_JAVA_OPTIONS";

    /// Several replicas share this machine: each keeps to a part of it.
    private static final String HEAP = "-Xmx512m";

    private SelfStart() {}

    /// What the user types for `ephor`, from where he is.
    static String name() {
        String launcher = System.getProperty(LAUNCHER);
        if (launcher == null) {
            return "ephor";
        }
        Path file = Path.of(launcher);
        String searched = System.getenv().getOrDefault("PATH", "");
        for (String directory : searched.split(File.pathSeparator)) {
            if (!directory.isEmpty() && isSame(Path.of(directory, "ephor"), file)) {
                return "ephor";
            }
        }
        return isSame(Path.of("ephor"), file) ? "./ephor" : launcher;
    }

    /// As a user who follows the advice has to type it.
    static String inUsersWords(String advice) {
        return advice.contains("`ephor ") ? advice.replace("`ephor ", "`" + name() + " ") : advice;
    }

    private static boolean isSame(Path one, Path other) {
        try {
            return Files.exists(one) && Files.isSameFile(one, other);
        } catch (IOException e) {
            return false;
        }
    }

    static ProcessBuilder process(List<String> arguments) {
        String launcher = System.getProperty(LAUNCHER);
        List<String> command = launcher == null ? java() : new ArrayList<>(List.of(launcher));
        command.addAll(arguments);
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().merge(OPTIONS, HEAP, (users, ours) -> ours + " " + users);
        return builder;
    }

    /// Without the launcher, as in tests: the same Java and the same class path.
    private static List<String> java() {
        return new ArrayList<>(
                List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        HEAP,
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "-XX:+ExitOnOutOfMemoryError",
                        "--enable-native-access=ALL-UNNAMED",
                        "--sun-misc-unsafe-memory-access=allow",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Main.class.getName()));
    }
}
