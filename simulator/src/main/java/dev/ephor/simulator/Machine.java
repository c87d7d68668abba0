package dev.ephor.simulator;

import org.jspecify.annotations.Nullable;

/// Something that runs processes one after the other, as long as the world exists: it keeps its
/// disk and its clock while its process crashes and starts again.
abstract class Machine {
    private static final long FATAL_RESTART = 300 * World.MILLI;

    final World world;
    final int index;
    final String name;
    final LocalClock clock;
    private @Nullable Process life;
    private boolean calm;

    /// @param index its place among the nodes of the network
    Machine(World world, int index, String name, LocalClock clock) {
        this.world = world;
        this.index = index;
        this.name = name;
        this.clock = clock;
    }

    final boolean isUp() {
        return life != null;
    }

    final boolean isPaused() {
        return life != null && life.isPaused();
    }

    final @Nullable Process life() {
        return life;
    }

    /// Starts a new process, where none runs.
    final void start() {
        if (life != null) {
            return;
        }
        Process born = new Process(world, name, clock);
        life = born;
        world.note(name, "start", "");
        boot(born);
    }

    /// The process ends without warning; what the disk did not yet keep may be lost.
    final void crash() {
        Process dying = life;
        if (dying == null) {
            return;
        }
        world.note(name, "crash", "");
        dying.kill();
        life = null;
        dying(dying);
        died();
    }

    /// The process ends itself because it must not go on; something starts it again soon.
    final void fail(String why) {
        world.note(name, "fatal", why);
        crash();
        world.after(FATAL_RESTART, null, this::start);
    }

    /// The process ends in good order, where it knows how to; otherwise without warning.
    void stop() {
        crash();
    }

    final void pause() {
        if (life != null) {
            life.pause();
            world.marks.reach("a process is paused");
            world.note(name, "pause", "");
        }
    }

    final void resume() {
        if (life != null && life.isPaused()) {
            life.resume();
            world.note(name, "resume", "");
        }
    }

    /// No faults from here on.
    void calm() {
        calm = true;
        slowDisk(1);
    }

    final boolean isCalm() {
        return calm;
    }

    /// Calls `crash` at one of the next operations of the disk, where there is such a thing.
    ///
    /// @return false where there is not, and nothing was done
    boolean atOperation(int operations, Runnable crash) {
        return false;
    }

    /// True where it keeps files, so that these can decay.
    boolean hasFiles() {
        return false;
    }

    /// Flips a bit of something that was safely on its disk.
    ///
    /// @return false where there is nothing there
    boolean rot(Rng rng) {
        return false;
    }

    /// Loses its disk, and goes on with an empty one.
    ///
    /// @return false where it has no files to lose
    boolean wipe() {
        return false;
    }

    /// Something that was safely on its disk is damaged.
    void wasDamaged() {}

    /// True where it takes itself for coordinator.
    boolean leads() {
        return false;
    }

    /// From now on there is no room left on its disk, or there is again.
    void fillDisk(boolean full) {}

    /// The process was killed: what the machine around it does about that.
    void dying(Process process) {}

    /// Runs the program from its first line.
    abstract void boot(Process born);

    /// The process is gone: forget its memory, decide what its disk kept.
    abstract void died();

    /// From now on flushes take this many times as long as usual.
    abstract void slowDisk(double factor);
}
