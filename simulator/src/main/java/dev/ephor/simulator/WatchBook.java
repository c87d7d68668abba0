package dev.ephor.simulator;

import dev.ephor.client.Event;
import org.jspecify.annotations.Nullable;

/// What clients were told of the contents of files (Chubby §2.5): events come in order, and tell
/// only of what has taken effect; and in the end who watches knows of the newest contents, or knows
/// that a new master took over and that it has to look again.
final class WatchBook {
    private final World world;

    /// Somebody's watch on a file.
    static final class Watch {
        final String watcher;
        final String path;
        private final long instance;
        private long newest;
        private boolean lookAgain;
        private boolean invalid;
        private long finalInstance;
        private long finalGeneration;

        Watch(String watcher, String path, long instance, long generation) {
            this.watcher = watcher;
            this.path = path;
            this.instance = instance;
            this.newest = generation;
            this.finalInstance = instance;
        }
    }

    WatchBook(World world) {
        this.world = world;
    }

    /// @param instance of the node that is watched
    /// @param generation of its contents when the watch began
    Watch begun(String watcher, String path, long instance, long generation) {
        return new Watch(watcher, path, instance, generation);
    }

    void told(Watch watch, Event event) {
        world.note(watch.watcher, "event", event);
        switch (event.type()) {
            case CONTENT_CHANGED -> {
                world.marks.reach("event: contents changed");
                world.check(
                        event.contentGeneration() > watch.newest || watch.lookAgain,
                        "events come in order",
                        () ->
                                watch.watcher
                                        + " is told of generation "
                                        + event.contentGeneration()
                                        + " of "
                                        + watch.path
                                        + " after "
                                        + watch.newest);
                watch.newest = Math.max(watch.newest, event.contentGeneration());
            }
            case MASTER_FAILED_OVER -> {
                world.marks.reach("event: a new master");
                watch.lookAgain = true;
            }
            case HANDLE_INVALID -> {
                world.marks.reach("event: the node is gone");
                watch.invalid = true;
            }
            case CHILD_ADDED,
                    CHILD_REMOVED,
                    CHILD_CHANGED,
                    LOCK_ACQUIRED,
                    CONFLICTING_LOCK_REQUEST ->
                    throw world.broken("events are those asked for", watch.watcher + ": " + event);
        }
    }

    /// The end of the run, when nothing is written any more: this is what the file is.
    void seen(Watch watch, long instance, long generation) {
        watch.finalInstance = instance;
        watch.finalGeneration = generation;
    }

    /// What the watcher should have been told and was not; null where nothing is missing. Its
    /// session lived all the time.
    @Nullable String behind(Watch watch) {
        boolean knows =
                watch.lookAgain
                        || watch.invalid
                        || watch.finalInstance == watch.instance
                                && watch.newest >= watch.finalGeneration;
        return knows
                ? null
                : watch.watcher
                        + " was told of generation "
                        + watch.newest
                        + " of "
                        + watch.path
                        + " only, which is at "
                        + watch.finalGeneration;
    }
}
