package dev.ephor.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ephor.client.Ephor;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/// A replica whose files lost what was safely on them says which file is damaged, and where, and
/// ends; it changes nothing, and the cell goes on without it. Where nothing is lost it comes back.
@Timeout(240)
@ExtendWith(SharedCell.class)
class DamageIT {
    private static final Duration END = Duration.ofSeconds(60);
    private static final int CANNOT_START = 2;
    private static final int FLIPS = 8;

    /// What a damaged replica is to say, after where the damage is.
    private static final String CONSEQUENCE = "it must not vote, and does not start";

    private RealCell cell;
    private Replica victim;
    private Map<String, byte[]> pristine;
    private int attempts;

    @Test
    void damageIsFoundAndNamedAndNothingIsLost(RealCell shared) {
        cell = shared;
        try (Ephor ephor = cell.connect()) {
            takeDownOneWithSnapshots(ephor);
            damageTheLog();
            damageTheIdentity();
            ephor.put("/ls/local/meanwhile", "the cell serves");
            damageTheNewestSnapshot();

            victim.start();
            cell.awaitAgreement();
            assertThat(ephor.get("/ls/local/meanwhile").utf8()).isEqualTo("the cell serves");
        }
    }

    private void takeDownOneWithSnapshots(Ephor ephor) {
        victim = cell.awaitOther();
        int writes = 0;
        while (filesNamed("snapshot-").size() < 2) {
            ephor.put("/ls/local/damage-" + writes++ % 50, "contents " + writes);
        }
        victim.kill();
        pristine = DataDirectory.read(victim.data());
    }

    private List<String> filesNamed(String prefix) {
        return DataDirectory.read(victim.data()).keySet().stream()
                .filter(name -> name.startsWith(prefix) && !name.endsWith(".tmp"))
                .toList();
    }

    private void damageTheLog() {
        String log = filesNamed("segment-").getFirst();
        List<Integer> written = written(pristine.getOrDefault(log, new byte[0]));
        SplittableRandom random = new SplittableRandom(7);
        for (int i = 0; i < FLIPS; i++) {
            int offset = written.get(random.nextInt(written.size()));
            int bit = random.nextInt(8);
            assertRefused(
                    data -> DataDirectory.flipBit(data.resolve(log), offset, bit),
                    log + ": damaged at offset ",
                    CONSEQUENCE);
        }
        int end = written.getLast();
        for (int length : List.of(0, 100, end / 2, end)) {
            assertRefused(
                    data -> DataDirectory.truncate(data.resolve(log), length),
                    log + ": damaged at offset ",
                    CONSEQUENCE);
        }
        assertRefused(
                data -> DataDirectory.delete(data.resolve(log)),
                log + ": damaged at offset 0: the file is missing",
                CONSEQUENCE);
    }

    private void damageTheIdentity() {
        int length = pristine.getOrDefault("identity", new byte[0]).length;
        for (int offset : List.of(0, 9, length / 2, length - 1)) {
            assertRefused(
                    data -> DataDirectory.flipBit(data.resolve("identity"), offset, 3),
                    "identity: damaged at offset 0: the identity fails its checksum",
                    CONSEQUENCE);
        }
        assertRefused(
                data -> DataDirectory.delete(data.resolve("identity")),
                "the data directory has no identity file, but it holds s",
                "it was a replica's");
    }

    /// The older snapshot and the log that reaches back to it do as well.
    private void damageTheNewestSnapshot() {
        String newest = filesNamed("snapshot-").getLast();
        int length = pristine.getOrDefault(newest, new byte[0]).length;
        Path data = copy();
        DataDirectory.flipBit(data.resolve(newest), length / 2, 0);
        try (Program program = start(data)) {
            Await.until(
                    "the replica to be up on its older snapshot",
                    RealCell.PATIENCE,
                    () -> program.output().contains("is up: clients at"));
            assertThat(program.output())
                    .contains(newest + ": damaged at offset ")
                    .contains("This snapshot is not used; an older one may do");
        }
    }

    private void assertRefused(Consumer<Path> damage, String... words) {
        Path data = copy();
        damage.accept(data);
        Map<String, byte[]> before = new TreeMap<>(DataDirectory.read(data));
        try (Program program = start(data)) {
            assertThat(program.awaitEnd(END)).as("exit code").isEqualTo(CANNOT_START);
            assertThat(program.output()).contains(words).doesNotContain("is up");
        }
        assertThat(DataDirectory.read(data)).as("files").containsExactlyEntriesOf(before);
    }

    private Path copy() {
        attempts++;
        return DataDirectory.write(victim.directory().resolve("copy-" + attempts), pristine);
    }

    private Program start(Path data) {
        Path config = victim.directory().resolve("copy-" + attempts + ".conf");
        victim.writeConfig(config, data);
        return victim.startOther("copy-" + attempts, config, false);
    }

    /// Offsets of what is there: zeros were not written, or look like it.
    private static List<Integer> written(byte[] contents) {
        List<Integer> offsets = new ArrayList<>();
        for (int i = 0; i < contents.length; i++) {
            if (contents[i] != 0) {
                offsets.add(i);
            }
        }
        return offsets;
    }
}
