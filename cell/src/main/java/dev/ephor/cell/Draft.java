package dev.ephor.cell;

import dev.ephor.database.Op;
import dev.ephor.database.Rows;
import dev.ephor.paxos.Bytes;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A change in the making: what one request does to the rows, on top of the newest speculative
/// ones. It is thrown away if the request is refused, and proposed as one MultiOp if not.
final class Draft {
    private Rows rows;
    private @Nullable Counters counters;
    private boolean counted;
    private int bytes;
    private final List<Op> ops = new ArrayList<>(6);
    private final List<Happening> happenings = new ArrayList<>(2);
    private final List<Runnable> accepted = new ArrayList<>(2);

    Draft(Rows rows) {
        this.rows = rows;
    }

    /// The rows with the changes so far.
    View view() {
        return new View(rows);
    }

    void put(String key, Bytes value) {
        rows = rows.with(key, value);
        ops.add(new Op.Insert(key, value));
        bytes += key.length() + value.length() + 8;
    }

    /// Does nothing where there is no such row.
    void delete(String key) {
        Rows fewer = rows.without(key);
        if (fewer != rows) {
            rows = fewer;
            ops.add(new Op.Delete(key));
            bytes += key.length() + 8;
        }
    }

    /// A number greater than all that were given before in this cell.
    long nextNumber() {
        Counters next = counters().next();
        counters = next;
        counted = true;
        return next.last();
    }

    long lockFloor() {
        return counters().lockFloor();
    }

    void raiseLockFloor(long generation) {
        if (generation > lockFloor()) {
            counters = counters().above(generation);
            counted = true;
        }
    }

    private Counters counters() {
        Counters known = counters;
        if (known == null) {
            known = view().counters();
            counters = known;
        }
        return known;
    }

    /// Some handles are to be told, once the change has taken effect.
    void happened(EventType type, NodePath path, String child, long contentGeneration) {
        happenings.add(new Happening(type, path, child, contentGeneration));
    }

    /// To be done at the master, in its memory, when the change is proposed: from there on it is
    /// part of what the master speculates upon. Must not propose anything.
    void whenAccepted(Runnable action) {
        accepted.add(action);
    }

    /// The operations. The draft is complete with this.
    List<Op> finish() {
        if (counted) {
            put(Keys.COUNTERS, counters().encode());
            counted = false;
        }
        return ops;
    }

    boolean isEmpty() {
        return ops.isEmpty() && !counted;
    }

    Rows rows() {
        return rows;
    }

    List<Happening> happenings() {
        return happenings;
    }

    List<Runnable> accepted() {
        return accepted;
    }

    /// About how many bytes the change has.
    int bytes() {
        return bytes;
    }
}
