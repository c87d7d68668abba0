package dev.ephor.log;

import dev.ephor.paxos.Bytes;
import dev.ephor.paxos.Epoch;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/// Keeps every command in a list, and says at which place it put it.
final class ListApplication implements Application<Integer> {
    private List<String> commands = new ArrayList<>();
    private long appliedTo;
    private final List<Epoch> epochs = new ArrayList<>();
    private volatile @Nullable Mastership mastership;
    private int restored;
    private volatile int size;
    boolean diverging;

    /// It is of a release that does not know the format of snapshots, or of this command.
    boolean knowsSnapshots = true;

    String unknown = "";

    /// Only the last so many commands are kept.
    int kept = Integer.MAX_VALUE;

    @Override
    @SuppressWarnings("unchecked")
    public void restore(SnapshotHandle handle, Object state) {
        commands = new ArrayList<>((List<String>) state);
        appliedTo = handle.instance();
        size = commands.size();
        restored++;
    }

    @Override
    public Object read(SnapshotHandle handle, InputStream in) throws IOException {
        DataInputStream data = new DataInputStream(in);
        int count = data.readInt();
        if (!knowsSnapshots) {
            throw new LaterFormatException("a list of format version 2");
        }
        List<String> read = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            read.add(data.readUTF());
        }
        return read;
    }

    @Override
    public void epochChanged(Epoch epoch) {
        epochs.add(epoch);
    }

    @Override
    public Integer apply(long instance, Bytes command) {
        if (instance != appliedTo + 1) {
            throw new IllegalStateException("applied " + instance + " after " + appliedTo);
        }
        if (command.utf8().equals(unknown)) {
            throw new LaterFormatException("a command of format version 2 was chosen");
        }
        if (commands.size() == kept) {
            commands.removeFirst();
        }
        commands.add(command.utf8());
        size = commands.size();
        return commands.size();
    }

    @Override
    public void applied(long instance) {
        if (instance != appliedTo + 1) {
            throw new IllegalStateException("applied " + instance + " after " + appliedTo);
        }
        appliedTo = instance;
    }

    @Override
    public SnapshotWriter snapshot() {
        List<String> now = List.copyOf(commands);
        return out -> {
            DataOutputStream data = new DataOutputStream(out);
            data.writeInt(now.size());
            for (String command : now) {
                data.writeUTF(command);
            }
        };
    }

    @Override
    public OptionalLong checksum() {
        return OptionalLong.of(commands.hashCode() + (diverging ? 1 : 0));
    }

    @Override
    public void masterStarted(Mastership started) {
        mastership = started;
    }

    @Override
    public void masterStopped() {
        mastership = null;
    }

    @Nullable Mastership mastership() {
        return mastership;
    }

    boolean isMaster() {
        return mastership != null;
    }

    /// On the loop, or when it rests.
    List<String> commands() {
        return commands;
    }

    List<Epoch> epochs() {
        return epochs;
    }

    /// Any thread.
    int size() {
        return size;
    }

    int timesRestored() {
        return restored;
    }
}
