package dev.ephor.simulator;

import dev.ephor.client.HeldLock;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Every exclusive lock that a client was granted, judged in true time: who says "mine is valid" is
/// alone, generations rise, and what is written under an old one is refused.
final class LockBook {
    private final World world;
    private final Atlas atlas;
    private final TreeMap<String, List<Grant>> grants = new TreeMap<>();

    /// Lock generations of the writes of a file, by content generation.
    private final TreeMap<String, TreeMap<Long, Long>> writes = new TreeMap<>();

    /// A lock that a client holds or held.
    record Grant(String holder, Process process, HeldLock lock, long at) {
        boolean claims() {
            return process.isAlive() && lock.isValid();
        }
    }

    LockBook(World world, Atlas atlas) {
        this.world = world;
        this.atlas = atlas;
    }

    /// @param called when it was asked for
    Grant granted(String holder, Process process, HeldLock lock, long called) {
        Grant grant = new Grant(holder, process, lock, world.now());
        List<Grant> all = grants.computeIfAbsent(lock.path(), _ -> new ArrayList<>());
        for (Grant other : all) {
            world.check(
                    lock.generation() != other.lock.generation()
                            && (called < other.at || lock.generation() > other.lock.generation()),
                    "lock generations rise",
                    () ->
                            holder
                                    + " is granted generation "
                                    + lock.generation()
                                    + " after "
                                    + other.holder
                                    + " was granted "
                                    + other.lock.generation());
        }
        all.add(grant);
        world.note(holder, "granted", lock.path() + " " + lock.generation());
        world.marks.reach("lock granted");
        exclusive();
        return grant;
    }

    /// At this moment at most one holder of each lock says that it has it.
    void exclusive() {
        for (List<Grant> all : grants.values()) {
            Grant holder = null;
            for (Grant grant : all) {
                if (!grant.claims()) {
                    continue;
                }
                Grant first = holder;
                atlas.checkTimed(
                        first == null,
                        "a lock has one holder",
                        () ->
                                grant.holder
                                        + " and "
                                        + (first == null ? "" : first.holder)
                                        + " both hold "
                                        + grant.lock.path());
                holder = grant;
            }
        }
    }

    /// One of the last grants of a lock, of whoever it is; null where there was none.
    @Nullable Grant recent(String path, Rng rng) {
        List<Grant> all = grants.getOrDefault(path, List.of());
        return all.isEmpty() ? null : all.get(Math.max(0, all.size() - 1 - rng.between(0, 3)));
    }

    /// A write that was conditional on the lock took effect.
    ///
    /// @param called when it was asked for
    /// @param generation the file's content generation after it
    void written(Grant grant, String path, long called, long generation) {
        long mine = grant.lock.generation();
        for (Grant other : grants.getOrDefault(grant.lock.path(), List.of())) {
            world.check(
                    other.lock.generation() <= mine || other.at > called,
                    "an old sequencer is refused",
                    () ->
                            grant.holder
                                    + " wrote under generation "
                                    + mine
                                    + " after "
                                    + other.holder
                                    + " got "
                                    + other.lock.generation());
        }
        TreeMap<Long, Long> order = writes.computeIfAbsent(path, _ -> new TreeMap<>());
        var before = order.floorEntry(generation);
        var after = order.higherEntry(generation);
        world.check(
                (before == null || before.getValue() <= mine)
                        && (after == null || after.getValue() >= mine),
                "writes under a lock are in its order",
                () ->
                        path
                                + ": generation "
                                + generation
                                + " under lock generation "
                                + mine
                                + ", between "
                                + before
                                + " and "
                                + after);
        order.put(generation, mine);
        world.marks.reach("write under a lock");
    }

    /// A write that was conditional on the lock was refused.
    void refused(Grant grant) {
        atlas.checkTimed(
                !grant.claims(),
                "a valid lock is honoured",
                () -> grant.holder + " holds " + grant.lock + ", and its write was refused");
        world.marks.reach("write refused, the lock is lost");
    }
}
