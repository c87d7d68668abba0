package dev.ephor.cell;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ephor.paxos.Bytes;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

/// PAPER C4: the calls, their conditions and their refusals.
class C4CallsTest {
    private final World world = new World();
    private final Client client = world.client();

    private static Call.Open open(Call.Create create, NodeKind kind) {
        return new Call.Open(
                "/ls/local/n",
                true,
                EventTypes.NONE,
                0,
                create,
                kind,
                false,
                kind == NodeKind.FILE ? Bytes.utf8("initial") : Bytes.EMPTY,
                false);
    }

    @Test
    void openMakesWhatIsNotThereIfItMay() {
        assertThat(client.refusal(open(Call.Create.NEVER, NodeKind.FILE)))
                .isEqualTo(ErrorCode.NOT_FOUND);
        Answer.Opened made =
                client.expect(open(Call.Create.IF_ABSENT, NodeKind.FILE), Answer.Opened.class);
        assertThat(made.created()).isTrue();
        assertThat(made.stat()).isEqualTo(client.stat("/ls/local/n"));
        assertThat(client.read("/ls/local/n")).isEqualTo("initial");
        client.write("/ls/local/n", "written");
        Answer.Opened found =
                client.expect(open(Call.Create.IF_ABSENT, NodeKind.FILE), Answer.Opened.class);
        assertThat(found.created()).isFalse();
        assertThat(found.stat().contentGeneration()).isEqualTo(2);
        assertThat(client.read("/ls/local/n")).isEqualTo("written");
        assertThat(client.refusal(open(Call.Create.ALWAYS, NodeKind.FILE)))
                .isEqualTo(ErrorCode.ALREADY_EXISTS);
        assertThat(client.refusal(open(Call.Create.IF_ABSENT, NodeKind.DIRECTORY)))
                .isEqualTo(ErrorCode.NOT_A_DIRECTORY);
        client.expect(open(Call.Create.NEVER, NodeKind.DIRECTORY), Answer.Opened.class);
    }

    @Test
    void openFindsADirectoryWhereAFileIsWanted() {
        client.expect(open(Call.Create.ALWAYS, NodeKind.DIRECTORY), Answer.Opened.class);
        assertThat(client.refusal(open(Call.Create.IF_ABSENT, NodeKind.FILE)))
                .isEqualTo(ErrorCode.IS_A_DIRECTORY);
    }

    private static Call.Write write(String path, OptionalLong generation, boolean create) {
        return new Call.Write(
                new NodeRef.ByPath(path), Bytes.utf8("x"), generation, "", create, false);
    }

    @Test
    void aWriteMayBeConditionalOnTheGeneration() {
        client.write("/ls/local/f", "1");
        client.write("/ls/local/f", "2");
        for (long wrong : new long[] {0, 1, 3}) {
            assertThat(client.refusal(write("/ls/local/f", OptionalLong.of(wrong), true)))
                    .isEqualTo(ErrorCode.GENERATION_MISMATCH);
        }
        Answer.Written written =
                client.expect(
                        write("/ls/local/f", OptionalLong.of(2), false), Answer.Written.class);
        assertThat(written.stat().contentGeneration()).isEqualTo(3);
        assertThat(written.created()).isFalse();
    }

    @Test
    void aWriteMakesTheFileOnlyWhereItMay() {
        var any = OptionalLong.empty();
        assertThat(client.refusal(write("/ls/local/f", any, false))).isEqualTo(ErrorCode.NOT_FOUND);
        assertThat(client.refusal(write("/ls/local/f", OptionalLong.of(5), true)))
                .isEqualTo(ErrorCode.NOT_FOUND);
        assertThat(client.refusal(write("/ls/local/d/f", any, true)))
                .isEqualTo(ErrorCode.NOT_FOUND);
        Answer.Written written =
                client.expect(
                        write("/ls/local/f", OptionalLong.of(0), false), Answer.Written.class);
        assertThat(written.created()).isTrue();
        Call.Write deep =
                new Call.Write(
                        new NodeRef.ByPath("/ls/local/d/e/f"), Bytes.EMPTY, any, "", true, true);
        client.expect(deep, Answer.Written.class);
        assertThat(client.stat("/ls/local/d").children()).isEqualTo(1);
    }

    @Test
    void aDeleteMayBeConditionalOnTheGeneration() {
        client.write("/ls/local/f", "1");
        NodeRef ref = new NodeRef.ByPath("/ls/local/f");
        assertThat(client.refusal(new Call.Delete(ref, OptionalLong.of(2), "")))
                .isEqualTo(ErrorCode.GENERATION_MISMATCH);
        client.expect(new Call.Delete(ref, OptionalLong.of(1), ""), Answer.Deleted.class);
        assertThat(client.refusal(new Call.Delete(ref, OptionalLong.empty(), "")))
                .isEqualTo(ErrorCode.NOT_FOUND);
    }

    @Test
    void everythingWorksThroughAHandleToo() {
        Bytes handle = client.open("/ls/local/f");
        NodeRef ref = new NodeRef.ByHandle(handle);
        var any = OptionalLong.empty();
        Call.Write write = new Call.Write(ref, Bytes.utf8("v"), any, "", false, false);
        assertThat(client.expect(write, Answer.Written.class).stat().contentGeneration())
                .isEqualTo(2);
        assertThat(client.expect(new Call.Read(ref), Answer.Contents.class).contents())
                .isEqualTo(Bytes.utf8("v"));
        client.expect(new Call.Delete(ref, OptionalLong.of(2), ""), Answer.Deleted.class);
        assertThat(client.exists("/ls/local/f")).isFalse();
        Bytes root = client.handle(Client.watching("/ls/local"));
        client.expect(
                new Call.ListChildren(new NodeRef.ByHandle(root), "", 0), Answer.Children.class);
    }

    @Test
    void whatMakesNoSenseIsRefused() {
        Bytes handle = client.open("/ls/local/f");
        assertThat(client.refusal(new Call.Acquire(handle, LockMode.SHARED, true, -1)))
                .isEqualTo(ErrorCode.BAD_REQUEST);
        assertThat(client.refusal(Client.withLockDelay("/ls/local/f", -1)))
                .isEqualTo(ErrorCode.BAD_REQUEST);
        assertThat(client.refusal(new Call.ListChildren(new NodeRef.ByPath("/ls/local"), "", -1)))
                .isEqualTo(ErrorCode.BAD_REQUEST);
    }

    @Test
    void aRefusedRequestLeavesNoTrace() {
        client.write("/ls/local/f", "x");
        world.prompt = false;
        client.refusal(Client.opening("/ls/local/f/g"));
        client.refusal(write("/ls/local/f", OptionalLong.of(9), false));
        client.refusal(Client.deleting("/ls/local/g"));
        assertThat(world.waiting).isEmpty();
    }
}
