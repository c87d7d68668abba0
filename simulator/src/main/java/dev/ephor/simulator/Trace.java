package dev.ephor.simulator;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// What happened, twice: as a rolling hash over everything, by which two runs are compared, and as
/// the last lines, by which a failure is understood. Lines are put into words only when somebody
/// reads them, so a line costs a few stores; what a line keeps must be immutable.
final class Trace {
    private static final int LINES = 1 << 12;

    private final long[] times = new long[LINES];
    private final @Nullable String[] kinds = new @Nullable String[LINES];
    private final @Nullable String[] places = new @Nullable String[LINES];
    private final @Nullable Object[] details = new @Nullable Object[LINES];
    private final @Nullable LineReader reader;
    private long count;
    private long hash = 0x6570686f72L;

    /// Gets every line as it happens (`--trace`).
    interface LineReader {
        void read(String line);
    }

    Trace(@Nullable LineReader reader) {
        this.reader = reader;
    }

    /// Mixes a number into the hash, without a line.
    void mix(long number) {
        hash = Rng.mix(hash ^ number) + 0x9E3779B97F4A7C15L;
    }

    void line(long time, String place, String kind, Object detail) {
        int slot = (int) (count++ & (LINES - 1));
        times[slot] = time;
        places[slot] = place;
        kinds[slot] = kind;
        details[slot] = detail;
        if (reader != null) {
            reader.read(render(slot));
        }
    }

    long hash() {
        return hash;
    }

    /// The newest lines, oldest first.
    List<String> last(int most) {
        int size = (int) Math.min(Math.min(count, LINES), most);
        List<String> lines = new ArrayList<>(size);
        for (long i = count - size; i < count; i++) {
            lines.add(render((int) (i & (LINES - 1))));
        }
        return lines;
    }

    private String render(int slot) {
        long micros = times[slot] / 1_000;
        return String.format(
                Locale.ROOT,
                "%6d.%06d %-5s %-9s %s",
                micros / 1_000_000,
                micros % 1_000_000,
                places[slot],
                kinds[slot],
                details[slot]);
    }
}
