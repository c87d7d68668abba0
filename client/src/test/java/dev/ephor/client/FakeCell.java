package dev.ephor.client;

import com.google.protobuf.ByteString;
import dev.ephor.api.AcquireReply;
import dev.ephor.api.ClientMessage;
import dev.ephor.api.CloseReply;
import dev.ephor.api.CloseSessionReply;
import dev.ephor.api.Error;
import dev.ephor.api.Event;
import dev.ephor.api.EventType;
import dev.ephor.api.Goodbye;
import dev.ephor.api.Hello;
import dev.ephor.api.KeepAliveReply;
import dev.ephor.api.Limits;
import dev.ephor.api.OpenReply;
import dev.ephor.api.Pong;
import dev.ephor.api.ReadReply;
import dev.ephor.api.ReleaseReply;
import dev.ephor.api.Reply;
import dev.ephor.api.Request;
import dev.ephor.api.ServerMessage;
import dev.ephor.api.Stat;
import dev.ephor.api.StatReply;
import dev.ephor.api.Welcome;
import dev.ephor.api.WriteReply;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// What a client needs of a cell, in a few lines: replicas that can be down, silent or master,
/// sessions, outcomes that survive a fail-over, one lock per path.
final class FakeCell {
    static final int LEASE_MILLIS = 12_000;

    final Set<String> down = new HashSet<>();
    final Set<String> silent = new HashSet<>();
    @Nullable String master = "a:1";

    /// Replicas that take another one for the master; an empty name where they know of none.
    final Map<String, String> mistaken = new HashMap<>();

    /// Replicas that are not the master say that these are the cell's.
    final List<String> replicas = new ArrayList<>();

    long epoch = 1;
    int window = 100;

    /// The master does what it is told, but its replies get lost.
    boolean mute;

    /// The master holds KeepAlives for ever.
    boolean holdKeepAlives;

    /// The master does not know the session any more.
    boolean forgotten;

    /// Replies with errors to requests about handles with these paths.
    final Set<String> gone = new HashSet<>();

    /// So many releases and closes more are refused.
    int overloaded;

    /// What took effect, in order.
    final List<String> effects = new ArrayList<>();

    /// What came, in order, resent requests included.
    final List<Request> requests = new ArrayList<>();

    final List<ClientMessage> messages = new ArrayList<>();
    final List<String> hellos = new ArrayList<>();

    /// What those said that arrived.
    final List<Hello> greetings = new ArrayList<>();

    final List<Stream> streams = new ArrayList<>();

    /// What the replicas say, whatever they hear, one message a millisecond, where it is not empty
    /// at the first stream.
    final ArrayDeque<ServerMessage> script = new ArrayDeque<>();

    private boolean scripted;

    /// Path to session and handle of the holder.
    final Map<String, ByteString> holders = new LinkedHashMap<>();

    private final Map<Long, Reply> outcomes = new TreeMap<>();
    private final Map<Long, Request> waiting = new TreeMap<>();
    private final VirtualWorld world;
    private long handles;

    FakeCell(VirtualWorld world) {
        this.world = world;
    }

    /// The master dies, another takes over after a while.
    void failOver(String successor, long millis) {
        String old = master;
        master = null;
        waiting.clear();
        if (old != null) {
            down.add(old);
            for (Stream stream : List.copyOf(streams)) {
                if (stream.address.equals(old)) {
                    stream.end("connection reset");
                }
            }
        }
        world.after(
                millis * VirtualWorld.MILLI,
                () -> {
                    master = successor;
                    epoch++;
                });
    }

    @Nullable Stream current() {
        return streams.isEmpty() ? null : streams.get(streams.size() - 1);
    }

    void event(Event.Builder event) {
        current().send(ServerMessage.newBuilder().setEvent(event));
    }

    /// One stream as the server sees it.
    final class Stream {
        final String address;
        private final Wire.Listener listener;
        private boolean open;

        Stream(String address, Wire.Listener listener) {
            this.address = address;
            this.listener = listener;
        }

        void opened() {
            if (down.contains(address)) {
                world.endToClient(listener, "connection refused");
            } else {
                open = true;
                streams.add(this);
                scripted |= !script.isEmpty();
                recite();
            }
        }

        private void recite() {
            if (open && !script.isEmpty()) {
                send(script.remove().toBuilder());
                world.after(VirtualWorld.MILLI, this::recite);
            }
        }

        void closedByClient() {
            open = false;
            streams.remove(this);
        }

        void end(String why) {
            if (open) {
                open = false;
                streams.remove(this);
                world.endToClient(listener, why);
            }
        }

        void send(ServerMessage.Builder message) {
            if (open && !silent.contains(address)) {
                world.toClient(listener, message.build());
            }
        }

        void received(ClientMessage message) {
            if (!open || silent.contains(address)) {
                return;
            }
            messages.add(message);
            if (scripted) {
                return;
            }
            switch (message.getMessageCase()) {
                case HELLO -> hello(message.getHello());
                case KEEP_ALIVE -> keepAlive(message.getKeepAlive().getSequence());
                case PING ->
                        send(
                                ServerMessage.newBuilder()
                                        .setPong(
                                                Pong.newBuilder()
                                                        .setSequence(
                                                                message.getPing().getSequence())));
                case REQUEST -> request(message.getRequest());
                case REQUESTS -> message.getRequests().getRequestsList().forEach(this::request);
                case CANCEL -> cancel(message.getCancel().getId());
                case EVENT_ACK, MESSAGE_NOT_SET -> {}
            }
        }

        private void hello(Hello hello) {
            hellos.add(address);
            greetings.add(hello);
            if (!address.equals(master)) {
                String known = master == null ? "" : master;
                goodbye(Goodbye.Reason.NOT_MASTER, mistaken.getOrDefault(address, known));
            } else if (forgotten) {
                goodbye(Goodbye.Reason.SESSION_EXPIRED, "");
            } else {
                send(
                        ServerMessage.newBuilder()
                                .setWelcome(
                                        Welcome.newBuilder()
                                                .setSessionId(77)
                                                .setSessionSecret(ByteString.copyFromUtf8("s"))
                                                .setLeaseMs(LEASE_MILLIS)
                                                .setEpoch(epoch)
                                                .setCell("fake")
                                                .setResumed(hello.getSessionId() == 77)
                                                .setLimits(
                                                        Limits.newBuilder()
                                                                .setRequests(window)
                                                                .setFileBytes(1000))));
            }
        }

        void goodbye(Goodbye.Reason reason, String address) {
            send(
                    ServerMessage.newBuilder()
                            .setGoodbye(
                                    Goodbye.newBuilder()
                                            .setReason(reason)
                                            .setMasterAddress(address)
                                            .addAllReplicas(replicas)));
        }

        private void keepAlive(long sequence) {
            if (holdKeepAlives) {
                return;
            }
            int held = LEASE_MILLIS - 4_000;
            world.after(
                    held * VirtualWorld.MILLI,
                    () ->
                            send(
                                    ServerMessage.newBuilder()
                                            .setKeepAliveReply(
                                                    KeepAliveReply.newBuilder()
                                                            .setSequence(sequence)
                                                            .setHeldMs(held)
                                                            .setLeaseMs(LEASE_MILLIS))));
        }

        private void request(Request request) {
            requests.add(request);
            Reply known = outcomes.get(request.getId());
            Reply reply = known != null ? known : evaluate(request);
            if (reply != null) {
                outcomes.put(request.getId(), reply);
                answer(reply);
            }
        }

        private void answer(Reply reply) {
            if (!mute) {
                send(ServerMessage.newBuilder().setReply(reply));
            }
        }

        private @Nullable Reply evaluate(Request request) {
            Reply.Builder reply = Reply.newBuilder().setId(request.getId());
            if ((request.hasRelease() || request.hasClose()) && overloaded-- > 0) {
                return reply.setError(Error.newBuilder().setCode(Error.Code.OVERLOADED)).build();
            }
            switch (request.getBodyCase()) {
                case OPEN -> {
                    effects.add("open " + request.getOpen().getPath());
                    reply.setOpen(
                            OpenReply.newBuilder()
                                    .setHandle(
                                            ByteString.copyFromUtf8(
                                                    ++handles
                                                            + " "
                                                            + request.getOpen().getPath())));
                }
                case WRITE -> {
                    effects.add("write " + request.getWrite().getContents().toStringUtf8());
                    reply.setWrite(WriteReply.newBuilder().setStat(Stat.getDefaultInstance()));
                }
                case READ ->
                        reply.setRead(
                                ReadReply.newBuilder()
                                        .setContents(ByteString.copyFromUtf8("contents")));
                case STAT -> {
                    if (gone.contains(path(request.getStat().getNode().getHandle()))) {
                        reply.setError(Error.newBuilder().setCode(Error.Code.HANDLE_INVALID));
                    } else {
                        reply.setStat(StatReply.getDefaultInstance());
                    }
                }
                case ACQUIRE -> {
                    return acquire(request, reply);
                }
                case RELEASE -> {
                    release(request.getRelease().getHandle());
                    reply.setRelease(ReleaseReply.getDefaultInstance());
                }
                case CLOSE -> {
                    effects.add("close " + path(request.getClose().getHandle()));
                    release(request.getClose().getHandle());
                    reply.setClose(CloseReply.getDefaultInstance());
                }
                case CLOSE_SESSION -> {
                    effects.add("close session");
                    reply.setCloseSession(CloseSessionReply.getDefaultInstance());
                }
                default -> throw new AssertionError("not needed here: " + request);
            }
            return reply.build();
        }

        private @Nullable Reply acquire(Request request, Reply.Builder reply) {
            ByteString handle = request.getAcquire().getHandle();
            ByteString holder = holders.get(path(handle));
            if (holder == null || holder.equals(handle)) {
                if (holder == null) {
                    holders.put(path(handle), handle);
                    effects.add("acquire " + path(handle));
                }
                return reply.setAcquire(
                                AcquireReply.newBuilder().setSequencer("q").setLockGeneration(1))
                        .build();
            }
            if (request.getAcquire().getWait()) {
                waiting.put(request.getId(), request);
                return null;
            }
            return reply.setError(Error.newBuilder().setCode(Error.Code.LOCK_HELD)).build();
        }

        private void release(ByteString handle) {
            if (holders.remove(path(handle), handle)) {
                effects.add("release " + path(handle));
                freed(path(handle));
            }
        }

        private void cancel(long id) {
            if (waiting.remove(id) != null) {
                answer(
                        Reply.newBuilder()
                                .setId(id)
                                .setError(Error.newBuilder().setCode(Error.Code.CANCELLED))
                                .build());
            }
        }

        private void freed(String path) {
            for (Request request : List.copyOf(waiting.values())) {
                if (path(request.getAcquire().getHandle()).equals(path)) {
                    waiting.remove(request.getId());
                    request(request);
                    return;
                }
            }
        }
    }

    /// Somebody else has the lock.
    void heldByAnother(String path) {
        holders.put(path, ByteString.copyFromUtf8("0 " + path));
    }

    /// Somebody else gives the lock back.
    void freedByAnother(String path) {
        holders.remove(path);
        current().freed(path);
    }

    int waiters() {
        return waiting.size();
    }

    static Event.Builder contentChanged(long sequence, String handle) {
        return Event.newBuilder()
                .setSequence(sequence)
                .setType(EventType.CONTENT_CHANGED)
                .setHandle(ByteString.copyFromUtf8(handle))
                .setContentGeneration(sequence);
    }

    private static String path(ByteString handle) {
        String text = handle.toStringUtf8();
        return text.substring(text.indexOf(' ') + 1);
    }
}
