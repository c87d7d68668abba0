package dev.ephor.log;

import dev.ephor.paxos.InvariantViolation;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/// A replica whose state is not that of the others must not serve (PML §6.2), and must not begin
/// again from what it has on disk: a file in its data directory says so.
final class Quarantine {
    static final String FILE = "diverged";

    private static final String ADVICE =
            "It must not serve. Started again, it sets its data aside and is rebuilt from the others";

    private Quarantine() {}

    /// Ends the replica for good. Background.
    static void begin(Environment environment, String what) {
        String note = "";
        try {
            byte[] text = what.getBytes(StandardCharsets.UTF_8);
            DiskFiles.writeWhole(environment.disk(), FILE, ByteBuffer.wrap(text));
        } catch (IOException e) {
            note = " (This could not be noted on its disk: " + e.getMessage() + ")";
        }
        environment.fatal(
                "this replica must not go on from what it has: " + what + ". " + ADVICE + note,
                new InvariantViolation("checksums are equal at equal instances"));
    }

    /// @throws DamagedException the replica was found to differ when it last ran
    static void check(Disk disk) throws IOException {
        if (disk.exists(FILE)) {
            String what = StandardCharsets.UTF_8.decode(DiskFiles.readAll(disk, FILE)).toString();
            throw new DamagedException(FILE, 0, "this replica had to stop for good: " + what);
        }
    }
}
