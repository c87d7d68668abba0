package dev.ephor.cell;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ephor.paxos.Bytes;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// PAPER C1: `/ls/<cell>/a/b/c`, `/ls/local`, whole small files.
class C1NamesTest {
    private static final Paths PATHS =
            new Paths("main", CellSettings.DEFAULT.withLimits(100, 64, 5));

    @Test
    void theCellsNameAndLocalAreTheSame() {
        assertThat(PATHS.parse("/ls/local/a/b")).isEqualTo(new NodePath("/a/b", 2));
        assertThat(PATHS.parse("/ls/main/a/b")).isEqualTo(new NodePath("/a/b", 2));
        assertThat(PATHS.parse("/ls/main")).isEqualTo(NodePath.ROOT);
        assertThat(PATHS.parse("/ls/local/")).isEqualTo(NodePath.ROOT);
        assertThat(PATHS.full(PATHS.parse("/ls/local/a"))).isEqualTo("/ls/main/a");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/ls/local/a",
                "/ls/local/a b",
                "/ls/local/...",
                "/ls/local/.a",
                "/ls/local/a.",
                "/ls/local/ls/local",
                "/ls/local/\u00e9\u20ac\ud83d\ude00",
                "/ls/local/1/2/3/4/5",
                "/ls/local/123456789012345678901234567890123456789012345678901234"
            })
    void paths(String path) {
        NodePath parsed = PATHS.parse(path);
        assertThat("/ls/local" + parsed.text()).isEqualTo(path);
        assertThat(parsed).isEqualTo(NodePath.of(parsed.text()));
        assertThat(parsed.parent().text() + "/" + parsed.name()).isEqualTo(parsed.text());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "/",
                "a",
                "/ls",
                "/ls/",
                "/ls//a",
                "/lsx/local/a",
                "ls/local/a",
                "/ls/other/a",
                "/ls/local2/a",
                "/ls/local/a/",
                "/ls/local//a",
                "/ls/local/a//b",
                "/ls/local/.",
                "/ls/local/a/..",
                "/ls/local/../a",
                "/ls/local/a/./b",
                "/ls/local/a\0b",
                "/ls/local/a\nb",
                "/ls/local/a\u007fb",
                "/ls/local/a\u0085b",
                "/ls/local/\ud83d",
                "/ls/local/\ude00a",
                "/ls/local/\ude00\ud83d",
                "/ls/local/1/2/3/4/5/6",
                "/ls/local/1234567890123456789012345678901234567890123456789012345",
                "/ls/local/\u20ac\u20ac\u20ac\u20ac\u20ac\u20ac\u20ac\u20ac\u20ac\u20ac\u20ac"
                        + "\u20ac\u20ac\u20ac\u20ac\u20ac\u20ac\u20ac\u20ac"
            })
    void noPaths(String path) {
        assertThatThrownBy(() -> PATHS.parse(path))
                .isInstanceOf(Refusal.class)
                .hasMessageContaining("is no path")
                .extracting(refusal -> ((Refusal) refusal).answer().code())
                .isEqualTo(ErrorCode.BAD_PATH);
    }

    @Test
    void aBadPathIsRefusedWithoutALogEntry() {
        World world = new World();
        Client client = world.client();
        world.prompt = false;
        assertThat(client.refusal(Client.opening("/ls/other/a"))).isEqualTo(ErrorCode.BAD_PATH);
        assertThat(client.refusal(Client.writing("/a", "x"))).isEqualTo(ErrorCode.BAD_PATH);
        assertThat(client.refusal(Client.deleting("nonsense"))).isEqualTo(ErrorCode.BAD_PATH);
        assertThat(client.refusal(new Call.Read(new NodeRef.ByPath(""))))
                .isEqualTo(ErrorCode.BAD_PATH);
        assertThat(world.waiting).isEmpty();
    }

    @Test
    void filesAreWrittenAndReadWhole() {
        World world = new World(CellSettings.DEFAULT.withLimits(1_000, 200, 10), 1);
        Client client = world.client();
        client.write("/ls/local/f", "one");
        client.write("/ls/main/f", "the second");
        assertThat(client.read("/ls/local/f")).isEqualTo("the second");
        client.write("/ls/local/f", "");
        assertThat(client.read("/ls/local/f")).isEmpty();
    }

    @Test
    void aFileThatIsTooLargeIsRefusedWithoutALogEntry() {
        World world = new World(CellSettings.DEFAULT.withLimits(1_000, 200, 10), 1);
        Client client = world.client();
        Bytes most = Bytes.wrap(new byte[1_000]);
        Bytes more = Bytes.wrap(new byte[1_001]);
        client.expect(write(most), Answer.Written.class);
        world.prompt = false;
        assertThat(client.refusal(write(more))).isEqualTo(ErrorCode.TOO_LARGE);
        Call.Open open =
                new Call.Open(
                        "/ls/local/g",
                        true,
                        EventTypes.NONE,
                        0,
                        Call.Create.ALWAYS,
                        NodeKind.FILE,
                        false,
                        more,
                        false);
        assertThat(client.refusal(open)).isEqualTo(ErrorCode.TOO_LARGE);
        assertThat(world.waiting).isEmpty();
    }

    private static Call.Write write(Bytes contents) {
        return new Call.Write(
                new NodeRef.ByPath("/ls/local/f"), contents, OptionalLong.empty(), "", true, false);
    }
}
