package dev.ephor.client;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/// Options of a session. Not thread-safe.
public final class EphorBuilder {
    private SessionSettings settings = SessionSettings.DEFAULT;
    private @Nullable ClientEnvironment environment;
    private @Nullable Executor callbackExecutor;
    private @Nullable Executor asyncExecutor;

    EphorBuilder() {}

    /// Who this client is, for people who look at the cell.
    public EphorBuilder name(String name) {
        settings = settings.withName(name);
        return this;
    }

    /// The session lease that the client would like; the master decides. Default: the cell's.
    public EphorBuilder lease(Duration lease) {
        settings =
                settings.withLeaseMillis(
                        (int) Math.min(Integer.MAX_VALUE, Times.millis(lease, "lease")));
        return this;
    }

    /// How long the session stays in jeopardy before it is given up. Default: 45 seconds.
    public EphorBuilder gracePeriod(Duration grace) {
        settings = settings.withGrace(Times.nanos(grace, "grace period"));
        return this;
    }

    /// How long a call may take, fail-overs included; lock calls have their own. Default: as long
    /// as the session lives.
    public EphorBuilder requestTimeout(Duration timeout) {
        settings = settings.withRequestTimeout(Times.nanos(timeout, "request time-out"));
        return this;
    }

    /// How long to look for a master for the new session. Default: 15 seconds.
    public EphorBuilder connectTimeout(Duration timeout) {
        settings = settings.withConnectTimeout(Times.nanos(timeout, "connect time-out"));
        return this;
    }

    /// Where listeners run, one at a time and in order. Default: a thread of Ephor's own.
    public EphorBuilder callbackExecutor(Executor executor) {
        callbackExecutor = executor;
        return this;
    }

    /// Where the futures of asynchronous calls complete. Default: on Ephor's event thread, which
    /// costs no thread hop but must not be blocked.
    public EphorBuilder asyncExecutor(Executor executor) {
        asyncExecutor = executor;
        return this;
    }

    /// Another world than the real one, for simulations. Only asynchronous calls are of use there.
    public EphorBuilder environment(ClientEnvironment environment) {
        this.environment = environment;
        return this;
    }

    /// Opens the session and waits for its first lease.
    ///
    /// @param addresses `host:port` of replicas, one or more
    /// @throws EphorException.Unreachable where no master answers in time
    public Ephor connect(String... addresses) {
        return Waiting.await(connectAsync(addresses), "connect");
    }

    /// Opens the session; completes with its first lease.
    public CompletableFuture<Ephor> connectAsync(String... addresses) {
        List<String> replicas = Addresses.parse(addresses);
        ClientEnvironment world = environment == null ? GrpcEnvironment.open() : environment;
        Session session = new Session(world, settings, replicas, callbackExecutor, asyncExecutor);
        return session.connect()
                .handle((connected, failure) -> {
                    if (failure != null) {
                        throw failure instanceof CompletionException wrapped
                                ? wrapped
                                : new CompletionException(failure);
                    }
                    return new Ephor(session);
                });
    }
}
