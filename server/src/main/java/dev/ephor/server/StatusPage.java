package dev.ephor.server;

import dev.ephor.api.Member;
import dev.ephor.api.StatusReply;
import dev.ephor.cell.Cell;
import dev.ephor.cell.CellReplica;
import dev.ephor.database.DatabaseState;
import dev.ephor.log.ReplicaStatus;
import dev.ephor.paxos.ReplicaId;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What the replica says of itself when it is asked. Thread-safe.
final class StatusPage {
    private final ServerConfig config;
    private final Addresses addresses;
    private final LogReporter reporter;
    private final long startedAt = System.nanoTime();

    /// Of one that reads its disk, too.
    private static final String RECOVERING = "recovering";

    private volatile @Nullable CellReplica replica;

    StatusPage(ServerConfig config, Addresses addresses, LogReporter reporter) {
        this.config = config;
        this.addresses = addresses;
        this.reporter = reporter;
    }

    /// The replica is up.
    void serve(CellReplica running) {
        replica = running;
    }

    StatusReply reply() {
        StatusReply.Builder reply =
                StatusReply.newBuilder()
                        .setCell(config.cell())
                        .setReplica(config.replica())
                        .setVersion(Version.TEXT)
                        .setUptimeMs((System.nanoTime() - startedAt) / 1_000_000)
                        .setClientAddress(addresses.own())
                        .setReplicaAddress(config.listenReplica().toString())
                        .setProcess(ProcessHandle.current().pid())
                        .addAllReplicas(addresses.clientAddresses());
        CellReplica running = replica;
        if (running == null) {
            return reply.setRole(RECOVERING).setMessage(reporter.warning()).build();
        }
        // Taken together, so that the checksum is the one at `applied`; the log's status is as of
        // its last tick.
        DatabaseState state = running.database().state();
        ReplicaStatus log = running.log().status();
        long applied = state.instance();
        Cell.Census census = running.cell().census();
        String note = log.note();
        return reply.setMessage(note.isEmpty() ? reporter.warning() : note)
                .addAllMembers(members(log))
                .setIncarnation(log.self().incarnation())
                .setRole(role(log.role()))
                .setEpoch(state.epoch().number())
                .setChosen(Math.max(applied, log.chosenUpTo()))
                .setApplied(applied)
                .setLogStart(log.logStart())
                .setSnapshot(log.snapshotInstance())
                .setLag(Math.max(0, log.knownChosen() - applied))
                .setMaster(addresses.master())
                .setMasterAddress(addresses.address(addresses.master()))
                .setSessions(census.sessions())
                .setNodes(census.nodes())
                .setChecksum(state.checksum())
                .build();
    }

    /// Voters, then learners, then those that wait to be let in.
    private List<Member> members(ReplicaStatus log) {
        List<Member> members = new ArrayList<>();
        for (ReplicaId voter : log.membership().voters()) {
            members.add(member(voter, Member.Kind.VOTER, log).build());
        }
        log.membership()
                .learners()
                .forEach((id, learner) ->
                        members.add(
                                member(id, Member.Kind.LEARNER, log)
                                        .setReplaces(
                                                learner.replaces().map(ReplicaId::number).orElse(0))
                                        .setDetail(log.learners().getOrDefault(id, ""))
                                        .build()));
        log.applicants()
                .forEach((number, why) ->
                        members.add(
                                member(new ReplicaId(number, 0), Member.Kind.WAITING, log)
                                        .setDetail(why)
                                        .build()));
        return members;
    }

    private Member.Builder member(ReplicaId id, Member.Kind kind, ReplicaStatus log) {
        long chosen =
                id.equals(log.self()) ? log.chosenUpTo() : log.peersChosen().getOrDefault(id, 0L);
        return Member.newBuilder()
                .setReplica(id.number())
                .setIncarnation(id.incarnation())
                .setKind(kind)
                .setChosen(chosen)
                .setClientAddress(addresses.address(id.number()))
                .setReplicaAddress(addresses.replicaAddress(id.number()));
    }

    private static String role(ReplicaStatus.Role role) {
        return switch (role) {
            case APPLICANT -> "applicant";
            case RECOVERING -> RECOVERING;
            case LEARNER -> "learner";
            case REMOVED -> "removed";
            case REPLICA -> "replica";
            case CANDIDATE -> "candidate";
            case COORDINATOR -> "coordinator";
            case MASTER -> "master";
        };
    }
}
