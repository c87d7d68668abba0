package dev.ephor.simulator;

import dev.ephor.cell.CellReplica;
import dev.ephor.log.DamagedException;
import dev.ephor.log.Identity;
import dev.ephor.log.ReplicaStatus;
import dev.ephor.paxos.ReplicaId;
import dev.ephor.server.FrontDoor;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// One replica of the profile `cell`: all of a server but its sockets.
final class ServiceNode extends Machine {
    private static final int PORT = 7400;

    private final ServiceCell cell;
    private final SimDisk disk;
    private final Identity identity;
    private final Rng rng;

    // What dies with the process:
    private @Nullable SimEnvironment environment;
    private @Nullable FrontDoor door;
    private @Nullable CellReplica replica;

    ServiceNode(ServiceCell cell, int index, LocalClock clock) {
        super(cell.world, index, "r" + (index + 1), clock);
        this.cell = cell;
        this.rng = world.rng.stream("node", index);
        this.disk = new SimDisk(world, cell.climate, index);
        try {
            identity =
                    Identity.bootstrap(
                            disk,
                            ServiceCell.NAME,
                            ReplicaId.of(index + 1),
                            cell.membership,
                            world.rng.stream("identity", index));
        } catch (IOException impossible) {
            throw new IllegalStateException(impossible);
        }
        disk.begin();
    }

    /// Where clients reach a replica.
    static String addressOf(int index) {
        return "replica:" + (PORT + index);
    }

    static int indexOf(String address) {
        return Integer.parseInt(address.substring(address.indexOf(':') + 1)) - PORT;
    }

    @Override
    void boot(Process born) {
        SimExecutor main = new SimExecutor(born);
        main.execute(() -> open(born));
    }

    private void open(Process born) {
        Rng life = rng.stream("life", rng.nextInt(1 << 30));
        SimEnvironment fresh =
                new SimEnvironment(this, born, cell.climate, disk, cell.network, life);
        FrontDoor front = new FrontDoor(fresh, new WhoIsWhere());
        try {
            CellReplica opened =
                    CellReplica.open(
                            identity,
                            cell.settings,
                            fresh,
                            cell.cellSettings,
                            front,
                            life.stream("secrets"));
            front.attach(opened.cell());
            world.at(
                    world.now(),
                    born,
                    () -> {
                        environment = fresh;
                        replica = opened;
                        door = front;
                    });
        } catch (DamagedException damaged) {
            throw world.broken("no disk is taken for damaged", name + ": " + damaged.getMessage());
        } catch (IOException failed) {
            if (!SimDisk.isSimulated(failed)) {
                throw world.broken("no exception", name + ": " + failed);
            }
            String why = "cannot start: " + failed.getMessage();
            world.at(
                    world.now(),
                    null,
                    () -> {
                        if (life() == born) {
                            fail(why);
                        }
                    });
        }
    }

    @Override
    void died() {
        disk.crash();
        environment = null;
        door = null;
        replica = null;
    }

    @Override
    void dying(Process process) {
        cell.streams.died(process);
    }

    @Override
    void slowDisk(double factor) {
        disk.slow(factor);
    }

    @Override
    void calm() {
        super.calm();
        disk.calm();
    }

    @Override
    boolean atOperation(int operations, Runnable crash) {
        disk.crashAfter(operations, crash);
        return true;
    }

    @Nullable FrontDoor door() {
        return door;
    }

    @Nullable SimExecutor loop() {
        return environment == null ? null : environment.loopThread();
    }

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
