package dev.ephor.cell;

import dev.ephor.paxos.Bytes;
import java.util.ArrayDeque;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.pcollections.TreePMap;

/// A session as the master knows it. Confined to the loop, except what says otherwise.
final class Session {
    private final long id;

    /// As of the newest change that was proposed.
    SessionRow row;

    /// The longest lease that the replicas are known to know of.
    int longestLeaseMillis;

    /// The lease that it was given last.
    int leaseMillis;

    /// Until when it lives at least, by the master's clock.
    long leaseUntil;

    /// Where its client is; null while it is away.
    @Nullable StreamId stream;

    /// Whether the stream has had its Welcome: nothing is said before.
    boolean welcomed;

    /// The KeepAlive that waits for its answer; 0 for none.
    long keepAlive;

    long keepAliveSince;

    /// When the KeepAlive is to be answered at the latest.
    Deadlines.@Nullable Deadline keepAliveDue;

    /// Requests that came and are not answered, those that wait for a lock included.
    final TreeSet<Long> active = new TreeSet<>();

    /// Acquires that wait for their lock, by request number.
    final TreeMap<Long, Waiter> waiting = new TreeMap<>();

    /// Requests whose outcome is a row, as of the newest change that was proposed.
    final TreeSet<Long> outcomes = new TreeSet<>();

    /// Its client has the answers of all requests below this one.
    long acknowledged;

    /// By serial.
    final TreeMap<Long, OpenHandle> handles = new TreeMap<>();

    /// Serials of handles of earlier masters that were closed under this one.
    final TreeSet<Long> closed = new TreeSet<>();

    /// Events that its client has not acknowledged.
    final ArrayDeque<ServerMessage.Event> events = new ArrayDeque<>();

    long lastEvent;

    /// What [#handles] are by their bytes. Any thread may read it.
    private volatile TreePMap<Bytes, Handle> known = TreePMap.empty();

    Session(SessionRow row, long leaseUntil) {
        this.id = row.id();
        this.row = row;
        this.longestLeaseMillis = row.longestLeaseMillis();
        this.leaseMillis = row.leaseMillis();
        this.leaseUntil = leaseUntil;
    }

    long id() {
        return id;
    }

    /// Its end is decided. Nothing that it asks for is done any more.
    boolean isEnding() {
        return row.phase() != SessionRow.Phase.ALIVE;
    }

    /// What these bytes say, where it is known that they are a handle that is open. Any thread.
    @Nullable Handle known(Bytes form) {
        return known.get(form);
    }

    void learn(Bytes form, Handle handle) {
        known = known.plus(form, handle);
    }

    void forget(OpenHandle open) {
        handles.remove(open.serial());
        known = known.minusAll(open.forms());
    }
}
