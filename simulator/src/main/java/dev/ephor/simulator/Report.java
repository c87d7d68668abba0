package dev.ephor.simulator;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/// What many runs came to, for people and for programs.
///
/// @param duration how long the faults lasted in each, in simulated seconds; 0 where seeds drew it
/// @param seconds how long it took
/// @param failures the first of those that failed
record Report(
        List<String> profiles,
        long first,
        long last,
        long duration,
        int jobs,
        double seconds,
        Campaign.Summary summary,
        List<RunSpec> failures) {
    private static final double DAY = 86_400;

    private double simulated() {
        return summary.simulated() / 1e9;
    }

    void print(PrintWriter out) {
        out.printf(
                Locale.ROOT,
                "%d runs, %d failed; %.0f simulated seconds (%.2f days) in %.1f s "
                        + "(%.0f times as fast), %d events%n",
                summary.runs(),
                summary.failed(),
                simulated(),
                simulated() / DAY,
                seconds,
                simulated() / seconds,
                summary.events());
        if (first != last) {
            failures.forEach(run -> out.printf("failed: %s %d%n", run.profile(), run.seed()));
            summary.marks()
                    .forEach((mark, count) -> out.printf(Locale.ROOT, "%10d  %s%n", count, mark));
        }
    }

    /// As one JSON object.
    void write(Path file) throws IOException {
        try (JsonGenerator json = json(file)) {
            json.writeStartObject();
            json.writeStringProperty("profiles", String.join(",", profiles));
            json.writeNumberProperty("firstSeed", first);
            json.writeNumberProperty("lastSeed", last);
            json.writeNumberProperty("faultSeconds", duration);
            json.writeNumberProperty("jobs", jobs);
            json.writeNumberProperty("runs", summary.runs());
            json.writeNumberProperty("failed", summary.failed());
            json.writeArrayPropertyStart("failures");
            for (RunSpec run : failures) {
                json.writeString(run.profile() + " " + run.seed());
            }
            json.writeEndArray();
            json.writeNumberProperty("simulatedSeconds", simulated());
            json.writeNumberProperty("simulatedDays", simulated() / DAY);
            json.writeNumberProperty("wallSeconds", seconds);
            json.writeNumberProperty("events", summary.events());
            json.writeObjectPropertyStart("marks");
            summary.marks().forEach(json::writeNumberProperty);
            json.writeEndObject();
            json.writeEndObject();
        }
    }

    /// Writes a file of JSON from its beginning.
    static JsonGenerator json(Path file) throws IOException {
        return new JsonFactory()
                .createGenerator(ObjectWriteContext.empty(), Files.newBufferedWriter(file));
    }
}
