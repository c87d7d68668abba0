package dev.ephor.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ephor.api.StatusReply;
import dev.ephor.cli.Main;
import dev.ephor.client.Ephor;
import java.time.Duration;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Two disks of three are lost. The cell refuses to go on and says who holds what, and one command
/// makes the disk that is left the whole of it, after it said what may be lost; the others are
/// added anew (PAPER L1).
@Timeout(240)
class RescueIT {
    private static final Pattern WHO_HOLDS_WHAT =
            Pattern.compile(
                    "there is no master: replica 1 holds up to instance [1-9][0-9]*,"
                            + " replica 3 has no usable disk either");

    private static final Pattern WHAT_THE_SURVIVOR_SAYS =
            Pattern.compile(
                    "it waits until another one says that its disk is no old copy;"
                            + " it holds up to instance [1-9][0-9]*;"
                            + " replica 2 has no usable disk, and asks to be admitted,"
                            + " replica 3 has no usable disk, and asks to be admitted");

    @Test
    void oneDiskThatIsLeftIsMadeTheCell() {
        try (RealCell cell = RealCell.startOf(3)) {
            try (Ephor ephor = cell.connect()) {
                ephor.put("/ls/local/kept", "still here");
            }
            cell.awaitAgreement();
            Replica survivor = cell.replica(1);
            cell.replica(2).kill();
            cell.replica(3).kill();
            cell.replica(2).wipe();
            cell.replica(3).wipe();
            refuses(cell, survivor);

            assertThat(rescue(cell, "asked", survivor))
                    .contains("LOST is whatever was chosen after instance ")
                    .contains("nobody is there to be asked, and nothing was changed");
            assertThat(rescue(cell, "told", survivor, "--yes"))
                    .contains("Replica 1'2 is the only member of its cell now");

            survivor.start();
            try (Ephor ephor = cell.connect()) {
                assertThat(ephor.get("/ls/local/kept").utf8()).isEqualTo("still here");
                Operator operator = new Operator(cell);
                for (int number : new int[] {2, 3}) {
                    cell.replica(number).startAsApplicant();
                    operator.does("replica", "add", number + "");
                }
                ephor.put("/ls/local/new", "written by three");
            }
            cell.awaitAgreement();
        }
    }

    /// With one disk of three nobody is let in and nothing is served, and the replicas without a
    /// disk say who holds what.
    private static void refuses(RealCell cell, Replica survivor) {
        Replica second = cell.replica(2).start();
        cell.replica(3).start();
        Await.until(
                "who holds what",
                RealCell.PATIENCE,
                () -> WHO_HOLDS_WHAT.matcher(message(second)).find());
        assertThat(second.status().orElseThrow().getRole()).isEqualTo("applicant");
        alsoStartedAgain(survivor, second);
        assertThat(survivor.isMaster()).isFalse();
        Program get = new Operator(cell).begins("get", "--timeout", "3s", "/ls/local/kept");
        assertThat(get.awaitEnd(Duration.ofSeconds(60))).as("cell is not reachable").isEqualTo(7);
        assertThat(get.output()).doesNotContain("still here");
        cell.replicas().forEach(Replica::kill);
        second.wipe();
        cell.replica(3).wipe();
    }

    /// The survivor waits for others to say that its disk is no old copy, and knows who is there.
    private static void alsoStartedAgain(Replica survivor, Replica second) {
        survivor.kill();
        Await.until(
                "the survivor to be missed",
                RealCell.PATIENCE,
                () -> !message(second).contains("replica 1 holds"));
        survivor.start();
        Await.until(
                "the survivor to say who holds what",
                RealCell.PATIENCE,
                () -> WHAT_THE_SURVIVOR_SAYS.matcher(message(survivor)).find());
        assertThat(survivor.status().orElseThrow().getRole()).isEqualTo("recovering");
        Await.until(
                "who holds what, once more",
                RealCell.PATIENCE,
                () -> WHO_HOLDS_WHAT.matcher(message(second)).find());
    }

    private static String message(Replica replica) {
        return replica.status().map(StatusReply::getMessage).orElse("");
    }

    private static String rescue(RealCell cell, String name, Replica replica, String... more) {
        String[] words = {"replica", "rescue", "--config", replica.configFile().toString()};
        String[] all = java.util.Arrays.copyOf(words, words.length + more.length);
        System.arraycopy(more, 0, all, words.length, more.length);
        Program program =
                Program.start(cell.directory().resolve(name), Program.java(Main.class, all));
        program.awaitEnd(Duration.ofSeconds(60));
        return program.output();
    }
}
