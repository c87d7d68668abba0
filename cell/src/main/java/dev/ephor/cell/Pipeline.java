package dev.ephor.cell;

import dev.ephor.database.MultiOp;
import dev.ephor.database.MultiOpResult;
import dev.ephor.database.Proposer;
import dev.ephor.database.Rows;
import dev.ephor.log.Mastership;
import dev.ephor.paxos.Check;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/// The way of one mastership's changes from speculation to effect.
///
/// Requests are evaluated against [#newest], which has every change that was proposed, and nobody
/// is told anything that depends on a change before the change has taken effect. What depends on
/// the state and changes nothing (a read, a refusal) waits for the newest change at the time, and
/// for the lease: that the state was the newest of the cell, and not only of this replica, is known
/// while the lease is valid. Confined to the loop.
final class Pipeline {
    private static final long LEASE_RETRY_NANOS = 10_000_000;

    private final Proposer proposer;
    private final Mastership mastership;
    private final Deadlines deadlines;
    private final Clock clock;
    private final int maxBytes;
    private final Consumer<Effect> effects;
    private final Consumer<String> abandoned;

    private final ArrayDeque<Effect> pending = new ArrayDeque<>();
    private Rows newest;
    private long proposed;
    private long bytes;
    private boolean over;

    /// What waits for the lease; retried while there is any.
    private List<LongConsumer> unleased = new ArrayList<>();

    /// A change on its way.
    static final class Effect {
        private final long number;
        private final int bytes;
        private final List<Happening> happenings;
        private final Runnable whenApplied;
        private final List<Runnable> settled = new ArrayList<>(1);

        private Effect(long number, Draft draft, Runnable whenApplied) {
            this.number = number;
            this.bytes = draft.bytes();
            this.happenings = draft.happenings();
            this.whenApplied = whenApplied;
        }

        /// Rises by one with each change of a mastership.
        long number() {
            return number;
        }

        List<Happening> happenings() {
            return happenings;
        }
    }

    /// @param effects told of each change that has taken effect, after whoever proposed it
    /// @param abandoned told once if a change had no effect: the speculation is void
    Pipeline(
            Proposer proposer,
            Mastership mastership,
            Deadlines deadlines,
            Clock clock,
            int maxBytes,
            Consumer<Effect> effects,
            Consumer<String> abandoned) {
        this.proposer = proposer;
        this.mastership = mastership;
        this.deadlines = deadlines;
        this.clock = clock;
        this.maxBytes = maxBytes;
        this.effects = effects;
        this.abandoned = abandoned;
        this.newest = proposer.state().rows();
    }

    /// The rows with every proposed change.
    Rows newest() {
        return newest;
    }

    Draft draft() {
        return new Draft(newest);
    }

    /// The number of the newest change that was proposed; 0 before the first.
    long proposed() {
        return proposed;
    }

    /// How many changes are proposed and have not taken effect.
    int inFlight() {
        return pending.size();
    }

    /// Proposes the change.
    ///
    /// @param whenApplied called when it has taken effect
    /// @return false where there is no room for it: nothing has happened
    boolean propose(Draft draft, Runnable whenApplied) {
        MultiOp multiOp = MultiOp.of(draft.finish());
        Effect effect = new Effect(proposed + 1, draft, whenApplied);
        if (over || bytes + effect.bytes > maxBytes && !pending.isEmpty()) {
            return false;
        }
        CompletableFuture<MultiOpResult> result = proposer.propose(multiOp);
        if (result.isCompletedExceptionally()) {
            return false;
        }
        proposed++;
        bytes += effect.bytes;
        newest = draft.rows();
        pending.add(effect);
        draft.accepted().forEach(Runnable::run);
        result.whenComplete((applied, failure) -> completed(effect, applied, failure));
        return true;
    }

    /// Runs the action when everything that was proposed so far has taken effect and the lease is
    /// valid: what it tells is the truth then.
    void whenSettled(Runnable action) {
        Effect last = pending.peekLast();
        if (last != null) {
            last.settled.add(action);
        } else {
            whenLeased(now -> action.run());
        }
    }

    /// Runs the action while the lease is valid: now, or when it is again. Not at all if it never
    /// is under this mastership.
    ///
    /// @param action gets a time at which the lease was valid
    void whenLeased(LongConsumer action) {
        if (over) {
            return;
        }
        // The clock first: this process may stand still at any point.
        long now = clock.nanoTime();
        if (unleased.isEmpty() && mastership.leaseValid()) {
            action.accept(now);
            return;
        }
        unleased.add(action);
        if (unleased.size() == 1) {
            deadlines.after(LEASE_RETRY_NANOS, this::retryUnleased);
        }
    }

    /// Runs the action now, or behind what waits for the lease: an event must not overtake the
    /// answer that opened its handle, because the client would not know what it is about.
    private void behindWhatWaits(Runnable action) {
        if (unleased.isEmpty()) {
            action.run();
        } else {
            unleased.add(now -> action.run());
        }
    }

    boolean leaseValid() {
        return mastership.leaseValid();
    }

    /// Nothing that is on its way matters any more.
    void end() {
        over = true;
        pending.clear();
        unleased.clear();
    }

    private void completed(
            Effect effect, @Nullable MultiOpResult result, @Nullable Throwable failure) {
        if (over) {
            return;
        }
        if (!(result instanceof MultiOpResult.Applied)) {
            end();
            abandoned.accept(failure != null ? String.valueOf(failure.getMessage()) : "" + result);
            return;
        }
        Check.that(pending.poll() == effect, "changes take effect in the order of proposals");
        bytes -= effect.bytes;
        effect.whenApplied.run();
        behindWhatWaits(() -> effects.accept(effect));
        effect.settled.forEach(action -> whenLeased(now -> action.run()));
    }

    private void retryUnleased() {
        List<LongConsumer> actions = unleased;
        unleased = new ArrayList<>();
        actions.forEach(this::whenLeased);
    }
}
