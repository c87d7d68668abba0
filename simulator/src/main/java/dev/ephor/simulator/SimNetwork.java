package dev.ephor.simulator;

import dev.ephor.log.Network;
import dev.ephor.paxos.Bytes;
import dev.ephor.paxos.ReplicaId;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The wires between the replicas of a cell, for frames.
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

    private void send(int from, int to, Bytes frame) {
        if (links.loses(from, to)) {
            return;
        }
        transmit(from, to, frame);
        if (links.doubles(from, to)) {
            transmit(from, to, frame);
        }
    }

    private void transmit(int from, int to, Bytes frame) {
        int length = frame.length();
        underWay[from][to] += length;
        world.at(
                links.arrival(from, to) + (long) length * NANOS_PER_BYTE,
                null,
                () -> {
                    underWay[from][to] -= length;
                    Port port = ports.get(to);
                    if (port != null) {
                        port.process.reach(() -> port.arrived(from, frame));
                    }
                });
    }

    private final class Port implements Network {
        private final int index;
        private final Process process;
        private final SimExecutor loop;
        private @Nullable Receiver receiver;

        Port(int index, Process process, SimExecutor loop) {
            this.index = index;
            this.process = process;
            this.loop = loop;
        }

        private void arrived(int from, Bytes frame) {
            loop.arrive(() -> {
                Receiver now = receiver;
                if (now != null) {
                    world.trace.mix(frame.hashCode());
                    tap.arrived(from, index, frame);
                    now.receive(ReplicaId.of(from + 1), frame);
                }
            });
        }

        @Override
        public void start(Receiver taker) {
            receiver = taker;
        }

        @Override
        public void send(Collection<ReplicaId> to, Bytes frame) {
            for (ReplicaId each : to) {
                SimNetwork.this.send(index, each.number() - 1, frame);
            }
        }

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
