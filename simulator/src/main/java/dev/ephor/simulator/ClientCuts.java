package dev.ephor.simulator;

import dev.ephor.log.ReplicaStatus;
import dev.ephor.log.ReplicaStatus.Role;
import dev.ephor.paxos.Membership;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Cuts the wires between the master and all clients, and no others: it is master as before, and
/// nobody has anything of it. For a while, among the other faults, and in some runs for good, when
/// all other faults have ended.
final class ClientCuts {
    private final World world;
    private final Links links;
    private final List<ServiceNode> nodes;
    private final List<ClientNode> clients;
    private final long lasting;
    private final long every;
    private final boolean endsCutOff;
    private @Nullable ServiceNode deserted;

    /// @param nodes the replicas, filled by the caller
    /// @param clients filled by the caller
    /// @param lasting how long a cut stays at most
    ClientCuts(
            World world,
            Links links,
            List<ServiceNode> nodes,
            List<ClientNode> clients,
            long lasting) {
        this.world = world;
        this.links = links;
        this.nodes = nodes;
        this.clients = clients;
        this.lasting = lasting;
        Rng rng = world.rng.stream("cut off from clients");
        every = rng.chance(0.2) ? rng.magnitude(5 * World.SECOND, 30 * World.SECOND) : 0;
        endsCutOff = rng.chance(0.4);
    }

    void begin(Schedule schedule) {
        schedule.every("master cut off from clients", every, own -> cutFor(own, schedule));
    }

    private void cutFor(Rng own, Schedule schedule) {
        ServiceNode master = master();
        long duration = own.magnitude(100 * World.MILLI, lasting);
        if (master != null && world.choices.make(world, "cut off from clients", master.name)) {
            cut(master);
            world.after(
                    duration,
                    null,
                    () -> {
                        if (!schedule.isOver()) {
                            mend(master);
                        }
                    });
        }
    }

    /// Cuts the master off that there is now, if this run ends so and somebody could take over.
    void forGood(Membership members) {
        ServiceNode master = endsCutOff && members.voters().size() > 1 ? master() : null;
        if (master != null) {
            deserted = master;
            world.note(master.name, "cut off from clients", "for good");
            cut(master);
        }
    }

    /// Everything that clients asked for has been answered since.
    void judge() {
        if (deserted != null && master() != deserted) {
            world.marks.reach("a master that clients did not reach has handed over");
        }
    }

    private @Nullable ServiceNode master() {
        for (ServiceNode node : nodes) {
            ReplicaStatus status = node.status();
            if (status != null && status.role() == Role.MASTER && status.leaseValid()) {
                return node;
            }
        }
        return null;
    }

    private void cut(ServiceNode node) {
        for (ClientNode client : clients) {
            links.cut(node.index, client.index);
            links.cut(client.index, node.index);
        }
    }

    private void mend(ServiceNode node) {
        for (ClientNode client : clients) {
            links.mend(node.index, client.index);
            links.mend(client.index, node.index);
        }
    }
}
