package dev.ephor.log;

import dev.ephor.paxos.ReplicaId;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// Who has which snapshot, as everybody answered. Confined to the loop.
final class SnapshotOffers {
    /// Whom to ask, the best first.
    private final List<ReplicaId> everybody;

    private final List<Offer> offers = new ArrayList<>();
    private int questions;
    private int answers;

    private record Offer(ReplicaId from, PartialSnapshot.Name name) {}

    SnapshotOffers(List<ReplicaId> everybody) {
        this.everybody = List.copyOf(everybody);
    }

    List<ReplicaId> everybody() {
        return everybody;
    }

    /// Whom to ask, the best first: the master has enough to do, and who sent something bad may do
    /// so again.
    ///
    /// @param first is known to have a snapshot, member or not
    static List<ReplicaId> inOrder(
            Collection<ReplicaId> members,
            ReplicaId self,
            ReplicaId first,
            Optional<ReplicaId> master,
            @Nullable ReplicaId last,
            RandomGenerator random) {
        TreeSet<ReplicaId> everybody = new TreeSet<>(members);
        everybody.add(first);
        everybody.remove(self);
        List<ReplicaId> order = new ArrayList<>(everybody);
        Collections.rotate(order, random.nextInt(order.size()));
        order.sort(
                Comparator.comparing(each ->
                        each.equals(last) ? 2 : master.filter(each::equals).isPresent() ? 1 : 0));
        return order;
    }

    /// Everybody is asked so many questions.
    void ask(int each) {
        questions = each * everybody.size();
        answers = 0;
    }

    void offer(ReplicaId from, PartialSnapshot.Name name) {
        offers.add(new Offer(from, name));
        answers++;
    }

    void none() {
        answers++;
    }

    boolean any() {
        return !offers.isEmpty();
    }

    boolean isComplete() {
        return answers >= questions;
    }

    /// The one that is here in part, where anybody has it; else the newest of the best who has one.
    ///
    /// @param above only a snapshot that covers more than this instance is of use
    Optional<PartialSnapshot.Name> choose(PartialSnapshot.@Nullable Name partial, long above) {
        if (partial != null && !having(partial).isEmpty()) {
            return Optional.of(partial);
        }
        for (ReplicaId each : everybody) {
            Optional<PartialSnapshot.Name> newest =
                    offers.stream()
                            .filter(offer -> offer.from().equals(each))
                            .map(Offer::name)
                            .filter(name -> name.instance() > above)
                            .max(Comparator.comparingLong(PartialSnapshot.Name::instance));
            if (newest.isPresent()) {
                return newest;
            }
        }
        return Optional.empty();
    }

    /// Who has this very snapshot, the best first.
    List<ReplicaId> having(PartialSnapshot.Name name) {
        return everybody.stream().filter(each -> offers.contains(new Offer(each, name))).toList();
    }
}
