package dev.ephor.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ephor.client.Ephor;
import dev.ephor.client.HeldLock;
import dev.ephor.client.LockMode;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Each command against a running cell: what it prints, what it changes, what it ends with.
@Timeout(120)
class CommandsIT {
    @TempDir static Path directory;

    private static SmallCell cell;
    private static Ephor ephor;

    @BeforeAll
    static void start() throws Exception {
        cell = SmallCell.start(directory);
        ephor = Ephor.connect(cell.address());
    }

    @AfterAll
    static void stop() {
        ephor.close();
        cell.close();
    }

    @BeforeEach
    void makeRoom() {
        ephor.mkdir("/ls/local/t");
    }

    @AfterEach
    void cleanUp() {
        cli("rm", "-rf", "/ls/local/t").endsWith(ExitCode.OK);
    }

    private static Cli cli(String... args) {
        return cliWithInput("", args);
    }

    private static Cli cliWithInput(String input, String... args) {
        List<String> all = new ArrayList<>(Arrays.asList(args));
        all.addAll(1, List.of("-s", cell.address()));
        return Cli.runWithInput(input, all.toArray(String[]::new));
    }

    // --- get and put ---

    @Test
    void whatIsPutIsGot() {
        cli("put", "/ls/local/t/x", "hello")
                .endsWith(ExitCode.OK)
                .prints("/ls/local/t/x: generation 1, 5 bytes\n");
        cli("get", "/ls/local/t/x").endsWith(ExitCode.OK).prints("hello");
    }

    @Test
    void getIsByteForByte() throws Exception {
        byte[] bytes = new byte[256];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) i;
        }
        Path file = Files.write(directory.resolve("bytes"), bytes);

        cli("put", "/ls/local/t/x", "@" + file).endsWith(ExitCode.OK);

        assertThat(cli("get", "/ls/local/t/x").endsWith(ExitCode.OK).bytes()).isEqualTo(bytes);
        assertThat(cli("get", "--json", "/ls/local/t/x").out()).contains("\"base64\":\"AAECAwQF");
    }

    @Test
    void valuesComeFromStandardInput() {
        cliWithInput("from a pipe\n", "put", "/ls/local/t/x").endsWith(ExitCode.OK);
        cli("get", "/ls/local/t/x").prints("from a pipe\n");
        cliWithInput("dash", "put", "/ls/local/t/x", "-").endsWith(ExitCode.OK);
        cli("get", "/ls/local/t/x").prints("dash");
        cli("put", "/ls/local/t/x", "@@home").endsWith(ExitCode.OK);
        cli("get", "/ls/local/t/x").prints("@home");
        cli("put", "/ls/local/t/x", "").endsWith(ExitCode.OK);
        cli("get", "/ls/local/t/x").prints("");
    }

    @Test
    void whatIsNotThereIsNotFound() {
        for (String command : List.of("get", "stat", "ls", "watch", "rm")) {
            cli(command, "/ls/local/t/nothing")
                    .endsWith(ExitCode.NOT_FOUND)
                    .complains("/ls/local/t/nothing");
        }
        cli("rm", "-f", "/ls/local/t/nothing").endsWith(ExitCode.OK).prints("");
        cli("put", "/ls/local/t/no/parent", "x").endsWith(ExitCode.NOT_FOUND);
        cli("put", "-p", "/ls/local/t/no/parent", "x").endsWith(ExitCode.OK);
    }

    @Test
    void writesAreConditional() {
        cli("put", "--new", "/ls/local/t/x", "1").endsWith(ExitCode.OK);
        cli("put", "--new", "/ls/local/t/x", "2").endsWith(ExitCode.CONDITION_FAILED);
        cli("put", "--if-generation", "7", "/ls/local/t/x", "2")
                .endsWith(ExitCode.CONDITION_FAILED)
                .complains("/ls/local/t/x");
        cli("put", "--if-generation", "1", "/ls/local/t/x", "2").endsWith(ExitCode.OK);
        cli("rm", "--if-generation", "1", "/ls/local/t/x").endsWith(ExitCode.CONDITION_FAILED);
        cli("get", "/ls/local/t/x").prints("2");
        cli("rm", "--if-generation", "2", "/ls/local/t/x").endsWith(ExitCode.OK);
    }

    @Test
    void badPathsAndLargeFilesAreMistakes() throws Exception {
        Path large = Files.write(directory.resolve("large"), new byte[300 * 1024]);

        cli("get", "no/slash").endsWith(ExitCode.USAGE).complains("no/slash");
        cli("put", "/ls/local/t/x", "@" + large).endsWith(ExitCode.USAGE).complains("262144");
        cli("get", "/ls/local/t/x").endsWith(ExitCode.NOT_FOUND);
    }

    // --- directories ---

    @Test
    void listsDirectories() {
        cli("mkdir", "-p", "/ls/local/t/a/b").endsWith(ExitCode.OK).prints("");
        cli("put", "/ls/local/t/f", "12345").endsWith(ExitCode.OK);

        cli("ls", "/ls/local/t/").endsWith(ExitCode.OK).prints("a/\nf\n");
        cli("ls", "-R", "/ls/local/t").prints("a/\na/b/\nf\n");
        cli("ls", "/ls/local/t/f").prints("/ls/local/t/f\n");
        assertThat(cli("ls").out().lines()).contains("t/");
        assertThat(cli("ls", "-l", "/ls/local/t").out())
                .matches(
                        "KIND +GENERATION +LOCK +LENGTH +NAME\n"
                                + "directory +\\d+ +0 +1 +a/\n"
                                + "file +1 +0 +5 +f\n");
        assertThat(cli("ls", "--json", "-R", "/ls/local/t").out().lines())
                .satisfiesExactly(
                        line ->
                                assertThat(line)
                                        .contains("\"path\":\"/ls/local/t/a\"", "\"children\":1"),
                        line -> assertThat(line).contains("\"name\":\"a/b\"", "\"children\":0"),
                        line -> assertThat(line).contains("\"name\":\"f\"", "\"length\":5"));
    }

    @Test
    void makesDirectoriesOnce() {
        cli("mkdir", "/ls/local/t/a").endsWith(ExitCode.OK);
        cli("mkdir", "/ls/local/t/a").endsWith(ExitCode.CONDITION_FAILED);
        cli("mkdir", "-p", "--json", "/ls/local/t/a")
                .endsWith(ExitCode.OK)
                .prints("{\"path\":\"/ls/local/t/a\",\"created\":false}\n");
        cli("mkdir", "/ls/local/t/no/parent").endsWith(ExitCode.NOT_FOUND);
    }

    @Test
    void deletesTreesOnlyWhereItIsToldTo() {
        cli("put", "-p", "/ls/local/t/a/b/c", "x").endsWith(ExitCode.OK);

        cli("rm", "/ls/local/t/a").endsWith(ExitCode.ERROR).complains("`ephor rm -r`");
        cli("rm", "-r", "/ls/local/t/a").endsWith(ExitCode.OK).prints("");
        cli("ls", "/ls/local/t").prints("");
    }

    @Test
    void showsWhatTheCellKnows() {
        cli("put", "/ls/local/t/x", "hello").endsWith(ExitCode.OK);

        assertThat(cli("stat", "/ls/local/t/x").out())
                .startsWith("/ls/local/t/x\n")
                .containsPattern("kind +file\n")
                .containsPattern("content generation +1\n")
                .containsPattern("length +5 bytes\n")
                .containsPattern("checksum +[0-9a-f]{16}\n");
        assertThat(cli("stat", "--json", "/ls/local/t").out())
                .contains("\"kind\":\"directory\"", "\"children\":1");
    }

    // --- watch ---

    @Test
    void watchPrintsWhatHappens() throws Exception {
        ephor.put("/ls/local/t/x", "1");
        CompletableFuture<Cli> watching =
                CompletableFuture.supplyAsync(
                        () -> cli("watch", "--json", "-n", "2", "/ls/local/t", "/ls/local/t/x"));
        int written = 0;
        while (!watching.isDone()) {
            ephor.put("/ls/local/t/x", "again " + written++);
            Waiting.pause(20);
        }

        assertThat(watching.get(10, TimeUnit.SECONDS).endsWith(ExitCode.OK).out().lines())
                .hasSize(2)
                .allSatisfy(line ->
                        assertThat(line).matches("\\{\"event\":\"(content|child)_changed\",.*"));
    }

    @Test
    void watchEndsWithTheNode() throws Exception {
        ephor.put("/ls/local/t/x", "1");
        CompletableFuture<Cli> watching =
                CompletableFuture.supplyAsync(() -> cli("watch", "/ls/local/t/x"));
        while (!watching.isDone()) {
            if (ephor.exists("/ls/local/t/x")) {
                ephor.put("/ls/local/t/x", "2");
                Waiting.pause(200);
                ephor.delete("/ls/local/t/x");
            }
            Waiting.pause(20);
        }

        Cli watch = watching.get(10, TimeUnit.SECONDS).endsWith(ExitCode.NOT_FOUND);
        assertThat(watch.out() + watch.err()).contains("/ls/local/t/x");
    }

    // --- lock ---

    @Test
    void aCommandRunsUnderItsLock() {
        ephor.put("/ls/local/t/y", "");
        String put =
                "test \"$EPHOR_LOCK_PATH\" = /ls/local/t/jobs/x"
                        + " && test \"$EPHOR_LOCK_GENERATION\" -gt 0"
                        + " && test \"$EPHOR_SERVERS\" = "
                        + cell.address()
                        + " && printf %s \"$EPHOR_SEQUENCER\" > "
                        + directory.resolve("sequencer")
                        + "; exit $((40 + $?))";

        cli("lock", "/ls/local/t/jobs/x", "--", "sh", "-c", put).endsWith(40);

        assertThat(ephor.exists("/ls/local/t/jobs/x")).isTrue();
        String sequencer = read("sequencer");
        assertThat(ephor.checkSequencer(sequencer)).as("released").isFalse();
        cli("put", "--sequencer", sequencer, "/ls/local/t/y", "late")
                .endsWith(ExitCode.LOCK_LOST)
                .complains("not held any more");
        cli("get", "/ls/local/t/y").prints("");
    }

    @Test
    void aSequencerLetsItsHolderWrite() {
        try (HeldLock lock = ephor.lock("/ls/local/t/x", LockMode.EXCLUSIVE)) {
            cli("put", "--sequencer", lock.sequencer(), "/ls/local/t/y", "in time")
                    .endsWith(ExitCode.OK);
        }
    }

    @Test
    void somebodyElseHasTheLock() {
        try (HeldLock lock = ephor.lock("/ls/local/t/x", LockMode.EXCLUSIVE)) {
            assertThat(lock.isValid()).isTrue();
            cli("lock", "--try", "/ls/local/t/x", "--", "touch", directory + "/ran")
                    .endsWith(ExitCode.LOCK_NOT_ACQUIRED)
                    .complains("the lock /ls/local/t/x is held by somebody else");
            cli("lock", "--wait", "300ms", "/ls/local/t/x", "--", "touch", directory + "/ran")
                    .endsWith(ExitCode.LOCK_NOT_ACQUIRED)
                    .complains("was not free within 300 ms");
            cli("lock", "--try", "--shared", "/ls/local/t/x", "--", "true")
                    .endsWith(ExitCode.LOCK_NOT_ACQUIRED);
        }
        assertThat(directory.resolve("ran")).doesNotExist();
        cli("lock", "--try", "/ls/local/t/x", "--", "true").endsWith(0);
    }

    @Test
    void readersShareTheLock() {
        try (HeldLock lock = ephor.lock("/ls/local/t/x", LockMode.SHARED)) {
            assertThat(lock.isValid()).isTrue();
            cli("lock", "--try", "--shared", "/ls/local/t/x", "--", "true").endsWith(0);
        }
    }

    @Test
    void exitCodesAreThoseOfTheCommand() {
        cli("lock", "/ls/local/t/x", "--", "sh", "-c", "exit 7").endsWith(7);
        cli("lock", "/ls/local/t/x", "--", "sh", "-c", "kill -9 $$").endsWith(128 + 9);
        cli("lock", "/ls/local/t/x", "--", "/no/such/command")
                .endsWith(ExitCode.COMMAND_NOT_FOUND)
                .complains("/no/such/command: no such command");
        cli("lock", "/ls/local/t/x", "--", directory.toString()).endsWith(ExitCode.CANNOT_RUN);
        cli("lock", "--try", "/ls/local/t/x", "--", "true").endsWith(0);
    }

    @Test
    void aCommandThatLostItsLockIsEnded() throws Exception {
        CompletableFuture<Cli> locking =
                CompletableFuture.supplyAsync(() ->
                        cli(
                                "lock",
                                "--kill-after",
                                "200ms",
                                "/ls/local/t/x",
                                "--",
                                "sh",
                                "-c",
                                "trap '' TERM; echo $$ > "
                                        + directory
                                        + "/pid; sleep 100 & wait; sleep 100"));
        Path pid = directory.resolve("pid");
        while (!Files.exists(pid) || Files.size(pid) == 0) {
            assertThat(locking).isNotDone();
            Waiting.pause(10);
        }
        ephor.delete("/ls/local/t/x");

        locking.get(20, TimeUnit.SECONDS)
                .endsWith(ExitCode.LOCK_LOST)
                .complains("the lock /ls/local/t/x was lost, and the command was ended");
        assertThat(ProcessHandle.of(Long.parseLong(read("pid").strip())))
                .satisfiesAnyOf(
                        handle -> assertThat(handle).isEmpty(),
                        handle -> assertThat(handle.orElseThrow().isAlive()).isFalse());
    }

    private static String read(String file) {
        try {
            return Files.readString(directory.resolve(file), StandardCharsets.UTF_8);
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    // --- status ---

    @Test
    void statusShowsAHealthyCell() {
        Cli status = cli("status").endsWith(ExitCode.OK);

        assertThat(status.out())
                .containsPattern("(?m)^ +1 +localhost:\\d+ +master +\\d+")
                .contains("The cell is well: it survives the loss of no replica.");
        assertThat(cli("status", "--json").out().lines())
                .satisfiesExactly(
                        line -> assertThat(line).contains("\"role\":\"master\""),
                        line -> assertThat(line).startsWith("{\"healthy\":true,"));
    }

    @Test
    void statusSaysWhoIsMissing() {
        Cli status =
                Cli.run("status", "-s", cell.address() + ",localhost:1").endsWith(ExitCode.ERROR);

        assertThat(status.out()).contains("The replica at localhost:1 does not answer");
    }
}
