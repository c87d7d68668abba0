package dev.ephor.log;

import dev.ephor.paxos.ReplicaId;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.function.Function;

/// What a replica that takes no part hears of the others: where no majority of the disks is left,
/// an operator has to know who holds what. It answers those who ask to be admitted with what it
/// holds itself, and admits nobody. Confined to the loop.
final class RollCall {
    private static final long LASTS = 5_000_000_000L;
    private static final long PATIENCE = 2_000_000_000L;
    private static final String NEITHER = "has no usable disk either";

    private final Environment environment;
    private final Peers peers;
    private final int self;
    private final long begun;
    private final TreeMap<Integer, Heard> heard = new TreeMap<>();

    /// @param what a predicate, to be read after the replica's name
    /// @param master empty where it does not say
    /// @param reason why this replica is not admitted; empty where it has no say in that
    private record Heard(String what, String master, String reason, long at) {}

    /// @param self number of this replica
    RollCall(Environment environment, Peers peers, int self) {
        this.environment = environment;
        this.peers = peers;
        this.self = self;
        this.begun = environment.nanoTime();
    }

    /// Another one has no usable disk, and asks to be admitted. It is told what there is here.
    ///
    /// @param empty there is no usable disk here either
    /// @param upTo the last instance that this replica has a value for
    void asked(ReplicaId from, Frame.Apply apply, boolean empty, long upTo) {
        if (from.incarnation() != 0 || from.number() == self) {
            return;
        }
        environment.network().locate(from, apply.address());
        hear(
                from.number(),
                empty ? NEITHER : "has no usable disk, and asks to be admitted",
                "",
                "");
        Frame answer = new Frame.Wait(apply.nonce(), empty, upTo, "", "");
        environment.network().send(List.of(from), FrameCodec.encode(answer));
    }

    /// The answer to what this replica asked.
    void told(ReplicaId from, Frame.Wait answer) {
        String what = answer.applicant() ? NEITHER : whatItHolds(answer.upTo());
        hear(from.number(), what, answer.master(), answer.reason());
    }

    /// Another one takes no part yet either, and says what it holds.
    void started(PeerEntry other) {
        hear(other.replica().number(), whatItHolds(other.highest()), "", "");
    }

    /// Another one was heard, of which nothing more is known perhaps.
    void answered(ReplicaId from) {
        if (!isFresh(from.number())) {
            hear(from.number(), "answers", "", "");
        }
    }

    private void hear(int number, String what, String master, String reason) {
        heard.put(number, new Heard(what, master, reason, environment.nanoTime()));
    }

    static String whatItHolds(long upTo) {
        return upTo == 0 ? "has a disk, but nothing whole on it" : "holds up to instance " + upTo;
    }

    private boolean isFresh(int number) {
        Heard last = heard.get(number);
        return last != null && environment.nanoTime() - last.at() <= LASTS;
    }

    /// Who is master, as somebody says; empty where nobody knows.
    String master() {
        return last(Heard::master);
    }

    /// Why this replica is not admitted, as the master says; empty where there is none.
    String reason() {
        return last(Heard::reason);
    }

    private String last(Function<Heard, String> field) {
        return heard.entrySet().stream()
                .filter(entry -> isFresh(entry.getKey()))
                .map(entry -> field.apply(entry.getValue()))
                .filter(text -> !text.isEmpty())
                .reduce("", (one, other) -> other);
    }

    /// True where nobody was heard lately.
    boolean isSilent() {
        return heard.keySet().stream().noneMatch(this::isFresh);
    }

    /// What was heard of each lately, and who was not heard; empty text where there is nothing to
    /// tell yet.
    String result() {
        List<String> said = new ArrayList<>();
        heard.forEach((number, last) -> {
            if (isFresh(number)) {
                said.add("replica " + number + " " + last.what());
            }
        });
        if (environment.nanoTime() - begun >= PATIENCE) {
            for (int number : peers.endpoints().keySet()) {
                if (number != self && !isFresh(number)) {
                    said.add("replica " + number + " does not answer");
                }
            }
        }
        return String.join(", ", said);
    }
}
