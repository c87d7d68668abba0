package dev.ephor.acceptance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.ephor.client.Ephor;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// A replica whose disk takes no more ends, and says why; the cell goes on without it. With room
/// again it comes back and has what it missed.
@Timeout(180)
class FullDiskIT {
    private static final int FATAL = 3;
    private static final int FILE = 200 << 10;

    /// Runs the replica on a small file system of its own, which is the namespace's alone; and once
    /// more, when it has ended, with more room there.
    private static final String SMALL_FILE_SYSTEM =
            """
            data=$1; shift
            mkdir -p "$data"
            mount -t tmpfs -o size=10m tmpfs "$data"
            "$@" --bootstrap
            echo "ENDED $?"
            mount -o remount,size=200m "$data"
            "$@"
            """;

    @Test
    void aFullDiskEndsTheReplicaAndRoomBringsItBack() throws Exception {
        assumeTrue(
                namespacesAreAllowed(), "needs user namespaces (unshare -Urm) for a file system");
        try (RealCell cell = RealCell.prepare()) {
            Replica victim = cell.replica(5);
            victim.startUnder(
                    List.of(
                            "unshare",
                            "-Urm",
                            "sh",
                            "-c",
                            SMALL_FILE_SYSTEM,
                            "sh",
                            victim.data().toString()));
            cell.replicas().subList(0, 4).forEach(Replica::start);
            cell.awaitMaster();
            try (Ephor ephor = cell.connect()) {
                int writes = writeUntil(ephor, () -> victim.printed().contains("ENDED "));
                assertThat(victim.printed())
                        .contains("ENDED " + FATAL)
                        .contains("the disk is full: the replay log cannot grow")
                        .contains("Make room and start the replica again")
                        .contains("nothing that was acknowledged is lost");
                cell.awaitAgreement();
                assertWritten(ephor, writes);
            }
        }
    }

    /// The same without any privilege: no file may become larger than this.
    @Test
    void aLimitOnFilesEndsTheReplicaAndItComesBackWithoutIt() {
        try (RealCell cell = RealCell.start();
                Ephor ephor = cell.connect()) {
            Replica victim = cell.awaitOther();
            victim.kill();
            victim.startUnder(List.of("bash", "-c", "ulimit -f 6144; exec \"$@\"", "bash"));
            int writes = writeUntil(ephor, () -> !victim.isRunning());
            assertThat(victim.program().awaitEnd(RealCell.PATIENCE)).isEqualTo(FATAL);
            assertThat(victim.printed())
                    .contains("ephor: the replica stops: cannot write the replay log")
                    .contains("File too large")
                    .contains("Check the disk, then start it again");
            victim.start();
            cell.awaitAgreement();
            assertWritten(ephor, writes);
        }
    }

    private interface Condition {
        boolean holds();
    }

    /// Returns how many writes it took.
    private static int writeUntil(Ephor ephor, Condition condition) {
        int writes = 0;
        while (!condition.holds()) {
            ephor.put(path(writes), new byte[FILE]);
            ephor.put(path(writes), contents(writes));
            writes++;
            assertThat(writes).as("writes until the disk is full").isLessThan(2_000);
        }
        return writes;
    }

    private static void assertWritten(Ephor ephor, int writes) {
        for (int i = Math.max(0, writes - 10); i < writes; i++) {
            assertThat(ephor.get(path(i)).bytes()).isEqualTo(contents(i));
        }
    }

    private static String path(int write) {
        return "/ls/local/file-" + write % 10;
    }

    private static byte[] contents(int write) {
        byte[] contents = new byte[FILE];
        contents[0] = (byte) write;
        contents[FILE - 1] = (byte) ~write;
        return contents;
    }

    private static boolean namespacesAreAllowed() throws IOException, InterruptedException {
        if (!Files.isExecutable(java.nio.file.Path.of("/usr/bin/unshare"))) {
            return false;
        }
        Process probe =
                new ProcessBuilder(
                                "unshare", "-Urm", "mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs",
                                "/mnt")
                        .redirectErrorStream(true)
                        .start();
        probe.getInputStream().readAllBytes();
        return probe.waitFor() == 0;
    }
}
