package dev.ephor.log;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// What was fetched of a snapshot so far. Which snapshot it is says the name of its file, so that
/// the rest can be had from any replica that has the same one, and after a restart too. Confined to
/// the loop.
final class PartialSnapshot {
    private static final Pattern NAME =
            Pattern.compile(
                    SnapshotFile.PREFIX
                            + "([0-7][0-9a-f]{15})-([0-7][0-9a-f]{15})-([0-9a-f]{8})\\"
                            + DiskFiles.UNFINISHED);

    private final Name name;

    /// From the beginning up to here it is there.
    private long have;

    PartialSnapshot(Name name, long have) {
        this.name = name;
        this.have = have;
    }

    Name name() {
        return name;
    }

    long have() {
        return have;
    }

    void haveUpTo(long offset) {
        have = Math.min(name.size(), Math.max(have, offset));
    }

    /// One snapshot and no other: two files of which all this is equal are the same.
    ///
    /// @param instance the last one that it covers
    /// @param size length of the file
    /// @param checksum CRC32C of the file, which its last four bytes are
    record Name(long instance, long size, int checksum) {
        String fileName() {
            return SnapshotFile.PREFIX
                    + String.format("%016x-%016x-%08x", instance, size, checksum)
                    + DiskFiles.UNFINISHED;
        }
    }

    /// The files that are there.
    static List<Name> all(Disk disk) throws IOException {
        List<Name> names = new ArrayList<>();
        for (String fileName : disk.list()) {
            Matcher matcher = NAME.matcher(fileName);
            if (matcher.matches()) {
                names.add(
                        new Name(
                                Long.parseLong(matcher.group(1), 16),
                                Long.parseLong(matcher.group(2), 16),
                                Integer.parseUnsignedInt(matcher.group(3), 16)));
            }
        }
        return names;
    }

    /// The newest of the files that are there and cover more than the instance.
    static @Nullable Name newest(Disk disk, long above) throws IOException {
        Name newest = null;
        for (Name name : all(disk)) {
            if (name.instance() > above
                    && (newest == null || name.instance() > newest.instance())) {
                newest = name;
            }
        }
        return newest;
    }
}
