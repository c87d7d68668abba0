package dev.ephor.paxos;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/// Judges a [RandomWorld] from outside: by what is on disks, what is learned and what is sent.
final class Judge {
    private record Proposal(SequenceNumber origin, long instance) {}

    private record Vote(long instance, SequenceNumber sequence, Value value) {}

    /// What is chosen, as the first replica to learn it said.
    private final TreeMap<Long, Value> chosen = new TreeMap<>();

    /// The members from each instance on where they changed.
    private final TreeMap<Long, Membership> members = new TreeMap<>();

    private final Map<Proposal, Value> proposals = new HashMap<>();

    /// Who ever had this accepted on disk.
    private final Map<Vote, Set<ReplicaId>> votes = new HashMap<>();

    private final Map<Long, Set<SequenceNumber>> sequences = new HashMap<>();

    Judge(Membership first) {
        members.put(1L, first);
    }

    /// The members for the instance after the last that anybody learned.
    Membership members() {
        return members.lastEntry().getValue();
    }

    long learned() {
        return chosen.isEmpty() ? 0 : chosen.lastKey();
    }

    List<Value> values(long from, long to) {
        return from > to ? List.of() : List.copyOf(chosen.subMap(from, true, to, true).values());
    }

    void written(ReplicaId by, Record record) {
        if (record
                instanceof Record.Accepted(long instance, SequenceNumber sequence, Value value)) {
            votes.computeIfAbsent(new Vote(instance, sequence, value), v -> new TreeSet<>())
                    .add(by);
            sequences.computeIfAbsent(instance, i -> new TreeSet<>()).add(sequence);
        }
    }

    /// A reign proposes one value at an instance and never another one: what its master speculated
    /// on is what its commands meet.
    void proposed(Message message) {
        if (message instanceof Message.Accept accept) {
            for (int i = 0; i < accept.values().size(); i++) {
                Value value = accept.values().get(i);
                Proposal proposal = new Proposal(value.origin(), accept.first() + i);
                Value before = proposals.putIfAbsent(proposal, value);
                assertThat(before == null ? value : before).as("%s", proposal).isEqualTo(value);
            }
        }
    }

    /// A replica learned a value. True where it is the first to learn it: then a majority of the
    /// members for that very instance must have it on disk, accepted under one number; and for a
    /// change, a majority of the new members too.
    boolean learned(long instance, Value value) {
        Value before = chosen.putIfAbsent(instance, value);
        assertThat(before == null ? value : before).as("chosen at %d", instance).isEqualTo(value);
        if (before != null) {
            return false;
        }
        assertThat(instance).as("learned without a gap").isEqualTo(chosen.size());
        Membership present = members();
        Membership after = present.after(instance, value);
        assertThat(
                        sequences.getOrDefault(instance, Set.of()).stream()
                                .map(sequence ->
                                        votes.getOrDefault(
                                                new Vote(instance, sequence, value), Set.of()))
                                .anyMatch(voters ->
                                        present.isMajority(voters) && after.isMajority(voters)))
                .as("%d = %s is on the disks of a majority of %s", instance, value, present)
                .isTrue();
        if (!after.equals(present)) {
            members.put(instance + 1, after);
        }
        return true;
    }

    /// Everybody computes the same members. Who joined has yet to learn them.
    void members(Replica core) {
        Membership known = core.membership();
        if (!known.equals(Membership.NOBODY)) {
            assertThat(known)
                    .as("members after %d, by %s", core.chosenUpTo(), core.self())
                    .isEqualTo(members.floorEntry(core.chosenUpTo() + 1).getValue());
        }
    }

    /// At most one replica holds the master lease (all clocks are the same here), and it is one of
    /// the members that decide now.
    void leases(Collection<RandomWorld.Node> nodes, long now) {
        Map<ReplicaId, Long> holders = new TreeMap<>();
        for (RandomWorld.Node node : nodes) {
            node.core
                    .filter(core -> core.isCoordinator() && core.leaseUntil() > now)
                    .ifPresent(core -> holders.put(node.id, core.leaseUntil()));
        }
        assertThat(holders).as("holders of the master lease").hasSizeLessThanOrEqualTo(1);
    }
}
