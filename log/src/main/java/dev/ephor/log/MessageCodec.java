package dev.ephor.log;

import dev.ephor.paxos.Entry;
import dev.ephor.paxos.Message;
import dev.ephor.paxos.SequenceNumber;
import dev.ephor.paxos.Value;
import java.util.ArrayList;
import java.util.List;

/// The bytes of a [Message], after the two that every frame begins with ([FrameCodec]). Numbers of
/// kinds are forever: one that is no longer used stays reserved (docs/FORMATS.md has the list).
final class MessageCodec {
    private static final int PROPOSE = 1;
    private static final int PROMISE = 2;
    private static final int ACCEPT = 3;
    private static final int ACKNOWLEDGE = 4;
    private static final int GRANT = 5;
    private static final int REJECT = 6;
    private static final int RELEASE = 7;
    private static final int CATCH_UP = 8;
    private static final int CHOSEN = 9;
    private static final int SNAPSHOT_AVAILABLE = 10;
    private static final int TAKE_OVER = 11;

    /// Numbers up to here are those of messages.
    static final int LAST = 31;

    private MessageCodec() {}

    /// Writes kind and body.
    static void write(ByteWriter out, Message message) {
        switch (message) {
            case Message.Propose propose -> {
                ValueCodec.write(out.u8(PROPOSE), propose.sequence());
                ValueCodec.write(out.varint(propose.firstUnchosen()), propose.released());
            }
            case Message.Promise promise -> {
                ValueCodec.write(out.u8(PROMISE), promise.sequence());
                out.varint(promise.chosenUpTo()).varint(promise.accepted().size());
                promise.accepted().forEach(entry -> ValueCodec.write(out, entry));
            }
            case Message.Accept accept -> {
                ValueCodec.write(out.u8(ACCEPT), accept.sequence());
                out.varint(accept.base()).varint(accept.first()).varint(accept.chosenUpTo());
                out.u64(accept.sentAt());
                writeValues(out, accept.values());
            }
            case Message.Acknowledge acknowledge -> {
                ValueCodec.write(out.u8(ACKNOWLEDGE), acknowledge.sequence());
                out.varint(acknowledge.upTo());
            }
            case Message.Grant grant -> {
                ValueCodec.write(out.u8(GRANT), grant.sequence());
                out.u64(grant.sentAt()).varint(grant.upTo()).varint(grant.chosenUpTo());
            }
            case Message.Reject reject -> {
                ValueCodec.write(out.u8(REJECT), reject.sequence());
                ValueCodec.write(out, reject.promised());
                out.flag(reject.leased());
            }
            case Message.Release release -> ValueCodec.write(out.u8(RELEASE), release.sequence());
            case Message.TakeOver takeOver ->
                    ValueCodec.write(out.u8(TAKE_OVER), takeOver.sequence());
            case Message.CatchUp catchUp -> out.u8(CATCH_UP).varint(catchUp.from());
            case Message.Chosen chosen -> {
                out.u8(CHOSEN).varint(chosen.first()).varint(chosen.chosenUpTo());
                writeValues(out, chosen.values());
            }
            case Message.SnapshotAvailable available ->
                    out.u8(SNAPSHOT_AVAILABLE)
                            .varint(available.instance())
                            .varint(available.chosenUpTo());
        }
    }

    static Message read(int kind, ByteReader in) throws MalformedException {
        return switch (kind) {
            case PROPOSE ->
                    new Message.Propose(
                            ValueCodec.readSequence(in),
                            ValueCodec.readInstance(in),
                            ValueCodec.readSequence(in));
            case PROMISE -> readPromise(in);
            case ACCEPT -> readAccept(in);
            case ACKNOWLEDGE -> new Message.Acknowledge(ValueCodec.readSequence(in), in.natural());
            case GRANT ->
                    new Message.Grant(
                            ValueCodec.readSequence(in), in.u64(), in.natural(), in.natural());
            case REJECT ->
                    new Message.Reject(
                            ValueCodec.readSequence(in), ValueCodec.readSequence(in), in.flag());
            case RELEASE -> new Message.Release(ValueCodec.readSequence(in));
            case TAKE_OVER -> new Message.TakeOver(ValueCodec.readSequence(in));
            case CATCH_UP -> new Message.CatchUp(ValueCodec.readInstance(in));
            case CHOSEN -> {
                long first = ValueCodec.readInstance(in);
                long chosenUpTo = in.natural();
                yield new Message.Chosen(first, readValues(in, first), chosenUpTo);
            }
            case SNAPSHOT_AVAILABLE -> new Message.SnapshotAvailable(in.natural(), in.natural());
            default -> throw new MalformedException("no message has the number " + kind);
        };
    }

    /// About how many bytes the message takes.
    static int sizeOf(Message message) {
        return switch (message) {
            case Message.Accept accept -> 64 + sizeOf(accept.values());
            case Message.Chosen chosen -> 64 + sizeOf(chosen.values());
            case Message.Promise promise -> {
                int size = 64;
                for (Entry entry : promise.accepted()) {
                    size += 24 + ValueCodec.sizeOf(entry.value());
                }
                yield size;
            }
            case Message.Propose ignored -> 64;
            case Message.Acknowledge ignored -> 64;
            case Message.Grant ignored -> 64;
            case Message.Reject ignored -> 64;
            case Message.Release ignored -> 64;
            case Message.TakeOver ignored -> 64;
            case Message.CatchUp ignored -> 64;
            case Message.SnapshotAvailable ignored -> 64;
        };
    }

    private static int sizeOf(List<Value> values) {
        int size = 0;
        for (Value value : values) {
            size += ValueCodec.sizeOf(value);
        }
        return size;
    }

    private static Message readPromise(ByteReader in) throws MalformedException {
        SequenceNumber sequence = ValueCodec.readSequence(in);
        long chosenUpTo = in.natural();
        int count = in.count(2 + ValueCodec.LEAST_BYTES);
        List<Entry> accepted = new ArrayList<>(count);
        long last = 0;
        for (int i = 0; i < count; i++) {
            Entry entry = ValueCodec.readEntry(in);
            if (entry.instance() <= last) {
                throw new MalformedException("a promise's entries are not in order");
            }
            last = entry.instance();
            accepted.add(entry);
        }
        return new Message.Promise(sequence, chosenUpTo, accepted);
    }

    private static Message readAccept(ByteReader in) throws MalformedException {
        SequenceNumber sequence = ValueCodec.readSequence(in);
        long base = ValueCodec.readInstance(in);
        long first = ValueCodec.readInstance(in);
        long chosenUpTo = in.natural();
        long sentAt = in.u64();
        List<Value> values = readValues(in, first);
        return new Message.Accept(sequence, base, first, values, chosenUpTo, sentAt);
    }

    private static void writeValues(ByteWriter out, List<Value> values) {
        out.varint(values.size());
        for (Value value : values) {
            ValueCodec.write(out, value);
        }
    }

    private static List<Value> readValues(ByteReader in, long first) throws MalformedException {
        int count = in.count(ValueCodec.LEAST_BYTES);
        if (first > Long.MAX_VALUE - count) {
            throw new MalformedException("an instance is too large");
        }
        List<Value> values = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            values.add(ValueCodec.readValue(in));
        }
        return values;
    }
}
