package dev.ephor.cli;

import dev.ephor.api.StatusReply;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

@Command(
        name = "status",
        description =
                "Ask every replica how it is, show the answers, and say in words what is wrong.",
        footer = {
            "",
            "Examples:",
            "  ephor status",
            "  ephor status --json | tail -n 1      the verdict alone",
            "",
            "Exit codes: 0 all is well; 1 something is wrong; 7 no replica answers.",
        })
final class StatusCommand implements Callable<Integer> {
    private static final Duration LONGEST = Duration.ofSeconds(3);

    @Mixin private final Target target = new Target();
    @Mixin private final Output output = new Output();

    @Override
    public Integer call() {
        Duration limit = target.timeout().compareTo(LONGEST) < 0 ? target.timeout() : LONGEST;
        try (StatusQuery query = new StatusQuery(limit)) {
            List<ReplicaView> views = query.askAll(target.addresses());
            Diagnosis diagnosis = Diagnosis.of(views);
            if (output.isJson()) {
                views.forEach(view -> output.println(json(view).toString()));
                output.println(json(diagnosis).toString());
            } else {
                table(views).lines().forEach(output::println);
                output.println("");
                output.println(diagnosis.verdict());
                diagnosis.findings().forEach(finding -> output.println("- " + finding));
            }
            if (views.stream().noneMatch(ReplicaView::answers)) {
                output.remark("");
                SelfStart.inUsersWords(Target.ADVICE).lines().forEach(output::remark);
                return ExitCode.UNREACHABLE;
            }
            return diagnosis.isHealthy() ? ExitCode.OK : ExitCode.ERROR;
        }
    }

    private static Table table(List<ReplicaView> views) {
        Table table =
                new Table(
                        ">REPLICA",
                        "ADDRESS",
                        "ROLE",
                        ">EPOCH",
                        ">CHOSEN",
                        ">APPLIED",
                        ">LAG",
                        ">LOG FROM",
                        ">SNAPSHOT",
                        ">NODES",
                        ">SESSIONS",
                        ">PROCESS",
                        ">UP");
        for (ReplicaView view : views) {
            table.row(
                    view.answers() ? view.number() : "?",
                    view.address(),
                    view.answers() ? view.show(StatusReply::getRole) : view.error(),
                    view.show(StatusReply::getEpoch),
                    view.show(StatusReply::getChosen),
                    view.show(StatusReply::getApplied),
                    view.show(StatusReply::getLag),
                    view.show(StatusReply::getLogStart),
                    view.show(StatusReply::getSnapshot),
                    view.show(StatusReply::getNodes),
                    view.isMaster() ? view.show(StatusReply::getSessions) : "",
                    view.show(StatusReply::getProcess),
                    view.show(reply -> Durations.show(Duration.ofMillis(reply.getUptimeMs()))));
        }
        return table;
    }

    /// The fields of a replica that `up` shows too have the same names there.
    static JsonLine json(ReplicaView view) {
        StatusReply reply = view.reply();
        JsonLine line = new JsonLine().put("address", view.address().toString());
        if (reply == null) {
            return line.put("answers", false).put("error", view.error());
        }
        return line.put("answers", true)
                .put("cell", reply.getCell())
                .put("replica", reply.getReplica())
                .put("incarnation", reply.getIncarnation())
                .put("role", reply.getRole())
                .put("epoch", reply.getEpoch())
                .put("chosen", reply.getChosen())
                .put("applied", reply.getApplied())
                .put("lag", reply.getLag())
                .put("log_start", reply.getLogStart())
                .put("snapshot", reply.getSnapshot())
                .put("nodes", reply.getNodes())
                .put("sessions", reply.getSessions())
                .put("checksum", "%016x".formatted(reply.getChecksum()))
                .put("master", reply.getMaster())
                .put("master_address", reply.getMasterAddress())
                .put("uptime_ms", reply.getUptimeMs())
                .put("process", reply.getProcess())
                .put("version", reply.getVersion())
                .put("message", reply.getMessage());
    }

    private static JsonLine json(Diagnosis diagnosis) {
        return new JsonLine()
                .put("healthy", diagnosis.isHealthy())
                .put("works", diagnosis.works())
                .put("verdict", diagnosis.verdict())
                .put("findings", diagnosis.findings());
    }
}
