package dev.ephor.simulator;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Runs one seed: draws the world, lets it run under faults, then without, and reports. Public, and
/// called with what every class loader shares, so that [MutantLoader] can call its own copy.
public final class Simulator {
    private static final int TRACE_LINES = 400;

    private Simulator() {}

    /// The names of the profiles, from the smallest to the whole.
    public static List<String> profiles() {
        return List.of("core", "log", "cell");
    }

    /// @param lines gets the trace as it happens; null for nobody
    public static Outcome run(RunSpec spec, @Nullable Consumer<String> lines) {
        Choices choices = new Choices(spec.only(), spec.recorded());
        World world =
                new World(
                        spec.seed(),
                        new Trace(lines == null ? null : lines::accept),
                        choices,
                        spec.steps(),
                        calmer(spec));
        Violation violation = null;
        try {
            run(spec, world);
        } catch (Violation broken) {
            violation = broken;
        } catch (RuntimeException | StackOverflowError bug) {
            violation = world.broken("no exception", stackOf(bug));
        }
        violation = world.violation() == null ? violation : world.violation();
        return new Outcome(
                spec,
                world.trace.hash(),
                world.events(),
                world.now(),
                violation == null ? null : violation.rule(),
                violation == null ? "" : String.valueOf(violation.getMessage()),
                violation == null ? List.of() : world.trace.last(TRACE_LINES),
                world.marks.counts(),
                choices.made());
    }

    /// One seed in twelve is a day as most cells have it: long, and little happens. Leases are
    /// renewed thousands of times, clocks drift apart, and a fault meets a cell at rest. (A whole
    /// cell is never as long: its sessions keep it busy.) A run of a given duration is a busy one.
    private static int calmer(RunSpec spec) {
        Rng days = new Rng(spec.seed()).stream("days");
        boolean quiet = spec.seconds() == 0 && days.chance(1.0 / 12);
        if (!quiet) {
            return 1;
        }
        return (int)
                (spec.profile().equals("cell") ? days.magnitude(10, 60) : days.magnitude(20, 200));
    }

    private static void run(RunSpec spec, World world) {
        Profile cell = make(spec.profile(), world);
        long drawn = world.rng.stream("duration").magnitude(5 * World.SECOND, 60 * World.SECOND);
        if (world.calmer > 1) {
            world.marks.reach("a long and quiet run");
        }
        cell.safety(spec.seconds() == 0 ? drawn * world.calmer : spec.seconds() * World.SECOND);
        if (!world.isCut()) {
            cell.liveness();
        }
    }

    private static Profile make(String profile, World world) {
        return switch (profile) {
            case "core" -> new CoreCell(world);
            case "log" -> new LogCell(world);
            case "cell" -> new ServiceCell(world);
            default ->
                    throw new IllegalArgumentException(
                            "no profile " + profile + "; there are " + profiles());
        };
    }

    private static String stackOf(Throwable bug) {
        StringWriter text = new StringWriter();
        bug.printStackTrace(new PrintWriter(text));
        return text.toString();
    }
}
