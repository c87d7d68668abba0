package dev.ephor.simulator;

import dev.ephor.client.Ephor;
import dev.ephor.client.EphorException;
import dev.ephor.client.NodeHandle;
import dev.ephor.client.OpenOptions;
import dev.ephor.client.SessionState;
import dev.ephor.client.WriteOptions;
import java.util.List;

/// What a client does to say that it lives: keeps an ephemeral file open for a while, closes it,
/// makes another, and looks whether those of others are there.
final class PresenceProgram {
    private static final String CALL = "an ephemeral file's call";

    private final ClientNode client;
    private final Process process;
    private final Ephor session;
    private final ServiceCell cell;
    private final PresenceBook book;
    private final Rng rng;

    PresenceProgram(ClientNode client, Process process, Ephor session) {
        this.client = client;
        this.process = process;
        this.session = session;
        this.cell = client.cell;
        this.book = cell.presences;
        this.rng = client.rng.stream("presence", client.rng.nextInt(1 << 30));
    }

    void begin() {
        client.later(session, rng.between(cell.think, cell.think * 8), this::step);
    }

    private boolean lives() {
        return process.isAlive() && session.state() == SessionState.SAFE;
    }

    private void step() {
        if (cell.isCalm()) {
            return;
        }
        if (!client.world.choices.make(client.world, "presence " + client.name, "")) {
            begin();
            return;
        }
        List<String> others = book.recent();
        if (rng.chance(0.6) && !others.isEmpty()) {
            look(rng.pick(others), this::begin);
            return;
        }
        String path = cell.freshPath("alive-" + client.name);
        PresenceBook.Presence presence = book.making(path, session, this::lives);
        client.waitFor(
                session.openAsync(path, OpenOptions.CREATE_NEW.ephemeral()),
                (handle, failure) -> {
                    if (failure == null) {
                        book.made(presence);
                        stay(handle, presence);
                    } else {
                        client.expect(CALL, failure);
                        book.closing(presence);
                        begin();
                    }
                });
    }

    private void stay(NodeHandle handle, PresenceBook.Presence presence) {
        client.later(
                session,
                rng.between(0L, 20 * cell.think),
                () -> {
                    if (cell.isCalm() || rng.chance(0.3)) {
                        // Kept for as long as the session lives.
                        look(presence.path, this::begin);
                        return;
                    }
                    book.closing(presence);
                    boolean delete = rng.chance(0.4);
                    client.waitFor(
                            delete ? handle.deleteAsync(WriteOptions.DEFAULT) : handle.closeAsync(),
                            (_, failure) -> {
                                if (failure == null && (delete || lives())) {
                                    book.closed(presence);
                                } else if (failure != null) {
                                    client.expect(CALL, failure);
                                }
                                look(presence.path, this::begin);
                            });
                });
    }

    private void look(String path, Runnable then) {
        look(client, session, path, (_, _) -> then.run());
    }

    /// Gets what there was, where that is certain.
    interface Looked {
        void there(boolean there, boolean certain);
    }

    static void look(ClientNode client, Ephor session, String path, Looked then) {
        long called = client.world.now();
        client.waitFor(
                session.statAsync(path),
                (_, failure) -> {
                    boolean missing =
                            failure != null
                                    && FileBook.cause(failure) instanceof EphorException.NotFound;
                    if (failure != null && !missing) {
                        client.expect(CALL, failure);
                        then.there(false, false);
                    } else {
                        client.cell.presences.saw(path, called, !missing);
                        then.there(!missing, true);
                    }
                });
    }
}
