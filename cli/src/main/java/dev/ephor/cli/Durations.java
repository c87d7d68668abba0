package dev.ephor.cli;

import java.time.Duration;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/// Durations as people write and read them: `500ms`, `5s`, `1.5m`, `2h`; a bare number is seconds.
final class Durations implements ITypeConverter<Duration> {
    private static final Pattern WRITTEN =
            Pattern.compile("(\\d{1,9}(?:\\.\\d{1,9})?)(ms|s|m|h|d)?");

    @Override
    public Duration convert(String value) {
        Matcher matcher = WRITTEN.matcher(value.strip().toLowerCase(Locale.ROOT));
        if (!matcher.matches()) {
            throw new TypeConversionException(
                    "'" + value + "' is not a duration (500ms, 5s, 1.5m and 2h are)");
        }
        double number = Double.parseDouble(matcher.group(1));
        String unit = matcher.group(2);
        double seconds =
                switch (unit == null ? "s" : unit) {
                    case "ms" -> 0.001;
                    case "m" -> 60;
                    case "h" -> 3_600;
                    case "d" -> 86_400;
                    default -> 1;
                };
        return Duration.ofNanos(Math.round(number * seconds * 1e9));
    }

    /// Short, with as many digits as matter: `87 ms`, `1.9 s`, `3 min 20 s`.
    static String show(Duration duration) {
        long millis = duration.toMillis();
        if (millis < 1_000) {
            return millis + " ms";
        }
        if (millis < 100_000) {
            return String.format(Locale.ROOT, "%.1f s", millis / 1_000.0);
        }
        long seconds = duration.toSeconds();
        if (seconds < 7_200) {
            return seconds / 60 + " min " + seconds % 60 + " s";
        }
        return seconds / 3_600 + " h " + seconds % 3_600 / 60 + " min";
    }

    static String showNanos(long nanos) {
        return show(Duration.ofNanos(nanos));
    }
}
