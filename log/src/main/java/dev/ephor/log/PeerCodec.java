package dev.ephor.log;

import dev.ephor.log.Disk.DiskFile;
import dev.ephor.paxos.Bytes;
import dev.ephor.paxos.InvariantViolation;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/// The bytes of [PeerEntry]: on the wire, and in the file that keeps the book.
final class PeerCodec {
    static final String FILE = "peers";

    private static final long MAGIC = 0x4550484f52504545L; // "EPHORPEE"
    private static final int VERSION = 1;
    private static final int FIXED = 16;
    private static final int LARGEST_HOST = 256;
    private static final int LARGEST_SERVICE = 1024;
    private static final int LEAST_BYTES = 24;

    private PeerCodec() {}

    static void write(ByteWriter out, Address address) {
        out.text(address.host()).varint(address.port());
    }

    static Address readAddress(ByteReader in) throws MalformedException {
        try {
            return new Address(in.text(LARGEST_HOST), in.smallNatural());
        } catch (InvariantViolation e) {
            throw new MalformedException("no address: " + e.getMessage());
        }
    }

    static String readService(ByteReader in) throws MalformedException {
        return in.text(LARGEST_SERVICE);
    }

    static void write(ByteWriter out, PeerEntry entry) {
        ValueCodec.write(out, entry.replica());
        out.u64(entry.store()).varint(entry.starts()).u64(entry.run());
        write(out, entry.address());
        out.text(entry.service());
        ValueCodec.write(out, entry.promised());
        out.varint(entry.highest());
    }

    static PeerEntry readEntry(ByteReader in) throws MalformedException {
        return new PeerEntry(
                ValueCodec.readReplica(in),
                in.u64(),
                in.natural(),
                in.u64(),
                readAddress(in),
                readService(in),
                ValueCodec.readSequence(in),
                in.natural());
    }

    static void write(ByteWriter out, Collection<PeerEntry> entries) {
        out.varint(entries.size());
        entries.forEach(entry -> write(out, entry));
    }

    static List<PeerEntry> readEntries(ByteReader in) throws MalformedException {
        int count = in.count(LEAST_BYTES);
        List<PeerEntry> entries = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            entries.add(readEntry(in));
        }
        return entries;
    }

    /// Replaces the file.
    static void save(Disk disk, String cell, Collection<PeerEntry> entries) throws IOException {
        ByteWriter out = new ByteWriter(1024);
        out.u64(MAGIC).u16(VERSION).u16(0).u32(0);
        out.text(cell);
        write(out, entries);
        out.setU32(FIXED - 4, out.position() - FIXED);
        out.u32(out.crc(0, out.position()));
        DiskFiles.writeWhole(disk, FILE, out.written());
    }

    /// What the file says; nothing where it is missing, damaged or of another cell: the others will
    /// say it again.
    ///
    /// @throws WrongDiskException it is of a later format
    static List<PeerEntry> load(Disk disk, String cell) throws IOException {
        if (!disk.exists(FILE)) {
            return List.of();
        }
        ByteBuffer content;
        try (DiskFile file = disk.open(FILE)) {
            content = DiskFiles.read(file, FILE, 0, Math.toIntExact(file.size()));
        } catch (DamagedException e) {
            return List.of();
        }
        int body = content.limit() - FIXED - 4;
        if (body < 0
                || content.getLong(0) != MAGIC
                || content.getInt(FIXED - 4) != body
                || content.getInt(FIXED + body) != Crc.of(content.slice(0, FIXED + body))) {
            return List.of();
        }
        if (content.getShort(8) != VERSION) {
            throw WrongDiskException.ofVersion(FILE, content.getShort(8), VERSION);
        }
        try {
            ByteReader in = new ByteReader(Bytes.copyOf(content.slice(FIXED, body)));
            if (!in.text(64).equals(cell)) {
                return List.of();
            }
            List<PeerEntry> entries = readEntries(in);
            in.end();
            return entries;
        } catch (MalformedException e) {
            return List.of();
        }
    }
}
