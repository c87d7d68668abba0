package dev.ephor.simulator;

import dev.ephor.log.Address;
import dev.ephor.log.Network;
import dev.ephor.paxos.Bytes;
import dev.ephor.paxos.ReplicaId;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The wires between the replicas of a cell, for frames: connections, which lose and delay what is
/// sent, and keep its order.
final class SimNetwork {
    private static final int NANOS_PER_BYTE = 10;

    private final World world;
    private final Links links;
    private final List<@Nullable Port> ports = new ArrayList<>();
    private final long[][] underWay;
    private final Tap tap;

    /// Sees every frame that arrives.
    interface Tap {
        void arrived(int from, int to, Bytes frame);
    }

    SimNetwork(World world, Links links, int replicas, Tap tap) {
        this.world = world;
        this.links = links;
        this.tap = tap;
        this.underWay = new long[replicas][replicas];
        for (int i = 0; i < replicas; i++) {
            ports.add(null);
        }
    }

    /// What a new process of the replica plugs in; the plug of the one before it is pulled.
    Network port(int index, Process process, SimExecutor loop) {
        Port port = new Port(index, process, loop);
        ports.set(index, port);
        return port;
    }

    private void send(ReplicaId from, ReplicaId to, Bytes frame) {
        if (links.loses(index(from), index(to))) {
            return;
        }
        transmit(from, to, frame);
        if (links.doubles(index(from), index(to))) {
            transmit(from, to, frame);
        }
    }

    private static int index(ReplicaId replica) {
        return replica.number() - 1;
    }

    private void transmit(ReplicaId sender, ReplicaId receiver, Bytes frame) {
        int from = index(sender);
        int to = index(receiver);
        int length = frame.length();
        underWay[from][to] += length;
        world.at(
                links.arrivalInOrder(from, to, (long) length * NANOS_PER_BYTE),
                null,
                () -> {
                    underWay[from][to] -= length;
                    Port port = ports.get(to);
                    if (port != null) {
                        port.process.reach(() -> port.arrived(sender, receiver, frame));
                    }
                });
    }

    private final class Port implements Network {
        private final int index;
        private final Process process;
        private final SimExecutor loop;
        private @Nullable Receiver receiver;
        private ReplicaId self;

        Port(int index, Process process, SimExecutor loop) {
            this.index = index;
            this.self = new ReplicaId(index + 1, 0);
            this.process = process;
            this.loop = loop;
        }

        /// What is for another incarnation is lost.
        private void arrived(ReplicaId from, ReplicaId to, Bytes frame) {
            loop.arrive(() -> {
                Receiver now = receiver;
                if (now != null && to.equals(self)) {
                    world.trace.mix(frame.hashCode());
                    tap.arrived(index(from), index, frame);
                    now.receive(from, frame);
                }
            });
        }

        @Override
        public void start(ReplicaId replica, long store, Receiver taker) {
            self = replica;
            receiver = taker;
        }

        @Override
        public void send(Collection<ReplicaId> to, Bytes frame) {
            for (ReplicaId each : to) {
                SimNetwork.this.send(self, each, frame);
            }
        }

        @Override
        public void sendToAll(Bytes frame) {
            for (Port other : ports) {
                if (other != null && other.index != index) {
                    SimNetwork.this.send(self, other.self, frame);
                }
            }
        }

        @Override
        public Address address() {
            return new Address("replica", index + 1);
        }

        @Override
        public void locate(ReplicaId replica, Address address) {}

        @Override
        public void forget(int number) {}

        @Override
        public long queuedBytes(ReplicaId to) {
            return underWay[index][to.number() - 1];
        }

        @Override
        public void close() {
            receiver = null;
        }
    }
}
