package dev.ephor.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ephor.log.LaterFormatException;
import dev.ephor.log.SnapshotHandle;
import dev.ephor.paxos.Bytes;
import dev.ephor.paxos.Epoch;
import dev.ephor.paxos.Membership;
import dev.ephor.paxos.ReplicaId;
import dev.ephor.paxos.SequenceNumber;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

class SnapshotsTest {
    private static final Epoch EPOCH = new Epoch(4, new SequenceNumber(3, ReplicaId.of(2)));

    private static DatabaseState sample(int steps) {
        DatabaseState state = DatabaseState.EMPTY.withEpoch(EPOCH);
        Samples samples = new Samples(11);
        for (int i = 1; i <= steps; i++) {
            state = state.apply(4 + i, new Command(4, i, samples.multiOp(4))).state();
        }
        return state;
    }

    private static SnapshotHandle handle(DatabaseState state) {
        return new SnapshotHandle(
                state.instance(), Membership.of(List.of(ReplicaId.of(1))), state.epoch());
    }

    private static byte[] written(DatabaseState state) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        Snapshots.write(state, out);
        return out.toByteArray();
    }

    private static DatabaseState read(SnapshotHandle handle, byte[] bytes) throws IOException {
        return Snapshots.read(handle, new ByteArrayInputStream(bytes));
    }

    @Test
    void whatIsWrittenIsRead() throws IOException {
        for (int steps : new int[] {0, 1, 50, 500}) {
            DatabaseState state = sample(steps);
            DatabaseState back = read(handle(state), written(state));
            assertThat(back.rows()).isEqualTo(state.rows());
            assertThat(back.epoch()).isEqualTo(state.epoch());
            assertThat(back.position()).isEqualTo(state.position());
            assertThat(back.instance()).isEqualTo(state.instance());
            assertThat(back.checksum()).isEqualTo(state.checksum());
        }
    }

    @Test
    void everyFlippedBitIsFound() throws IOException {
        DatabaseState state = sample(30);
        byte[] bytes = written(state);
        SnapshotHandle handle = handle(state);
        for (int bit = 0; bit < bytes.length * 8; bit++) {
            byte[] flipped = bytes.clone();
            flipped[bit / 8] ^= (byte) (1 << bit % 8);
            assertThatThrownBy(() -> read(handle, flipped))
                    .as("bit %d", bit)
                    .isInstanceOf(
                            isOfTheVersion(bit) ? LaterFormatException.class : IOException.class);
        }
    }

    /// A later version cannot be checked; the file around it has a checksum of its own.
    private static boolean isOfTheVersion(int bit) {
        return bit / 8 == 7 && bit % 8 > 0;
    }

    @Test
    void everyMissingEndIsFound() throws IOException {
        DatabaseState state = sample(30);
        byte[] bytes = written(state);
        SnapshotHandle handle = handle(state);
        for (int length = 0; length < bytes.length; length++) {
            byte[] beginning = java.util.Arrays.copyOf(bytes, length);
            assertThatThrownBy(() -> read(handle, beginning)).isInstanceOf(IOException.class);
        }
        byte[] longer = java.util.Arrays.copyOf(bytes, bytes.length + 1);
        assertThatThrownBy(() -> read(handle, longer)).isInstanceOf(IOException.class);
    }

    @Test
    void anotherHandlesSnapshotIsRefused() throws IOException {
        DatabaseState state = sample(3);
        byte[] bytes = written(state);
        SnapshotHandle right = handle(state);
        SnapshotHandle wrongInstance =
                new SnapshotHandle(right.instance() + 1, right.membership(), right.epoch());
        SnapshotHandle wrongEpoch =
                new SnapshotHandle(right.instance(), right.membership(), Epoch.NONE);
        assertThatThrownBy(() -> read(wrongInstance, bytes)).isInstanceOf(IOException.class);
        assertThatThrownBy(() -> read(wrongEpoch, bytes)).isInstanceOf(IOException.class);
    }

    @Test
    void itIsOfTheMomentWhenItWasTakenHoldOf() throws IOException {
        Database database = new Database(DatabaseLimits.DEFAULT, new DatabaseListener() {});
        database.epochChanged(EPOCH);
        database.apply(5, new Command(4, 0, MultiOp.insert("a", Bytes.utf8("1"))).encode());
        database.applied(5);
        DatabaseState then = database.state();
        var writer = database.snapshot();
        database.apply(6, new Command(4, 0, MultiOp.delete("a")).encode());

        ByteArrayOutputStream out = new ByteArrayOutputStream();
        writer.write(out);
        Database other = new Database(DatabaseLimits.DEFAULT, new DatabaseListener() {});
        SnapshotHandle handle = handle(then);
        other.restore(handle, other.read(handle, new ByteArrayInputStream(out.toByteArray())));
        assertThat(other.state().rows().all()).containsOnlyKeys("a");
        assertThat(other.checksum()).hasValue(then.checksum());
    }
}
