package dev.ephor.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.ephor.paxos.Bytes;
import dev.ephor.paxos.ReplicaId;
import java.io.IOException;
import java.io.InputStream;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// TCP between replicas: frames arrive as they were sent, and strangers have no effect.
class RealNetworkTest {
    private final List<Peer> peers = new ArrayList<>();
    private final ConcurrentLinkedQueue<String> fatal = new ConcurrentLinkedQueue<>();

    private final class Peer {
        final ConcurrentLinkedQueue<String> told = new ConcurrentLinkedQueue<>();
        final BlockingQueue<Bytes> received = new LinkedBlockingQueue<>();
        final RealEnvironment environment;

        Peer(String cell, int number, long store, Address listen) throws IOException {
            Reporter reporter =
                    new Reporter() {
                        @Override
                        public void info(String message) {
                            told.add(message);
                        }

                        @Override
                        public void warn(String message) {
                            told.add("warning: " + message);
                        }
                    };
            environment =
                    RealEnvironment.start(
                            new MemoryDisk(),
                            Seat.of(cell, number),
                            listen,
                            Map.of(),
                            reporter,
                            (message, cause) -> fatal.add(message));
            environment
                    .network()
                    .start(ReplicaId.of(number), store, (from, frame) -> received.add(frame));
            peers.add(this);
        }

        Peer(String cell, int number, long store) throws IOException {
            this(cell, number, store, new Address("127.0.0.1", 0));
        }

        void knows(int number, Peer other) {
            environment.peerAt(number, other.environment.listening());
        }

        void send(int to, Bytes frame) {
            environment.network().send(List.of(ReplicaId.of(to)), frame);
        }

        boolean wasTold(String... parts) {
            return told.stream().anyMatch(line -> List.of(parts).stream().allMatch(line::contains));
        }

        void awaitTold(String... parts) {
            await().atMost(20, TimeUnit.SECONDS).until(() -> wasTold(parts));
        }
    }

    @AfterEach
    void close() {
        peers.forEach(peer -> peer.environment.close());
        assertThat(fatal).isEmpty();
    }

    @Test
    void framesArriveInOrderAndUnchanged() throws Exception {
        Peer one = new Peer("test", 1, 11);
        Peer two = new Peer("test", 2, 22);
        one.knows(2, two);
        one.awaitTold("connected to replica 2");
        List<Bytes> sent = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            byte[] frame = new byte[1 + i * i];
            java.util.Arrays.fill(frame, (byte) i);
            sent.add(Bytes.wrap(frame));
            one.send(2, sent.getLast());
        }
        for (Bytes frame : sent) {
            assertThat(two.received.poll(20, TimeUnit.SECONDS)).isEqualTo(frame);
        }
        assertThat(one.environment.network().queuedBytes(ReplicaId.of(2))).isZero();
    }

    @Test
    void connectsAgainToWhoComesBack() throws Exception {
        Peer one = new Peer("test", 1, 11);
        Peer two = new Peer("test", 2, 22);
        one.knows(2, two);
        one.awaitTold("connected to replica 2");
        Address address = two.environment.listening();
        two.environment.close();
        peers.remove(two);
        one.awaitTold("lost the connection to replica 2");
        one.send(2, Bytes.utf8("to nobody"));

        Peer again = new Peer("test", 2, 22, address);
        await().atMost(20, TimeUnit.SECONDS)
                .until(() -> {
                    one.send(2, Bytes.utf8("hello"));
                    return !again.received.isEmpty();
                });
        assertThat(again.received.peek()).isEqualTo(Bytes.utf8("hello"));
    }

    /// A configuration that is out of date does not keep replicas apart, and neither does what
    /// somebody remembers: both are tried.
    @Test
    void whatIsSaidAndWhatIsConfiguredAreTriedInTurn() throws Exception {
        Peer one = new Peer("test", 1, 11);
        Peer two = new Peer("test", 2, 22);
        Peer three = new Peer("test", 3, 33);
        Address nowhere;
        try (ServerSocket free = new ServerSocket(0)) {
            nowhere = new Address("127.0.0.1", free.getLocalPort());
        }
        one.environment.peerAt(2, nowhere);
        one.environment.network().locate(ReplicaId.of(2), two.environment.listening());
        one.awaitTold("connected to replica 2");
        one.environment.peerAt(3, three.environment.listening());
        one.environment.network().locate(ReplicaId.of(3), nowhere);
        one.awaitTold("connected to replica 3");
    }

    /// An applicant is somebody else than the member of its number, and is found beside it.
    @Test
    void whoBecomesSomebodyElseIsConnectedToAgain() throws Exception {
        Peer one = new Peer("test", 1, 11);
        Peer two = new Peer("test", 2, 22);
        one.knows(2, two);
        two.knows(1, one);
        one.awaitTold("connected to replica 2");
        ReplicaId reborn = new ReplicaId(2, 2);
        two.environment
                .network()
                .start(reborn, 44, (from, frame) -> two.received.add(Bytes.utf8("as reborn")));
        one.awaitTold("connected to replica 2'2");
        one.send(2, Bytes.utf8("to the one before"));
        one.environment.network().send(List.of(reborn), Bytes.utf8("x"));
        assertThat(two.received.poll(20, TimeUnit.SECONDS)).isEqualTo(Bytes.utf8("as reborn"));
        assertThat(two.received).isEmpty();
    }

    @Test
    void whoLeftIsNotCalledAnyMore() throws Exception {
        Peer one = new Peer("test", 1, 11);
        Peer two = new Peer("test", 2, 22);
        one.knows(2, two);
        one.awaitTold("connected to replica 2");
        one.environment.network().forget(2);
        await().atMost(20, TimeUnit.SECONDS)
                .until(() -> {
                    one.send(2, Bytes.utf8("x"));
                    boolean silent = two.received.poll(300, TimeUnit.MILLISECONDS) == null;
                    two.received.clear();
                    return silent;
                });
    }

    @Test
    void anotherCellIsRefused() throws Exception {
        Peer one = new Peer("test", 1, 11);
        Peer two = new Peer("other", 2, 22);
        one.knows(2, two);
        one.awaitTold("warning", "no connection to replica 2", "cell 'test'", "cell 'other'");
        two.awaitTold("warning", "refused a connection", "cell 'test'");
        one.send(2, Bytes.utf8("x"));
        assertThat(two.received.poll(200, TimeUnit.MILLISECONDS)).isNull();
    }

    @Test
    void aWrongAddressIsTold() throws Exception {
        Peer one = new Peer("test", 1, 11);
        Peer two = new Peer("test", 2, 22);
        one.knows(3, two);
        one.awaitTold("warning", "looks for replica 3 where replica 2 is");
    }

    @Test
    void twoReplicasUnderOneNumberAreFound() throws Exception {
        Peer one = new Peer("test", 1, 11);
        Peer two = new Peer("test", 2, 22);
        two.knows(1, one);
        two.awaitTold("connected to replica 1");
        Peer impostor = new Peer("test", 2, 33);
        impostor.knows(1, one);
        one.awaitTold("warning", "two replicas run as number 2");
        impostor.awaitTold("warning", "two replicas run as number 2");
        impostor.send(1, Bytes.utf8("x"));
        assertThat(one.received.poll(200, TimeUnit.MILLISECONDS)).isNull();
        two.send(1, Bytes.utf8("y"));
        assertThat(one.received.poll(20, TimeUnit.SECONDS)).isEqualTo(Bytes.utf8("y"));
    }

    @Test
    void garbageIsCutOffAndHasNoEffect() throws Exception {
        Peer one = new Peer("test", 1, 11);
        Peer two = new Peer("test", 2, 22);
        one.knows(2, two);
        one.awaitTold("connected to replica 2");
        for (String garbage :
                List.of(
                        "GET / HTTP/1.1\r\nHost: x\r\n\r\n",
                        "\0".repeat(5000),
                        "EPHR\0\1\0\0xxxx")) {
            try (Socket socket = new Socket("127.0.0.1", two.environment.listening().port())) {
                socket.getOutputStream().write(garbage.getBytes(StandardCharsets.ISO_8859_1));
                assertIsCutOff(socket);
            }
        }
        two.awaitTold("warning", "closed a connection from");
        assertThat(two.told.stream().filter(line -> line.startsWith("warning"))).hasSize(1);
        one.send(2, Bytes.utf8("still here"));
        assertThat(two.received.poll(20, TimeUnit.SECONDS)).isEqualTo(Bytes.utf8("still here"));
    }

    /// Garbage after a good handshake, as from a replica with a bug or a bad cable. Of releases
    /// that have nothing in common each hears why the other one is not there.
    @Test
    void whoSpeaksOnlyLaterVersionsIsToldSo() throws Exception {
        Peer two = new Peer("test", 2, 22);
        RealHandshake.Hello later = new RealHandshake.Hello("test", ReplicaId.of(1), 11, 2, 4, 7);
        assertThat(later.common()).isZero();
        RealHandshake.Answer answer = greeted(two, later);
        assertThat(answer.version()).isZero();
        assertThat(answer.refusal())
                .contains("replica 1 speaks versions 4 to 7")
                .contains("replica 2 versions 1 to 1");
        two.awaitTold("warning", "refused a connection", "versions 4 to 7");
    }

    /// Two releases speak the highest version that both know.
    @Test
    void whoAlsoSpeaksThisVersionIsAnsweredInIt() throws Exception {
        Peer two = new Peer("test", 2, 22);
        RealHandshake.Hello next = new RealHandshake.Hello("test", ReplicaId.of(1), 11, 2, 1, 2);
        assertThat(greeted(two, next)).isEqualTo(new RealHandshake.Answer(ReplicaId.of(2), 1, ""));
    }

    private static RealHandshake.Answer greeted(Peer peer, RealHandshake.Hello hello)
            throws Exception {
        try (Socket socket = new Socket("127.0.0.1", peer.environment.listening().port())) {
            socket.getOutputStream().write(bytes(hello.encode()));
            io.netty.buffer.ByteBuf in = io.netty.buffer.Unpooled.buffer();
            RealHandshake answer = null;
            while (answer == null) {
                int next = socket.getInputStream().read();
                assertThat(next).isNotNegative();
                in.writeByte(next);
                answer = RealHandshake.decode(in);
            }
            return (RealHandshake.Answer) answer;
        }
    }

    @Test
    void aBrokenFrameEndsTheConnection() throws Exception {
        Peer two = new Peer("test", 2, 22);
        byte[] hello = bytes(new RealHandshake.Hello("test", ReplicaId.of(1), 11, 2).encode());
        byte[] frame =
                bytes(
                        RealFrames.encode(
                                io.netty.buffer.UnpooledByteBufAllocator.DEFAULT,
                                Bytes.utf8("abc")));
        for (int at = 0; at < frame.length; at++) {
            byte[] broken = frame.clone();
            broken[at] ^= 64;
            try (Socket socket = new Socket("127.0.0.1", two.environment.listening().port())) {
                socket.getOutputStream().write(hello);
                socket.getOutputStream().write(frame);
                assertThat(two.received.poll(20, TimeUnit.SECONDS)).isEqualTo(Bytes.utf8("abc"));
                socket.getOutputStream().write(broken);
                if (at > 0 && at < 4) {
                    // A longer length: it waits for the rest, which does not come.
                    socket.shutdownOutput();
                }
                assertIsCutOff(socket);
            }
            assertThat(two.received).isEmpty();
        }
    }

    private static byte[] bytes(io.netty.buffer.ByteBuf buffer) {
        byte[] bytes = new byte[buffer.readableBytes()];
        buffer.readBytes(bytes);
        buffer.release();
        return bytes;
    }

    private static void assertIsCutOff(Socket socket) throws IOException {
        socket.setSoTimeout(20_000);
        InputStream in = socket.getInputStream();
        try {
            while (in.read() >= 0) {
                // The answer to the handshake.
                continue;
            }
        } catch (java.net.SocketException e) {
            assertThat(e).hasMessageContaining("reset");
        }
    }

    /// Something between may pass connections on: what it listens at is nobody else's business.
    @Test
    void aReplicaAnnouncesItsConfiguredAddressAndNotWhereItListens() throws IOException {
        Peer one = new Peer("test", 1, 11);
        assertThat(one.environment.network().address()).isEqualTo(one.environment.listening());
        Address configured = new Address("replica-1.example.org", 7500);
        one.environment.peerAt(1, configured);
        assertThat(one.environment.network().address()).isEqualTo(configured);
        assertThat(one.environment.listening().host()).isEqualTo("127.0.0.1");

        one.environment.peerAt(1, new Address("replica-1.example.org", 0));
        assertThat(one.environment.network().address())
                .isEqualTo(
                        new Address("replica-1.example.org", one.environment.listening().port()));
    }

    @Test
    void aPortInUseIsTold() throws IOException {
        try (ServerSocket taken = new ServerSocket(0)) {
            assertThatThrownBy(() ->
                            new Peer("test", 1, 11, new Address("127.0.0.1", taken.getLocalPort())))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("127.0.0.1:" + taken.getLocalPort())
                    .hasMessageContaining("in use");
        }
    }

    @Test
    void aNameThatDoesNotResolveIsTold() throws IOException {
        Peer one = new Peer("test", 1, 11);
        one.environment.peerAt(2, new Address("no-such-host.invalid", 1));
        one.awaitTold("warning", "cannot be resolved", "no-such-host.invalid");
    }

    /// What a task throws leaves nobody knows what: nothing runs afterwards.
    @Test
    void anUnexpectedErrorEndsTheReplica() throws Exception {
        Peer one = new Peer("test", 1, 11);
        one.environment
                .loop()
                .execute(() -> {
                    throw new IllegalStateException("a bug");
                });
        await().atMost(20, TimeUnit.SECONDS).until(() -> !fatal.isEmpty());
        assertThat(fatal.poll()).contains("a bug");
        List<String> ran = new ArrayList<>();
        one.environment.loop().execute(() -> ran.add("after"));
        one.environment.close();
        peers.remove(one);
        assertThat(ran).isEmpty();
    }
}
