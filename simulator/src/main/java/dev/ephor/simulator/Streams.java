package dev.ephor.simulator;

import dev.ephor.api.ClientMessage;
import dev.ephor.api.Goodbye;
import dev.ephor.api.ServerMessage;
import dev.ephor.client.Wire;
import dev.ephor.server.ClientStream;
import dev.ephor.server.FrontDoor;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The streams between clients and replicas, which behave as TCP does: what is sent arrives in
/// order or the stream breaks as a whole. A lost packet costs time; a cut link holds everything up
/// until it is mended; who speaks to a process that is gone is told so.
final class Streams {
    private static final long RETRANSMIT = 200 * World.MILLI;

    private final World world;
    private final Climate.Wires climate;
    private final Links links;
    private final Rng rng;
    private final List<ServiceNode> nodes;
    private final double reset;
    private final AnswerBook answers;
    private final List<Stream> open = new ArrayList<>();
    private boolean calm;

    /// @param nodes the replicas, filled by the caller
    Streams(
            World world,
            Climate climate,
            Links links,
            List<ServiceNode> nodes,
            AnswerBook answers) {
        this.world = world;
        this.answers = answers;
        this.climate = climate.wires();
        this.links = links;
        this.nodes = nodes;
        this.rng = world.rng.stream("streams");
        this.reset = rng.chance(0.6) ? rng.magnitude(1, 100) / 10_000.0 : 0;
    }

    /// From now on no stream breaks by itself.
    void calm() {
        calm = true;
    }

    /// A client's end of a new stream to the replica.
    Wire open(int client, Process process, SimExecutor loop, int replica, Wire.Listener listener) {
        Stream stream = new Stream(client, process, loop, replica, listener);
        open.add(stream);
        stream.up.send(stream::accept);
        return stream;
    }

    /// A process died. Mostly its machine says so to whoever had a stream to it; sometimes the
    /// machine is gone, too, and nobody does.
    void died(Process process) {
        for (Stream stream : List.copyOf(open)) {
            boolean told = rng.chance(0.7);
            if (stream.server == process && told) {
                stream.down.send(() -> stream.clientGone("connection reset"));
            } else if (stream.client == process && told) {
                stream.up.send(stream::serverGone);
            }
            if (stream.server == process || stream.client == process) {
                open.remove(stream);
            }
        }
    }

    /// One direction of a stream.
    private final class Pipe {
        private final int from;
        private final int to;
        private final ArrayDeque<Runnable> waiting = new ArrayDeque<>();
        private boolean held;
        private long last;

        Pipe(int from, int to) {
            this.from = from;
            this.to = to;
        }

        /// The sender may have been simulated further than the others, so it is sent when its time
        /// comes.
        void send(Runnable arrival) {
            world.at(
                    world.now(),
                    null,
                    () -> {
                        waiting.add(arrival);
                        if (!held) {
                            pump();
                        }
                    });
        }

        private void pump() {
            held = false;
            while (!waiting.isEmpty()) {
                long clogged = links.cloggedUntil(from, to);
                if (clogged > world.now()) {
                    held = true;
                    world.after(clogged - world.now(), null, this::pump);
                    return;
                }
                if (links.isCut(from, to)) {
                    held = true;
                    world.marks.reach("a stream is held up by a cut link");
                    world.after(RETRANSMIT / 2 + rng.between(0L, RETRANSMIT), null, this::pump);
                    return;
                }
                last = Math.max(last + 1, world.now() + underWay());
                world.at(last, null, waiting.remove());
            }
        }

        private boolean make(String kind) {
            return world.choices.make(world, kind, "");
        }

        private long underWay() {
            long time = climate.latency() / 2 + rng.between(0L, climate.latency());
            if (!calm && rng.chance(climate.drop()) && make("lost packet")) {
                time += RETRANSMIT;
            }
            if (!calm && rng.chance(climate.spike()) && make("late packet")) {
                time += rng.between(0L, climate.spikeLatency());
            }
            return time;
        }
    }

    /// One stream, both ends of it.
    private final class Stream implements Wire, FrontDoor.Line {
        final Process client;
        final Pipe up;
        final Pipe down;
        private final AnswerBook.Questions questions = new AnswerBook.Questions();
        private final SimExecutor clientLoop;
        private final ServiceNode replica;
        private final Wire.Listener listener;

        // What the client's end knows:
        private boolean clientDone;

        // What the replica's end knows:
        @Nullable Process server;
        private @Nullable SimExecutor serverLoop;
        private @Nullable ClientStream accepted;
        private boolean serverDone;

        Stream(int client, Process process, SimExecutor loop, int replica, Wire.Listener listener) {
            this.client = process;
            this.clientLoop = loop;
            this.replica = nodes.get(replica);
            this.listener = listener;
            this.up = new Pipe(client, replica);
            this.down = new Pipe(replica, client);
        }

        // --- the client's end ---

        @Override
        public void send(ClientMessage message) {
            if (clientDone) {
                return;
            }
            if (!calm && rng.chance(reset) && up.make("broken stream")) {
                world.marks.reach("a stream breaks");
                up.send(this::serverGone);
                down.send(() -> clientGone("connection reset"));
                return;
            }
            up.send(() ->
                    atServer(stream -> {
                        world.trace.mix(Arrays.hashCode(message.toByteArray()));
                        world.note(replica.name, "< " + client.name, message.getMessageCase());
                        answers.came(questions, message);
                        stream.received(message);
                    }));
        }

        @Override
        public void close() {
            if (!clientDone) {
                clientDone = true;
                open.remove(this);
                up.send(this::serverGone);
            }
        }

        private void clientGone(String why) {
            atClient(() -> {
                if (!clientDone) {
                    clientDone = true;
                    open.remove(this);
                    listener.closed(why);
                }
            });
        }

        private void atClient(Runnable task) {
            client.reach(() -> clientLoop.arrive(task));
        }

        // --- the replica's end ---

        private void accept() {
            Process process = replica.life();
            SimExecutor loop = replica.loop();
            FrontDoor door = replica.door();
            if (process == null || loop == null || door == null) {
                down.send(() -> clientGone("connection refused"));
                return;
            }
            server = process;
            serverLoop = loop;
            process.reach(() -> loop.arrive(() -> accepted = door.open(this)));
        }

        private interface Use {
            void of(ClientStream stream);
        }

        private void atServer(Use use) {
            Process process = server;
            SimExecutor loop = serverLoop;
            if (process == null || loop == null) {
                return;
            }
            if (!process.isAlive()) {
                down.send(() -> clientGone("connection reset"));
                return;
            }
            process.reach(() ->
                    loop.arrive(() -> {
                        ClientStream stream = accepted;
                        if (stream != null && !serverDone) {
                            use.of(stream);
                        }
                    }));
        }

        private void serverGone() {
            atServer(stream -> {
                serverDone = true;
                stream.closed();
            });
        }

        @Override
        public void send(ServerMessage message) {
            if (serverDone) {
                return;
            }
            answers.answers(replica, questions, message);
            down.send(() -> {
                if (!client.isAlive()) {
                    up.send(this::serverGone);
                    return;
                }
                atClient(() -> {
                    if (!clientDone) {
                        world.trace.mix(Arrays.hashCode(message.toByteArray()));
                        world.note(client.name, "< " + replica.name, message.getMessageCase());
                        listener.received(message);
                    }
                });
            });
        }

        @Override
        public void end(Goodbye goodbye) {
            send(ServerMessage.newBuilder().setGoodbye(goodbye).build());
            serverDone = true;
            down.send(() -> clientGone("the replica ended the stream"));
        }
    }
}
