package dev.ephor.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ephor.paxos.Bytes;
import dev.ephor.paxos.Entry;
import dev.ephor.paxos.Learner;
import dev.ephor.paxos.Membership;
import dev.ephor.paxos.Message;
import dev.ephor.paxos.Record;
import dev.ephor.paxos.ReplicaId;
import dev.ephor.paxos.SequenceNumber;
import dev.ephor.paxos.Value;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/// The encoding of what goes over the wire and of what goes to the disk.
class CodecTest {
    private static final SequenceNumber SEQUENCE = new SequenceNumber(300, new ReplicaId(4, 2));
    private static final SequenceNumber OTHER = new SequenceNumber(7, ReplicaId.of(1));
    private static final Membership MEMBERS =
            new Membership(
                    new TreeSet<>(List.of(ReplicaId.of(1), ReplicaId.of(2), new ReplicaId(3, 2))),
                    new TreeMap<>(
                            Map.of(
                                    new ReplicaId(200, 300),
                                    new Learner(-9, Optional.of(ReplicaId.of(2))),
                                    new ReplicaId(201, 1),
                                    new Learner(1, Optional.empty()))),
                    new TreeMap<>(Map.of(1, 1, 2, 1, 3, 2, 7, 4, 200, 300, 201, 1)),
                    17);
    private static final List<Value> VALUES =
            List.of(
                    new Value.NoOp(SEQUENCE),
                    new Value.EpochStart(OTHER),
                    new Value.Commands(
                            SEQUENCE, List.of(Bytes.utf8("a"), Bytes.EMPTY, Bytes.utf8("bcd"))),
                    new Value.MembershipChange(OTHER, 1L << 33, MEMBERS));

    /// Every kind, named as in the golden file.
    static TreeMap<String, Frame> frames() {
        TreeMap<String, Frame> frames = new TreeMap<>();
        List<Message> messages =
                List.of(
                        new Message.Propose(SEQUENCE, 1L << 40, OTHER),
                        new Message.Promise(
                                SEQUENCE,
                                5,
                                List.of(
                                        new Entry(6, OTHER, VALUES.get(0)),
                                        new Entry(9, SEQUENCE, VALUES.get(2)),
                                        new Entry(10, SequenceNumber.NONE, VALUES.get(3)))),
                        new Message.Accept(SEQUENCE, 3, 128, VALUES, 127, -17),
                        new Message.Acknowledge(SEQUENCE, 0),
                        new Message.Grant(SEQUENCE, Long.MAX_VALUE, 12, 11),
                        new Message.Reject(SEQUENCE, OTHER, true),
                        new Message.Release(SEQUENCE),
                        new Message.TakeOver(SEQUENCE),
                        new Message.CatchUp(77),
                        new Message.Chosen(77, VALUES, 500),
                        new Message.SnapshotAvailable(1000, 1001));
        messages.forEach(message ->
                frames.put(message.getClass().getSimpleName(), new Frame.Paxos(message)));
        frames.put("Heartbeat", new Frame.Paxos(new Message.Accept(OTHER, 1, 2, List.of(), 1, 9)));
        frames.put("Refusal", new Frame.Paxos(new Message.Reject(OTHER, SEQUENCE, false)));
        frames.put("SnapshotRequest", new Frame.SnapshotRequest(0, 7, 1 << 20, 256 << 10));
        frames.put(
                "SnapshotPiece", new Frame.SnapshotPiece(9, 1000, -6, 512, -5, Bytes.utf8("data")));
        frames.put("SnapshotGone", new Frame.SnapshotGone(9));
        PeerEntry entry =
                new PeerEntry(
                        new ReplicaId(3, 2),
                        -4,
                        300,
                        5,
                        new Address("db-3.example", 7401),
                        "db-3.example:7400",
                        SEQUENCE,
                        1L << 33);
        frames.put("Announce", new Frame.Announce(entry));
        frames.put("Gossip", new Frame.Gossip(List.of(entry)));
        frames.put("Attest", new Frame.Attest(new ReplicaId(3, 2), 5, "an old copy"));
        frames.put("Remembered", new Frame.Remembered(new ReplicaId(3, 2), 5, SEQUENCE, 1L << 33));
        frames.put("Apply", new Frame.Apply(-1, new Address("::1", 7401), "a", "it is empty"));
        frames.put("Wait", new Frame.Wait(-1, false, 812, "1", "wait"));
        frames.put("Admitted", new Frame.Admitted(-1, new ReplicaId(3, 2)));
        frames.put("Note", new Frame.Note(Bytes.utf8("beside the log")));
        frames.put("ChecksumReport", new Frame.ChecksumReport(1024, -2));
        return frames;
    }

    static TreeMap<String, Stored> records() {
        TreeMap<String, Stored> records = new TreeMap<>();
        records.put("Promised", new Stored.Core(new Record.Promised(SEQUENCE)));
        records.put("Accepted", new Stored.Core(new Record.Accepted(8, SEQUENCE, VALUES.get(2))));
        records.put("Chosen", new Stored.Core(new Record.Chosen(9, VALUES.get(3))));
        records.put("ChosenUpTo", new Stored.Core(new Record.ChosenUpTo(1L << 50)));
        records.put("Started", new Stored.Started(3));
        records.put("Highest", new Stored.Highest(1L << 40));
        records.put("Begins", new Stored.Begins(100, 3));
        return records;
    }

    static Bytes encode(Stored stored) {
        ByteWriter out = new ByteWriter(1);
        out.u8(RecordCodec.type(stored));
        RecordCodec.writeBody(out, stored);
        return out.toBytes();
    }

    static Stored decodeRecord(Bytes bytes) throws MalformedException {
        return RecordCodec.read(bytes.byteAt(0) & 0xff, bytes.slice(1, bytes.length()));
    }

    @Test
    void everyKindComesBackAsItWas() throws MalformedException {
        for (Frame frame : frames().values()) {
            assertThat(FrameCodec.decode(FrameCodec.encode(frame))).isEqualTo(frame);
        }
        for (Stored stored : records().values()) {
            assertThat(decodeRecord(encode(stored))).isEqualTo(stored);
        }
    }

    /// Nobody forgets a kind here that is added there.
    @Test
    void everyKindIsTried() {
        assertThat(frames().keySet())
                .containsAll(namesOf(Message.class))
                .containsAll(
                        namesOf(Frame.class).stream().filter(n -> !n.equals("Paxos")).toList());
        assertThat(records().keySet())
                .containsAll(namesOf(Record.class))
                .containsAll(
                        namesOf(Stored.class).stream().filter(n -> !n.equals("Core")).toList());
        assertThat(VALUES.stream().map(value -> value.getClass().getSimpleName()))
                .containsAll(namesOf(Value.class));
    }

    private static List<String> namesOf(Class<?> sealed) {
        List<String> names = new ArrayList<>();
        for (Class<?> permitted : sealed.getPermittedSubclasses()) {
            if (permitted.isRecord()) {
                names.add(permitted.getSimpleName());
            } else {
                names.addAll(namesOf(permitted));
            }
        }
        return names;
    }

    /// The bytes of format 1 are forever: a release that cannot read them cannot replace one that
    /// wrote them.
    @Test
    void bytesAreThoseOfTheGoldenFile() throws IOException, MalformedException {
        TreeMap<String, Bytes> golden = golden();
        TreeMap<String, Bytes> now = new TreeMap<>();
        frames().forEach((name, frame) -> now.put("frame " + name, FrameCodec.encode(frame)));
        records().forEach((name, record) -> now.put("record " + name, encode(record)));
        StringBuilder text = new StringBuilder();
        now.forEach((name, bytes) ->
                text.append(name)
                        .append(' ')
                        .append(HexFormat.of().formatHex(bytes.toByteArray()))
                        .append('\n'));

        assertThat(golden).as("now it would be\n%s", text).isEqualTo(now);
        for (var entry : golden.entrySet()) {
            String name = entry.getKey().substring(entry.getKey().indexOf(' ') + 1);
            if (entry.getKey().startsWith("frame ")) {
                assertThat(FrameCodec.decode(entry.getValue())).isEqualTo(frames().get(name));
            } else {
                assertThat(decodeRecord(entry.getValue())).isEqualTo(records().get(name));
            }
        }
    }

    private static TreeMap<String, Bytes> golden() throws IOException {
        TreeMap<String, Bytes> golden = new TreeMap<>();
        try (InputStream in = CodecTest.class.getResourceAsStream("/golden/codec-1.txt")) {
            String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
            for (String line : text.lines().toList()) {
                int space = line.lastIndexOf(' ');
                golden.put(
                        line.substring(0, space),
                        Bytes.wrap(HexFormat.of().parseHex(line.substring(space + 1))));
            }
        }
        return golden;
    }

    @Test
    void everyBeginningIsMalformed() {
        for (Frame frame : frames().values()) {
            Bytes bytes = FrameCodec.encode(frame);
            for (int length = 0; length < bytes.length(); length++) {
                Bytes beginning = bytes.slice(0, length);
                if (!(frame instanceof Frame.SnapshotPiece) || length < 10) {
                    assertThatThrownBy(() -> FrameCodec.decode(beginning))
                            .isInstanceOf(MalformedException.class);
                }
            }
        }
        for (Stored stored : records().values()) {
            Bytes bytes = encode(stored);
            for (int length = 1; length < bytes.length(); length++) {
                Bytes beginning = bytes.slice(0, length);
                assertThatThrownBy(() -> decodeRecord(beginning))
                        .isInstanceOf(MalformedException.class);
            }
        }
    }

    @Test
    void whatFollowsIsMalformed() {
        for (Frame frame : frames().values()) {
            if (!(frame instanceof Frame.SnapshotPiece)) {
                byte[] longer = FrameCodec.encode(frame).toByteArray();
                longer = Arrays.copyOf(longer, longer.length + 1);
                Bytes bytes = Bytes.wrap(longer);
                assertThatThrownBy(() -> FrameCodec.decode(bytes))
                        .isInstanceOf(MalformedException.class);
            }
        }
    }

    @Test
    void announcedCountsAllocateNothing() {
        ByteWriter out = new ByteWriter(16);
        out.u8(FrameCodec.VERSION).u8(9).varint(1).varint(1).varint(Integer.MAX_VALUE);
        assertThatThrownBy(() -> FrameCodec.decode(out.toBytes()))
                .isInstanceOf(MalformedException.class)
                .hasMessageContaining("than there are bytes for");
    }

    @Test
    void otherVersionsAndUnknownKindsAreMalformed() {
        assertThatThrownBy(() -> FrameCodec.decode(Bytes.wrap((byte) 2, (byte) 1)))
                .isInstanceOf(MalformedException.class)
                .hasMessageContaining("version 2");
        assertThatThrownBy(() -> FrameCodec.decode(Bytes.wrap((byte) 1, (byte) 31)))
                .isInstanceOf(MalformedException.class)
                .hasMessageContaining("no message has the number 31");
    }

    /// A small command must not keep the large frame alive that it came in.
    @Test
    void commandsHaveStorageOfTheirOwn() throws MalformedException {
        Value value =
                new Value.Commands(
                        SEQUENCE, List.of(Bytes.utf8("small"), Bytes.wrap(new byte[100_000])));
        Frame frame = new Frame.Paxos(new Message.Chosen(1, List.of(value), 1));
        byte[] array = FrameCodec.encode(frame).toByteArray();
        Frame decoded = FrameCodec.decode(Bytes.wrap(array));
        Arrays.fill(array, (byte) 0);
        assertThat(decoded)
                .isInstanceOfSatisfying(
                        Frame.Paxos.class,
                        paxos ->
                                assertThat(((Message.Chosen) paxos.message()).values().getFirst())
                                        .isInstanceOfSatisfying(
                                                Value.Commands.class,
                                                commands ->
                                                        assertThat(commands.commands().getFirst())
                                                                .isEqualTo(Bytes.utf8("small"))));
    }
}
