package dev.ephor.log;

import dev.ephor.paxos.Bytes;
import dev.ephor.paxos.Record;
import dev.ephor.paxos.SequenceNumber;
import dev.ephor.paxos.Value;

/// The bytes of a record in the replay log, without its frame. The version of the encoding is that
/// of the segment. Numbers of types are forever: one that is no longer used stays reserved
/// (docs/FORMATS.md has the list).
final class RecordCodec {
    private static final int PROMISED = 1;
    private static final int ACCEPTED = 2;
    private static final int CHOSEN = 3;
    private static final int CHOSEN_UP_TO = 4;
    private static final int STARTED = 32;
    private static final int BEGINS = 33;
    private static final int HIGHEST = 34;

    private RecordCodec() {}

    static int type(Stored stored) {
        return switch (stored) {
            case Stored.Core(Record.Promised ignored) -> PROMISED;
            case Stored.Core(Record.Accepted ignored) -> ACCEPTED;
            case Stored.Core(Record.Chosen ignored) -> CHOSEN;
            case Stored.Core(Record.ChosenUpTo ignored) -> CHOSEN_UP_TO;
            case Stored.Started ignored -> STARTED;
            case Stored.Begins ignored -> BEGINS;
            case Stored.Highest ignored -> HIGHEST;
        };
    }

    static void writeBody(ByteWriter out, Stored stored) {
        switch (stored) {
            case Stored.Core(Record.Promised(SequenceNumber sequence)) ->
                    ValueCodec.write(out, sequence);
            case Stored.Core(
                            Record.Accepted(
                                    long instance,
                                    SequenceNumber sequence,
                                    Value value)) -> {
                ValueCodec.write(out.varint(instance), sequence);
                ValueCodec.write(out, value);
            }
            case Stored.Core(Record.Chosen(long instance, Value value)) ->
                    ValueCodec.write(out.varint(instance), value);
            case Stored.Core(Record.ChosenUpTo(long instance)) -> out.varint(instance);
            case Stored.Started(long times) -> out.varint(times);
            case Stored.Highest(long instance) -> out.varint(instance);
            case Stored.Begins(long instance, long segment) -> out.varint(instance).varint(segment);
        }
    }

    static Stored read(int type, Bytes body) throws MalformedException {
        ByteReader in = new ByteReader(body);
        Stored stored =
                switch (type) {
                    case PROMISED -> core(new Record.Promised(ValueCodec.readSequence(in)));
                    case ACCEPTED ->
                            core(
                                    new Record.Accepted(
                                            ValueCodec.readInstance(in),
                                            ValueCodec.readSequence(in),
                                            ValueCodec.readValue(in)));
                    case CHOSEN ->
                            core(
                                    new Record.Chosen(
                                            ValueCodec.readInstance(in), ValueCodec.readValue(in)));
                    case CHOSEN_UP_TO -> core(new Record.ChosenUpTo(in.natural()));
                    case STARTED -> new Stored.Started(in.natural());
                    case HIGHEST -> new Stored.Highest(in.natural());
                    case BEGINS -> new Stored.Begins(in.natural(), in.natural());
                    default -> throw new MalformedException("no record has the number " + type);
                };
        in.end();
        return stored;
    }

    private static Stored core(Record record) {
        return new Stored.Core(record);
    }
}
