package dev.ephor.simulator;

import dev.ephor.log.Mastership;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;

/// Judges replicas of the log by what they tell their applications.
final class LogChecker {
    private final LogCell cell;
    private final List<Long> digests = new ArrayList<>(List.of(0L));
    private final TreeSet<Long> epochs = new TreeSet<>();

    LogChecker(LogCell cell) {
        this.cell = cell;
    }

    /// How far anybody has applied.
    long appliedUpTo() {
        return digests.size() - 1L;
    }

    /// A replica's state after an instance: everybody's is the same.
    void applied(LogNode node, CheckingApplication.State state) {
        if (state.instance() == digests.size()) {
            digests.add(state.digest());
        }
        cell.world.check(
                state.instance() < digests.size()
                        && digests.get((int) state.instance()) == state.digest(),
                "applied prefixes are equal",
                () -> node.name + " differs at " + state.instance());
    }

    /// A reign begins where its first entry is applied: also, late and without a lease, at one who
    /// was deposed meanwhile.
    void masterStarted(LogNode node, Mastership started, CheckingApplication.State state) {
        cell.world.check(
                started.epoch() == state.epoch() && epochs.add(started.epoch()),
                "an epoch is used once",
                () -> node.name + " begins epoch " + started.epoch() + " in " + state);
        cell.atlas.checkTimed(
                started.epoch() == epochs.last() || !holdsLease(node),
                "epochs rise",
                () ->
                        node.name
                                + " begins epoch "
                                + started.epoch()
                                + " with a lease, after "
                                + epochs.last());
        cell.world.marks.reach("mastership begins");
    }

    /// At most one replica holds the lease, by the true time.
    void lease() {
        LogNode holder = null;
        for (LogNode node : cell.nodes()) {
            if (!holdsLease(node)) {
                continue;
            }
            LogNode other = holder;
            cell.atlas.checkTimed(
                    other == null,
                    "one master lease at a time",
                    () -> node.name + " and " + (other == null ? "" : other.name));
            holder = node;
        }
    }

    private boolean holdsLease(LogNode node) {
        CheckingApplication application = node.application();
        Mastership mastership = application == null ? null : application.mastership();
        return mastership != null
                && !node.isAhead()
                && mastership.leaseUntil() > node.clock.at(cell.world.now());
    }

    /// A read at a replica that says its lease is valid: what was acknowledged before it began must
    /// be there.
    void read(LogNode node) {
        CheckingApplication application = node.application();
        Mastership mastership = application == null ? null : application.mastership();
        if (application == null || mastership == null) {
            return;
        }
        long acknowledged = cell.book.newestAcknowledged();
        CheckingApplication.State state = application.state();
        if (mastership.leaseValid()) {
            cell.world.marks.reach("read under the lease");
            cell.atlas.checkTimed(
                    state.instance() >= acknowledged,
                    "reads under the lease are current",
                    () ->
                            node.name
                                    + " reads at "
                                    + state.instance()
                                    + ", but "
                                    + acknowledged
                                    + " is acknowledged");
        } else {
            cell.world.marks.reach("read refused, the lease is over");
        }
    }
}
