package dev.ephor.simulator;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Many seeds, several at a time. The runs share nothing; only their outcomes come together here.
final class Campaign {
    private final List<String> profiles;
    private final long first;
    private final long last;
    private final long seconds;
    private final @Nullable MutantLoader mutant;
    private final int jobs;
    private final String mutation;
    private @Nullable Consumer<String> lines;
    private long steps;
    private long nanos = Long.MAX_VALUE;
    private @Nullable Set<String> only;

    /// What many runs came to.
    record Summary(
            long runs, long failed, long simulated, long events, SortedMap<String, Long> marks) {}

    Campaign(
            List<String> profiles,
            long first,
            long last,
            long seconds,
            @Nullable Mutation planted,
            int jobs) {
        this.profiles = profiles;
        this.first = first;
        this.last = last;
        this.seconds = seconds;
        this.mutation = planted == null ? "" : " --mutate " + planted.name();
        this.mutant = planted == null ? null : new MutantLoader(planted);
        this.jobs = jobs;
        if (mutant != null) {
            mutant.verify();
        }
    }

    void printTrace(@Nullable Consumer<String> reader) {
        lines = reader;
    }

    /// What the command line needs to plant the same bug; empty where none is.
    String mutation() {
        return mutation;
    }

    /// Ends each run after so many events; 0 for when it is through.
    void steps(long most) {
        steps = most;
    }

    /// Begins no run after so much time.
    void atMost(Duration time) {
        nanos = time.toNanos();
    }

    /// Makes only these choices.
    void only(Set<String> choices) {
        only = choices;
    }

    /// Runs everything.
    ///
    /// @param each is told of every outcome, one at a time, in the order in which they come
    Summary run(Consumer<Outcome> each) {
        return run(each, false);
    }

    /// Runs until a rule is broken, or everything.
    Summary runUntilFound(Consumer<Outcome> each) {
        return run(each, true);
    }

    private Summary run(Consumer<Outcome> each, boolean untilFound) {
        Totals totals = new Totals(each);
        AtomicLong next = new AtomicLong();
        long began = System.nanoTime();
        long runs = Math.multiplyExact(last - first + 1, profiles.size());
        List<Future<?>> workers = new ArrayList<>();
        try (ExecutorService threads = Executors.newFixedThreadPool(jobs)) {
            for (int job = 0; job < jobs; job++) {
                workers.add(
                        threads.submit(() -> {
                            long run = next.getAndIncrement();
                            while (run < runs
                                    && System.nanoTime() - began < nanos
                                    && !(untilFound && totals.anyFailed())) {
                                totals.add(runOne(run));
                                run = next.getAndIncrement();
                            }
                        }));
            }
            for (Future<?> worker : workers) {
                worker.get();
            }
        } catch (ExecutionException failed) {
            throw new IllegalStateException("a run could not be made", failed.getCause());
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", stopped);
        }
        return totals.summary();
    }

    private Outcome runOne(long run) {
        long seed = first + run / profiles.size();
        String profile = profiles.get((int) (run % profiles.size()));
        return run(new RunSpec(seed, profile, seconds, steps, only, false), lines);
    }

    /// Makes one run again, or one like it, with the planted bug if there is one. Its trace goes to
    /// nobody: whoever reads traces wants those of the campaign.
    Outcome run(RunSpec spec) {
        return run(spec, null);
    }

    private Outcome run(RunSpec spec, @Nullable Consumer<String> reader) {
        return mutant == null ? Simulator.run(spec, reader) : mutant.run(spec, reader);
    }

    private static final class Totals {
        private final Consumer<Outcome> each;
        private final Marks marks = new Marks();
        private long runs;
        private long failed;
        private long simulated;
        private long events;

        Totals(Consumer<Outcome> each) {
            this.each = each;
        }

        synchronized void add(Outcome outcome) {
            runs++;
            failed += outcome.holds() ? 0 : 1;
            simulated += outcome.simulated();
            events += outcome.events();
            marks.addAll(outcome.marks());
            each.accept(outcome);
        }

        synchronized boolean anyFailed() {
            return failed > 0;
        }

        synchronized Summary summary() {
            return new Summary(runs, failed, simulated, events, marks.counts());
        }
    }
}
