package dev.ephor.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ephor.cli.Main;
import dev.ephor.client.Ephor;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Two disks of three are lost. The cell refuses to go on, and one command makes the disk that is
/// left the whole of it, after it said what may be lost; the others are added anew (PAPER L1).
@Timeout(240)
class RescueIT {
    @Test
    void oneDiskThatIsLeftIsMadeTheCell() {
        try (RealCell cell = RealCell.startOf(3)) {
            try (Ephor ephor = cell.connect()) {
                ephor.put("/ls/local/kept", "still here");
            }
            cell.awaitAgreement();
            cell.replicas().forEach(Replica::kill);
            Replica survivor = cell.replica(1);
            cell.replica(2).wipe();
            cell.replica(3).wipe();

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
