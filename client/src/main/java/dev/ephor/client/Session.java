package dev.ephor.client;

import com.google.protobuf.ByteString;
import dev.ephor.api.ClientMessage;
import dev.ephor.api.CloseSessionRequest;
import dev.ephor.api.EventAck;
import dev.ephor.api.Hello;
import dev.ephor.api.Reply;
import dev.ephor.api.Request;
import dev.ephor.api.ServerMessage;
import dev.ephor.api.Welcome;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/// One session with a cell (Chubby §2.8): who it is, its lease, its requests, its handles, and the
/// connection that carries them, put together. It outlives connections and masters.
///
/// Confined to the loop, except where a method says otherwise.
final class Session implements Connection.Owner {
    private static final long CLOSE_PATIENCE = 3_000 * Times.MILLI;

    private final ClientEnvironment environment;
    private final SessionSettings settings;
    private final @Nullable Executor completions;
    private final Lease lease;
    private final Requests requests;
    private final Handles handles;
    private final Connection connection;
    private final SerialCallbacks callbacks;
    private final CompletableFuture<Session> connected = new CompletableFuture<>();
    private final CompletableFuture<Void> over = new CompletableFuture<>();
    private final StateListeners stateListeners;

    private long id;
    private ByteString secret = ByteString.EMPTY;
    private long epoch;
    private long eventsSeen;
    private boolean ackPosted;
    private volatile boolean closing;
    private volatile String cell = "";
    private volatile long publishedId;

    Session(
            ClientEnvironment environment,
            SessionSettings settings,
            List<String> addresses,
            @Nullable Executor callbackExecutor,
            @Nullable Executor completions) {
        this.environment = environment;
        this.settings = settings;
        this.completions = completions;
        callbacks =
                new SerialCallbacks(
                        callbackExecutor == null ? environment.callbacks() : callbackExecutor);
        stateListeners = new StateListeners(callbacks);
        lease = new Lease(environment, settings.grace(), this::stateChanged);
        requests = new Requests(environment);
        handles = new Handles(this);
        Finder finder = new Finder(settings, environment.random(), addresses);
        connection = new Connection(environment, settings, finder, this);
    }

    /// Begins to look for a master; completes with the first lease. Any thread.
    CompletableFuture<Session> connect() {
        environment
                .loop()
                .execute(() -> {
                    environment.schedule(settings.connectTimeout(), this::giveUpConnecting);
                    connection.begin();
                });
        return connected;
    }

    // --- what the others of this package use ---

    ClientEnvironment environment() {
        return environment;
    }

    SessionSettings settings() {
        return settings;
    }

    /// Where the futures of asynchronous calls complete; null: on the loop.
    @Nullable Executor completions() {
        return completions;
    }

    Requests requests() {
        return requests;
    }

    Handles handles() {
        return handles;
    }

    Lease lease() {
        return lease;
    }

    SerialCallbacks callbacks() {
        return callbacks;
    }

    StateListeners stateListeners() {
        return stateListeners;
    }

    boolean isOver() {
        return over.isDone();
    }

    /// True from just before the cell is asked to end the session: from then on whatever it holds
    /// may be somebody else's. Any thread.
    boolean isClosing() {
        return closing;
    }

    long epoch() {
        return epoch;
    }

    /// The name of the cell. Any thread.
    String cell() {
        return cell;
    }

    /// The number that the cell knows this session by. Any thread.
    long id() {
        return publishedId;
    }

    /// Any thread.
    void refuseOnLoop() {
        if (environment.inLoop()) {
            throw new IllegalStateException(
                    "a blocking call on Ephor's event thread would wait for itself: use the"
                            + " asynchronous twin, or give the builder an executor for"
                            + " asynchronous results");
        }
    }

    /// Ends the session; completes when the cell has confirmed it, or after a moment without an
    /// answer: then the cell lets the session expire. Any thread.
    CompletableFuture<Void> close() {
        environment.loop().execute(this::beginClose);
        return over.thenApply(done -> null);
    }

    // --- the connection's owner ---

    @Override
    public Hello hello() {
        return Hello.newBuilder()
                .setProtocolVersion(Connection.PROTOCOL_VERSION)
                .setSessionId(id)
                .setSessionSecret(secret)
                .setClientName(settings.name())
                .setLeaseMs(settings.leaseMillis())
                .setEpoch(epoch)
                .build();
    }

    @Override
    public boolean welcomed(Welcome welcome, long helloSentAt) {
        if (id != 0 && (welcome.getSessionId() != id || !welcome.getResumed())) {
            return false;
        }
        boolean failedOver = id != 0 && welcome.getEpoch() != epoch;
        id = welcome.getSessionId();
        publishedId = id;
        secret = welcome.getSessionSecret();
        cell = welcome.getCell();
        if (welcome.getEpoch() != epoch) {
            epoch = welcome.getEpoch();
            eventsSeen = 0;
        }
        requests.limits(welcome.getLimits());
        lease.extend(helloSentAt, Integer.toUnsignedLong(welcome.getLeaseMs()));
        requests.connected(connection::send, epoch);
        if (failedOver) {
            handles.present();
        }
        requests.resume();
        connected.complete(this);
        return true;
    }

    @Override
    public void renewed(long sentAt, long millis) {
        lease.extend(sentAt, millis);
    }

    @Override
    public void received(ServerMessage message) {
        switch (message.getMessageCase()) {
            case REPLY -> requests.replied(message.getReply());
            case REPLIES -> {
                for (Reply reply : message.getReplies().getRepliesList()) {
                    requests.replied(reply);
                }
            }
            case EVENT -> event(message.getEvent());
            case WELCOME, GOODBYE, KEEP_ALIVE_REPLY, PONG, MESSAGE_NOT_SET -> {}
        }
    }

    @Override
    public void disconnected() {
        requests.disconnected();
    }

    @Override
    public void over(String why) {
        lease.end(why);
    }

    // --- inside ---

    private void event(dev.ephor.api.Event event) {
        if (Long.compareUnsigned(event.getSequence(), eventsSeen) > 0) {
            eventsSeen = event.getSequence();
            handles.event(event);
        }
        if (!ackPosted) {
            ackPosted = true;
            environment.loop().execute(this::acknowledgeEvents);
        }
    }

    private void acknowledgeEvents() {
        ackPosted = false;
        connection.send(
                ClientMessage.newBuilder()
                        .setEventAck(EventAck.newBuilder().setSequence(eventsSeen))
                        .build());
    }

    private void stateChanged(SessionState state, String why) {
        handles.stateChanged(state, why);
        if (state == SessionState.EXPIRED) {
            end(why);
        }
        stateListeners.tell(state);
    }

    private void end(String why) {
        connection.close();
        requests.end(call -> lost(call, why));
        connected.completeExceptionally(
                new EphorException.Unreachable(
                        "no session: " + why + " (" + connection.trouble() + ")"));
        over.complete(null);
        environment.release();
    }

    private static RuntimeException lost(Call<?> call, String why) {
        return call.id == 0 || call.kind != Call.Kind.CHANGES
                ? new EphorException.SessionOver(call.what() + ": the session is over: " + why)
                : new EphorException.OutcomeUnknown(
                        call.what() + ": the session ended while it was under way: " + why);
    }

    private void giveUpConnecting() {
        if (!connected.isDone()) {
            lease.end("no master answered in the time that was given");
        }
    }

    private void beginClose() {
        if (closing || over.isDone()) {
            return;
        }
        closing = true;
        if (id == 0) {
            lease.end("closed");
            return;
        }
        environment.schedule(CLOSE_PATIENCE, () -> lease.end("closed"));
        new CloseCall(this).start();
    }

    private static final class CloseCall extends Call<Boolean> {
        CloseCall(Session session) {
            super(
                    session,
                    Kind.CHANGES,
                    Request.newBuilder().setCloseSession(CloseSessionRequest.getDefaultInstance()));
        }

        @Override
        Boolean decode(Reply reply) {
            return true;
        }

        @Override
        String what() {
            return "close the session";
        }

        @Override
        void done() {
            session.over("closed");
        }
    }
}
