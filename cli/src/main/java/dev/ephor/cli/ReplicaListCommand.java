package dev.ephor.cli;

import dev.ephor.api.Member;
import dev.ephor.api.StatusReply;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

@Command(
        name = "list",
        description = {
            "Show the members of a cell, as its master knows them.",
            "",
            "Who votes, who learns and is about to vote, and who waits to be added.",
        },
        footer = {
            "",
            "Examples:",
            "  ephor replica list",
            "  ephor replica list --json",
            "",
            "Exit codes: 0 as the master says; 1 no master answered, and another replica did;",
            "7 nobody answers.",
        })
final class ReplicaListCommand implements Callable<Integer> {
    private static final Duration LONGEST = Duration.ofSeconds(3);

    @Mixin private final Target target = new Target();
    @Mixin private final Output output = new Output();

    @Override
    public Integer call() {
        Duration limit = target.timeout().compareTo(LONGEST) < 0 ? target.timeout() : LONGEST;
        try (StatusQuery query = new StatusQuery(limit)) {
            StatusReply reply =
                    best(query.askAll(target.addresses()))
                            .orElseThrow(() ->
                                    new Failure(
                                            ExitCode.UNREACHABLE,
                                            "nothing answers at "
                                                    + Target.shorten(target.addresses()),
                                            Target.ADVICE));
            boolean certain = reply.getRole().equals(ReplicaView.MASTER);
            if (!certain) {
                output.remark(
                        "No master answers. This is how it was as far as replica "
                                + reply.getReplica()
                                + " knows:");
            }
            show(reply.getMembersList());
            return certain ? ExitCode.OK : ExitCode.ERROR;
        }
    }

    /// The master of the newest epoch, else whoever knows most.
    private static Optional<StatusReply> best(List<ReplicaView> views) {
        return views.stream()
                .flatMap(view -> Optional.ofNullable(view.reply()).stream())
                .max(
                        Comparator.comparing((StatusReply reply) ->
                                        reply.getRole().equals(ReplicaView.MASTER))
                                .thenComparing(StatusReply::getEpoch)
                                .thenComparing(StatusReply::getApplied));
    }

    private void show(List<Member> members) {
        if (output.isJson()) {
            members.forEach(member -> output.println(json(member).toString()));
            return;
        }
        Table table = new Table(">REPLICA", "IS", "CLIENTS AT", "REPLICAS AT", ">CHOSEN", "");
        for (Member member : members) {
            table.row(
                    name(member),
                    kind(member),
                    member.getClientAddress(),
                    member.getReplicaAddress(),
                    member.getChosen() == 0 ? "" : member.getChosen(),
                    member.getDetail());
        }
        table.lines().forEach(output::println);
    }

    /// The number, and from the second on which incarnation of it.
    private static String name(Member member) {
        return member.getIncarnation() <= 1
                ? String.valueOf(member.getReplica())
                : member.getReplica() + "'" + member.getIncarnation();
    }

    private static String kind(Member member) {
        return switch (member.getKind()) {
            case VOTER -> "voter";
            case LEARNER ->
                    member.getReplaces() == 0
                            ? "learner"
                            : "learner, replaces " + member.getReplaces();
            case WAITING -> "waits to be added";
            case KIND_UNSPECIFIED, UNRECOGNIZED -> "?";
        };
    }

    private static JsonLine json(Member member) {
        return new JsonLine()
                .put("replica", member.getReplica())
                .put("incarnation", member.getIncarnation())
                .put("kind", member.getKind().name().toLowerCase(java.util.Locale.ROOT))
                .put("replaces", member.getReplaces())
                .put("chosen", member.getChosen())
                .put("client_address", member.getClientAddress())
                .put("replica_address", member.getReplicaAddress())
                .put("detail", member.getDetail());
    }
}
