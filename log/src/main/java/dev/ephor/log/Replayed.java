package dev.ephor.log;

import dev.ephor.log.LogRecovery.Later;
import dev.ephor.paxos.Recovered;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/// What the replay log gave back at a start, on top of a snapshot. Damaged segments that the
/// snapshot makes dispensable were set aside (PROTOCOL.md, S20).
sealed interface Replayed {
    /// All that is needed is there.
    ///
    /// @param below what the log knows of the instances that the snapshot covers
    /// @param startsBefore how often the replica had been started before
    record Whole(ReplayLog log, Recovered.Replay replay, ChosenBelow below, long startsBefore)
            implements Replayed {}

    /// A part is damaged that a later snapshot would make dispensable, one that covers the instance
    /// `needed`.
    record Lacking(long needed, String why) implements Replayed {}

    /// @param base the last instance that the snapshot covers
    /// @throws DamagedException no snapshot makes up for what is damaged
    static Replayed from(
            Identity identity, LogSettings settings, Environment environment, long base)
            throws IOException {
        Later later = new Later(0, 0);
        while (true) {
            LogRecovery recovery =
                    new LogRecovery(environment.disk(), identity, settings, environment.reporter());
            try {
                return read(recovery, later, base);
            } catch (DamagedException e) {
                Optional<Later> covered = recovery.laterThan(e, base);
                if (covered.isEmpty()) {
                    return recovery.laterThan(e, Long.MAX_VALUE)
                            .map(found -> new Lacking(found.highest(), e.place()))
                            .orElseThrow(() -> e);
                }
                later = covered.get();
                doWithout(environment, later, e);
            }
        }
    }

    private static Replayed read(LogRecovery recovery, Later later, long base) throws IOException {
        Recovered.Replay replay = new Recovered.Replay(base);
        ChosenBelow below = new ChosenBelow(base);
        ReplayLog log =
                recovery.open(
                        later.segment(),
                        stored -> {
                            below.see(stored);
                            if (stored instanceof Stored.Core core) {
                                replay.add(core.record());
                            }
                        });
        if (later.segment() > 0) {
            long begins = Math.max(later.highest(), log.begins().instance());
            log.append(List.of(new Stored.Begins(begins, later.segment())));
        }
        return new Whole(log, replay, below, recovery.startsBefore());
    }

    /// Sets the segments aside that a snapshot has made dispensable, a damaged one among them.
    private static void doWithout(Environment environment, Later later, DamagedException damage)
            throws IOException {
        Disk disk = environment.disk();
        List<String> earlier =
                disk.list().stream()
                        .filter(SegmentHeader::isSegment)
                        .filter(name -> SegmentHeader.numberOf(name) < later.segment())
                        .toList();
        String folder = SetAside.some(disk, earlier, damage.place());
        environment
                .reporter()
                .warn(
                        damage.place()
                                + ". A snapshot covers everything that this part of the replay log"
                                + " holds, so it is not needed; it was set aside in "
                                + folder);
    }
}
