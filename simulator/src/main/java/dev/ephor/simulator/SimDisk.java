package dev.ephor.simulator;

import dev.ephor.log.Disk;
import dev.ephor.log.DiskFullException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// The disk of a simulated replica. It outlives the replica's processes and forgets what was not
/// flushed when one crashes. Every operation takes its time from the task that calls it, and may be
/// the last one.
final class SimDisk implements Disk {
    private static final String ERROR = "simulated error of the disk";
    private static final String SEGMENT = "segment-";

    /// Some batches.
    private static final int END_OF_LOG = 4000;

    private final World world;
    private final Climate.Disks climate;
    private final Atlas atlas;
    private final Rng rng;
    private final int index;
    private final String name;
    private final TreeMap<String, SimFile> seen = new TreeMap<>();
    private final TreeMap<String, SimFile> safe = new TreeMap<>();
    private final List<Change> journal = new ArrayList<>();
    private double slow = 1;
    private boolean full;
    private boolean calm = true;

    /// A write went astray on this disk: what is left of others nobody can say.
    private boolean strayed;

    private int operationsLeft;
    private @Nullable Runnable lastOperation;

    /// One operation on the directory.
    private sealed interface Change {
        long time();

        record Create(long time, String name, SimFile file) implements Change {}

        record Delete(long time, String name) implements Change {}

        record Rename(long time, String from, String to) implements Change {}

        record Flush(long time) implements Change {}
    }

    /// @param index its machine's place among the nodes
    SimDisk(World world, Climate climate, Atlas atlas, int index) {
        this.world = world;
        this.climate = climate.disks();
        this.atlas = atlas;
        this.rng = world.rng.stream("disk", index);
        this.index = index;
        this.name = "d" + (index + 1);
    }

    void slow(double factor) {
        slow = factor;
    }

    /// From now on there is no room left, or there is again.
    void fill(boolean now) {
        full = now;
    }

    /// Flips one bit of something that is safely on the disk.
    ///
    /// @param ended no process uses the disk: in half of the cases it is in the last that the log
    ///   holds, where nothing later can give it away
    /// @return false where there is nothing
    boolean rot(Rng decay, boolean ended) {
        if (safe.isEmpty()) {
            return false;
        }
        String any = decay.pick(new ArrayList<>(safe.keySet()));
        // Their numbers are hexadecimal.
        String newest = safe.floorKey(SEGMENT + "g");
        boolean last = ended && decay.nextBoolean() && newest != null && isSegment(newest);
        String victim = last ? newest : any;
        SimFile file = safe.get(victim);
        long position =
                file == null ? -1 : last ? file.rotAtEnd(decay, END_OF_LOG) : file.rot(decay);
        if (position >= 0) {
            world.note(name, "rot", victim + " at " + position);
            world.marks.reach(last ? "a bit rots at the end of the log" : "a bit rots");
        }
        return position >= 0;
    }

    private static boolean isSegment(String file) {
        return file.startsWith(SEGMENT);
    }

    /// The program overwrites the end of its log with zeros where that was being written when it
    /// stopped. What had been flushed it must not take for that.
    private void judge(String file, SimFile content, int position, byte[] bytes) {
        if (!strayed && isSegment(file) && content.isKept(position)) {
            world.check(
                    !SimFile.isZeros(bytes),
                    "what was flushed is not cut",
                    () -> name + ": " + file + " at " + position);
        }
    }

    /// What a file begins with, as programs see it. No operation: it takes no time.
    byte[] beginning(String file, int length) {
        SimFile content = seen.get(file);
        byte[] bytes = new byte[length];
        int count = content == null ? 0 : content.read(0, bytes, length);
        return Arrays.copyOf(bytes, count);
    }

    /// Forgets everything: a new disk.
    void wipe() {
        seen.clear();
        safe.clear();
        journal.clear();
        strayed = false;
    }

    /// No errors from here on.
    void calm() {
        calm = true;
        full = false;
        lastOperation = null;
    }

    /// Errors may come from here on.
    void begin() {
        calm = false;
    }

    /// Calls `crash` in the middle, or right after, the operation that comes after `operations`
    /// more.
    void crashAfter(int operations, Runnable crash) {
        operationsLeft = operations;
        lastOperation = crash;
    }

    /// True where the error is one that this disk made up.
    static boolean isSimulated(Throwable error) {
        return error instanceof IOException && String.valueOf(error.getMessage()).contains(ERROR);
    }

    /// Power fails now.
    void crash() {
        long clock = world.clock();
        settle(clock);
        int survive = 0;
        while (survive < journal.size() && journal.get(survive).time() <= clock) {
            survive++;
        }
        journal.subList(0, rng.between(0, survive)).forEach(change -> apply(change, safe));
        journal.clear();
        seen.clear();
        seen.putAll(safe);
        Set<SimFile> crashed =
                java.util.Collections.newSetFromMap(new java.util.IdentityHashMap<>());
        for (SimFile file : safe.values()) {
            if (crashed.add(file) && file.crash(rng, clock)) {
                world.marks.reach("a write is torn");
            }
        }
        lastOperation = null;
    }

    /// What a flush that is done covers is safe: what was done before it by then. Two threads of a
    /// process may each be simulated some way ahead, so a change that stands before a flush here
    /// may come after it in truth.
    private void settle(long clock) {
        long covered = -1;
        for (Change change : journal) {
            if (change instanceof Change.Flush(long time) && time <= clock) {
                covered = Math.max(covered, time);
            }
        }
        long until = covered;
        journal.stream()
                .filter(change -> change.time() <= until)
                .forEach(change -> apply(change, safe));
        journal.removeIf(change -> change.time() <= until);
    }

    private void change(Change change) {
        world.note(name, "disk", change);
        apply(change, seen);
        journal.add(change);
    }

    private static void apply(Change change, TreeMap<String, SimFile> directory) {
        switch (change) {
            case Change.Create(long _, String name, SimFile file) -> directory.put(name, file);
            case Change.Delete(long _, String name) -> directory.remove(name);
            case Change.Rename(long _, String from, String to) -> {
                SimFile file = directory.remove(from);
                if (file != null) {
                    directory.put(to, file);
                }
            }
            case Change.Flush _ -> {}
        }
    }

    /// Takes time for an operation; the process may be dead when it is done.
    private long operate(long typical) {
        world.spend(rng.between(typical / 2, typical * 3 / 2) + 1);
        Runnable crash = lastOperation;
        if (crash != null && operationsLeft-- == 0) {
            lastOperation = null;
            world.marks.reach("crash at an operation of the disk");
            // In the middle of the operation, or right after it, before anybody hears that it is
            // done.
            world.at(world.now() - (rng.nextBoolean() ? 1 : 0), null, crash);
        }
        return world.now();
    }

    private long flushTime() {
        return operate((long) (climate.flushLatency() * slow));
    }

    /// @param kind what fails, if anything does
    private boolean fails(double probability, String kind) {
        return !calm && rng.chance(probability) && world.choices.make(world, kind, name);
    }

    private void maybeFailFlush(@Nullable SimFile file) throws IOException {
        if (fails(climate.flushError(), "failing flush")) {
            world.marks.reach("flush failed");
            world.note(name, "failing", "flush");
            if (file != null) {
                file.flushFailed(rng);
            }
            throw new IOException(ERROR);
        }
    }

    private void maybeFail(String what) throws IOException {
        if (fails(climate.ioError(), "failing " + what)) {
            world.marks.reach("EIO: " + what);
            world.note(name, "failing", what);
            throw new IOException(ERROR);
        }
    }

    private void needsRoom() throws IOException {
        if (full) {
            world.marks.reach("no room left on the disk");
            world.note(name, "full", "");
            throw new DiskFullException(ERROR + ": no room", new IOException(ERROR));
        }
    }

    /// Where a write that should go to `position` goes instead, if this one goes astray; -1 for
    /// nowhere at all.
    private int stray(SimFile file, int position) {
        boolean lost = !calm && rng.chance(climate.lostWrite());
        boolean misdirected = !calm && rng.chance(climate.misdirected());
        int elsewhere = rng.between(0, Math.max(0, file.size() - 1)) / SimFile.SECTOR;
        if ((!lost && !misdirected)
                || !atlas.mayDamage(index)
                || !world.choices.make(world, lost ? "lost write" : "misdirected write", name)) {
            return position;
        }
        atlas.damage(index);
        strayed = true;
        world.note(name, lost ? "lost" : "misdirected", position);
        world.marks.reach(lost ? "a write is lost" : "a write is misdirected");
        return lost ? -1 : elsewhere * SimFile.SECTOR;
    }

    @Override
    public List<String> listAll() {
        return new ArrayList<>(new TreeSet<>(seen.keySet()));
    }

    @Override
    public boolean exists(String name) {
        return seen.containsKey(name);
    }

    @Override
    public DiskFile open(String name) throws IOException {
        SimFile file = seen.get(name);
        if (file == null) {
            needsRoom();
            file = new SimFile();
            change(new Change.Create(operate(20 * World.MICRO), name, file));
        }
        return new Handle(name, file);
    }

    @Override
    public void delete(String name) throws IOException {
        if (!seen.containsKey(name)) {
            throw new FileNotFoundException(name);
        }
        change(new Change.Delete(operate(20 * World.MICRO), name));
    }

    @Override
    public void rename(String from, String to) throws IOException {
        if (!seen.containsKey(from)) {
            throw new FileNotFoundException(from);
        }
        change(new Change.Rename(operate(20 * World.MICRO), from, to));
    }

    @Override
    public void flushDirectory() throws IOException {
        long time = flushTime();
        maybeFailFlush(null);
        journal.add(new Change.Flush(time));
        settle(world.clock());
    }

    private final class Handle implements DiskFile {
        private final String path;
        private final SimFile file;

        Handle(String path, SimFile file) {
            this.path = path;
            this.file = file;
        }

        @Override
        public long size() {
            return file.size();
        }

        @Override
        public void write(long position, ByteBuffer source) throws IOException {
            if (position + source.remaining() > file.size()) {
                needsRoom();
            }
            byte[] bytes = new byte[source.remaining()];
            source.get(bytes);
            long time = operate(5 * World.MICRO + bytes.length);
            maybeFail("write");
            int at = Math.toIntExact(position);
            judge(path, file, at, bytes);
            file.write(time, at, stray(file, at), bytes);
        }

        @Override
        public int read(long position, ByteBuffer target) throws IOException {
            world.spend(2 * World.MICRO + target.remaining() / 2);
            maybeFail("read");
            byte[] bytes = new byte[target.remaining()];
            int wanted = bytes.length;
            int count = file.read(Math.toIntExact(position), bytes, wanted);
            target.put(bytes, 0, count);
            return count == 0 && wanted > 0 ? -1 : count;
        }

        @Override
        public void preallocate(long size) throws IOException {
            if (size > file.size()) {
                needsRoom();
                file.resize(operate(20 * World.MICRO), Math.toIntExact(size));
            }
        }

        @Override
        public void truncate(long size) {
            if (size < file.size()) {
                file.resize(operate(20 * World.MICRO), Math.toIntExact(size));
            }
        }

        @Override
        public void flush() throws IOException {
            long time = flushTime();
            maybeFailFlush(file);
            file.flush(time, world.clock());
        }

        @Override
        public void close() {}
    }
}
