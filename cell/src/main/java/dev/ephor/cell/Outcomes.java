package dev.ephor.cell;

import dev.ephor.log.ByteReader;
import dev.ephor.log.ByteWriter;
import dev.ephor.log.MalformedException;
import dev.ephor.paxos.Bytes;

/// The answers to requests that changed something, as rows: they go into the log with the change,
/// so whoever repeats the request gets the answer again and the change is not made twice.
///
/// Only answers that stand for a change are kept. A refusal has none, and the same request may well
/// succeed when it comes again. Acquire, Close and CloseSession need no outcome, since doing them
/// again comes to the same.
final class Outcomes {
    private static final int FORMAT = 1;

    private static final int OPENED = 1;
    private static final int WRITTEN = 2;
    private static final int DELETED = 3;
    private static final int RELEASED = 4;

    private Outcomes() {}

    /// Whether an answer is one of those that are kept.
    static boolean isKept(Answer answer) {
        return switch (answer) {
            case Answer.Opened _, Answer.Written _, Answer.Deleted _, Answer.Released _ -> true;
            case Answer.Failed _,
                    Answer.Closed _,
                    Answer.Contents _,
                    Answer.NodeStat _,
                    Answer.Children _,
                    Answer.Acquired _,
                    Answer.Sequencer _,
                    Answer.SequencerChecked _,
                    Answer.SequencerSet _,
                    Answer.SessionClosed _ ->
                    false;
        };
    }

    static Bytes encode(Answer answer) {
        ByteWriter out = new ByteWriter(64).u8(FORMAT);
        switch (answer) {
            case Answer.Opened(Bytes handle, boolean created, Stat stat) ->
                    write(out.u8(OPENED).bytes(handle).flag(created), stat);
            case Answer.Written(Stat stat, boolean created) ->
                    write(out.u8(WRITTEN).flag(created), stat);
            case Answer.Deleted() -> out.u8(DELETED);
            case Answer.Released() -> out.u8(RELEASED);
            case Answer.Failed _,
                    Answer.Closed _,
                    Answer.Contents _,
                    Answer.NodeStat _,
                    Answer.Children _,
                    Answer.Acquired _,
                    Answer.Sequencer _,
                    Answer.SequencerChecked _,
                    Answer.SequencerSet _,
                    Answer.SessionClosed _ ->
                    throw new IllegalArgumentException("no outcome is kept of " + answer);
        }
        return out.toBytes();
    }

    static Answer decode(Bytes bytes) {
        ByteReader in = new ByteReader(bytes);
        Formats.check("outcome", in.u8(), FORMAT);
        int kind = in.u8();
        Answer answer =
                switch (kind) {
                    case OPENED -> new Answer.Opened(in.bytes(), in.flag(), readStat(in));
                    case WRITTEN -> readWritten(in);
                    case DELETED -> new Answer.Deleted();
                    case RELEASED -> new Answer.Released();
                    default -> throw new MalformedException("an outcome of unknown kind " + kind);
                };
        in.end();
        return answer;
    }

    private static Answer.Written readWritten(ByteReader in) {
        boolean created = in.flag();
        return new Answer.Written(readStat(in), created);
    }

    private static void write(ByteWriter out, Stat stat) {
        out.flag(stat.kind() == NodeKind.DIRECTORY).flag(stat.ephemeral());
        out.varint(stat.instanceNumber()).varint(stat.contentGeneration());
        out.varint(stat.lockGeneration()).varint(stat.aclGeneration());
        out.u64(stat.contentChecksum());
        out.varint(stat.contentLength()).varint(stat.children());
    }

    private static Stat readStat(ByteReader in) {
        return new Stat(
                in.flag() ? NodeKind.DIRECTORY : NodeKind.FILE,
                in.flag(),
                in.varint(),
                in.varint(),
                in.varint(),
                in.varint(),
                in.u64(),
                in.smallNatural(),
                in.smallNatural());
    }
}
