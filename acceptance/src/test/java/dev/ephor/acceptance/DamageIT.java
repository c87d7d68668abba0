package dev.ephor.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ephor.client.Ephor;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/// A replica whose files lost what was safely on them says which file is damaged, and where, sets
/// all of them aside as they are and asks to be let in anew, while the cell goes on. Where nothing
/// is lost it goes on itself. (What comes of it then is `RejoinIT`'s and `BitFlipIT`'s.)
@Timeout(240)
@ExtendWith(SharedCell.class)
class DamageIT {
    private static final int FLIPS = 4;

    private RealCell cell;
    private Replica victim;
    private Map<String, byte[]> pristine;
    private int attempts;

    @Test
    void damageIsFoundAndNamedAndNothingIsLost(RealCell shared) {
        cell = shared;
        try (Ephor ephor = cell.connect()) {
            takeDownOneWithSnapshots(ephor);
            damageTheNewestSnapshot();
            damageTheLog();
            damageTheIdentity();
            ephor.put("/ls/local/meanwhile", "the cell serves");

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
        return DataDirectory.names(victim.data()).stream()
                .filter(name -> name.startsWith(prefix) && !name.endsWith(".tmp"))
                .toList();
    }

    private void damageTheLog() {
        String log = filesNamed("segment-").getFirst();
        List<Integer> written = DataDirectory.written(pristine.getOrDefault(log, new byte[0]));
        SplittableRandom random = new SplittableRandom(7);
        for (int i = 0; i < FLIPS; i++) {
            int offset = written.get(random.nextInt(written.size()));
            int bit = random.nextInt(8);
            assertSetAside(
                    data -> DataDirectory.flipBit(data.resolve(log), offset, bit),
                    log + ": damaged at offset ");
        }
        int end = written.getLast();
        for (int length : List.of(0, end / 2)) {
            assertSetAside(
                    data -> DataDirectory.truncate(data.resolve(log), length),
                    log + ": damaged at offset ");
        }
        assertSetAside(
                data -> DataDirectory.delete(data.resolve(log)),
                log + ": damaged at offset 0: the file is missing");
    }

    private void damageTheIdentity() {
        int length = pristine.getOrDefault("identity", new byte[0]).length;
        for (int offset : List.of(0, length - 1)) {
            assertSetAside(
                    data -> DataDirectory.flipBit(data.resolve("identity"), offset, 3),
                    "identity: damaged at offset 0: the identity fails its checksum");
        }
        assertSetAside(
                data -> DataDirectory.delete(data.resolve("identity")),
                "identity: damaged at offset 0: the file is missing");
    }

    /// The older snapshot and the log that reaches back to it do as well.
    private void damageTheNewestSnapshot() {
        String newest = filesNamed("snapshot-").getLast();
        int length = pristine.getOrDefault(newest, new byte[0]).length;
        Path data = copy();
        DataDirectory.flipBit(data.resolve(newest), length / 2, 0);
        try (Program program = start(data)) {
            awaitWords(program, "is up: clients at");
            assertThat(program.output())
                    .contains(newest + ": damaged at offset ")
                    .contains("This snapshot is not used; an older one may do")
                    .doesNotContain("asks to be admitted");
        }
    }

    /// It is killed as soon as it has said so, before the cell lets it in.
    private void assertSetAside(Consumer<Path> damage, String words) {
        Path data = copy();
        damage.accept(data);
        Map<String, byte[]> before = DataDirectory.read(data);
        try (Program program = start(data)) {
            awaitWords(program, "asks to be admitted to the cell: ");
            assertThat(program.output()).contains(words).contains("set aside in damaged-1");
        }
        Map<String, byte[]> kept = DataDirectory.read(data.resolve("damaged-1"));
        for (String name : before.keySet()) {
            if (name.startsWith("segment-") || name.startsWith("snapshot-")) {
                assertThat(kept).as("%s as it was", name).containsEntry(name, before.get(name));
            }
        }
    }

    private static void awaitWords(Program program, String words) {
        Await.until(
                "the words: " + words, RealCell.PATIENCE, () -> program.output().contains(words));
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
}
