package dev.ephor.log;

import dev.ephor.paxos.Check;
import dev.ephor.paxos.Settings;
import java.util.function.Consumer;

/// The numbers that the log runs by. Sizes are in bytes.
///
/// @param paxos the numbers of the protocol
/// @param segmentBytes a segment of the replay log is closed when it is this long
/// @param preallocateBytes the replay log's file grows by this much at a time, ahead of what is
///   written
/// @param segmentFormat format version of the segments of the replay log that are begun, 1 or 2;
///   all are read (docs/FORMATS.md)
/// @param snapshotBytes a snapshot is taken when this much was written to the log since the last
///   one (or as much as the last snapshot was long, where that is more)
/// @param snapshotInstances a snapshot is taken when this many instances were applied since the
///   last one
/// @param catchUpBytes commands in one answer to a replica that is behind, at most (one larger
///   value still gets an answer of its own)
/// @param chunkBytes a snapshot travels in pieces of this size
/// @param checksumInterval replicas compare checksums at every instance that this divides; a power
///   of two
/// @param snapshotRate all pieces of snapshots together leave for other replicas no faster than
///   this, in bytes a second
/// @param pendingBytes what submitted commands may take in memory until their outcome is known;
///   beyond that submitters are refused
/// @param backlogBytes what may wait for this replica's own disk, in bytes; beyond that submitters
///   are refused, and values that others send are left for them to send again; 96 MiB at most,
///   since one message may have to tell of all that is undecided
public record LogSettings(
        Settings paxos,
        long segmentBytes,
        int preallocateBytes,
        int segmentFormat,
        long snapshotBytes,
        long snapshotInstances,
        int catchUpBytes,
        int chunkBytes,
        long checksumInterval,
        long snapshotRate,
        long pendingBytes,
        long backlogBytes) {
    private static final long LARGEST_BACKLOG = RealFrames.LARGEST - (32 << 20);

    public static final LogSettings DEFAULT =
            new LogSettings(
                    Settings.DEFAULT,
                    64 << 20,
                    4 << 20,
                    SegmentFormat.newest().version(),
                    64 << 20,
                    250_000,
                    1 << 20,
                    256 << 10,
                    1024,
                    32 << 20,
                    64 << 20,
                    64 << 20);

    public LogSettings {
        Check.that(preallocateBytes > 0, "the log grows by something");
        Check.that(segmentBytes >= preallocateBytes, "a segment is at least one growth long");
        Check.that(
                SegmentFormat.of(segmentFormat).isPresent(),
                "segments have a format that this release knows");
        Check.that(snapshotBytes > 0 && snapshotInstances > 0, "snapshots are some distance apart");
        Check.that(catchUpBytes > 0 && chunkBytes > 0, "answers have room");
        Check.that(
                checksumInterval > 0 && Long.bitCount(checksumInterval) == 1,
                "the checksum interval is a power of two");
        Check.that(snapshotRate > 0, "snapshots travel at some rate");
        Check.that(pendingBytes > 0 && backlogBytes > 0, "what waits has room");
        Check.that(
                backlogBytes <= LARGEST_BACKLOG, "what is undecided fits one message, a promise");
    }

    public LogSettings withPaxos(Settings other) {
        return with(draft -> draft.paxos = other);
    }

    public LogSettings withSegments(long bytes, int growth) {
        return with(draft -> {
            draft.segmentBytes = bytes;
            draft.preallocateBytes = growth;
        });
    }

    public LogSettings withSegmentFormat(int version) {
        return with(draft -> draft.segmentFormat = version);
    }

    public LogSettings withSnapshotsEvery(long bytes, long instances) {
        return with(draft -> {
            draft.snapshotBytes = bytes;
            draft.snapshotInstances = instances;
        });
    }

    public LogSettings withTransfers(int catchUp, int chunk) {
        return with(draft -> {
            draft.catchUpBytes = catchUp;
            draft.chunkBytes = chunk;
        });
    }

    public LogSettings withChecksumInterval(long instances) {
        return with(draft -> draft.checksumInterval = instances);
    }

    public LogSettings withSnapshotRate(long bytesPerSecond) {
        return with(draft -> draft.snapshotRate = bytesPerSecond);
    }

    public LogSettings withMemory(long pending, long backlog) {
        return with(draft -> {
            draft.pendingBytes = pending;
            draft.backlogBytes = backlog;
        });
    }

    private LogSettings with(Consumer<Draft> change) {
        Draft draft = new Draft(this);
        change.accept(draft);
        return draft.settings();
    }

    /// Settings while some of them are changed.
    private static final class Draft {
        private Settings paxos;
        private long segmentBytes;
        private int preallocateBytes;
        private int segmentFormat;
        private long snapshotBytes;
        private long snapshotInstances;
        private int catchUpBytes;
        private int chunkBytes;
        private long checksumInterval;
        private long snapshotRate;
        private long pendingBytes;
        private long backlogBytes;

        Draft(LogSettings from) {
            paxos = from.paxos;
            segmentBytes = from.segmentBytes;
            preallocateBytes = from.preallocateBytes;
            segmentFormat = from.segmentFormat;
            snapshotBytes = from.snapshotBytes;
            snapshotInstances = from.snapshotInstances;
            catchUpBytes = from.catchUpBytes;
            chunkBytes = from.chunkBytes;
            checksumInterval = from.checksumInterval;
            snapshotRate = from.snapshotRate;
            pendingBytes = from.pendingBytes;
            backlogBytes = from.backlogBytes;
        }

        LogSettings settings() {
            return new LogSettings(
                    paxos,
                    segmentBytes,
                    preallocateBytes,
                    segmentFormat,
                    snapshotBytes,
                    snapshotInstances,
                    catchUpBytes,
                    chunkBytes,
                    checksumInterval,
                    snapshotRate,
                    pendingBytes,
                    backlogBytes);
        }
    }

    /// Of the segments that are begun.
    SegmentFormat format() {
        return SegmentFormat.of(segmentFormat).orElseThrow();
    }
}
