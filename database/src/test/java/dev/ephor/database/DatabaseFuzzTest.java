package dev.ephor.database;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.ephor.fuzzing.FreshInputs;
import dev.ephor.fuzzing.Seeds;
import dev.ephor.log.LaterFormatException;
import dev.ephor.log.MalformedException;
import dev.ephor.log.SnapshotHandle;
import dev.ephor.paxos.Bytes;
import dev.ephor.paxos.Epoch;
import dev.ephor.paxos.Membership;
import dev.ephor.paxos.ReplicaId;
import dev.ephor.paxos.SequenceNumber;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/// Whatever comes out of the log or out of a snapshot: it is what was written, or it is refused,
/// and a state stays the sum of its rows.
class DatabaseFuzzTest {
    private static final Epoch EPOCH = new Epoch(4, new SequenceNumber(7, new ReplicaId(3, 2)));
    private static final SnapshotHandle HANDLE =
            new SnapshotHandle(9, Membership.of(ReplicaId.of(1)), EPOCH);

    @TestFactory
    Stream<DynamicTest> freshInputs() {
        return FreshInputs.of(this);
    }

    @Test
    void seedsAreWhatReplicasWrite() throws IOException {
        Seeds seeds = Seeds.of(DatabaseFuzzTest.class);
        ByteArrayOutputStream several = new ByteArrayOutputStream();
        List<Command> commands =
                List.of(
                        CommandTest.EVERY_KIND,
                        new Command(4, 0, MultiOp.insert("a", Bytes.utf8("value"))),
                        new Command(
                                4,
                                1,
                                MultiOp.compareAndSwap(
                                        "a", Bytes.utf8("value"), Bytes.utf8("other"))),
                        new Command(4, 0, MultiOp.delete("\u00e9")),
                        new Command(4, 0, MultiOp.insertIfAbsent("b", Bytes.EMPTY)));
        for (int i = 0; i < commands.size(); i++) {
            byte[] encoded = commands.get(i).encode().toByteArray();
            seeds.add("command", "" + i, encoded);
            several.write(encoded.length);
            several.writeBytes(encoded);
        }
        seeds.add("commands", "several", several.toByteArray());
        seeds.add("snapshot", "empty", written(state(Rows.EMPTY)));
        seeds.add(
                "snapshot",
                "two-rows",
                written(state(Rows.EMPTY.with("a", Bytes.utf8("x")).with("\u00e9", Bytes.EMPTY))));
        seeds.check();
    }

    private static DatabaseState state(Rows rows) {
        return DatabaseState.of(rows, EPOCH, 5, 9);
    }

    private static byte[] written(DatabaseState state) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        Snapshots.write(state, out);
        return out.toByteArray();
    }

    @FuzzTest
    void command(byte[] input) {
        Bytes bytes = Bytes.wrap(input);
        try {
            assertThat(Command.decode(bytes).encode()).isEqualTo(bytes);
        } catch (MalformedException | LaterFormatException refused) {
            assertThat(refused).hasMessageNotContaining("null");
        }
    }

    /// Commands one after the other, each with a byte for its length before it. They are taken for
    /// the master's, so that they have an effect.
    @FuzzTest
    void commands(byte[] input) throws IOException {
        DatabaseState state = DatabaseState.EMPTY.withEpoch(EPOCH);
        int at = 0;
        while (at < input.length) {
            int length = Math.min(input[at] & 0xff, input.length - at - 1);
            Bytes bytes = Bytes.wrap(Arrays.copyOfRange(input, at + 1, at + 1 + length));
            at += 1 + length;
            try {
                Command decoded = Command.decode(bytes);
                long position = decoded.position() == 0 ? 0 : state.position() + 1;
                Command valid = new Command(EPOCH.number(), position, decoded.multiOp());
                state = state.apply(state.instance() + 1, valid).state();
            } catch (MalformedException | LaterFormatException refused) {
                assertThat(refused).hasMessageNotContaining("null");
            }
        }
        DatabaseState summed =
                DatabaseState.of(state.rows(), EPOCH, state.position(), state.instance());
        assertThat(state.checksum()).isEqualTo(summed.checksum());
        SnapshotHandle handle =
                new SnapshotHandle(state.instance(), HANDLE.membership(), state.epoch());
        DatabaseState read = Snapshots.read(handle, new ByteArrayInputStream(written(state)));
        assertThat(read.rows()).isEqualTo(state.rows());
        assertThat(read.checksum()).isEqualTo(state.checksum());
    }

    @FuzzTest
    void snapshot(byte[] input) {
        read(input);
        if (input.length > 4) {
            CRC32C crc = new CRC32C();
            crc.update(input, 0, input.length - 4);
            ByteBuffer mended = ByteBuffer.wrap(input.clone());
            mended.putInt(input.length - 4, (int) crc.getValue());
            read(mended.array());
        }
    }

    private static void read(byte[] input) {
        DatabaseState state;
        try {
            state = Snapshots.read(HANDLE, new ByteArrayInputStream(input));
        } catch (IOException | LaterFormatException refused) {
            return;
        }
        try {
            assertThat(written(state)).isEqualTo(input);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
