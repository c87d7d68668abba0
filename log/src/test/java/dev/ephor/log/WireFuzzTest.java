package dev.ephor.log;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.ephor.fuzzing.FreshInputs;
import dev.ephor.fuzzing.Seeds;
import dev.ephor.paxos.Bytes;
import dev.ephor.paxos.ReplicaId;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/// Whatever comes over a connection from another replica, or from somebody who says that he is one:
/// it is read, and says the same again, or it is malformed.
class WireFuzzTest {
    private static final int HEADER = RealFrames.HEADER;

    @TestFactory
    Stream<DynamicTest> freshInputs() {
        return FreshInputs.of(this);
    }

    @Test
    void seedsAreWhatReplicasSay() throws IOException {
        Seeds seeds = Seeds.of(WireFuzzTest.class);
        ByteArrayOutputStream connection = new ByteArrayOutputStream();
        for (var frame : CodecTest.frames().entrySet()) {
            Bytes bytes = FrameCodec.encode(frame.getValue());
            seeds.add("frame", frame.getKey(), bytes.toByteArray());
            connection.write(framed(bytes));
        }
        connection.write(framed(Bytes.EMPTY));
        seeds.add("connection", "every-kind", connection.toByteArray());
        seeds.add("connection", "ping", framed(Bytes.EMPTY));
        seeds.add(
                "handshake",
                "hello",
                bytes(new RealHandshake.Hello("main", new ReplicaId(3, 2), -5, 1).encode()));
        seeds.add(
                "handshake",
                "welcome",
                bytes(new RealHandshake.Answer(ReplicaId.of(1), 1, "").encode()));
        seeds.add(
                "handshake",
                "refusal",
                bytes(new RealHandshake.Answer(ReplicaId.of(1), 0, "another cell").encode()));
        seeds.check();
    }

    @FuzzTest
    void frame(byte[] input) {
        Bytes bytes = Bytes.wrap(input);
        assertThat(FrameText.of(bytes)).isNotEmpty();
        try {
            assertThat(FrameCodec.encode(FrameCodec.decode(bytes))).isEqualTo(bytes);
        } catch (MalformedException refused) {
            assertThat(refused).hasMessageNotContaining("null");
        }
    }

    /// What follows a handshake. The checksums are put right first, or next to no input would get
    /// beyond them.
    @FuzzTest
    void connection(byte[] input) {
        framesOf(input);
        byte[] mended = withRightChecksums(input);
        List<Bytes> frames = framesOf(mended);
        ByteArrayOutputStream again = new ByteArrayOutputStream();
        for (Bytes frame : frames) {
            again.writeBytes(framed(frame));
            FrameText.of(frame);
        }
        assertThat(Arrays.copyOf(mended, again.size())).isEqualTo(again.toByteArray());
    }

    /// The frames, which are the same in whatever pieces they come.
    private static List<Bytes> framesOf(byte[] stream) {
        List<Bytes> whole = new ArrayList<>();
        boolean goodToTheEnd = take(Unpooled.wrappedBuffer(stream), whole);
        List<Bytes> inPieces = new ArrayList<>();
        ByteBuf arrived = Unpooled.buffer();
        boolean good = true;
        for (int at = 0; at < stream.length && good; at += 5) {
            arrived.writeBytes(stream, at, Math.min(5, stream.length - at));
            good = take(arrived, inPieces);
        }
        assertThat(inPieces).isEqualTo(whole);
        assertThat(good).isEqualTo(goodToTheEnd);
        return whole;
    }

    /// @return false once something is malformed
    private static boolean take(ByteBuf in, List<Bytes> frames) {
        try {
            for (Bytes frame = RealFrames.decode(in);
                    frame != null;
                    frame = RealFrames.decode(in)) {
                frames.add(frame);
            }
            return true;
        } catch (MalformedException refused) {
            return false;
        }
    }

    private static byte[] withRightChecksums(byte[] stream) {
        ByteBuffer mended = ByteBuffer.wrap(stream.clone());
        while (mended.remaining() >= HEADER) {
            int at = mended.position();
            int length = mended.getInt(at);
            if (length < 0 || length > mended.remaining() - HEADER) {
                break;
            }
            byte[] frame = Arrays.copyOfRange(stream, at + HEADER, at + HEADER + length);
            mended.put(framed(Bytes.wrap(frame)));
        }
        return mended.array();
    }

    private static byte[] framed(Bytes frame) {
        return bytes(RealFrames.encode(UnpooledByteBufAllocator.DEFAULT, frame));
    }

    /// The first bytes of a connection, as they come and with length and checksum put right.
    @FuzzTest
    void handshake(byte[] input) {
        greet(input);
        if (input.length >= RealHandshake.FIXED + 4) {
            ByteBuffer mended = ByteBuffer.wrap(input.clone());
            int end = input.length - 4;
            mended.putShort(6, (short) (end - RealHandshake.FIXED));
            mended.putInt(end, Crc.of(mended.array(), 0, end));
            greet(mended.array());
        }
    }

    private static void greet(byte[] input) {
        ByteBuf in = Unpooled.wrappedBuffer(input);
        try {
            RealHandshake handshake = RealHandshake.decode(in);
            if (handshake != null) {
                assertThat(bytes(handshake.encode()))
                        .isEqualTo(Arrays.copyOf(input, in.readerIndex()));
            }
        } catch (MalformedException refused) {
            assertThat(refused).hasMessageNotContaining("null");
        }
    }

    private static byte[] bytes(ByteBuf buffer) {
        byte[] bytes = new byte[buffer.readableBytes()];
        buffer.readBytes(bytes);
        buffer.release();
        return bytes;
    }
}
