package dev.ephor.server;

import dev.ephor.cell.CellSettings;
import dev.ephor.log.Address;
import dev.ephor.log.LogSettings;
import dev.ephor.paxos.InvariantViolation;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Reads and writes configuration files: lines of `key = value`, and comments after `#`. All
/// mistakes of a file are found at once, each with its line.
final class ConfigFile {
    private static final long MILLI = 1_000_000;

    private final String source;
    private final Path directory;
    private final List<String> mistakes = new ArrayList<>();

    /// What the file says, with the lines; by key.
    private final SortedMap<String, Entry> entries = new TreeMap<>();

    private record Entry(String value, int line) {}

    ConfigFile(String source, Path directory) {
        this.source = source;
        this.directory = directory;
    }

    ServerConfig read(String text) throws ConfigException {
        split(text);
        ConfigKeys.Values values = new ConfigKeys.Values(directory);
        SortedMap<Integer, Parts> parts = new TreeMap<>();
        entries.forEach((key, entry) -> take(key, entry, values, parts));
        for (String required : ConfigKeys.REQUIRED) {
            if (!entries.containsKey(required)) {
                mistakes.add("the key " + required + " is missing");
            }
        }
        SortedMap<Integer, ServerConfig.Member> members = members(parts);
        ServerConfig.@Nullable Member own = members.get(values.replica);
        if (own == null && entries.containsKey("replica") && values.replica > 0) {
            mistakes.add(
                    at("replica")
                            + "replica "
                            + values.replica
                            + " is not among the members "
                            + members.keySet()
                            + ": add its member keys, or correct the number");
        }
        @Nullable ServerConfig config =
                mistakes.isEmpty() && own != null ? build(values, members, own) : null;
        if (config == null) {
            throw new ConfigException(source, mistakes);
        }
        return config;
    }

    private void split(String text) {
        List<String> lines = text.lines().toList();
        for (int i = 0; i < lines.size(); i++) {
            String line = lines.get(i).strip();
            if (i == 0 && line.startsWith("\ufeff")) {
                line = line.substring(1).strip();
            }
            if (line.isEmpty() || line.startsWith("#")) {
                continue;
            }
            int equals = line.indexOf('=');
            if (equals < 1) {
                mistakes.add("line " + (i + 1) + ": \"" + line + "\" is not key = value");
                continue;
            }
            String key = line.substring(0, equals).strip();
            Entry before = entries.get(key);
            if (before != null) {
                mistakes.add(
                        "line "
                                + (i + 1)
                                + ": "
                                + key
                                + " is given already, in line "
                                + before.line);
            } else {
                entries.put(key, new Entry(withoutComment(line.substring(equals + 1)), i + 1));
            }
        }
    }

    /// A comment begins with `#` after a space, so that a value may have one inside.
    private static String withoutComment(String value) {
        int comment = value.indexOf(" #");
        return (comment < 0 ? value : value.substring(0, comment)).strip();
    }

    /// The two addresses of a member, as they come.
    private static final class Parts {
        @Nullable Address replica;
        @Nullable Address client;
    }

    private void take(
            String key, Entry entry, ConfigKeys.Values values, SortedMap<Integer, Parts> parts) {
        try {
            Optional<ConfigKeys.MemberKey> member = ConfigKeys.memberKey(key);
            ConfigKeys.@Nullable Key known = ConfigKeys.KNOWN.get(key);
            if (member.isPresent()) {
                Parts part = parts.computeIfAbsent(member.get().number(), number -> new Parts());
                Address address = ConfigKeys.address(entry.value, 1);
                if (member.get().forClients()) {
                    part.client = address;
                } else {
                    part.replica = address;
                }
            } else if (known != null) {
                known.reader().read(values, entry.value);
            } else {
                mistakes.add("line " + entry.line + ": unknown key " + key + ConfigKeys.hint(key));
            }
        } catch (IllegalArgumentException e) {
            mistakes.add(
                    "line "
                            + entry.line
                            + ": "
                            + key
                            + " = "
                            + entry.value
                            + ": "
                            + e.getMessage());
        }
    }

    private SortedMap<Integer, ServerConfig.Member> members(SortedMap<Integer, Parts> parts) {
        SortedMap<Integer, ServerConfig.Member> members = new TreeMap<>();
        Map<String, String> users = new TreeMap<>();
        parts.forEach((number, part) -> {
            Address replica = part.replica;
            Address client = part.client;
            if (replica == null || client == null) {
                mistakes.add(
                        "the key member."
                                + number
                                + (replica == null ? ".replica" : ".client")
                                + " is missing");
                return;
            }
            unique(users, replica, "member." + number + ".replica");
            unique(users, client, "member." + number + ".client");
            members.put(number, new ServerConfig.Member(replica, client));
        });
        if (parts.isEmpty()) {
            mistakes.add(
                    "no members: give member.<number>.replica and member.<number>.client for each"
                            + " replica of the cell");
        }
        return members;
    }

    private void unique(Map<String, String> users, Address address, String key) {
        String other = users.putIfAbsent(address.toString(), key);
        if (other != null) {
            mistakes.add(at(key) + key + " is the same address as " + other + ": " + address);
        }
    }

    private @Nullable ServerConfig build(
            ConfigKeys.Values values,
            SortedMap<Integer, ServerConfig.Member> members,
            ServerConfig.Member own) {
        try {
            return new ServerConfig(
                    values.cell,
                    values.replica,
                    values.data,
                    members,
                    values.listenReplica == null ? own.replica() : values.listenReplica,
                    values.listenClient == null ? own.client() : values.listenClient,
                    values.cellSettings(),
                    values.logSettings());
        } catch (InvariantViolation e) {
            mistakes.add("the values do not fit each other: " + e.getMessage());
            return null;
        }
    }

    private String at(String key) {
        Entry entry = entries.get(key);
        return entry == null ? "" : "line " + entry.line + ": ";
    }

    static String write(ServerConfig config) {
        StringBuilder text = new StringBuilder(1_000);
        text.append("# One replica of an Ephor cell. docs/CONFIGURATION.md lists all keys.\n");
        line(text, "cell", config.cell());
        line(text, "replica", config.replica());
        line(text, "data", config.data());
        text.append("\n# Where the replicas of the cell are: for each other, and for clients.\n");
        config.members()
                .forEach((number, member) -> {
                    line(text, "member." + number + ".replica", member.replica());
                    line(text, "member." + number + ".client", member.client());
                });
        text.append("\n# Where this one listens.\n");
        line(text, "listen.replica", config.listenReplica());
        line(text, "listen.client", config.listenClient());
        text.append('\n');
        settings(text, config.cellSettings(), config.logSettings());
        return text.toString();
    }

    private static void settings(StringBuilder text, CellSettings cell, LogSettings log) {
        line(text, "session.lease", Quantity.ofMillis(cell.leaseMillis()));
        line(text, "session.lease.min", Quantity.ofMillis(cell.minLeaseMillis()));
        line(text, "session.lease.max", Quantity.ofMillis(cell.maxLeaseMillis()));
        line(text, "session.count", cell.sessions());
        line(text, "session.requests", cell.sessionRequests());
        line(text, "lock.delay.max", Quantity.ofMillis(cell.maxLockDelayMillis()));
        line(text, "limit.file", Quantity.ofBytes(cell.fileBytes()));
        line(text, "limit.path", Quantity.ofBytes(cell.pathBytes()));
        line(text, "limit.levels", cell.pathLevels());
        line(text, "master.lease", Quantity.ofMillis(log.paxos().lease() / MILLI));
        line(text, "master.heartbeat", Quantity.ofMillis(log.paxos().heartbeat() / MILLI));
        line(text, "log.segment", Quantity.ofBytes(log.segmentBytes()));
        line(text, "log.format", log.segmentFormat());
        line(text, "snapshot.bytes", Quantity.ofBytes(log.snapshotBytes()));
        line(text, "snapshot.instances", log.snapshotInstances());
        line(text, "snapshot.rate", Quantity.ofBytes(log.snapshotRate()));
    }

    private static void line(StringBuilder text, String key, Object value) {
        text.append(key).append(" = ").append(value).append('\n');
    }
}
