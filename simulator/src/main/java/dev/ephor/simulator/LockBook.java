package dev.ephor.simulator;

import dev.ephor.client.HeldLock;
import dev.ephor.client.LockMode;
import dev.ephor.client.LockState;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Every lock that a client was granted, judged in true time: who says "mine is valid" is alone, or
/// shares it, generations rise, and what is written under an old one is refused.
final class LockBook {
    private final World world;
    private final Atlas atlas;
    private final long delay;
    private final TreeMap<String, List<Grant>> grants = new TreeMap<>();

    /// Those of them that may still be claimed.
    private final TreeMap<String, List<Grant>> standing = new TreeMap<>();

    /// Lock generations of the writes of a file, by content generation.
    private final TreeMap<String, TreeMap<Long, Long>> writes = new TreeMap<>();

    /// A lock that a client holds or held.
    static final class Grant {
        private final String holder;
        private final Process process;
        private final HeldLock lock;
        private final long at;
        private boolean givenBack;
        private boolean lost;

        /// Nobody gets the lock in a way that conflicts before this true time.
        private long delayedUntil;

        Grant(String holder, Process process, HeldLock lock, long at) {
            this.holder = holder;
            this.process = process;
            this.lock = lock;
            this.at = at;
        }

        HeldLock lock() {
            return lock;
        }

        boolean claims() {
            return process.isAlive() && lock.isValid();
        }

        /// It claims nothing any more, whatever comes.
        boolean isOver() {
            lost |= lock.state() == LockState.LOST;
            return lost || !process.isAlive();
        }

        boolean conflictsWith(Grant other) {
            return lock.mode() == LockMode.EXCLUSIVE || other.lock.mode() == LockMode.EXCLUSIVE;
        }
    }

    /// @param delay the lock-delay of all locks, counted by a clock that may be too fast
    LockBook(World world, Atlas atlas, long delay) {
        this.delay = delay - delay / 10;
        this.world = world;
        this.atlas = atlas;
    }

    /// @param called when it was asked for
    Grant granted(String holder, Process process, HeldLock lock, long called) {
        Grant grant = new Grant(holder, process, lock, world.now());
        List<Grant> all = grants.computeIfAbsent(lock.path(), _ -> new ArrayList<>());
        for (Grant other : all) {
            boolean together = !grant.conflictsWith(other);
            long before = other.lock.generation();
            world.check(
                    together && lock.generation() == before
                            || lock.generation() != before
                                    && (called < other.at || lock.generation() > before),
                    "lock generations rise",
                    () ->
                            holder
                                    + " is granted generation "
                                    + lock.generation()
                                    + " after "
                                    + other.holder
                                    + " was granted "
                                    + other.lock.generation());
            // A lower generation was granted before; its answer was late.
            boolean earlier = lock.generation() < before;
            atlas.checkTimed(
                    together || earlier || grant.at >= other.delayedUntil,
                    "the lock-delay is kept",
                    () ->
                            holder
                                    + " is granted the lock, which "
                                    + other.holder
                                    + " died with, before "
                                    + other.delayedUntil);
            world.check(
                    !other.lost || !other.claims(),
                    "a lost lock stays lost",
                    () -> other.holder + " claims generation " + before + " again");
            if (!together && other.delayedUntil > 0) {
                world.marks.reach("lock granted after a lock-delay");
            }
        }
        all.add(grant);
        standing.computeIfAbsent(lock.path(), _ -> new ArrayList<>()).add(grant);
        if (lock.mode() == LockMode.SHARED) {
            world.marks.reach("lock shared");
        }
        world.note(holder, "granted", lock.path() + " " + lock.generation());
        world.marks.reach("lock granted");
        exclusive();
        return grant;
    }

    /// At this moment at most one holder of each lock says that it has it, or all share it.
    void exclusive() {
        for (List<Grant> all : standing.values()) {
            all.removeIf(Grant::isOver);
            List<Grant> claimed = all.stream().filter(Grant::claims).toList();
            for (int i = 1; i < claimed.size(); i++) {
                Grant one = claimed.get(i - 1);
                Grant other = claimed.get(i);
                atlas.checkTimed(
                        !one.conflictsWith(other),
                        "a lock has one holder",
                        () ->
                                one.holder
                                        + " and "
                                        + other.holder
                                        + " both hold "
                                        + one.lock.path());
            }
        }
    }

    /// The holder asks the cell to take the lock back: whatever comes, its lock-delay is not owed.
    void givesBack(Grant grant) {
        grant.givenBack = true;
    }

    /// The session ends in good order, and with it all that it holds.
    void givesBackAll(Process process) {
        grants.values()
                .forEach(all ->
                        all.stream()
                                .filter(grant -> grant.process == process)
                                .forEach(this::givesBack));
    }

    /// A client died with what it held.
    ///
    /// @param leaseUntil true time until which its session lives at least
    void died(Process process, long leaseUntil) {
        for (List<Grant> all : grants.values()) {
            for (Grant grant : all) {
                if (grant.process == process && !grant.givenBack && grant.lock.isValid()) {
                    grant.delayedUntil = leaseUntil + delay;
                }
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
