package dev.ephor.server;

import dev.ephor.cell.CellSettings;
import dev.ephor.log.Address;
import dev.ephor.log.LogSettings;
import dev.ephor.paxos.Settings;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// The keys of a configuration file: what each may say and what it sets.
final class ConfigKeys {
    static final List<String> REQUIRED = List.of("cell", "replica", "data");

    /// In order of name.
    static final SortedMap<String, Key> KNOWN = new TreeMap<>();

    private static final Pattern MEMBER = Pattern.compile("member\\.(\\d{1,9})\\.(replica|client)");
    private static final Pattern CELL = Pattern.compile("[A-Za-z0-9._-]{1,64}");
    private static final long MILLI = 1_000_000;
    private static final int HINT_DISTANCE = 3;

    /// A segment has room for one growth of the log's file.
    private static final int SEGMENT_MIN = LogSettings.DEFAULT.preallocateBytes();

    private static final int FORMAT_MAX = LogSettings.DEFAULT.segmentFormat();

    static {
        key("cell", (values, text) -> values.cell = cell(text));
        key("replica", (values, text) -> values.replica = whole(text, 1, 1_000_000));
        key("data", (values, text) -> values.data = path(values, text));
        key("listen.replica", (values, text) -> values.listenReplica = address(text, 0));
        key("listen.client", (values, text) -> values.listenClient = address(text, 0));
        key("session.lease", (values, text) -> values.lease = millis(text, 100, 600_000));
        key("session.lease.min", (values, text) -> values.minLease = millis(text, 100, 600_000));
        key("session.lease.max", (values, text) -> values.maxLease = millis(text, 100, 600_000));
        key("session.count", (values, text) -> values.sessions = whole(text, 1, 10_000_000));
        key("session.requests", (values, text) -> values.requests = whole(text, 1, 4_096));
        key("lock.delay.max", (values, text) -> values.lockDelay = millis(text, 0, 3_600_000));
        key("limit.file", (values, text) -> values.fileBytes = bytes(text, 0, 8 << 20));
        key("limit.path", (values, text) -> values.pathBytes = bytes(text, 64, 64 << 10));
        key("limit.levels", (values, text) -> values.pathLevels = whole(text, 1, 1_000));
        key("log.format", (values, text) -> values.format = whole(text, 1, FORMAT_MAX));
        key("log.segment", (values, text) -> values.segment = bytes(text, SEGMENT_MIN, 1 << 30));
        key("master.lease", (values, text) -> values.masterLease = millis(text, 50, 600_000));
        key("master.heartbeat", (values, text) -> values.heartbeat = millis(text, 10, 60_000));
        key("snapshot.bytes", (values, text) -> values.snapshotBytes = bytes(text, 1, 1 << 30));
        key(
                "snapshot.instances",
                (values, text) -> values.snapshotInstances = whole(text, 1, 1_000_000_000));
        key("snapshot.rate", (values, text) -> values.snapshotRate = bytes(text, 1 << 20, 1 << 30));
    }

    private ConfigKeys() {}

    /// What a key does with its value.
    interface Reader {
        /// @throws IllegalArgumentException with words about what would be right
        void read(Values values, String text);
    }

    record Key(String name, Reader reader) {}

    /// `member.<number>.replica` or `member.<number>.client`.
    record MemberKey(int number, boolean forClients) {}

    /// What the keys set. Made for one file.
    static final class Values {
        final Path directory;
        String cell = "";
        int replica;
        Path data;
        @Nullable Address listenReplica;
        @Nullable Address listenClient;
        int lease = CellSettings.DEFAULT.leaseMillis();
        int minLease = CellSettings.DEFAULT.minLeaseMillis();
        int maxLease = CellSettings.DEFAULT.maxLeaseMillis();
        int sessions = CellSettings.DEFAULT.sessions();
        int requests = CellSettings.DEFAULT.sessionRequests();
        int lockDelay = CellSettings.DEFAULT.maxLockDelayMillis();
        int fileBytes = CellSettings.DEFAULT.fileBytes();
        int pathBytes = CellSettings.DEFAULT.pathBytes();
        int pathLevels = CellSettings.DEFAULT.pathLevels();
        long masterLease = Settings.DEFAULT.lease() / MILLI;
        long heartbeat = Settings.DEFAULT.heartbeat() / MILLI;
        int format = LogSettings.DEFAULT.segmentFormat();
        long segment = LogSettings.DEFAULT.segmentBytes();
        long snapshotBytes = LogSettings.DEFAULT.snapshotBytes();
        long snapshotInstances = LogSettings.DEFAULT.snapshotInstances();
        long snapshotRate = LogSettings.DEFAULT.snapshotRate();

        Values(Path directory) {
            this.directory = directory;
            this.data = directory;
        }

        CellSettings cellSettings() {
            CellSettings base = CellSettings.DEFAULT;
            return new CellSettings(
                    fileBytes,
                    pathBytes,
                    pathLevels,
                    base.childrenPerReply(),
                    lease,
                    Math.min(minLease, lease),
                    Math.max(maxLease, lease),
                    base.busySessions(),
                    lockDelay,
                    sessions,
                    requests,
                    base.requests(),
                    base.requestBytes(),
                    base.sessionWaiters(),
                    base.sessionOutcomes(),
                    base.sessionEvents(),
                    base.sessionHandles());
        }

        LogSettings logSettings() {
            Settings base = Settings.DEFAULT;
            Settings paxos =
                    new Settings(
                            masterLease * MILLI,
                            base.driftDivisor(),
                            heartbeat * MILLI,
                            base.backoff(),
                            base.attempt(),
                            base.retransmit(),
                            base.window(),
                            base.batchBytes(),
                            base.queueBytes(),
                            base.tailEntries(),
                            base.tailBytes());
            return LogSettings.DEFAULT
                    .withPaxos(paxos)
                    .withSegments(segment, LogSettings.DEFAULT.preallocateBytes())
                    .withSegmentFormat(format)
                    .withSnapshotsEvery(snapshotBytes, snapshotInstances)
                    .withSnapshotRate(snapshotRate);
        }
    }

    static Optional<MemberKey> memberKey(String key) {
        Matcher matcher = MEMBER.matcher(key);
        if (!matcher.matches()) {
            return Optional.empty();
        }
        int number = Integer.parseInt(matcher.group(1));
        if (number == 0) {
            throw new IllegalArgumentException("replicas are numbered from 1");
        }
        return Optional.of(new MemberKey(number, matcher.group(2).equals("client")));
    }

    /// For an unknown key: the known one that it resembles, or all of them.
    static String hint(String key) {
        String nearest = "";
        int distance = HINT_DISTANCE + 1;
        for (String known : KNOWN.sequencedKeySet()) {
            int d = distance(key, known);
            if (d < distance) {
                distance = d;
                nearest = known;
            }
        }
        return nearest.isEmpty()
                ? " (known: "
                        + String.join(", ", KNOWN.sequencedKeySet())
                        + ", member.<number>.replica, member.<number>.client)"
                : " (did you mean " + nearest + "?)";
    }

    static Address address(String text, int lowestPort) {
        String right = "an address is host:port, as in 10.0.0.7:7400";
        int colon = text.lastIndexOf(':');
        if (colon < 1 || !text.substring(colon + 1).matches("\\d{1,5}")) {
            throw new IllegalArgumentException(right);
        }
        int port = Integer.parseInt(text.substring(colon + 1));
        String host = text.substring(0, colon);
        if (host.startsWith("[") && host.endsWith("]")) {
            host = host.substring(1, host.length() - 1);
        }
        if (host.isBlank() || host.matches(".*[\\s/].*")) {
            throw new IllegalArgumentException(right);
        }
        if (port < lowestPort || port > 65_535) {
            throw new IllegalArgumentException(
                    "a port is a number from " + lowestPort + " to 65535");
        }
        return new Address(host, port);
    }

    private static void key(String name, Reader reader) {
        KNOWN.put(name, new Key(name, reader));
    }

    private static String cell(String text) {
        if (!CELL.matcher(text).matches() || text.equals("local") || text.matches("\\.{1,2}")) {
            throw new IllegalArgumentException(
                    "a cell's name is 1 to 64 letters, digits, dots, underscores or hyphens, and"
                            + " not \"local\"");
        }
        return text;
    }

    private static Path path(Values values, String text) {
        if (text.isEmpty()) {
            throw new IllegalArgumentException("a directory is needed");
        }
        try {
            return values.directory.resolve(text).normalize();
        } catch (InvalidPathException e) {
            throw new IllegalArgumentException("not a path: " + e.getReason(), e);
        }
    }

    private static int whole(String text, int least, int most) {
        if (!text.matches("\\d{1,10}")
                || Long.parseLong(text) < least
                || Long.parseLong(text) > most) {
            throw new IllegalArgumentException("a number from " + least + " to " + most);
        }
        return Integer.parseInt(text);
    }

    private static int millis(String text, int least, int most) {
        long millis = Quantity.millis(text);
        if (millis < least || millis > most) {
            throw new IllegalArgumentException(
                    "from " + Quantity.ofMillis(least) + " to " + Quantity.ofMillis(most));
        }
        return (int) millis;
    }

    private static int bytes(String text, int least, int most) {
        long bytes = Quantity.bytes(text);
        if (bytes < least || bytes > most) {
            throw new IllegalArgumentException(
                    "from " + Quantity.ofBytes(least) + " to " + Quantity.ofBytes(most));
        }
        return (int) bytes;
    }

    /// How many letters must change, come or go (Levenshtein).
    private static int distance(String a, String b) {
        int[] row = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            row[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int above = row[j];
                int changed = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                row[j] = Math.min(changed, Math.min(above, row[j - 1]) + 1);
                diagonal = above;
            }
        }
        return row[b.length()];
    }
}
