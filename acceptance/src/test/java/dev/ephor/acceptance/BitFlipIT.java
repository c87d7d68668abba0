package dev.ephor.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ephor.client.Ephor;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// One bit flips somewhere in the files of two replicas of five, at rest: it is found when they
/// start, what is damaged is repaired or the replica comes back as someone else, and nothing wrong
/// is ever served (PAPER L1). No command is given.
@Timeout(400)
class BitFlipIT {
    private static final int ROUNDS = 6;

    private final SplittableRandom random = new SplittableRandom(20070812);

    @Test
    void aMinorityWithFlippedBitsHealsByItself() {
        try (RealCell cell = RealCell.start("snapshot.instances = 300", "log.segment = 4 MiB");
                Ephor ephor = cell.connect();
                Writer writer = Writer.start(ephor, "/ls/local/load", 4, 200)) {
            writer.awaitMore(1_000);
            for (int round = 0; round < ROUNDS; round++) {
                List<Replica> victims = twoOf(cell);
                victims.forEach(Replica::kill);
                for (Replica victim : victims) {
                    String file = fileFor(round, victim);
                    flip(victim.data().resolve(file));
                    System.out.printf("bit flip %d: %s of %s%n", round + 1, file, victim);
                }
                victims.forEach(Replica::start);
                for (Replica victim : victims) {
                    Await.until(
                            victim + " to be whole again",
                            RealCell.PATIENCE,
                            () -> {
                                writer.assertNoFailure();
                                return victim.isVoter();
                            });
                }
                writer.awaitMore(100);
            }
            writer.stop(RealCell.PATIENCE);
            writer.assertNoFailure();
            cell.awaitAgreement();
            try (Ephor other = cell.connect()) {
                writer.assertNothingLost(other);
            }
        }
    }

    /// Others in each round, the master among them now and then.
    private List<Replica> twoOf(RealCell cell) {
        List<Replica> all = new ArrayList<>(cell.replicas());
        Replica first = all.remove(random.nextInt(all.size()));
        return List.of(first, all.get(random.nextInt(all.size())));
    }

    /// The identity, then every file in turn.
    private String fileFor(int round, Replica victim) {
        List<String> files =
                DataDirectory.read(victim.data()).entrySet().stream()
                        .filter(file -> !DataDirectory.written(file.getValue()).isEmpty())
                        .map(Map.Entry::getKey)
                        .toList();
        assertThat(files).contains("identity");
        return round == 0 ? "identity" : files.get(random.nextInt(files.size()));
    }

    /// Where something is written: what was only allocated holds nothing to lose.
    private void flip(Path file) {
        List<Integer> written =
                DataDirectory.written(
                        DataDirectory.read(file.resolveSibling(""))
                                .getOrDefault(file.getFileName().toString(), new byte[0]));
        DataDirectory.flipBit(file, written.get(random.nextInt(written.size())), random.nextInt(8));
    }
}
