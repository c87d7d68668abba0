package dev.ephor.simulator;

import dev.ephor.client.Ephor;
import dev.ephor.client.EphorException;
import dev.ephor.client.Event;
import dev.ephor.client.NodeHandle;
import dev.ephor.client.OpenOptions;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What a client does to hear of changes: keeps a handle with events on each file, and opens it
/// anew where the file is gone.
final class WatchProgram {
    private final ClientNode client;
    private final Ephor session;
    private final ServiceCell cell;
    private final Rng rng;
    private final List<WatchBook.Watch> watches = new ArrayList<>();

    WatchProgram(ClientNode client, Ephor session) {
        this.client = client;
        this.session = session;
        this.cell = client.cell;
        this.rng = client.rng.stream("watch", client.rng.nextInt(1 << 30));
    }

    void begin() {
        for (String path : cell.paths) {
            open(path);
        }
    }

    private void open(String path) {
        client.later(session, rng.between(0L, cell.think * 20), () -> openNow(path));
    }

    private void openNow(String path) {
        if (cell.isCalm()
                || !client.world.choices.make(client.world, "watch " + client.name, path)) {
            return;
        }
        // Events may come before the answer, of which only the answer says what they are about.
        List<Event> early = new ArrayList<>();
        WatchBook.Watch[] begun = new WatchBook.Watch[1];
        Event.Listener listener =
                event -> {
                    if (begun[0] == null) {
                        early.add(event);
                    } else {
                        cell.watches.told(begun[0], event);
                        reopen(path, event);
                    }
                };
        client.waitFor(
                session.openAsync(
                        path,
                        OpenOptions.DEFAULT.readOnly().watch(listener, Event.Type.CONTENT_CHANGED)),
                (handle, failure) -> {
                    if (failure != null) {
                        client.expect("a watch's call", failure, EphorException.NotFound.class);
                        open(path);
                        return;
                    }
                    begun[0] = begun(path, handle);
                    early.forEach(event -> {
                        cell.watches.told(begun[0], event);
                        reopen(path, event);
                    });
                });
    }

    private WatchBook.Watch begun(String path, NodeHandle handle) {
        WatchBook.Watch watch =
                cell.watches.begun(
                        client.name,
                        path,
                        handle.statAtOpen().instanceNumber(),
                        handle.statAtOpen().contentGeneration());
        watches.add(watch);
        return watch;
    }

    private void reopen(String path, Event event) {
        if (event.type() == Event.Type.HANDLE_INVALID) {
            open(path);
        }
    }

    /// The end of the run: looks at each file, and compares what it was told.
    void judge() {
        for (WatchBook.Watch watch : watches) {
            client.waitFor(
                    session.statAsync(watch.path),
                    (stat, failure) -> {
                        if (failure == null) {
                            cell.watches.seen(
                                    watch, stat.instanceNumber(), stat.contentGeneration());
                        } else if (FileBook.cause(failure) instanceof EphorException.NotFound) {
                            cell.watches.seen(watch, 0, 0);
                        } else {
                            client.expect("a watch's call", failure);
                        }
                    });
        }
    }

    /// What is still missing; null where nothing is.
    @Nullable String behind() {
        for (WatchBook.Watch watch : watches) {
            String why = cell.watches.behind(watch);
            if (why != null) {
                return why;
            }
        }
        return null;
    }
}
