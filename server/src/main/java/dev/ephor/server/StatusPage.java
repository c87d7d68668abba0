package dev.ephor.server;

import dev.ephor.api.StatusReply;
import dev.ephor.cell.Cell;
import dev.ephor.cell.CellReplica;
import dev.ephor.database.DatabaseState;
import dev.ephor.log.ReplicaStatus;
import org.jspecify.annotations.Nullable;

/// What the replica says of itself when it is asked. Thread-safe.
final class StatusPage {
    private final ServerConfig config;
    private final Addresses addresses;
    private final LogReporter reporter;
    private final long startedAt = System.nanoTime();

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
                        .setMessage(reporter.warning())
                        .setUptimeMs((System.nanoTime() - startedAt) / 1_000_000)
                        .setClientAddress(addresses.own())
                        .setReplicaAddress(config.listenReplica().toString())
                        .setProcess(ProcessHandle.current().pid())
                        .addAllReplicas(addresses.clientAddresses());
        CellReplica running = replica;
        if (running == null) {
            return reply.setRole("recovering").build();
        }
        // Taken together, so that the checksum is the one at `applied`; the log's status is as of
        // its
        // last tick.
        DatabaseState state = running.database().state();
        ReplicaStatus log = running.log().status();
        long applied = state.instance();
        Cell.Census census = running.cell().census();
        return reply.setIncarnation(log.self().incarnation())
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

    private static String role(ReplicaStatus.Role role) {
        return switch (role) {
            case APPLICANT -> "applicant";
            case LEARNER -> "learner";
            case REMOVED -> "removed";
            case REPLICA -> "replica";
            case CANDIDATE -> "candidate";
            case COORDINATOR -> "coordinator";
            case MASTER -> "master";
        };
    }
}
