package dev.ephor.log;

import dev.ephor.paxos.Bytes;
import dev.ephor.paxos.Check;
import dev.ephor.paxos.Membership;
import dev.ephor.paxos.ReplicaId;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.random.RandomGenerator;

/// Whose a data directory is. Written once, when the replica is bootstrapped, and compared at every
/// start and with every peer, so that a replica pointed at a wrong directory, or two replicas under
/// one name, are found before they do harm.
///
/// @param cell the cell's name, the same at all its replicas: 1 to 64 letters, digits, `.`, `_` or
///   `-`
/// @param replica which replica of the cell it is, and which incarnation
/// @param members the members for the first instance, the same at all replicas
/// @param store a random number that no other directory has
public record Identity(String cell, ReplicaId replica, Membership members, long store) {
    static final String FILE = "identity";
    private static final long MAGIC = 0x4550484f5249444eL; // "EPHORIDN"
    private static final int VERSION = 1;
    private static final int FIXED = 16;

    public Identity {
        Check.that(isCellName(cell), "a cell's name is 1 to 64 letters, digits, '.', '_' or '-'");
    }

    /// True where the text can be a cell's name.
    public static boolean isCellName(String text) {
        return text.matches("[A-Za-z0-9._-]{1,64}");
    }

    /// Makes an empty directory the disk of a replica: the one way in which a replica comes into
    /// being. Never call it again for a replica that lost its disk: the new one could break the
    /// promises of the old.
    ///
    /// @param random for the store's number; not seeded alike in two replicas
    /// @throws WrongDiskException the directory has an identity, or a log, already
    /// @throws IOException the disk cannot be read or written
    public static Identity bootstrap(
            Disk disk, String cell, ReplicaId replica, Membership members, RandomGenerator random)
            throws IOException {
        for (String name : disk.list()) {
            if (name.equals(FILE)) {
                throw new WrongDiskException(
                        "the data directory has been bootstrapped before: start the replica without"
                                + " bootstrapping it again");
            }
            boolean interrupted =
                    name.endsWith(DiskFiles.UNFINISHED) || name.equals(SegmentHeader.fileName(1));
            if ((SegmentHeader.isSegment(name) || SnapshotFile.isSnapshot(name)) && !interrupted) {
                throw noIdentityBut(name);
            }
        }
        String first = SegmentHeader.fileName(1);
        if (disk.exists(first) && ReplayLog.holdsAnything(disk, first)) {
            throw noIdentityBut(first);
        }
        Identity identity = new Identity(cell, replica, members, random.nextLong());
        ReplayLog.create(disk, identity);
        identity.write(disk);
        return identity;
    }

    /// Makes a directory without an identity the disk of a replica that the cell has admitted under
    /// an id that nobody had before. Background.
    static Identity admit(Disk disk, String cell, ReplicaId replica, long store)
            throws IOException {
        Identity identity = new Identity(cell, replica, Membership.NOBODY, store);
        DiskFiles.delete(disk, SegmentHeader.fileName(1));
        ReplayLog.create(disk, identity);
        identity.write(disk);
        return identity;
    }

    /// Makes the directory this replica's; the last that is done of what makes it so.
    void write(Disk disk) throws IOException {
        DiskFiles.writeWhole(disk, FILE, encode());
    }

    private static WrongDiskException noIdentityBut(String name) {
        return new WrongDiskException(
                "the data directory has no identity file, but it holds "
                        + name
                        + ": it was a replica's. Put its identity file back, or use an empty"
                        + " directory"
                        + " and a new incarnation");
    }

    /// Reads the identity of a directory that was bootstrapped.
    ///
    /// @param cell the expected cell
    /// @param number the expected replica number; which incarnation it is the directory says
    /// @throws WrongDiskException it is empty, of another cell, of another replica, or of an
    ///   unknown format
    /// @throws DamagedException the identity file fails its checksum
    /// @throws IOException the disk cannot be read
    public static Identity load(Disk disk, String cell, int number) throws IOException {
        Optional<Identity> identity = find(disk, cell, number);
        if (identity.isPresent()) {
            return identity.get();
        }
        for (String name : disk.list()) {
            if (SegmentHeader.isSegment(name) || SnapshotFile.isSnapshot(name)) {
                throw noIdentityBut(name);
            }
        }
        throw new WrongDiskException(
                "the data directory is empty. If this replica has never run, bootstrap it."
                        + " If it has,"
                        + " its disk is lost: it may come back only under a new incarnation");
    }

    /// As [#load], but a directory without an identity is no error.
    public static Optional<Identity> find(Disk disk, String cell, int number) throws IOException {
        if (!disk.exists(FILE)) {
            return Optional.empty();
        }
        Identity identity = decode(DiskFiles.readAll(disk, FILE));
        if (!identity.cell.equals(cell)) {
            throw new WrongDiskException(
                    "the data directory belongs to cell '"
                            + identity.cell
                            + "', not to '"
                            + cell
                            + "'; nothing was changed. Check the data directory and the cell's"
                            + " name in"
                            + " the configuration");
        }
        if (identity.replica.number() != number) {
            throw new WrongDiskException(
                    "the data directory belongs to replica "
                            + identity.replica
                            + " of cell '"
                            + cell
                            + "', not to replica "
                            + number
                            + "; nothing was changed. Check the data directory and the replica's"
                            + " number"
                            + " in the configuration");
        }
        return Optional.of(identity);
    }

    ByteBuffer encode() {
        ByteWriter out = new ByteWriter(256);
        out.u64(MAGIC).u16(VERSION).u16(0).u32(0);
        out.text(cell).u64(store);
        ValueCodec.write(out, replica);
        ValueCodec.write(out, members);
        out.setU32(FIXED - 4, out.position() - FIXED);
        out.u32(out.crc(0, out.position()));
        return out.written();
    }

    private static Identity decode(ByteBuffer content) {
        int body = content.limit() - FIXED - 4;
        if (body < 0
                || content.getLong(0) != MAGIC
                || content.getInt(FIXED - 4) != body
                || content.getInt(FIXED + body) != Crc.of(content.slice(0, FIXED + body))) {
            throw new DamagedException(FILE, 0, "the identity fails its checksum");
        }
        if (content.getShort(8) != VERSION) {
            throw WrongDiskException.ofVersion("the identity file", content.getShort(8), VERSION);
        }
        try {
            ByteReader in = new ByteReader(Bytes.copyOf(content.slice(FIXED, body)));
            String cell = in.text(64);
            if (!isCellName(cell)) {
                throw new MalformedException("a cell cannot have that name");
            }
            long store = in.u64();
            Identity identity =
                    new Identity(
                            cell, ValueCodec.readReplica(in), ValueCodec.readMembership(in), store);
            in.end();
            if (!identity.encode().equals(content)) {
                throw new MalformedException("there is something where nothing is written");
            }
            return identity;
        } catch (MalformedException e) {
            throw new DamagedException(FILE, FIXED, "the identity cannot be: " + e.getMessage());
        }
    }
}
