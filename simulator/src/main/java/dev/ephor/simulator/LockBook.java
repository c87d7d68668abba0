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

    private long calls;

    /// A lock that a client asked for.
    ///
    /// @param call in the history
    /// @param at when
    record Asking(String call, String path, LockMode mode, long at) {}

    /// A lock that a client holds or held.
    static final class Grant {
        private final String holder;
        private final Process process;
        private final HeldLock lock;
        private final long at;

        /// When its holder certainly had it last.
        private long validAt;

        /// That it ends, as the history has it; null where it has not.
        private @Nullable String release;

        /// The holder gives it back, and an answer will say that this is done.
        private boolean answerable;

        private boolean givenBack;
        private boolean lost;

        /// Nobody gets the lock in a way that conflicts before this true time.
        private long delayedUntil;

        /// @param called when it was asked for
        Grant(String holder, Process process, HeldLock lock, long called, long at) {
            this.holder = holder;
            this.process = process;
            this.lock = lock;
            this.at = at;
            this.validAt = called;
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

    Asking asks(String path, LockMode mode) {
        Asking asking = new Asking(call(), path, mode, world.now());
        note(asking.call(), "invoke", asking.at(), path, acquire(mode, null));
        return asking;
    }

    Grant granted(String holder, Process process, HeldLock lock, Asking asking) {
        long called = asking.at();
        Grant grant = new Grant(holder, process, lock, called, world.now());
        look(lock.path());
        note(
                asking.call(),
                "ok",
                world.now(),
                lock.path(),
                acquire(lock.mode(), lock.generation()));
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
        for (String path : standing.keySet()) {
            List<Grant> claimed = look(path);
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

    /// Who claims the lock at this moment. Those that lost it are told of in the history.
    private List<Grant> look(String path) {
        List<Grant> all = standing.getOrDefault(path, new ArrayList<>());
        all.stream().filter(Grant::isOver).forEach(this::ends);
        all.removeIf(Grant::isOver);
        List<Grant> claimed = all.stream().filter(Grant::claims).toList();
        claimed.forEach(grant -> grant.validAt = world.now());
        return claimed;
    }

    /// From the last time on at which the holder had it for certain, it may be gone.
    private void ends(Grant grant) {
        if (grant.release == null) {
            String call = call();
            grant.release = call;
            grant.validAt = grant.claims() ? world.now() : grant.validAt;
            note(call, "invoke", grant.validAt, grant.lock.path(), release(grant));
        }
    }

    private String call() {
        return "lock " + ++calls;
    }

    private static LockModel.Operation acquire(LockMode mode, @Nullable Long generation) {
        return new LockModel.Operation.Acquire(mode == LockMode.EXCLUSIVE, generation);
    }

    private static LockModel.Operation release(Grant grant) {
        return new LockModel.Operation.Release(grant.lock.generation());
    }

    private void note(
            String call, String type, long time, String path, LockModel.Operation operation) {
        world.note(
                "",
                HistoryNote.KIND,
                new HistoryNote(call, type, time, path, new HistoryNote.Asked.OfLock(operation)));
    }

    /// The holder asks the cell to take the lock back: whatever comes, its lock-delay is not owed.
    void givesBack(Grant grant) {
        grant.givenBack = true;
        grant.answerable = grant.release == null && grant.claims();
        ends(grant);
    }

    /// The answer to that. What was lost before, or went with its session, has no such moment.
    void gaveBack(Grant grant) {
        if (grant.answerable && grant.release != null) {
            note(grant.release, "ok", world.now(), grant.lock.path(), release(grant));
        }
    }

    /// The session ends in good order, and with it all that it holds.
    void givesBackAll(Process process) {
        grants.values()
                .forEach(all ->
                        all.stream()
                                .filter(grant -> grant.process == process)
                                .forEach(this::endsWithItsSession));
    }

    private void endsWithItsSession(Grant grant) {
        givesBack(grant);
        grant.answerable = false;
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
