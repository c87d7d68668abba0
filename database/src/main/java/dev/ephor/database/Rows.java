package dev.ephor.database;

import dev.ephor.paxos.Bytes;
import java.util.Map;
import java.util.NavigableMap;
import org.jspecify.annotations.Nullable;
import org.pcollections.TreePMap;

/// An ordered, immutable map of keys to values, in the order of the keys' UTF-16 units. A change
/// gives a new map that shares all but a path of nodes with the old one, so holding on to an old
/// one costs nothing, and neither does a copy. Safe to share between threads.
public final class Rows {
    public static final Rows EMPTY = new Rows(TreePMap.empty());

    private final TreePMap<String, Bytes> map;

    private Rows(TreePMap<String, Bytes> map) {
        this.map = map;
    }

    /// Copies a map that is in the natural order of its keys, in time linear in its size.
    static Rows copyOf(NavigableMap<String, Bytes> sorted) {
        return new Rows(TreePMap.fromSortedMap(sorted));
    }

    public @Nullable Bytes get(String key) {
        return map.get(key);
    }

    public boolean contains(String key) {
        return map.containsKey(key);
    }

    public int size() {
        return map.size();
    }

    public Rows with(String key, Bytes value) {
        return new Rows(map.plus(key, value));
    }

    public Rows without(String key) {
        TreePMap<String, Bytes> less = map.minus(key);
        return less == map ? this : new Rows(less);
    }

    /// The rows from `from` (inclusive) to `to` (exclusive), in order, as an immutable map. Takes
    /// time logarithmic in the number of rows here, however many there are in the range, and so
    /// does asking the range for its size.
    public NavigableMap<String, Bytes> range(String from, String to) {
        return from.compareTo(to) < 0 ? map.subMap(from, true, to, false) : TreePMap.empty();
    }

    /// All rows, in order, as an immutable map.
    public NavigableMap<String, Bytes> all() {
        return map;
    }

    /// The first row after `key`.
    public Map.@Nullable Entry<String, Bytes> after(String key) {
        return map.higherEntry(key);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Rows that && map.equals(that.map);
    }

    @Override
    public int hashCode() {
        return map.hashCode();
    }

    @Override
    public String toString() {
        return map.toString();
    }
}
