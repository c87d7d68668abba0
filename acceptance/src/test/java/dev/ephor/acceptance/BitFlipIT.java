package dev.ephor.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ephor.client.Ephor;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// One bit flips somewhere in the files of two replicas of five, at rest: where it matters the
/// replica names the place when it starts, what is damaged is repaired or the replica comes back as
/// someone else, and nothing wrong is ever served, as a judge of what clients recorded says (PAPER
/// L1). No command is given.
@Timeout(400)
class BitFlipIT {
    private static final int ROUNDS = 6;
    private static final int CLIENTS = 3;

    private final SplittableRandom random = new SplittableRandom(20070812);
    private int flips;
    @TempDir private Path directory;

    /// @param mustBeFound the replica cannot start as if nothing were wrong
    private record Flip(String file, int offset, int bit, boolean mustBeFound) {}

    @Test
    void aMinorityWithFlippedBitsHealsByItself() {
        Path history = directory.resolve("history.jsonl");
        int named = 0;
        try (RealCell cell = RealCell.start("snapshot.instances = 300", "log.segment = 4 MiB");
                Ephor ephor = cell.connect();
                RecordedClients clients = RecordedClients.start(cell, history, CLIENTS);
                Writer writer = Writer.start(ephor, "/ls/local/load", 4, 200)) {
            writer.awaitMore(1_000);
            for (int round = 0; round < ROUNDS; round++) {
                List<Replica> victims = twoOf(cell);
                victims.forEach(Replica::kill);
                Map<Replica, Flip> done = new LinkedHashMap<>();
                victims.forEach(victim -> done.put(victim, flip(victim)));
                named += healThemselves(done, writer);
                writer.awaitMore(100);
                clients.awaitProgress();
            }
            writer.stop(RealCell.PATIENCE);
            writer.assertNoFailure();
            clients.stop();
            cell.awaitAgreement();
            try (Ephor other = cell.connect()) {
                writer.assertNothingLost(other);
            }
        }
        System.out.printf("%d flips, %d of them had to be found and were%n", flips, named);
        assertThat(named).isGreaterThanOrEqualTo(ROUNDS);
        RecordedClients.assertLinearizable(history);
    }

    /// Starts the victims, waits until they are whole, and looks whether they said what was wrong.
    /// Returns how many had to.
    private static int healThemselves(Map<Replica, Flip> flips, Writer writer) {
        Map<Replica, Integer> said = new LinkedHashMap<>();
        flips.keySet().forEach(victim -> said.put(victim, victim.printed().length()));
        flips.keySet().forEach(Replica::start);
        int named = 0;
        for (Map.Entry<Replica, Flip> flipped : flips.entrySet()) {
            Replica victim = flipped.getKey();
            Flip flip = flipped.getValue();
            awaitWhole(victim, writer);
            if (flip.mustBeFound()) {
                assertThat(victim.printed().substring(said.getOrDefault(victim, 0)))
                        .as("what %s said of %s", victim, flip)
                        .contains(flip.file() + ": damaged at offset ");
                named++;
            }
        }
        return named;
    }

    /// Others in each round, the master among them now and then.
    private List<Replica> twoOf(RealCell cell) {
        List<Replica> all = new ArrayList<>(cell.replicas());
        Replica first = all.remove(random.nextInt(all.size()));
        return List.of(first, all.get(random.nextInt(all.size())));
    }

    /// The identity, the newest snapshot and the log in turn, where something is written; every
    /// fourth time any bit of any file.
    private Flip flip(Replica victim) {
        Map<String, byte[]> files = DataDirectory.read(victim.data());
        Flip flip =
                switch (flips++ % 4) {
                    case 0 -> written(files, "identity");
                    case 1 -> written(files, DataDirectory.newest(files, "snapshot-"));
                    case 2 -> written(files, logThatMustHold(files));
                    default -> any(files);
                };
        DataDirectory.flipBit(victim.data().resolve(flip.file()), flip.offset(), flip.bit());
        System.out.printf("bit flip %d: %s of %s%n", flips, flip, victim);
        return flip;
    }

    /// Any part of the log that was flushed for certain, of those that there are.
    private String logThatMustHold(Map<String, byte[]> files) {
        List<String> logs =
                files.keySet().stream()
                        .filter(name -> name.startsWith("segment-"))
                        .filter(name -> !DataDirectory.mustHold(files, name).isEmpty())
                        .toList();
        assertThat(logs).as("parts of the log that were flushed").isNotEmpty();
        return logs.get(random.nextInt(logs.size()));
    }

    private Flip written(Map<String, byte[]> files, String file) {
        List<Integer> offsets = DataDirectory.mustHold(files, file);
        assertThat(offsets).as("what is written in %s", file).isNotEmpty();
        int offset = offsets.get(random.nextInt(offsets.size()));
        return new Flip(file, offset, random.nextInt(8), true);
    }

    /// What was only allocated holds nothing to lose, and what nobody reads may stay unnoticed.
    private Flip any(Map<String, byte[]> files) {
        List<String> names =
                files.entrySet().stream()
                        .filter(file -> file.getValue().length > 0)
                        .map(Map.Entry::getKey)
                        .toList();
        String file = names.get(random.nextInt(names.size()));
        int offset = random.nextInt(files.getOrDefault(file, new byte[0]).length);
        boolean mustBeFound = DataDirectory.mustHold(files, file).contains(offset);
        return new Flip(file, offset, random.nextInt(8), mustBeFound);
    }

    private static void awaitWhole(Replica victim, Writer writer) {
        Await.until(
                victim + " to be whole again",
                RealCell.PATIENCE,
                () -> {
                    writer.assertNoFailure();
                    return victim.isVoter();
                });
    }
}
