package dev.ephor.client;

import dev.ephor.api.ClientMessage;
import dev.ephor.api.Goodbye;
import dev.ephor.api.Hello;
import dev.ephor.api.KeepAlive;
import dev.ephor.api.KeepAliveReply;
import dev.ephor.api.Ping;
import dev.ephor.api.ServerMessage;
import dev.ephor.api.Welcome;
import org.jspecify.annotations.Nullable;

/// The way to the master: finds it, says Hello, keeps the KeepAlive going (Chubby §2.8), notices
/// when the other end is gone, however silently, and begins again.
///
/// Confined to the loop.
final class Connection {
    static final int PROTOCOL_VERSION = 1;

    /// What the session makes of it.
    interface Owner {
        /// The Hello for now: a new session, or the one that there is.
        Hello hello();

        /// A master took the session. Returns false where it is not this session.
        boolean welcomed(Welcome welcome, long helloSentAt);

        /// The lease is longer: it runs at least `millis` from `sentAt` on.
        void renewed(long sentAt, long millis);

        /// Everything that is not the connection's own business.
        void received(ServerMessage message);

        /// Nobody listens any more, for the moment.
        void disconnected();

        /// The cell says that the session is over.
        void over(String why);
    }

    private final ClientEnvironment environment;
    private final SessionSettings settings;
    private final Finder finder;
    private final Owner owner;

    private @Nullable Line line;
    private ClientEnvironment.@Nullable Timer timer;
    private boolean closed;
    private long keepAlives;

    private final Unreached unreached = new Unreached();
    private String trouble = "no replica has answered yet";

    Connection(
            ClientEnvironment environment, SessionSettings settings, Finder finder, Owner owner) {
        this.environment = environment;
        this.settings = settings;
        this.finder = finder;
        this.owner = owner;
    }

    /// Looks for the master.
    void begin() {
        if (closed) {
            return;
        }
        Finder.Turn turn = finder.turn();
        if (turn.delay() == 0) {
            open(turn);
        } else {
            arm(turn.delay(), () -> open(turn));
        }
    }

    void send(ClientMessage message) {
        if (line != null && line.welcomed) {
            line.wire().send(message);
        }
    }

    void close() {
        closed = true;
        disarm();
        drop();
    }

    /// Why there is no master, for the message of an exception.
    String trouble() {
        return trouble;
    }

    private void open(Finder.Turn turn) {
        Line opened = new Line(turn.address(), turn.named());
        line = opened;
        opened.wire = environment.open(turn.address(), opened);
        opened.wire.send(ClientMessage.newBuilder().setHello(hello(turn.address())).build());
        arm(finder.attempt(), () -> silent(opened, "no answer in time"));
    }

    /// Tells a replica of a master that this client does not reach: that one may not know.
    private Hello hello(String address) {
        Hello hello = owner.hello();
        return unreached
                .tell(address)
                .map(missed ->
                        hello.toBuilder()
                                .setUnreachedMaster(missed.address())
                                .setUnreachedMs(millisSince(missed.since()))
                                .build())
                .orElse(hello);
    }

    private int millisSince(long then) {
        long millis = (environment.nanoTime() - then) / Times.MILLI;
        return (int) Math.min(millis, Integer.MAX_VALUE);
    }

    private void silent(Line lost, String why) {
        finder.silent(lost.address);
        missed(lost);
        lost(lost, why);
    }

    /// No answer came, or the connection broke.
    private void missed(Line lost) {
        if (line == lost && lost.mayBeMaster()) {
            unreached.missed(lost.address, lost.heardAt);
        }
    }

    private void lost(Line lost, String why) {
        if (line != lost) {
            return;
        }
        trouble = lost.address + ": " + why;
        drop();
        begin();
    }

    private void drop() {
        Line dropped = line;
        if (dropped != null) {
            line = null;
            disarm();
            dropped.wire().close();
            if (dropped.welcomed) {
                owner.disconnected();
            }
        }
    }

    private void arm(long delay, Runnable task) {
        disarm();
        timer = environment.schedule(delay, task);
    }

    private void disarm() {
        if (timer != null) {
            timer.cancel();
            timer = null;
        }
    }

    /// One stream to one replica. Once it is no longer [#line], what it hears is ignored.
    private final class Line implements Wire.Listener {
        final String address;
        private final boolean named;
        final long openedAt = environment.nanoTime();
        @Nullable Wire wire;
        boolean welcomed;

        private long keepAliveSentAt;
        private long heardAt = openedAt;
        private long askedAt;
        private boolean asked;
        private long tickDue;
        private long pings;

        Line(String address, boolean named) {
            this.address = address;
            this.named = named;
        }

        boolean mayBeMaster() {
            return welcomed || named;
        }

        Wire wire() {
            if (wire == null) {
                throw new IllegalStateException("the wire is used before it is open");
            }
            return wire;
        }

        @Override
        public void received(ServerMessage message) {
            if (line != this) {
                return;
            }
            heardAt = environment.nanoTime();
            unreached.heard(address);
            asked = false;
            switch (message.getMessageCase()) {
                case WELCOME -> welcome(message.getWelcome());
                case GOODBYE -> goodbye(message.getGoodbye());
                case KEEP_ALIVE_REPLY -> keptAlive(message.getKeepAliveReply());
                case PONG -> {}
                case REPLY, REPLIES, EVENT -> {
                    if (welcomed) {
                        owner.received(message);
                    }
                }
                case MESSAGE_NOT_SET -> {} // A kind that only a newer cell knows.
            }
        }

        @Override
        public void closed(String why) {
            missed(this);
            lost(this, why);
        }

        private void welcome(Welcome welcome) {
            if (welcomed) {
                return;
            }
            disarm();
            welcomed = true;
            unreached.clear();
            finder.learn(welcome.getReplicasList());
            finder.found(address);
            if (!owner.welcomed(welcome, openedAt)) {
                owner.over("the cell answered with another session");
                return;
            }
            if (line == this) {
                keepAlive();
                tickDue = heardAt + settings.pingAfter() / 2;
                arm(settings.pingAfter() / 2, this::tick);
            }
        }

        private void keepAlive() {
            keepAliveSentAt = environment.nanoTime();
            wire().send(
                            ClientMessage.newBuilder()
                                    .setKeepAlive(KeepAlive.newBuilder().setSequence(++keepAlives))
                                    .build());
        }

        private void keptAlive(KeepAliveReply reply) {
            if (welcomed && reply.getSequence() == keepAlives) {
                owner.renewed(
                        keepAliveSentAt,
                        Integer.toUnsignedLong(reply.getHeldMs())
                                + Integer.toUnsignedLong(reply.getLeaseMs()));
                keepAlive();
            }
        }

        private void goodbye(Goodbye goodbye) {
            String detail = goodbye.getDetail();
            switch (goodbye.getReason()) {
                case SESSION_EXPIRED -> owner.over(orElse(detail, "the cell ended the session"));
                case CLOSED -> owner.over(orElse(detail, "closed"));
                case PROTOCOL_ERROR ->
                        owner.over("the cell refused what this client sent: " + detail);
                case NOT_MASTER, SHUTTING_DOWN -> {
                    finder.learn(goodbye.getReplicasList());
                    finder.hint(goodbye.getMasterAddress());
                    unreached.named(address, goodbye.getMasterAddress());
                    lost(this, orElse(detail, "not the master"));
                }
                case OVERLOADED, SUPERSEDED, REASON_UNSPECIFIED, UNRECOGNIZED ->
                        lost(this, orElse(detail, goodbye.getReason().name()));
            }
        }

        /// Asks after a silence, and gives up after a silence that follows the question. A tick
        /// that came late says that this process was paused, not that the master is gone.
        private void tick() {
            long now = environment.nanoTime();
            boolean late = now - tickDue > settings.pingAfter() / 2;
            if (asked && now - askedAt > settings.deadAfter()) {
                if (!late) {
                    silent(this, "silent for too long");
                    return;
                }
                askedAt = now;
            } else if (!asked && now - heardAt >= settings.pingAfter()) {
                asked = true;
                askedAt = now;
                wire().send(
                                ClientMessage.newBuilder()
                                        .setPing(Ping.newBuilder().setSequence(++pings))
                                        .build());
            }
            tickDue = now + settings.pingAfter() / 2;
            arm(settings.pingAfter() / 2, this::tick);
        }
    }

    private static String orElse(String text, String other) {
        return text.isEmpty() ? other : text;
    }
}
