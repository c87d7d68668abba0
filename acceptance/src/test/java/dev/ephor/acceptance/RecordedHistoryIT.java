package dev.ephor.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Clients record what they do with files and locks while replicas are killed (`kill -9`), the
/// master among them; `ephor check-history` judges what they recorded, and finds it wrong once an
/// answer in it is another.
@Timeout(240)
class RecordedHistoryIT {
    private static final int CLIENTS = 4;
    private static final int KILLS = 3;

    @TempDir private Path directory;

    @Test
    void whatClientsRecordWhileReplicasAreKilledIsLinearizable() {
        Path file = directory.resolve("history.jsonl");
        try (RealCell cell = RealCell.start();
                RecordedClients clients = RecordedClients.start(cell, file, CLIENTS)) {
            kill(cell, clients);
            clients.stop();
        }

        RecordedClients.assertLinearizable(file);
        assertThat(RecordedClients.judge(withAnotherAnswer(file)))
                .contains("no order of these operations");
    }

    /// Kills the master and another one, and starts them again, each time when the clients have got
    /// on.
    private static void kill(RealCell cell, RecordedClients clients) {
        for (int i = 0; i < KILLS; i++) {
            clients.awaitProgress();
            Replica master = cell.awaitMaster();
            Replica other = cell.awaitOther();
            master.kill();
            other.kill();
            clients.awaitProgress();
            master.start();
            other.start();
        }
        clients.awaitProgress();
    }

    /// The same history, but for one reader who saw what nobody wrote.
    private Path withAnotherAnswer(Path history) {
        try {
            List<String> lines = new ArrayList<>(Files.readAllLines(history));
            lines.add(
                    "{\"process\": \"liar\", \"type\": \"invoke\", \"operation\": \"read\", "
                            + "\"key\": \""
                            + RecordedClients.FILES.getFirst()
                            + "\", \"time\": "
                            + Long.MAX_VALUE / 4
                            + "}");
            lines.add(
                    "{\"process\": \"liar\", \"type\": \"ok\", \"value\": \"nobody's\", "
                            + "\"time\": "
                            + Long.MAX_VALUE / 2
                            + "}");
            return Files.write(directory.resolve("changed.jsonl"), lines);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
