package dev.ephor.simulator;

import dev.ephor.cell.CellReplica;
import dev.ephor.log.ReplicaStatus;
import dev.ephor.paxos.ReplicaId;
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
    Opened open(SimEnvironment fresh, Rng life) throws IOException {
        FrontDoor front = new FrontDoor(fresh, new WhoIsWhere());
        CellReplica opened =
                CellReplica.open(
                        seat,
                        cell.settings,
                        fresh,
                        cell.cellSettings,
                        front,
                        life.stream("secrets"));
        front.attach(opened.cell());
        return new Opened(
                opened.log().status(),
                () -> {
                    replica = opened;
                    door = front;
                });
    }

    @Override
    void forget() {
        door = null;
        replica = null;
    }

    @Override
    void dying(Process process) {
        cell.streams.died(process);
    }

    @Nullable FrontDoor door() {
        return door;
    }

    @Override
    @Nullable CompletableFuture<MemberOrder.Outcome> administer(MemberOrder order) {
        return null;
    }

    @Override
    @Nullable ReplicaStatus status() {
        return replica == null ? null : replica.log().status();
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
    }
}
