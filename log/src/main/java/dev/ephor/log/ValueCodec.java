package dev.ephor.log;

import dev.ephor.paxos.Bytes;
import dev.ephor.paxos.Entry;
import dev.ephor.paxos.Epoch;
import dev.ephor.paxos.InvariantViolation;
import dev.ephor.paxos.Learner;
import dev.ephor.paxos.Membership;
import dev.ephor.paxos.ReplicaId;
import dev.ephor.paxos.SequenceNumber;
import dev.ephor.paxos.Value;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;

/// The parts that messages, records and files have in common. Numbers of kinds are forever: one
/// that is no longer used stays reserved (docs/FORMATS.md has the list).
final class ValueCodec {
    private static final int NO_OP = 1;
    private static final int EPOCH_START = 2;
    private static final int COMMANDS = 3;
    private static final int MEMBERSHIP_CHANGE = 4;

    /// Kind and origin.
    static final int LEAST_BYTES = 2;

    private ValueCodec() {}

    static void write(ByteWriter out, Value value) {
        switch (value) {
            case Value.NoOp(SequenceNumber origin) -> write(out.u8(NO_OP), origin);
            case Value.EpochStart(SequenceNumber origin) -> write(out.u8(EPOCH_START), origin);
            case Value.Commands(SequenceNumber origin, List<Bytes> commands) -> {
                write(out.u8(COMMANDS), origin);
                out.varint(commands.size());
                for (Bytes command : commands) {
                    out.bytes(command);
                }
            }
            case Value.MembershipChange(
                            SequenceNumber origin,
                            long basedOn,
                            Membership membership) -> {
                write(out.u8(MEMBERSHIP_CHANGE), origin);
                write(out.varint(basedOn), membership);
            }
        }
    }

    static Value readValue(ByteReader in) throws MalformedException {
        int kind = in.u8();
        return switch (kind) {
            case NO_OP -> new Value.NoOp(readSequence(in));
            case EPOCH_START -> new Value.EpochStart(readSequence(in));
            case COMMANDS -> readCommands(in);
            case MEMBERSHIP_CHANGE -> readChange(in);
            default -> throw new MalformedException("no value has the number " + kind);
        };
    }

    /// About how many bytes the value takes.
    static int sizeOf(Value value) {
        return switch (value) {
            case Value.Commands commands -> 32 + value.size() + 5 * commands.commands().size();
            case Value.MembershipChange change ->
                    64 + 32 * change.membership().incarnations().size();
            case Value.NoOp ignored -> 64;
            case Value.EpochStart ignored -> 64;
        };
    }

    private static Value readChange(ByteReader in) throws MalformedException {
        SequenceNumber origin = readSequence(in);
        long basedOn = in.natural();
        Membership membership = readMembership(in);
        if (membership.voters().isEmpty()) {
            throw new MalformedException("a change leaves no voter");
        }
        return new Value.MembershipChange(origin, basedOn, membership);
    }

    private static Value readCommands(ByteReader in) throws MalformedException {
        SequenceNumber origin = readSequence(in);
        int count = in.count(1);
        if (count == 0) {
            throw new MalformedException("a value of commands has none");
        }
        int whole = in.remaining();
        List<Bytes> commands = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            commands.add(ownStorage(in.bytes(), whole));
        }
        return new Value.Commands(origin, commands);
    }

    /// Whoever keeps a small command must not keep the large frame that it came in.
    private static Bytes ownStorage(Bytes command, int whole) {
        return whole - command.length() > 512 ? Bytes.wrap(command.toByteArray()) : command;
    }

    static void write(ByteWriter out, SequenceNumber sequence) {
        out.varint(sequence.round());
        if (!sequence.isNone()) {
            write(out, sequence.replica());
        }
    }

    static SequenceNumber readSequence(ByteReader in) throws MalformedException {
        long round = in.natural();
        return round == 0 ? SequenceNumber.NONE : new SequenceNumber(round, readReplica(in));
    }

    static void write(ByteWriter out, ReplicaId replica) {
        out.varint(replica.number()).varint(replica.incarnation());
    }

    static ReplicaId readReplica(ByteReader in) throws MalformedException {
        return new ReplicaId(in.smallNatural(), in.smallNatural());
    }

    static void write(ByteWriter out, Entry entry) {
        out.varint(entry.instance());
        write(out, entry.sequence());
        write(out, entry.value());
    }

    static Entry readEntry(ByteReader in) throws MalformedException {
        long instance = readInstance(in);
        return new Entry(instance, readSequence(in), readValue(in));
    }

    /// An instance that has a value: 1 or more.
    static long readInstance(ByteReader in) throws MalformedException {
        long instance = in.natural();
        if (instance == 0) {
            throw new MalformedException("instances count from 1");
        }
        return instance;
    }

    static void write(ByteWriter out, Membership membership) {
        out.varint(membership.voters().size());
        membership.voters().forEach(voter -> write(out, voter));
        out.varint(membership.learners().size());
        membership
                .learners()
                .forEach((replica, learner) -> {
                    write(out, replica);
                    out.u64(learner.nonce());
                    out.flag(learner.replaces().isPresent());
                    learner.replaces().ifPresent(replaced -> write(out, replaced));
                });
        out.varint(membership.incarnations().size());
        membership
                .incarnations()
                .forEach((number, incarnation) -> out.varint(number).varint(incarnation));
        out.varint(membership.since());
    }

    static Membership readMembership(ByteReader in) throws MalformedException {
        TreeSet<ReplicaId> voters = new TreeSet<>();
        for (int i = in.count(2); i > 0; i--) {
            ReplicaId voter = readReplica(in);
            checkOrder(voters.isEmpty() || voters.last().compareTo(voter) < 0);
            voters.add(voter);
        }
        TreeMap<ReplicaId, Learner> learners = new TreeMap<>();
        for (int i = in.count(11); i > 0; i--) {
            ReplicaId replica = readReplica(in);
            checkOrder(learners.isEmpty() || learners.lastKey().compareTo(replica) < 0);
            long nonce = in.u64();
            Optional<ReplicaId> replaces =
                    in.flag() ? Optional.of(readReplica(in)) : Optional.empty();
            learners.put(replica, new Learner(nonce, replaces));
        }
        TreeMap<Integer, Integer> incarnations = new TreeMap<>();
        for (int i = in.count(2); i > 0; i--) {
            int number = in.smallNatural();
            checkOrder(incarnations.isEmpty() || incarnations.lastKey() < number);
            incarnations.put(number, in.smallNatural());
        }
        try {
            return new Membership(voters, learners, incarnations, in.natural());
        } catch (InvariantViolation e) {
            throw new MalformedException("no membership: " + e.getMessage());
        }
    }

    /// Each membership has one encoding.
    private static void checkOrder(boolean ascending) throws MalformedException {
        if (!ascending) {
            throw new MalformedException("members are not in order, or one is there twice");
        }
    }

    static void write(ByteWriter out, Epoch epoch) {
        out.varint(epoch.number());
        write(out, epoch.owner());
    }

    static Epoch readEpoch(ByteReader in) throws MalformedException {
        return new Epoch(in.natural(), readSequence(in));
    }
}
