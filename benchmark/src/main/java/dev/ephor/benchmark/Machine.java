package dev.ephor.benchmark;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// Counters of the whole machine, as Linux gives them; NaN elsewhere.
///
/// @param busySeconds CPU seconds of all that ran, what another machine took from this one among it
/// @param idleSeconds CPU seconds in which nothing ran
/// @param flushes that all disks were asked for
record Machine(double busySeconds, double idleSeconds, double flushes) {
    private static final Path CPU = Path.of("/proc/stat");
    private static final Path DISKS = Path.of("/proc/diskstats");
    private static final Pattern BLANKS = Pattern.compile("\\s+");

    /// The kernel counts in hundredths of a second on every platform that Java runs on.
    private static final double TICKS_PER_SECOND = 100;

    // Fields of the first line of /proc/stat after its name.
    private static final int IDLE = 3;
    private static final int IO_WAIT = 4;
    private static final int FIELDS = 8;

    // Fields of a line of /proc/diskstats.
    private static final int NAME = 2;
    private static final int FLUSHES = 18;

    static Machine read() {
        if (!Files.isReadable(CPU)) {
            return new Machine(Double.NaN, Double.NaN, Double.NaN);
        }
        try (Stream<String> lines = Files.lines(CPU)) {
            String[] fields = BLANKS.split(lines.findFirst().orElse(""));
            double busy = 0;
            double idle = 0;
            for (int field = 0; field < FIELDS && field + 1 < fields.length; field++) {
                double seconds = Long.parseLong(fields[field + 1]) / TICKS_PER_SECOND;
                if (field == IDLE || field == IO_WAIT) {
                    idle += seconds;
                } else {
                    busy += seconds;
                }
            }
            return new Machine(busy, idle, readFlushes());
        } catch (IOException e) {
            return new Machine(Double.NaN, Double.NaN, Double.NaN);
        }
    }

    /// A partition's flushes are those of its disk; the kernel counts them at the disk only.
    private static double readFlushes() throws IOException {
        try (Stream<String> lines = Files.lines(DISKS)) {
            return lines.map(line -> BLANKS.split(line.strip()))
                    .filter(fields -> fields.length > FLUSHES && !isStacked(fields[NAME]))
                    .mapToLong(fields -> Long.parseLong(fields[FLUSHES]))
                    .sum();
        }
    }

    /// Devices made of others would count a flush twice.
    private static boolean isStacked(String device) {
        return device.startsWith("loop") || device.startsWith("dm-") || device.startsWith("md");
    }
}
