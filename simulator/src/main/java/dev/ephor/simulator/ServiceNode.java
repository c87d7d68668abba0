package dev.ephor.simulator;

import dev.ephor.api.AddReplica;
import dev.ephor.api.AdminReply;
import dev.ephor.api.AdminRequest;
import dev.ephor.api.RemoveReplica;
import dev.ephor.api.ReplaceReplica;
import dev.ephor.api.TransferMaster;
import dev.ephor.cell.CellReplica;
import dev.ephor.log.ReplicaStatus;
import dev.ephor.paxos.ReplicaId;
import dev.ephor.server.Administration;
import dev.ephor.server.FrontDoor;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/// One replica of the profile `cell`: all of a server but its sockets.
final class ServiceNode extends DiskMachine {
    private static final int PORT = 7400;

    private final ServiceCell cell;

    // What dies with the process:
    private @Nullable FrontDoor door;
    private @Nullable Administration administration;
    private @Nullable CellReplica replica;

    ServiceNode(ServiceCell cell, Setting setting, int index, LocalClock clock) {
        super(setting, index, clock);
        this.cell = cell;
    }

    /// Where clients reach a replica.
    static String addressOf(int index) {
        return "replica:" + (PORT + index);
    }

    static int indexOf(String address) {
        return Integer.parseInt(address.substring(address.indexOf(':') + 1)) - PORT;
    }

    @Override
    Opened open(SimEnvironment fresh, Rng life, int format) throws IOException {
        FrontDoor front = new FrontDoor(fresh, new WhoIsWhere());
        CellReplica opened =
                CellReplica.open(
                        seat,
                        cell.settings.withSegmentFormat(format),
                        fresh,
                        cell.cellSettings,
                        front,
                        life.stream("secrets"));
        front.attach(opened.cell());
        front.watchOverClients(opened.log(), cell.cellSettings.leaseMillis());
        Administration operators = new Administration(fresh, new WhoIsWhere()::masterAddress);
        operators.serve(opened.log());
        return new Opened(
                opened.log().status(),
                () -> {
                    replica = opened;
                    door = front;
                    administration = operators;
                });
    }

    @Override
    void forget() {
        door = null;
        administration = null;
        replica = null;
    }

    @Override
    void dying(Process process) {
        cell.streams.died(process);
    }

    @Nullable FrontDoor door() {
        return door;
    }

    /// As a server does that is told to end: mastership is handed over, the clients are sent to the
    /// next master, what was written is flushed.
    @Override
    void stop() {
        CellReplica running = replica;
        FrontDoor front = door;
        Process life = life();
        if (running == null || front == null || life == null) {
            crash();
            return;
        }
        handOver(running.log(), life, () -> front.shutDown(() -> close(running, life)));
    }

    private void close(CellReplica running, Process life) {
        running.close();
        running.log().closed().thenRun(() -> stopped(life));
    }

    @Override
    @Nullable CompletableFuture<MemberOrder.Outcome> administer(MemberOrder order) {
        Administration taking = administration;
        SimExecutor loop = loop();
        if (taking == null || loop == null) {
            return null;
        }
        Answer answer = new Answer();
        loop.execute(() -> taking.administer(request(order), answer));
        return answer.outcome;
    }

    private static AdminRequest request(MemberOrder order) {
        AdminRequest.Builder request = AdminRequest.newBuilder();
        switch (order) {
            case MemberOrder.Add(int number) ->
                    request.setAdd(AddReplica.newBuilder().setReplica(number));
            case MemberOrder.Remove(int number) ->
                    request.setRemove(RemoveReplica.newBuilder().setReplica(number));
            case MemberOrder.Replace(int number, int by) ->
                    request.setReplace(ReplaceReplica.newBuilder().setReplica(number).setBy(by));
            case MemberOrder.Transfer(int to) ->
                    request.setTransfer(TransferMaster.newBuilder().setTo(to));
        }
        return request.build();
    }

    /// What an operator hears.
    private final class Answer implements Administration.Line {
        final CompletableFuture<MemberOrder.Outcome> outcome = new CompletableFuture<>();

        @Override
        public void send(AdminReply reply) {
            world.note(name, "administration", reply.getDetail());
            switch (reply.getOutcome()) {
                case UNDER_WAY -> world.marks.reach("an operator hears how far a change is");
                case DONE -> outcome.complete(MemberOrder.Outcome.DONE);
                case NOT_MASTER -> outcome.complete(MemberOrder.Outcome.NOT_MASTER);
                case REFUSED -> outcome.complete(MemberOrder.Outcome.REFUSED);
                case UNKNOWN -> outcome.complete(MemberOrder.Outcome.UNKNOWN);
                case UNRECOGNIZED -> throw world.broken("answers are known", reply.getDetail());
            }
        }

        @Override
        public void end() {
            world.check(outcome.isDone(), "an operator gets an answer", () -> name);
        }

        @Override
        public boolean isGone() {
            return false;
        }
    }

    @Override
    @Nullable ReplicaStatus status() {
        return replica == null ? null : replica.log().status();
    }

    /// The last instance whose effects are here.
    long applied() {
        return replica == null ? 0 : replica.database().state().instance();
    }

    /// Of the whole database, as far as it is applied.
    long checksum() {
        return replica == null ? 0 : replica.database().checksum().orElse(0);
    }

    void stepDown() {
        if (replica != null) {
            replica.log().stepDown("asked to");
        }
    }

    private final class WhoIsWhere implements FrontDoor.Directory {
        @Override
        public String masterAddress() {
            ReplicaStatus known = status();
            int master = known == null ? 0 : known.master().map(ReplicaId::number).orElse(0);
            return master == 0 || master == index + 1 ? "" : addressOf(master - 1);
        }

        @Override
        public List<String> clientAddresses() {
            return cell.addresses();
        }

        @Override
        public boolean isRemoved() {
            ReplicaStatus known = status();
            return known != null && known.role() == ReplicaStatus.Role.REMOVED;
        }
    }
}
