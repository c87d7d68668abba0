package dev.ephor.log;

import dev.ephor.paxos.Effect;
import dev.ephor.paxos.Message;
import dev.ephor.paxos.ReplicaId;
import dev.ephor.paxos.Value;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.List;
import java.util.OptionalLong;

/// Answers replicas that are behind from the disk: chosen values from the replay log, pieces of
/// snapshots. Confined to the loop; reads by errands. Each answer is bounded, nobody gets more
/// while much of what he was sent still waits, and all snapshots together leave no faster than the
/// settings say, so that the commands of the moment have the disk and the wire first.
final class CatchUpServer {
    private static final int INSTANCES = 8192;
    private static final long WAITING = 8 << 20;

    /// Pieces that wait for one replica: the commands of the moment queue up behind them.
    private static final long PIECES_WAITING = 1 << 20;

    private static final int LARGEST_PIECE = 4 << 20;
    private static final int MOST_WANTED = 64;
    private static final long LOOK_AGAIN = 20_000_000;

    private final Environment environment;
    private final LogSettings settings;
    private final LogWriter writer;
    private final SnapshotStore store;
    private final RateLimit rate;

    /// What was asked for and not sent yet, in order.
    private final ArrayDeque<Wanted> wanted = new ArrayDeque<>();

    private boolean looking;

    /// A piece that was asked for. Asked for twice it is sent once.
    private record Wanted(ReplicaId to, long instance, long offset, int length) {}

    CatchUpServer(
            Environment environment, LogSettings settings, LogWriter writer, SnapshotStore store) {
        this.environment = environment;
        this.settings = settings;
        this.writer = writer;
        this.store = store;
        this.rate = new RateLimit(settings.snapshotRate());
    }

    /// Sends chosen values, or says that only a snapshot helps.
    void values(Effect.ServeCatchUp asked, long logBegins, long newestSnapshot) {
        ReplicaId to = asked.to();
        if (environment.network().queuedBytes(to) > WAITING) {
            return;
        }
        long from = asked.from();
        if (from <= logBegins) {
            send(
                    to,
                    new Frame.Paxos(
                            new Message.SnapshotAvailable(newestSnapshot, asked.chosenUpTo())));
            return;
        }
        long last = Math.min(asked.chosenUpTo(), from + INSTANCES - 1);
        int bytes = settings.catchUpBytes();
        writer.find(
                from,
                last,
                4L * bytes,
                found -> {
                    try {
                        List<Value> values = LogReader.read(environment.disk(), found, from, bytes);
                        if (!values.isEmpty()) {
                            Message chosen = new Message.Chosen(from, values, asked.chosenUpTo());
                            send(to, new Frame.Paxos(chosen));
                        }
                    } catch (DamagedException e) {
                        environment.fatal(e.getMessage() == null ? "" : e.getMessage(), e);
                    } catch (IOException e) {
                        environment
                                .reporter()
                                .warn("cannot read the replay log for replica " + to + ": " + e);
                    }
                });
    }

    /// Sends a piece of a snapshot, when its turn comes; without any bytes, only which snapshot it
    /// is, at once.
    void piece(ReplicaId to, Frame.SnapshotRequest asked) {
        OptionalLong instance = store.lend(asked.instance(), asked.above());
        if (instance.isEmpty()) {
            send(to, new Frame.SnapshotGone(asked.instance()));
            return;
        }
        Wanted piece =
                new Wanted(
                        to,
                        instance.getAsLong(),
                        asked.offset(),
                        Math.min(asked.length(), LARGEST_PIECE));
        if (asked.length() == 0) {
            environment.errands().execute(() -> read(piece));
        } else if (wanted.size() < MOST_WANTED && !wanted.contains(piece)) {
            wanted.add(piece);
            serve();
        }
    }

    /// Nothing more is sent.
    void close() {
        wanted.clear();
    }

    private void serve() {
        // Who is passed over because too much waits for him is looked at again a little later.
        int passedOver = 0;
        while (passedOver < wanted.size()) {
            long now = environment.nanoTime();
            long delay = rate.delay(now);
            if (delay > 0) {
                lookAgain(delay);
                return;
            }
            Wanted next = wanted.remove();
            if (environment.network().queuedBytes(next.to()) > PIECES_WAITING) {
                wanted.add(next);
                passedOver++;
            } else {
                rate.take(next.length(), now);
                environment.errands().execute(() -> read(next));
            }
        }
        if (!wanted.isEmpty()) {
            lookAgain(LOOK_AGAIN);
        }
    }

    private void lookAgain(long delay) {
        if (!looking) {
            looking = true;
            environment.schedule(
                    delay,
                    () -> {
                        looking = false;
                        serve();
                    });
        }
    }

    private void read(Wanted piece) {
        try {
            send(piece.to(), store.piece(piece.instance(), piece.offset(), piece.length()));
        } catch (IOException | DamagedException e) {
            environment
                    .reporter()
                    .warn("cannot read a snapshot for replica " + piece.to() + ": " + e);
            send(piece.to(), new Frame.SnapshotGone(piece.instance()));
        }
    }

    private void send(ReplicaId to, Frame frame) {
        environment.network().send(List.of(to), FrameCodec.encode(frame));
    }
}
