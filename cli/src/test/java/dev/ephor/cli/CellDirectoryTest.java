package dev.ephor.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CellDirectoryTest {
    @TempDir Path directory;

    private CellDirectory open(@Nullable Integer replicas, @Nullable Integer port)
            throws IOException {
        return CellDirectory.open(directory, new CellDirectory.Wishes(replicas, port));
    }

    private void refused(@Nullable Integer replicas, @Nullable Integer port, String message) {
        assertThatExceptionOfType(Failure.class)
                .isThrownBy(() -> open(replicas, port).close())
                .withMessageContaining(message);
    }

    @Test
    void aNewCellHasFiveReplicas() throws IOException {
        try (CellDirectory cell = open(null, null)) {
            assertThat(cell.plan()).isEqualTo(new CellDirectory.Plan("sparta", 5, 7400));
            assertThat(cell.plan().servers())
                    .hasToString(
                            "[localhost:7400, localhost:7401, localhost:7402,"
                                    + " localhost:7403, localhost:7404]");
            assertThat(cell.plan().replicaAddress(1)).hasToString("localhost:7405");
            assertThat(cell.plan().ports()).hasSize(10).startsWith(7400).endsWith(7409);
        }
    }

    @Test
    void itStaysAsItWas() throws IOException {
        open(3, 9000).close();

        try (CellDirectory cell = open(null, null)) {
            assertThat(cell.plan()).isEqualTo(new CellDirectory.Plan("sparta", 3, 9000));
        }
    }

    @Test
    void itMayMoveToOtherPorts() throws IOException {
        open(3, 9000).close();
        open(null, 9100).close();

        assertThat(CellDirectory.servers(directory))
                .hasValueSatisfying(
                        servers -> assertThat(servers).first().hasToString("localhost:9100"));
    }

    @Test
    void itDoesNotChangeItsSize() throws IOException {
        open(3, null).close();

        refused(5, null, "holds a cell of 3 replicas, not of 5");
    }

    @Test
    void onlyOneProcessHasIt() throws IOException {
        try (CellDirectory first = open(null, null)) {
            refused(
                    null,
                    null,
                    first.path()
                            + " is in use by another cell that runs from it (process "
                            + ProcessHandle.current().pid());
        }
        open(null, null).close();
    }

    @Test
    void replicasAreBootstrappedOnceOnly() throws IOException {
        try (CellDirectory cell = open(null, null)) {
            assertThat(cell.isNew(1)).isTrue();
            Files.createDirectory(cell.dataOf(1));
            assertThat(cell.isNew(1)).isTrue();
            Files.writeString(cell.dataOf(1).resolve("identity"), "x");
            assertThat(cell.isNew(1)).isFalse();
            assertThat(cell.isNew(2)).isTrue();
            cell.begin();
            assertThat(cell.isNew(2)).isFalse();
        }
        try (CellDirectory cell = open(null, null)) {
            assertThat(cell.isNew(2)).as("a disk that was lost").isFalse();
        }
    }

    @Test
    void badNumbersAreRefused() {
        refused(0, null, "--replicas 0 is not between 1 and 9");
        refused(10, null, "--replicas 10 is not between 1 and 9");
        refused(null, 0, "--port 0 is not between 1 and 65526");
        refused(null, 65_530, "--port 65530 is not between 1 and 65526");
        assertThat(CellDirectory.servers(directory)).isEmpty();
    }

    @Test
    void aDamagedFileIsNamed() throws IOException {
        Files.writeString(directory.resolve("cell"), "replicas = many\n");

        refused(null, null, directory.resolve("cell") + " is damaged");
    }
}
