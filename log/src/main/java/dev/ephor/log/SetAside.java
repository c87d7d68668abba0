package dev.ephor.log;

import dev.ephor.log.Disk.DiskFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/// Files that must not be used any more are kept for inspection, in a folder `damaged-<n>` of the
/// data directory: the newest such folder, and no other, so that a disk that fails again and again
/// does not fill up. A file `why` in it says what was wrong; it is written last.
final class SetAside {
    private static final String FOLDER = "damaged-";
    private static final String WHY = "why";

    private SetAside() {}

    /// Sets all files of a replica aside. Its identity goes first: whatever the machine stops at
    /// later, what is left cannot be taken for the disk of a replica.
    static String everything(Disk disk, String why) throws IOException {
        List<String> names = new ArrayList<>();
        for (String name : disk.list()) {
            if (name.endsWith(DiskFiles.UNFINISHED)) {
                disk.delete(name);
            } else if (!name.equals(Identity.FILE) && !name.equals(PeerCodec.FILE)) {
                names.add(name);
            }
        }
        String folder = folder(disk);
        if (disk.exists(Identity.FILE)) {
            disk.rename(Identity.FILE, folder + "/" + Identity.FILE);
            disk.flushDirectory();
        }
        move(disk, names, folder, why);
        return folder;
    }

    /// Sets some files aside that the replica can do without.
    static String some(Disk disk, List<String> names, String why) throws IOException {
        String folder = folder(disk);
        move(disk, names, folder, why);
        return folder;
    }

    private static void move(Disk disk, List<String> names, String folder, String why)
            throws IOException {
        for (String name : names) {
            disk.rename(name, folder + "/" + name);
        }
        disk.flushDirectory();
        if (names.isEmpty() && !disk.exists(folder + "/" + Identity.FILE)) {
            return;
        }
        try (DiskFile file = disk.open(folder + "/" + WHY)) {
            file.write(0, ByteBuffer.wrap((why + "\n").getBytes(StandardCharsets.UTF_8)));
            file.flush();
        }
        for (String name : disk.listAll()) {
            if (numberOf(name) > 0 && !name.startsWith(folder + "/")) {
                disk.delete(name);
            }
        }
        disk.flushDirectory();
    }

    /// A new folder, or the newest where setting aside was interrupted.
    private static String folder(Disk disk) throws IOException {
        int newest = 0;
        for (String name : disk.listAll()) {
            newest = Math.max(newest, numberOf(name));
        }
        boolean interrupted = newest > 0 && !disk.exists(FOLDER + newest + "/" + WHY);
        return FOLDER + (interrupted ? newest : newest + 1);
    }

    /// Of the folder that the file lies in; 0 where it was not set aside.
    private static int numberOf(String name) {
        int end = name.indexOf('/');
        if (end < 0 || !name.startsWith(FOLDER)) {
            return 0;
        }
        String number = name.substring(FOLDER.length(), end);
        return number.matches("[1-9][0-9]{0,8}") ? Integer.parseInt(number) : 0;
    }
}
