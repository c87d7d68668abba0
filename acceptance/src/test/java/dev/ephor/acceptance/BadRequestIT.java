package dev.ephor.acceptance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import com.google.protobuf.ByteString;
import dev.ephor.api.Error;
import dev.ephor.api.Goodbye;
import dev.ephor.api.NodeRef;
import dev.ephor.api.Reply;
import dev.ephor.api.Request;
import dev.ephor.api.WriteRequest;
import dev.ephor.client.Ephor;
import dev.ephor.client.EphorException;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// What a client may not ask for is refused with a reason, by the client's library and, where a
/// client has none, by the cell; and the session goes on.
@Timeout(120)
@ExtendWith(SharedCell.class)
class BadRequestIT {
    private static final int LIMIT = 256 << 10;

    @Test
    void aFileOverTheLimitIsRefusedAndOneAtTheLimitIsNot(RealCell cell) {
        String path = "/ls/local/large";
        try (Ephor ephor = cell.connect()) {
            ephor.put(path, new byte[LIMIT]);
            assertThatThrownBy(() -> ephor.put(path, new byte[LIMIT + 1]))
                    .isInstanceOf(EphorException.BadRequest.class)
                    .hasMessageContaining(path)
                    .hasMessageContaining("262145 bytes are too large")
                    .hasMessageContaining("262144");
            assertThat(ephor.get(path).length()).isEqualTo(LIMIT);
        }
    }

    @Test
    void theCellRefusesAnOversizedFileByItself(RealCell cell) {
        String path = "/ls/local/too-large";
        try (RawSession session = RawSession.open(cell.awaitMaster())) {
            Error error = reply(session, write(path, LIMIT + 1)).getError();
            assertThat(error.getCode()).isEqualTo(Error.Code.TOO_LARGE);
            assertThat(error.getDetail()).contains("262145").contains("262144");
            assertThat(reply(session, write(path, LIMIT)).hasWrite()).isTrue();
        }
    }

    /// No message of this size is even taken into memory, and whoever sends it is told why.
    @Test
    void aMessageThatNoClientSendsEndsTheStreamAndNothingElse(RealCell cell) {
        try (RawSession session = RawSession.open(cell.awaitMaster());
                Ephor ephor = cell.connect()) {
            session.send(write("/ls/local/huge", 16 << 20));
            Goodbye goodbye = Await.result("the end", RealCell.PATIENCE, session.goodbye());
            assertThat(goodbye.getReason()).isEqualTo(Goodbye.Reason.PROTOCOL_ERROR);
            assertThat(goodbye.getDetail())
                    .isEqualTo("a message of more than 4456448 bytes, which is the limit");
            ephor.put("/ls/local/after-huge", "served");
        }
    }

    static Stream<Arguments> badPaths() {
        return Stream.of(
                arguments("", "it does not begin with /ls/"),
                arguments("/", "it does not begin with /ls/"),
                arguments("relative/path", "it does not begin with /ls/"),
                arguments("ls/local/x", "it does not begin with /ls/"),
                arguments("/ls", "it does not begin with /ls/"),
                arguments("/LS/local/x", "it does not begin with /ls/"),
                arguments("/ls/", "this cell is /ls/sparta"),
                arguments("/ls/athens/x", "this cell is /ls/sparta"),
                arguments("/ls//x", "this cell is /ls/sparta"),
                arguments("/ls/local//x", "a name is empty"),
                arguments("/ls/local/x/", "a name is empty"),
                arguments("/ls/local/./x", "'.' and '..' are no names"),
                arguments("/ls/local/x/..", "'.' and '..' are no names"),
                arguments("/ls/local/a\u0000b", "a name has a control character"),
                arguments("/ls/local/a\nb", "a name has a control character"),
                arguments("/ls/local/a\u007fb", "a name has a control character"),
                arguments("/ls/local/" + "x".repeat(4087), "it has 4097 bytes; the limit is 4096"),
                arguments("/ls/local/" + "é".repeat(2044), "it has 4098 bytes; the limit is 4096"),
                arguments("/ls/local" + "/x".repeat(65), "it has 65 names; the limit is 64"));
    }

    @ParameterizedTest(name = "{index}: {1}")
    @MethodSource("badPaths")
    void aBadPathIsRefusedWithTheReason(String path, String reason, RealCell cell) {
        try (Ephor ephor = cell.connect()) {
            assertThatThrownBy(() -> ephor.put(path, "x"))
                    .isInstanceOf(EphorException.BadRequest.class)
                    .hasMessageContaining(reason);
            assertThatThrownBy(() -> ephor.get(path))
                    .isInstanceOf(EphorException.BadRequest.class)
                    .hasMessageContaining(reason);
            assertThatThrownBy(() -> ephor.mkdir(path))
                    .isInstanceOf(EphorException.BadRequest.class)
                    .hasMessageContaining(reason);
            assertThat(ephor.put("/ls/local/good-path", "x").contentLength()).isEqualTo(1);
        }
    }

    @Test
    void thePathsAtTheLimitsAreGood(RealCell cell) {
        try (Ephor ephor = cell.connect()) {
            ephor.put("/ls/local/" + "x".repeat(4086), "longest");
            ephor.mkdir("/ls/local" + "/deep".repeat(64));
            assertThat(ephor.get("/ls/local/" + "x".repeat(4086)).utf8()).isEqualTo("longest");
        }
    }

    private static Request.Builder write(String path, int bytes) {
        return Request.newBuilder()
                .setWrite(
                        WriteRequest.newBuilder()
                                .setNode(NodeRef.newBuilder().setPath(path))
                                .setContents(ByteString.copyFrom(new byte[bytes]))
                                .setCreate(true));
    }

    private static Reply reply(RawSession session, Request.Builder request) {
        return Await.result("a reply", RealCell.PATIENCE, session.send(request));
    }
}
