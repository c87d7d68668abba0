package dev.ephor.database;

import dev.ephor.log.LaterFormatException;
import dev.ephor.log.SnapshotHandle;
import dev.ephor.paxos.Bytes;
import dev.ephor.paxos.Epoch;
import dev.ephor.paxos.ReplicaId;
import dev.ephor.paxos.SequenceNumber;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.TreeMap;
import java.util.zip.CRC32C;
import java.util.zip.CheckedInputStream;
import java.util.zip.CheckedOutputStream;

/// A state as a stream of bytes, big-endian:
///
/// | bytes | what |
/// |---|---|
/// | 8 | `EphorDB` and the format version, 1 |
/// | 8 | the instance |
/// | 8, 8, 4, 4 | the epoch: number, owner's round, replica number, incarnation |
/// | 8 | position in the epoch |
/// | 8 | the state's checksum |
/// | 8 | how many rows |
/// | 4, n, 4, m | each row, in order of keys: length, key in UTF-8, length, value |
/// | 4 | CRC32C of everything before it |
///
/// A reader believes nothing until the CRC is right, the rows give the checksum again, and the
/// stream ends.
final class Snapshots {
    private static final int VERSION = 1;
    private static final long MAGIC = 0x4570686f72444200L | VERSION; // "EphorDB"

    private Snapshots() {}

    static void write(DatabaseState state, OutputStream target) throws IOException {
        CheckedOutputStream checked =
                new CheckedOutputStream(new BufferedOutputStream(target, 1 << 16), new CRC32C());
        DataOutputStream out = new DataOutputStream(new BufferedOutputStream(checked, 1 << 13));
        Epoch epoch = state.epoch();
        out.writeLong(MAGIC);
        out.writeLong(state.instance());
        out.writeLong(epoch.number());
        out.writeLong(epoch.owner().round());
        out.writeInt(epoch.owner().replica().number());
        out.writeInt(epoch.owner().replica().incarnation());
        out.writeLong(state.position());
        out.writeLong(state.checksum());
        out.writeLong(state.rows().size());
        for (var row : state.rows().all().entrySet()) {
            byte[] key = row.getKey().getBytes(StandardCharsets.UTF_8);
            out.writeInt(key.length);
            out.write(key);
            out.writeInt(row.getValue().length());
            out.write(row.getValue().toByteArray());
        }
        out.flush();
        out.writeInt((int) checked.getChecksum().getValue());
        out.flush();
    }

    /// @throws IOException it cannot be read, or is not what was written, or is not that of the
    ///   handle
    /// @throws LaterFormatException it is of a later release
    static DatabaseState read(SnapshotHandle handle, InputStream source) throws IOException {
        BufferedInputStream buffered = new BufferedInputStream(source, 1 << 16);
        CheckedInputStream checked = new CheckedInputStream(buffered, new CRC32C());
        DataInputStream in = new DataInputStream(checked);
        long format = in.readLong();
        if (format >>> 8 != MAGIC >>> 8 || (format & 0xff) < VERSION) {
            throw new IOException("not a database snapshot");
        }
        if (format != MAGIC) {
            throw new LaterFormatException(
                    "a database of format version "
                            + (format & 0xff)
                            + ", and this release knows version "
                            + VERSION);
        }
        long instance = in.readLong();
        Epoch epoch = readEpoch(in);
        long position = in.readLong();
        long checksum = in.readLong();
        Rows rows = readRows(in, in.readLong());
        int computed = (int) checked.getChecksum().getValue();
        if (in.readInt() != computed || in.read() != -1) {
            throw new IOException("the database snapshot fails its checksum");
        }
        DatabaseState state = DatabaseState.of(rows, epoch, position, instance);
        if (state.checksum() != checksum) {
            throw new IOException("the rows of the database snapshot fail their checksum");
        }
        if (instance != handle.instance() || !epoch.equals(handle.epoch())) {
            throw new IOException(
                    "the database snapshot is of instance "
                            + instance
                            + ", not "
                            + handle.instance()
                            + ", or of another epoch");
        }
        return state;
    }

    private static Epoch readEpoch(DataInputStream in) throws IOException {
        long epoch = in.readLong();
        long round = in.readLong();
        int number = in.readInt();
        int incarnation = in.readInt();
        if (round < 0 || number < 0 || incarnation < 0) {
            throw new IOException("the database snapshot names an impossible epoch");
        }
        return new Epoch(epoch, new SequenceNumber(round, new ReplicaId(number, incarnation)));
    }

    private static Rows readRows(DataInputStream in, long count) throws IOException {
        if (count < 0) {
            throw new IOException("the database snapshot has a negative number of rows");
        }
        TreeMap<String, Bytes> rows = new TreeMap<>();
        String last = null;
        for (long i = 0; i < count; i++) {
            String key = readKey(in);
            if (last != null && last.compareTo(key) >= 0) {
                throw new IOException("the rows of the database snapshot are not in order");
            }
            last = key;
            rows.put(key, Bytes.wrap(readBytes(in)));
        }
        return Rows.copyOf(rows);
    }

    private static String readKey(DataInputStream in) throws IOException {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(readBytes(in)))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new IOException("a key of the database snapshot is not UTF-8", e);
        }
    }

    /// Never takes more memory than about twice what the stream really holds, whatever length it
    /// claims.
    private static byte[] readBytes(DataInputStream in) throws IOException {
        int length = in.readInt();
        if (length < 0) {
            throw new IOException("a length in the database snapshot is negative");
        }
        byte[] bytes = in.readNBytes(length);
        if (bytes.length < length) {
            throw new IOException("the database snapshot ends too soon");
        }
        return bytes;
    }
}
