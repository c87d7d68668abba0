package dev.ephor.simulator;

import dev.ephor.simulator.Mutation.Change;
import java.util.List;

/// The bugs that are planted in module `log`, or found there.
final class LogMutations {
    private static final String LOG = "dev.ephor.log.";

    static final List<Mutation> ALL =
            List.of(
                    log(
                            "answer-before-flush",
                            "The messages that depend on records leave before these are on disk.",
                            "ReplayLog",
                            "writeBatch",
                            new Change.Skip("DiskFile.flush", 1, 0)),
                    log(
                            "segment-named-before-it-is-safe",
                            "A new segment gets its name before its header is on disk.",
                            "ReplayLog",
                            "makeSegment",
                            new Change.Skip("DiskFile.flush", 1, 0)),
                    log(
                            "directory-not-flushed",
                            "The name of a new segment is not on disk when the segment is used.",
                            "ReplayLog",
                            "makeSegment",
                            new Change.Skip("Disk.flushDirectory", 1, 0)),
                    log(
                            "master-before-own-epoch",
                            "Whatever first entry is applied begins the reign of "
                                    + "a replica that coordinates.",
                            "Applier",
                            "learn",
                            new Change.Skip("SequenceNumber.equals", 2, 1)),
                    log(
                            "reads-after-the-lease",
                            "A master answers from memory without looking at the clock.",
                            "Reign",
                            "leaseValid",
                            new Change.Return(1)),
                    log(
                            "truncate-above-the-snapshot",
                            "The log is truncated for a snapshot that is not there yet.",
                            "LogIndex",
                            "greatestBefore",
                            new Change.Return(Long.MAX_VALUE / 2)),
                    log(
                            "old-record-served",
                            "Of two records of an instance, catch-up reads "
                                    + "the older one from the log.",
                            "LogReader",
                            "read",
                            new Change.Instead("TreeMap.put", 0, "putIfAbsent")),
                    log(
                            "failed-flush-retried",
                            "A flush that failed is made again, and taken for good.",
                            "ReplayLog",
                            "writeBatch",
                            new Change.Redirect("DiskFile.flush", 1, "flushAgain")),
                    log(
                            "restart-taken-for-a-first-start",
                            "A replica forgets over a restart that it has run before, "
                                    + "and may have granted a lease.",
                            "Replayed",
                            "*",
                            new Change.Skip("LogRecovery.startsBefore", 0, 0)),
                    log(
                            "record-checksum-not-checked",
                            "A record is believed whatever its checksum says.",
                            "SegmentScan",
                            "records",
                            new Change.Redirect("SegmentScan.recordCrc", 1, "storedCrc")),
                    log(
                                    "snapshot-checksum-not-checked",
                                    "A snapshot is believed whatever its checksums say, that of each block "
                                            + "and that of the whole.",
                                    "SnapshotFile$Reader",
                                    "nextBlock",
                                    new Change.Jump(List.of(), List.of(4)))
                            .with(
                                    LOG + "SnapshotFile$Reader",
                                    "endOfBlocks",
                                    new Change.Jump(List.of(1), List.of())),
                    log(
                                    "damaged-replica-votes",
                                    "What comes after a damaged place of the log is done without, the "
                                            + "replica votes with what is left, and the others say "
                                            + "nothing of what they remember.",
                                    "SegmentScan",
                                    "endOfTornTail",
                                    new Change.Skip("SegmentScan.headerAt", 1, 0))
                            .with(LOG + "LogRecovery", "checkSequel", new Change.Return(0))
                            .with(LOG + "PeerEntry", "forgot", new Change.Return(0)),
                    log(
                                    "damage-taken-for-a-torn-tail",
                                    "A batch that fails its checksum is cut although a later one "
                                            + "proves that it was flushed, and the others say nothing "
                                            + "of what they remember.",
                                    "SegmentScan",
                                    "endOfTornTail",
                                    new Change.Skip("SegmentScan.headerAt", 1, 0))
                            .with(LOG + "PeerEntry", "forgot", new Change.Return(0)),
                    log(
                            "listed-zeros-ignored",
                            "A sector that a batch lists as zeros counts as one that was never "
                                    + "written.",
                            "ZeroSectors",
                            "contains",
                            new Change.Return(0)),
                    log(
                            "torn-tail-kept",
                            "What a crash left half written stays where the next batches go.",
                            "LogRecovery",
                            "open",
                            new Change.Skip("LogRecovery.cut", 1, 0)),
                    log(
                            "segment-without-its-head",
                            "A segment that was named when the process ended is used without "
                                    + "what the earlier ones say.",
                            "ReplayLog",
                            "isHeadless",
                            new Change.Return(0)),
                    log(
                            "fetched-snapshot-not-flushed",
                            "A snapshot from another replica is used before it is on disk.",
                            "SnapshotFetch",
                            "*",
                            new Change.Skip("DiskFile.flush", 0, 0)));

    private LogMutations() {}

    private static Mutation log(
            String name, String trap, String type, String method, Change change) {
        return new Mutation(name, trap, "log", LOG + type, method, change);
    }
}
