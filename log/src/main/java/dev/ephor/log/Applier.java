package dev.ephor.log;

import dev.ephor.paxos.Bytes;
import dev.ephor.paxos.Check;
import dev.ephor.paxos.Epoch;
import dev.ephor.paxos.Membership;
import dev.ephor.paxos.SequenceNumber;
import dev.ephor.paxos.Value;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Gives the application what was learned, in order, with the epoch in its place, and tells it when
/// it is master: once the [Value.EpochStart] of this replica's own reign is applied, so that
/// everything below it is (PML §5.2, §5.3). Confined to the loop.
final class Applier<R> {
    private final Environment environment;
    private final Application<R> application;
    private final Submissions<R> submissions;
    private long applied;
    private Epoch epoch;
    private Membership membership;

    /// The origin of what this replica proposes, while it is coordinator.
    private @Nullable SequenceNumber coordinating;

    private @Nullable Reign reign;
    private long leaseUntil = Long.MIN_VALUE;

    Applier(
            Environment environment,
            Application<R> application,
            Submissions<R> submissions,
            SnapshotHandle start) {
        this.environment = environment;
        this.application = application;
        this.submissions = submissions;
        this.applied = start.instance();
        this.epoch = start.epoch();
        this.membership = start.membership();
    }

    long applied() {
        return applied;
    }

    Epoch epoch() {
        return epoch;
    }

    /// What ties a snapshot of the application's state, taken now, to the log.
    SnapshotHandle handle() {
        return new SnapshotHandle(applied, membership, epoch);
    }

    boolean isMaster() {
        return reign != null;
    }

    boolean leaseValid() {
        return reign != null && reign.leaseValid();
    }

    /// The origin of what is proposed now.
    SequenceNumber origin() {
        SequenceNumber origin = coordinating;
        if (origin == null) {
            throw new IllegalStateException("only a coordinator proposes");
        }
        return origin;
    }

    void learn(long instance, Value value) {
        Check.that(instance == applied + 1, "values are learned in order, without gaps");
        Epoch after = epoch.after(instance, value);
        if (!after.equals(epoch)) {
            epoch = after;
            application.epochChanged(after);
            if (reign != null && !after.owner().equals(coordinating)) {
                endReign();
            }
        }
        List<R> results = List.of();
        switch (value) {
            case Value.Commands commands -> results = apply(instance, commands.commands());
            case Value.MembershipChange ignored -> {}
            case Value.NoOp ignored -> {}
            case Value.EpochStart ignored -> {}
        }
        membership = membership.after(instance, value);
        applied = instance;
        application.applied(instance);
        submissions.decided(instance, value, results);
        if (value instanceof Value.EpochStart(SequenceNumber origin)
                && origin.equals(coordinating)) {
            beginReign();
        }
    }

    private void beginReign() {
        Reign begun = new Reign(environment, epoch.number(), leaseUntil);
        reign = begun;
        application.masterStarted(begun);
    }

    private List<R> apply(long instance, List<Bytes> commands) {
        List<R> results = new ArrayList<>(commands.size());
        for (Bytes command : commands) {
            results.add(application.apply(instance, command));
        }
        return results;
    }

    /// A snapshot replaces everything up to its instance. Whoever was coordinator has stepped down:
    /// what was proposed goes on from a state that is not there any more.
    void installed(SnapshotHandle handle, Object state) {
        Check.that(handle.instance() > applied, "a snapshot is installed only over what is older");
        Check.that(coordinating == null, "no snapshot is installed under a coordinator");
        application.restore(handle, state);
        applied = handle.instance();
        epoch = handle.epoch();
        membership = handle.membership();
        submissions.covered(applied);
    }

    void becameCoordinator(SequenceNumber sequence) {
        endReign();
        coordinating = sequence;
    }

    void lostCoordinator() {
        coordinating = null;
        endReign();
    }

    /// How long the lease runs, by the core's word; said after every step, before its effects.
    void leaseUntil(long until) {
        leaseUntil = until;
        if (reign != null) {
            reign.extend(until);
        }
    }

    private void endReign() {
        Reign ended = reign;
        if (ended != null) {
            reign = null;
            ended.end();
            application.masterStopped();
        }
    }
}
