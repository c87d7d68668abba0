package dev.ephor.log;

import dev.ephor.paxos.Effect;
import dev.ephor.paxos.Message;
import dev.ephor.paxos.ReplicaId;
import dev.ephor.paxos.Value;
import java.io.IOException;
import java.util.List;

/// Answers replicas that are behind from the disk: chosen values from the replay log, pieces of
/// snapshots. Called on the loop; reads on the background executor. Each answer is bounded, and
/// nobody gets more while much of what he was sent still waits.
final class CatchUpServer {
    private static final int INSTANCES = 8192;
    private static final long WAITING = 8 << 20;
    private static final int LARGEST_PIECE = 4 << 20;

    private final Environment environment;
    private final LogSettings settings;
    private final LogWriter writer;
    private final SnapshotStore store;

    CatchUpServer(
            Environment environment, LogSettings settings, LogWriter writer, SnapshotStore store) {
        this.environment = environment;
        this.settings = settings;
        this.writer = writer;
        this.store = store;
    }

    /// Sends chosen values, or says that only a snapshot helps.
    void values(Effect.ServeCatchUp wanted, long logBegins, long newestSnapshot) {
        ReplicaId to = wanted.to();
        if (environment.network().queuedBytes(to) > WAITING) {
            return;
        }
        long from = wanted.from();
        if (from <= logBegins) {
            send(
                    to,
                    new Frame.Paxos(
                            new Message.SnapshotAvailable(newestSnapshot, wanted.chosenUpTo())));
            return;
        }
        long last = Math.min(wanted.chosenUpTo(), from + INSTANCES - 1);
        int bytes = settings.catchUpBytes();
        writer.find(
                from,
                last,
                4L * bytes,
                found -> {
                    try {
                        List<Value> values = LogReader.read(environment.disk(), found, from, bytes);
                        if (!values.isEmpty()) {
                            Message chosen = new Message.Chosen(from, values, wanted.chosenUpTo());
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

    /// Sends a piece of a snapshot.
    void piece(ReplicaId to, Frame.SnapshotRequest wanted) {
        if (environment.network().queuedBytes(to) > WAITING) {
            return;
        }
        int length = Math.min(wanted.length(), LARGEST_PIECE);
        environment
                .background()
                .execute(() -> {
                    try {
                        send(to, store.piece(wanted.instance(), wanted.offset(), length));
                    } catch (IOException e) {
                        environment
                                .reporter()
                                .warn("cannot read a snapshot for replica " + to + ": " + e);
                        send(to, new Frame.SnapshotGone(wanted.instance()));
                    }
                });
    }

    private void send(ReplicaId to, Frame frame) {
        environment.network().send(List.of(to), FrameCodec.encode(frame));
    }
}
