package dev.ephor.log;

import org.jspecify.annotations.Nullable;

/// What a [Phase] does over and over until it is over. Confined to the loop.
final class Rounds {
    private final Environment environment;
    private final long every;
    private final Runnable round;
    private Environment.@Nullable Timer timer;
    private boolean over;

    /// @param every from one round to the next, in nanoseconds
    Rounds(Environment environment, long every, Runnable round) {
        this.environment = environment;
        this.every = every;
        this.round = round;
    }

    /// The first round is now.
    void begin() {
        if (!over) {
            timer = environment.schedule(every, this::begin);
            round.run();
        }
    }

    /// There is no round any more. May be called again.
    void end() {
        over = true;
        if (timer != null) {
            timer.cancel();
        }
    }

    boolean areOver() {
        return over;
    }
}
