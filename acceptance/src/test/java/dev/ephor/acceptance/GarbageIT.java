package dev.ephor.acceptance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.ephor.client.Ephor;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// Whatever arrives at a port from somebody who does not speak the protocol ends that connection at
/// most; the replica and the cell go on.
@Timeout(120)
@ExtendWith(SharedCell.class)
class GarbageIT {
    private static final String HTTP2 = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

    static Stream<Arguments> garbage() {
        byte[] noise = new byte[100_000];
        new SplittableRandom(1).nextBytes(noise);
        byte[] zeros = new byte[100_000];
        return Stream.of(
                arguments("noise", noise),
                arguments("zeros", zeros),
                arguments("one byte", new byte[] {'E'}),
                arguments("a request of HTTP/1", text("GET / HTTP/1.1\r\nHost: ephor\r\n\r\n")),
                arguments("the hello of TLS", hex("16030100c8010000c403032f" + "ab".repeat(190))),
                arguments("a huge length", hex("7fffffff" + "00".repeat(60))),
                arguments("a negative length", hex("ffffffff" + "00".repeat(60))),
                arguments("a greeting with a huge body", hex("455048520001ffff" + "00".repeat(60))),
                arguments(
                        "a greeting that fails its checksum",
                        hex("4550485200010010" + "01".repeat(20))),
                arguments("HTTP/2, then noise", join(text(HTTP2), noise)),
                arguments(
                        "HTTP/2, then a huge frame", join(text(HTTP2), hex("ffffff0004ffffffff"))),
                arguments("a text", text("hello, is this the cell?\n".repeat(1000))));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("garbage")
    void garbageEndsItsConnectionOnly(String name, byte[] bytes, RealCell cell) throws IOException {
        try (Ephor ephor = cell.connect()) {
            for (Replica replica : cell.replicas()) {
                for (int port : List.of(replica.clientPort(), replica.replicaPort())) {
                    send(port, bytes);
                }
            }
            String path = "/ls/local/garbage-" + Math.abs(name.hashCode());
            ephor.put(path, name);
            assertThat(ephor.get(path).utf8()).isEqualTo(name);
        }
        assertServing(cell);
    }

    /// Those who connect and say nothing, or stop in the middle of a word, keep nobody out.
    @Test
    void halfOpenConnectionsKeepNobodyOut(RealCell cell) throws IOException {
        List<Socket> silent = new ArrayList<>();
        try {
            for (int i = 0; i < 40; i++) {
                for (Replica replica : cell.replicas()) {
                    for (int port : List.of(replica.clientPort(), replica.replicaPort())) {
                        Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
                        silent.add(socket);
                        if (i % 2 == 0) {
                            socket.getOutputStream().write(text(HTTP2).clone(), 0, 7);
                        }
                    }
                }
            }
            try (Ephor ephor = cell.connect()) {
                ephor.put("/ls/local/beside-the-silent", "served");
            }
            // Replicas greet each other at once, so whoever does not is soon shown out.
            Socket last = silent.getLast();
            last.setSoTimeout((int) RealCell.PATIENCE.toMillis());
            assertThat(readToEnd(last)).as("bytes before the end").isZero();
        } finally {
            for (Socket socket : silent) {
                socket.close();
            }
        }
        assertServing(cell);
    }

    /// A stream that opens and never says Hello is ended with the reason.
    @Test
    void aStreamWithoutHelloIsEnded(RealCell cell) {
        try (RawSession session = RawSession.silent(cell.awaitMaster())) {
            assertThat(Await.result("the end", RealCell.PATIENCE, session.goodbye()).getDetail())
                    .contains("no Hello came");
        }
    }

    private static void assertServing(RealCell cell) {
        assertThat(cell.replicas()).allMatch(Replica::isRunning);
        assertThat(cell.replicas()).allSatisfy(replica -> assertThat(replica.status()).isPresent());
    }

    /// Writes all, says that nothing follows, and reads until the replica ends the connection.
    private static void send(int port, byte[] bytes) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setSoTimeout((int) RealCell.PATIENCE.toMillis());
            try {
                socket.getOutputStream().write(bytes);
                socket.shutdownOutput();
                readToEnd(socket);
            } catch (SocketException e) {
                // The replica did not read all of it before it closed the connection.
                assertThat(e).hasMessageMatching(".*(reset|pipe|closed|abort).*");
            }
        }
    }

    private static long readToEnd(Socket socket) throws IOException {
        InputStream in = socket.getInputStream();
        long bytes = 0;
        while (in.read() >= 0) {
            bytes++;
        }
        return bytes;
    }

    private static byte[] text(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    private static byte[] hex(String digits) {
        return HexFormat.of().parseHex(digits);
    }

    private static byte[] join(byte[] first, byte[] second) {
        byte[] both = new byte[first.length + second.length];
        System.arraycopy(first, 0, both, 0, first.length);
        System.arraycopy(second, 0, both, first.length, second.length);
        return both;
    }
}
