package dev.ephor.paxos;

import java.util.List;
import java.util.stream.Collectors;

/// How scripts write messages, records and effects.
final class Wording {
    private Wording() {}

    static String of(Value value) {
        return switch (value) {
            case Value.NoOp noOp -> "no-op";
            case Value.EpochStart start -> "epoch of " + start.origin();
            case Value.Commands commands ->
                    commands.commands().stream().map(Bytes::utf8).collect(Collectors.joining("+"));
            case Value.MembershipChange change ->
                    "members %s based on %d".formatted(of(change.membership()), change.basedOn());
        };
    }

    /// Voters, then learners: `[1, 2, 3] and [4 for 3]`.
    static String of(Membership membership) {
        return membership.learners().isEmpty()
                ? membership.voters().toString()
                : membership.voters()
                        + " and "
                        + membership.learners().entrySet().stream()
                                .map(learner ->
                                        learner.getKey()
                                                + learner.getValue()
                                                        .replaces()
                                                        .map(replaced -> " for " + replaced)
                                                        .orElse(""))
                                .collect(Collectors.joining(", ", "[", "]"));
    }

    private static String of(long first, List<Value> values) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < values.size(); i++) {
            text.append(i == 0 ? "" : ", ")
                    .append(first + i)
                    .append(" = ")
                    .append(of(values.get(i)));
        }
        return "[" + text + "]";
    }

    static String of(Message message) {
        return switch (message) {
            case Message.Propose m ->
                    "propose %s from %d%s"
                            .formatted(
                                    m.sequence(),
                                    m.firstUnchosen(),
                                    m.released().isNone() ? "" : ", released " + m.released());
            case Message.Promise m ->
                    "promise %s, chosen to %d %s"
                            .formatted(
                                    m.sequence(),
                                    m.chosenUpTo(),
                                    m.accepted().stream()
                                            .map(e ->
                                                    e.instance()
                                                            + " = "
                                                            + of(e.value())
                                                            + " under "
                                                            + e.sequence())
                                            .collect(Collectors.joining(", ", "[", "]")));
            case Message.Accept m ->
                    m.values().isEmpty()
                            ? "heartbeat %s, chosen to %d".formatted(m.sequence(), m.chosenUpTo())
                            : "accept %s %s, chosen to %d"
                                    .formatted(
                                            m.sequence(),
                                            of(m.first(), m.values()),
                                            m.chosenUpTo());
            case Message.Acknowledge m -> "acknowledge %s to %d".formatted(m.sequence(), m.upTo());
            case Message.Grant m ->
                    "grant %s, accepted to %d, chosen to %d"
                            .formatted(m.sequence(), m.upTo(), m.chosenUpTo());
            case Message.Reject m ->
                    "reject %s, promised %s%s"
                            .formatted(
                                    m.sequence(), m.promised(), m.leased() ? ", lease runs" : "");
            case Message.Release m -> "release " + m.sequence();
            case Message.TakeOver m -> "take over from " + m.sequence();
            case Message.CatchUp m -> "catch-up from " + m.from();
            case Message.Chosen m ->
                    "chosen %s, chosen to %d".formatted(of(m.first(), m.values()), m.chosenUpTo());
            case Message.SnapshotAvailable m ->
                    "snapshot of %d, chosen to %d".formatted(m.instance(), m.chosenUpTo());
        };
    }

    static String of(Record record) {
        return switch (record) {
            case Record.Promised r -> "promised " + r.sequence();
            case Record.Accepted r ->
                    "accepted %d = %s under %s"
                            .formatted(r.instance(), of(r.value()), r.sequence());
            case Record.Chosen r -> "chosen %d = %s".formatted(r.instance(), of(r.value()));
            case Record.ChosenUpTo r -> "chosen to " + r.instance();
        };
    }

    static String of(Effect effect) {
        return switch (effect) {
            case Effect.BecameCoordinator e -> "is coordinator with " + e.sequence();
            case Effect.LostCoordinator e -> "is coordinator no more: " + e.why();
            case Effect.Refused e -> "refuses %d: %s".formatted(e.tickets().size(), e.reason());
            case Effect.TransferFailed e -> "does not hand over: " + e.why();
            case Effect.FetchSnapshot e ->
                    "fetches the snapshot of %d from %s".formatted(e.instance(), e.from());
            case Effect.Send e -> "sends " + of(e.message());
            case Effect.Broadcast e -> "broadcasts " + of(e.message());
            case Effect.Persist e -> "writes " + e.records().size();
            case Effect.Learn e -> "learns " + e.instance();
            case Effect.Proposed e -> "proposes " + e.instance();
            case Effect.ServeCatchUp e -> "reads its log from " + e.from();
        };
    }
}
