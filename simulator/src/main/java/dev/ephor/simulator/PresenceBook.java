package dev.ephor.simulator;

import dev.ephor.client.Ephor;
import java.util.List;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// The ephemeral files of a run, judged in true time: each is there for as long as the session that
/// has it open lives, and gone once that is over (Chubby §2.3).
final class PresenceBook {
    private final World world;
    private final Atlas atlas;
    private final TreeMap<String, Presence> files = new TreeMap<>();

    /// One file, which one session made and has open.
    static final class Presence {
        final String path;
        private final Ephor session;
        private final BooleanSupplier owned;
        private long openSince = Long.MAX_VALUE;
        private long goneSince = Long.MAX_VALUE;
        private boolean closing;
        private boolean found;

        Presence(String path, Ephor session, BooleanSupplier owned) {
            this.path = path;
            this.session = session;
            this.owned = owned;
        }
    }

    PresenceBook(World world, Atlas atlas) {
        this.world = world;
        this.atlas = atlas;
    }

    /// Nobody used the path before.
    ///
    /// @param owned whether the session that makes the file lives for certain
    Presence making(String path, Ephor session, BooleanSupplier owned) {
        Presence presence = new Presence(path, session, owned);
        files.put(path, presence);
        return presence;
    }

    void made(Presence presence) {
        presence.openSince = world.now();
        world.marks.reach("ephemeral file made");
    }

    /// The handle, or the session with it, is being closed.
    void closing(Presence presence) {
        presence.closing = true;
    }

    void closed(Presence presence) {
        presence.goneSince = Math.min(presence.goneSince, world.now());
    }

    /// All that the session has is about to go.
    void closing(Ephor session) {
        of(session).forEach(this::closing);
    }

    private Stream<Presence> of(Ephor session) {
        return files.values().stream().filter(presence -> presence.session == session);
    }

    /// Any of the last files that were made.
    List<String> recent() {
        return files.descendingKeySet().stream().limit(6).toList().reversed();
    }

    /// Somebody looked, and was told between `called` and now whether the file is there.
    void saw(String path, long called, boolean there) {
        Presence presence = files.get(path);
        if (presence == null) {
            throw new IllegalArgumentException("nobody makes " + path);
        }
        if (there) {
            world.check(
                    called <= presence.goneSince,
                    "an ephemeral file goes with its last handle",
                    () -> path + " was closed, and is there");
            world.marks.reach("ephemeral file seen");
        } else {
            boolean mustBeThere =
                    presence.openSince < called
                            && !presence.closing
                            && presence.owned.getAsBoolean();
            atlas.checkTimed(
                    !mustBeThere,
                    "an ephemeral file stays while its session lives",
                    () -> path + " is gone, and its session lives");
            world.marks.reach("ephemeral file gone");
        }
    }

    /// Some of the files whose sessions are over, and that nobody has found gone yet.
    List<String> abandoned() {
        return files.values().stream()
                .filter(PresenceBook::isAbandoned)
                .map(presence -> presence.path)
                .limit(20)
                .toList();
    }

    private static boolean isAbandoned(Presence presence) {
        return !presence.found && (!presence.owned.getAsBoolean() || presence.closing);
    }

    /// At the end of the run: it was looked for, and is gone.
    void isGone(String path) {
        Presence presence = files.get(path);
        if (presence != null) {
            presence.found = true;
        }
    }

    /// What is there and should not be; null where there is no such thing.
    @Nullable String leftOver() {
        List<String> left = abandoned();
        return left.isEmpty() ? null : left.getFirst() + " is there, and its session is over";
    }
}
