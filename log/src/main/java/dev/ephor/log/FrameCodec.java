package dev.ephor.log;

import dev.ephor.paxos.Bytes;
import dev.ephor.paxos.ReplicaId;
import java.util.List;

/// The bytes of a [Frame]: the version of the encoding, the kind, the body. A frame of another
/// version, or of a kind that is not known here, is malformed to this replica; its sender is a
/// replica of a later release, and says the same again in a way that all understand.
final class FrameCodec {
    static final int VERSION = 1;

    // 32 and 33 were earlier forms of 40 and 41.
    private static final int SNAPSHOT_GONE = 34;
    private static final int CHECKSUM_REPORT = 35;
    private static final int SNAPSHOT_REQUEST = 40;
    private static final int SNAPSHOT_PIECE = 41;
    private static final int ANNOUNCE = 36;
    private static final int ATTEST = 37;
    private static final int GOSSIP = 38;
    private static final int APPLY = 39;
    private static final int WAIT = 42;
    private static final int ADMITTED = 43;
    private static final int REMEMBERED = 44;
    private static final int NOTE = 45;
    private static final int LARGEST_TEXT = 16 << 10;

    private FrameCodec() {}

    static Bytes encode(Frame frame) {
        ByteWriter out = new ByteWriter(sizeOf(frame));
        out.u8(VERSION);
        switch (frame) {
            case Frame.Paxos paxos -> MessageCodec.write(out, paxos.message());
            case Frame.SnapshotRequest request ->
                    out.u8(SNAPSHOT_REQUEST)
                            .varint(request.instance())
                            .varint(request.above())
                            .varint(request.offset())
                            .varint(request.length());
            case Frame.SnapshotPiece piece ->
                    out.u8(SNAPSHOT_PIECE)
                            .varint(piece.instance())
                            .varint(piece.size())
                            .u32(piece.checksum())
                            .varint(piece.offset())
                            .u32(piece.crc())
                            .raw(piece.data());
            case Frame.SnapshotGone gone -> out.u8(SNAPSHOT_GONE).varint(gone.instance());
            case Frame.ChecksumReport report ->
                    out.u8(CHECKSUM_REPORT).varint(report.instance()).u64(report.checksum());
            case Frame.Announce(PeerEntry self) -> PeerCodec.write(out.u8(ANNOUNCE), self);
            case Frame.Attest(ReplicaId replica, long run, String objection) -> {
                ValueCodec.write(out.u8(ATTEST), replica);
                out.u64(run).text(objection);
            }
            case Frame.Remembered(ReplicaId replica, long run, var promised, long highest) -> {
                ValueCodec.write(out.u8(REMEMBERED), replica);
                out.u64(run);
                ValueCodec.write(out, promised);
                out.varint(highest);
            }
            case Frame.Gossip(List<PeerEntry> entries) -> PeerCodec.write(out.u8(GOSSIP), entries);
            case Frame.Apply(long nonce, Address address, String service, String why) -> {
                PeerCodec.write(out.u8(APPLY).u64(nonce), address);
                out.text(service).text(why);
            }
            case Frame.Wait wait ->
                    out.u8(WAIT)
                            .u64(wait.nonce())
                            .u8(wait.applicant() ? 1 : 0)
                            .varint(wait.upTo())
                            .text(wait.master())
                            .text(wait.reason());
            case Frame.Admitted(long nonce, ReplicaId replica) ->
                    ValueCodec.write(out.u8(ADMITTED).u64(nonce), replica);
            case Frame.Note(Bytes contents) -> out.u8(NOTE).bytes(contents);
        }
        return out.toBytes();
    }

    static Frame decode(Bytes bytes) throws MalformedException {
        ByteReader in = new ByteReader(bytes);
        int version = in.u8();
        if (version != VERSION) {
            throw new MalformedException("no encoding has the version " + version);
        }
        int kind = in.u8();
        Frame frame =
                switch (kind) {
                    case SNAPSHOT_REQUEST ->
                            new Frame.SnapshotRequest(
                                    in.natural(), in.natural(), in.natural(), in.smallNatural());
                    case SNAPSHOT_PIECE ->
                            new Frame.SnapshotPiece(
                                    ValueCodec.readInstance(in),
                                    in.natural(),
                                    in.u32(),
                                    in.natural(),
                                    in.u32(),
                                    in.raw(in.remaining()));
                    case SNAPSHOT_GONE -> new Frame.SnapshotGone(in.natural());
                    case CHECKSUM_REPORT ->
                            new Frame.ChecksumReport(ValueCodec.readInstance(in), in.u64());
                    case ANNOUNCE -> new Frame.Announce(PeerCodec.readEntry(in));
                    case ATTEST ->
                            new Frame.Attest(
                                    ValueCodec.readReplica(in), in.u64(), in.text(LARGEST_TEXT));
                    case REMEMBERED ->
                            new Frame.Remembered(
                                    ValueCodec.readReplica(in),
                                    in.u64(),
                                    ValueCodec.readSequence(in),
                                    in.natural());
                    case GOSSIP -> new Frame.Gossip(PeerCodec.readEntries(in));
                    case APPLY ->
                            new Frame.Apply(
                                    in.u64(),
                                    PeerCodec.readAddress(in),
                                    PeerCodec.readService(in),
                                    in.text(LARGEST_TEXT));
                    case WAIT ->
                            new Frame.Wait(
                                    in.u64(),
                                    in.flag(),
                                    in.natural(),
                                    in.text(LARGEST_TEXT),
                                    in.text(LARGEST_TEXT));
                    case ADMITTED -> new Frame.Admitted(in.u64(), ValueCodec.readReplica(in));
                    case NOTE -> new Frame.Note(in.bytes());
                    default -> new Frame.Paxos(MessageCodec.read(kind, in));
                };
        in.end();
        return frame;
    }

    private static int sizeOf(Frame frame) {
        return switch (frame) {
            case Frame.Paxos paxos -> MessageCodec.sizeOf(paxos.message());
            case Frame.SnapshotPiece piece -> 52 + piece.data().length();
            case Frame.SnapshotRequest ignored -> 48;
            case Frame.SnapshotGone ignored -> 16;
            case Frame.ChecksumReport ignored -> 24;
            case Frame.Announce ignored -> 256;
            case Frame.Attest ignored -> 128;
            case Frame.Remembered ignored -> 64;
            case Frame.Gossip gossip -> 16 + 128 * gossip.entries().size();
            case Frame.Apply ignored -> 256;
            case Frame.Wait ignored -> 128;
            case Frame.Admitted ignored -> 24;
            case Frame.Note note -> 8 + note.contents().length();
        };
    }
}
