package dev.ephor.simulator;

import dev.ephor.paxos.Effect;
import dev.ephor.paxos.Membership;
import dev.ephor.paxos.ReplicaId;
import dev.ephor.paxos.Value;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;

/// What must hold in every state of a cell of bare cores, told from the replicas' disks by the
/// definition, and not by what the code believes.
final class CellRules {
    private final Membership membership;
    private final Map<List<Integer>, Chosen> known = new HashMap<>();

    /// The chosen values from the first instance on, and whether two are chosen at the same one.
    private record Chosen(Map<Long, Value> values, Optional<String> broken) {}

    CellRules(Membership membership) {
        this.membership = membership;
    }

    /// The rule that a step broke.
    ///
    /// @param cell the states of all replicas after the step
    /// @param learned what the replica learned in it
    Optional<String> broken(List<LocalState> cell, int replica, List<Effect.Learn> learned) {
        if (cell.stream().filter(LocalState::isLeased).count() > 1) {
            return Optional.of("one lease at a time: two replicas hold it");
        }
        List<Integer> disks = cell.stream().map(LocalState::votesNumber).toList();
        Chosen chosen = known.computeIfAbsent(disks, _ -> chosen(cell));
        if (chosen.broken().isPresent()) {
            return chosen.broken();
        }
        for (Effect.Learn learn : learned) {
            Value value = chosen.values().get(learn.instance());
            if (!learn.value().equals(value)) {
                return Optional.of(
                        "learned is chosen: %s learned %s at %d, chosen is %s"
                                .formatted(
                                        LocalStates.id(replica),
                                        learn.value(),
                                        learn.instance(),
                                        value == null ? "nothing" : value));
            }
            Optional<String> early = early(cell, chosen, replica, learn);
            if (early.isPresent()) {
                return early;
            }
        }
        return Optional.empty();
    }

    /// A change of members is not to be known before a majority of the new voters has it on disk,
    /// under one sequence number, and grants its lease to the master that lets it be known.
    private Optional<String> early(
            List<LocalState> cell, Chosen chosen, int replica, Effect.Learn learn) {
        Membership before = membership;
        for (long instance = 1; instance < learn.instance(); instance++) {
            before = before.after(instance, Objects.requireNonNull(chosen.values().get(instance)));
        }
        Membership after = before.after(learn.instance(), learn.value());
        if (after.equals(before)) {
            return Optional.empty();
        }
        boolean onDisk =
                cell.stream()
                        .flatMap(local -> local.votes().stream())
                        .anyMatch(vote ->
                                vote.instance() == learn.instance()
                                        && vote.value().equals(learn.value())
                                        && isChosen(cell, after, vote));
        LocalState knows = cell.get(replica);
        if (!onDisk || (knows.coordinates() && !knows.isLeased())) {
            return Optional.of(
                    "a change is known once its voters are bound: %s learned %s at %d"
                            .formatted(LocalStates.id(replica), learn.value(), learn.instance()));
        }
        return Optional.empty();
    }

    /// A value is chosen at an instance where a majority of the members for it accepted it under
    /// one sequence number.
    private Chosen chosen(List<LocalState> cell) {
        Map<Long, Value> chosen = new TreeMap<>();
        Membership members = membership;
        for (long instance = 1; ; instance++) {
            Value found = null;
            for (LocalState local : cell) {
                for (LocalState.Vote vote : local.votes()) {
                    if (vote.instance() == instance && isChosen(cell, members, vote)) {
                        if (found != null && !found.equals(vote.value())) {
                            return new Chosen(
                                    chosen,
                                    Optional.of(
                                            "agreement: at %d both %s and %s are chosen"
                                                    .formatted(instance, found, vote.value())));
                        }
                        found = vote.value();
                    }
                }
            }
            if (found == null) {
                return new Chosen(chosen, Optional.empty());
            }
            chosen.put(instance, found);
            members = members.after(instance, found);
        }
    }

    private static boolean isChosen(
            List<LocalState> cell, Membership members, LocalState.Vote vote) {
        List<ReplicaId> accepted = new ArrayList<>();
        for (LocalState local : cell) {
            if (local.votes().contains(vote)) {
                accepted.add(LocalStates.id(local.replica()));
            }
        }
        return members.isMajority(accepted);
    }
}
