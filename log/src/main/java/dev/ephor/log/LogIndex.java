package dev.ephor.log;

import dev.ephor.paxos.Record;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/// Where in the replay log the instances are: not each, but for each stretch of some batches which
/// instances occur in it. Confined to the disk executor; what it gives out never changes.
final class LogIndex {
    private static final int STRETCH = 64 << 10;

    private final TreeMap<Long, Segment> segments = new TreeMap<>();

    /// Batches that lie together in one segment.
    ///
    /// @param origin where the batch before them ended
    /// @param end where they end
    /// @param firstBatch the number of the first of them
    /// @param least the lowest instance that has a record there
    /// @param greatest the highest one
    record Stretch(
            SegmentHeader segment,
            int origin,
            int end,
            long firstBatch,
            long least,
            long greatest) {
        int bytes() {
            return end - origin;
        }

        Stretch plus(Stretch next) {
            return new Stretch(
                    segment,
                    origin,
                    next.end,
                    firstBatch,
                    Math.min(least, next.least),
                    Math.max(greatest, next.greatest));
        }

        boolean meets(long from, long to) {
            return least <= to && greatest >= from;
        }
    }

    private static final class Segment {
        final SegmentHeader header;
        final List<Stretch> stretches = new ArrayList<>();
        long greatest;

        Segment(SegmentHeader header) {
            this.header = header;
        }
    }

    void begin(SegmentHeader header) {
        segments.put(header.number(), new Segment(header));
    }

    /// Adds a batch to the newest segment.
    void add(int origin, int end, long batch, List<Stored> records) {
        Segment segment = segments.lastEntry().getValue();
        long least = Long.MAX_VALUE;
        long greatest = 0;
        for (Stored stored : records) {
            long instance = instanceOf(stored);
            if (instance > 0) {
                least = Math.min(least, instance);
                greatest = Math.max(greatest, instance);
            }
        }
        Stretch added = new Stretch(segment.header, origin, end, batch, least, greatest);
        segment.greatest = Math.max(segment.greatest, greatest);
        if (!segment.stretches.isEmpty() && segment.stretches.getLast().bytes() < STRETCH) {
            added = segment.stretches.removeLast().plus(added);
        }
        segment.stretches.add(added);
    }

    /// The instance that the record holds a value for; 0 for none.
    static long instanceOf(Stored stored) {
        return switch (stored) {
            case Stored.Core(Record.Accepted accepted) -> accepted.instance();
            case Stored.Core(Record.Chosen chosen) -> chosen.instance();
            case Stored.Core(Record.Promised ignored) -> 0;
            case Stored.Core(Record.ChosenUpTo ignored) -> 0;
            case Stored.Started ignored -> 0;
            case Stored.Highest ignored -> 0;
            case Stored.Begins ignored -> 0;
        };
    }

    /// What to read, in this order, to find every record of the instances up to `last`. Of a later
    /// instance it may have an old record and not the newest one.
    record Found(List<Stretch> stretches, long last) {}

    /// Where every record of the instances from `from` to `to` is; of fewer instances where that
    /// would be more than about `bytes`, except that a stretch is read as a whole.
    Found find(long from, long to, long bytes) {
        long last = to;
        while (true) {
            List<Stretch> found = find(from, last);
            long size = 0;
            for (Stretch stretch : found) {
                size += stretch.bytes();
            }
            if (size <= bytes || found.size() <= 1 || last <= from) {
                return new Found(found, last);
            }
            last = from + (last - from) / 2;
        }
    }

    private List<Stretch> find(long from, long to) {
        List<Stretch> found = new ArrayList<>();
        for (Segment segment : segments.values()) {
            for (Stretch stretch : segment.stretches) {
                if (stretch.meets(from, to)) {
                    found.add(stretch);
                }
            }
        }
        return found;
    }

    /// The first segment that has a record of an instance above `base`, or the newest.
    long firstNeeded(long base) {
        for (Segment segment : segments.values()) {
            if (segment.greatest > base) {
                return segment.header.number();
            }
        }
        return segments.lastKey();
    }

    /// The highest instance that has a record below the segment with this number.
    long greatestBefore(long number) {
        long greatest = 0;
        for (Segment segment : segments.headMap(number).values()) {
            greatest = Math.max(greatest, segment.greatest);
        }
        return greatest;
    }

    /// Forgets the segments below this number, and returns their file names, oldest first.
    List<String> forgetBefore(long number) {
        List<String> names = new ArrayList<>();
        while (segments.firstKey() < number) {
            names.add(segments.pollFirstEntry().getValue().header.fileName());
        }
        return names;
    }
}
