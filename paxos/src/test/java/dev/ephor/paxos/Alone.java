package dev.ephor.paxos;

import static dev.ephor.paxos.Given.ONE;
import static dev.ephor.paxos.Given.TWO;
import static dev.ephor.paxos.Given.number;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/// Replica 1 of a cell whose other replicas are the test: it says what they say, and looks at what
/// replica 1 does then.
final class Alone {
    static final long MILLI = 1_000_000;
    static final SequenceNumber FIRST = number(1, 1);

    final Replica replica;
    long now;
    private final List<Effect.Persist> unflushed = new ArrayList<>();

    Alone(Membership members) {
        this(Settings.DEFAULT, Recovered.nothing(members));
    }

    Alone(Settings settings, Recovered recovered) {
        replica = Replica.start(ONE, settings, recovered, 0, new SplittableRandom(1));
    }

    /// Replica 1 of three as coordinator whose epoch's start, at instance 1, is decided, and which
    /// holds the lease; nothing is under way.
    static Alone asMaster() {
        return asMaster(Settings.DEFAULT, Given.MEMBERS);
    }

    static Alone asMaster(Settings settings, Membership members) {
        Alone alone = new Alone(settings, Recovered.nothing(members));
        alone.win();
        for (ReplicaId voter : members.voters()) {
            alone.grant(voter, FIRST, 1);
        }
        alone.flush();
        assertThat(alone.replica.chosenUpTo()).isEqualTo(1);
        assertThat(alone.replica.leaseUntil()).isEqualTo(alone.now + settings.masterLease());
        return alone;
    }

    /// Stands for election and gets every promise.
    List<Effect> win() {
        stand();
        flush();
        List<Effect> effects = List.of();
        for (ReplicaId voter : replica.membership().voters()) {
            if (!replica.isCoordinator()) {
                effects = hear(voter, new Message.Promise(replica.promised(), 0, List.of()));
            }
        }
        flush();
        return effects;
    }

    /// The random time passes, and it asks for promises.
    List<Effect> stand() {
        pass(0);
        return pass(101);
    }

    List<Effect> step(Input input) {
        List<Effect> effects = replica.step(now, input);
        for (Effect effect : effects) {
            if (effect instanceof Effect.Persist persist) {
                unflushed.add(persist);
            }
        }
        return effects;
    }

    List<Effect> pass(long millis) {
        now += millis * MILLI;
        return step(new Input.Tick());
    }

    List<Effect> hear(ReplicaId from, Message message) {
        return step(new Input.Received(from, message));
    }

    /// The newest heartbeat is answered.
    List<Effect> grant(ReplicaId from, SequenceNumber sequence, long upTo) {
        return hear(from, new Message.Grant(sequence, now, upTo, upTo));
    }

    List<Effect> submit(String command) {
        return step(
                new Input.Submit(
                        List.of(new Input.Command(command.hashCode(), Bytes.utf8(command)))));
    }

    /// What was written is on disk; what waited for it is sent, as the first of the effects.
    List<Effect> flush() {
        List<Effect> effects = new ArrayList<>();
        while (!unflushed.isEmpty()) {
            List<Effect.Persist> done = List.copyOf(unflushed);
            unflushed.clear();
            done.forEach(persist -> effects.addAll(persist.then()));
            effects.addAll(step(new Input.Persisted(done.getLast().ticket())));
        }
        return effects;
    }

    /// The messages to one replica among the effects. Proposes that wait for the disk are among
    /// them.
    static List<Message> to(ReplicaId replica, List<Effect> effects) {
        List<Message> messages = new ArrayList<>();
        for (Effect effect : effects) {
            if (effect instanceof Effect.Send(ReplicaId to, Message message)
                    && to.equals(replica)) {
                messages.add(message);
            } else if (effect instanceof Effect.Broadcast(List<ReplicaId> to, Message message)
                    && to.contains(replica)) {
                messages.add(message);
            } else if (effect instanceof Effect.Persist persist) {
                persist.then().stream()
                        .filter(send -> send.to().equals(replica))
                        .map(Effect.Send::message)
                        .filter(Message.Propose.class::isInstance)
                        .forEach(messages::add);
            }
        }
        return messages;
    }

    static <M extends Message> List<M> to(ReplicaId replica, List<Effect> effects, Class<M> kind) {
        return to(replica, effects).stream().filter(kind::isInstance).map(kind::cast).toList();
    }

    static <E extends Effect> List<E> of(List<Effect> effects, Class<E> kind) {
        return effects.stream().filter(kind::isInstance).map(kind::cast).toList();
    }

    /// Why its reign ended.
    static List<String> losses(List<Effect> effects) {
        return of(effects, Effect.LostCoordinator.class).stream()
                .map(Effect.LostCoordinator::why)
                .toList();
    }

    /// The values that it sent to one replica.
    static List<Value> valuesTo(ReplicaId replica, List<Effect> effects) {
        return to(replica, effects, Message.Accept.class).stream()
                .flatMap(accept -> accept.values().stream())
                .toList();
    }

    /// True where it asked replica 2 for a promise.
    static boolean stands(List<Effect> effects) {
        return !to(TWO, effects, Message.Propose.class).isEmpty();
    }
}
