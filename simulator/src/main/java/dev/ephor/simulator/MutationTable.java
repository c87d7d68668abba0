package dev.ephor.simulator;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import tools.jackson.core.JsonGenerator;

/// How soon every planted bug is found, for people and for programs.
///
/// @param canary whether the canary died in every run, and only of the canary
/// @param mostSeeds how many seeds could try to find each
record MutationTable(boolean canary, long mostSeeds, int jobs, List<Finding> findings) {
    /// A bug that so many seeds do not find is not found.
    static final long MOST_SEEDS = 2_000;

    private static final int CANARY_SEEDS = 3;

    MutationTable {
        findings = List.copyOf(findings);
    }

    /// Whether every run with the canary in it fails, as it must, and none without.
    static boolean canaryDies(int jobs) {
        Campaign.Summary with = canaries(jobs, true);
        return with.failed() == with.runs() && canaries(jobs, false).failed() == 0;
    }

    private static Campaign.Summary canaries(int jobs, boolean planted) {
        return new Campaign(
                        Simulator.profiles(),
                        1,
                        CANARY_SEEDS,
                        1,
                        planted ? Mutations.CANARY : null,
                        jobs)
                .run(_ -> {});
    }

    /// Searches for each bug in turn, and prints each line as soon as it is known.
    ///
    /// @param asItIs makes a run of the code as it is
    static MutationTable print(
            PrintWriter out,
            List<Mutation> mutations,
            long mostSeeds,
            int jobs,
            Function<RunSpec, Outcome> asItIs) {
        boolean canary = canaryDies(jobs);
        out.printf(
                "The canary (%s) %s%n%n",
                Mutations.CANARY.trap(),
                canary ? "is found by every seed, as it must be." : "LIVES: NOTHING IS PROVEN.");
        out.printf(
                "%-40s %-6s %6s %8s  %s%n",
                "planted bug", "in", "seeds", "seconds", "what gave it away");
        List<Finding> findings = new ArrayList<>();
        for (Mutation mutation : mutations) {
            Finding finding = Finding.search(mutation, mostSeeds, jobs, asItIs);
            findings.add(finding);
            out.printf(
                    Locale.ROOT,
                    "%-40s %-6s %6d %8.1f  %s%n",
                    mutation.name(),
                    mutation.profile(),
                    finding.seeds(),
                    finding.seconds(),
                    finding.reason());
            out.flush();
        }
        MutationTable table = new MutationTable(canary, mostSeeds, jobs, findings);
        table.printEnd(out);
        return table;
    }

    private void printEnd(PrintWriter out) {
        List<Finding> found = found();
        out.printf("%n%d of %d found", found.size(), findings.size());
        if (!found.isEmpty()) {
            out.printf(
                    Locale.ROOT,
                    ", each by a run that holds without it; half of them within %.1f seconds, "
                            + "the last, %s, after %.1f",
                    median(found),
                    found.getLast().mutation().name(),
                    found.getLast().seconds());
        }
        out.println();
        for (Finding finding : findings) {
            if (finding.verdict() != Finding.Verdict.FOUND) {
                out.printf("%s: %s%n", finding.mutation().name(), finding.reason());
            }
        }
        out.flush();
    }

    /// Those that were found, the soonest first.
    private List<Finding> found() {
        return findings.stream()
                .filter(finding -> finding.verdict() == Finding.Verdict.FOUND)
                .sorted(Comparator.comparingDouble(Finding::seconds))
                .toList();
    }

    /// Of a list that is not empty.
    private static double median(List<Finding> sorted) {
        return sorted.get((sorted.size() - 1) / 2).seconds();
    }

    /// True where all were found and the canary died.
    boolean proves() {
        return canary && found().size() == findings.size();
    }

    /// As one JSON object.
    void write(Path file) throws IOException {
        try (JsonGenerator json = Report.json(file)) {
            json.writeStartObject();
            json.writeBooleanProperty("canaryDies", canary);
            json.writeNumberProperty("mostSeeds", mostSeeds);
            json.writeNumberProperty("jobs", jobs);
            json.writeNumberProperty("planted", findings.size());
            List<Finding> found = found();
            json.writeNumberProperty("found", found.size());
            if (!found.isEmpty()) {
                json.writeNumberProperty("medianSeconds", median(found));
                json.writeNumberProperty("slowestSeconds", found.getLast().seconds());
            }
            json.writeArrayPropertyStart("bugs");
            for (Finding finding : findings) {
                write(json, finding);
            }
            json.writeEndArray();
            json.writeEndObject();
        }
    }

    private static void write(JsonGenerator json, Finding finding) {
        json.writeStartObject();
        json.writeStringProperty("name", finding.mutation().name());
        json.writeStringProperty("profile", finding.mutation().profile());
        json.writeStringProperty("verdict", finding.verdict().name());
        json.writeNumberProperty("seedsRun", finding.seeds());
        json.writeNumberProperty("seconds", finding.seconds());
        Outcome with = finding.with();
        if (with != null) {
            json.writeNumberProperty("seed", with.spec().seed());
            json.writeStringProperty("rule", with.rule());
        }
        json.writeEndObject();
    }
}
