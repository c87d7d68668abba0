package dev.ephor.cell;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ephor.database.XxHash64;
import dev.ephor.paxos.Bytes;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/// PAPER C2: permanent and ephemeral nodes and their metadata.
class C2NodesTest {
    private final World world = new World();
    private final Client client = world.client();

    @Test
    void aNewFileHasItsFiveNumbers() {
        client.write("/ls/local/f", "contents");
        Stat stat = client.stat("/ls/local/f");
        assertThat(stat.kind()).isEqualTo(NodeKind.FILE);
        assertThat(stat.ephemeral()).isFalse();
        assertThat(stat.instanceNumber()).isPositive();
        assertThat(stat.contentGeneration()).isEqualTo(1);
        assertThat(stat.lockGeneration()).isZero();
        assertThat(stat.aclGeneration()).isZero();
        assertThat(stat.contentLength()).isEqualTo(8);
        assertThat(stat.contentChecksum()).isEqualTo(XxHash64.hash(Bytes.utf8("contents")));
    }

    @Test
    void theContentGenerationRisesWithEachWrite() {
        client.write("/ls/local/f", "1");
        client.write("/ls/local/f", "2");
        Stat written =
                client.expect(Client.writing("/ls/local/f", "2"), Answer.Written.class).stat();
        assertThat(written.contentGeneration()).isEqualTo(3);
        assertThat(client.stat("/ls/local/f")).isEqualTo(written);
    }

    @Test
    void theLockGenerationRisesWhenTheLockGoesFromFreeToHeld() {
        Bytes one = client.open("/ls/local/f");
        Bytes two = client.open("/ls/local/f");
        client.lock(one, LockMode.SHARED);
        assertThat(client.stat("/ls/local/f").lockGeneration()).isEqualTo(1);
        client.lock(two, LockMode.SHARED);
        assertThat(client.stat("/ls/local/f").lockGeneration()).isEqualTo(1);
        client.expect(new Call.Release(one), Answer.Released.class);
        client.expect(new Call.Release(two), Answer.Released.class);
        assertThat(client.stat("/ls/local/f").lockGeneration()).isEqualTo(1);
        client.lock(two, LockMode.EXCLUSIVE);
        assertThat(client.stat("/ls/local/f").lockGeneration()).isEqualTo(2);
    }

    @Test
    void aNodeMadeAnewHasAGreaterInstanceNumberAndNoSmallerLockGeneration() {
        Bytes handle = client.open("/ls/local/f");
        for (int i = 0; i < 3; i++) {
            client.lock(handle, LockMode.EXCLUSIVE);
            client.expect(new Call.Release(handle), Answer.Released.class);
        }
        Stat before = client.stat("/ls/local/f");
        client.expect(Client.deleting("/ls/local/f"), Answer.Deleted.class);
        Bytes anew = client.open("/ls/local/f");
        assertThat(client.stat("/ls/local/f").instanceNumber())
                .isGreaterThan(before.instanceNumber());
        assertThat(client.lock(anew, LockMode.EXCLUSIVE).lockGeneration()).isEqualTo(4);
    }

    @Test
    void theRootIsThereAndStays() {
        assertThat(client.stat("/ls/local").kind()).isEqualTo(NodeKind.DIRECTORY);
        assertThat(client.refusal(Client.deleting("/ls/local"))).isEqualTo(ErrorCode.BAD_REQUEST);
        assertThat(client.stat("/ls/main/").children()).isZero();
    }

    @Test
    void directoriesAreDeletedOnlyWhenEmpty() {
        client.handle(Client.directory("/ls/local/d"));
        client.write("/ls/local/d/f", "x");
        assertThat(client.stat("/ls/local/d").children()).isEqualTo(1);
        assertThat(client.refusal(Client.deleting("/ls/local/d"))).isEqualTo(ErrorCode.NOT_EMPTY);
        client.expect(Client.deleting("/ls/local/d/f"), Answer.Deleted.class);
        client.expect(Client.deleting("/ls/local/d"), Answer.Deleted.class);
        assertThat(client.exists("/ls/local/d")).isFalse();
    }

    @Test
    void aNodeNeedsADirectoryAboveIt() {
        assertThat(client.refusal(Client.opening("/ls/local/a/b"))).isEqualTo(ErrorCode.NOT_FOUND);
        client.write("/ls/local/f", "x");
        assertThat(client.refusal(Client.opening("/ls/local/f/b")))
                .isEqualTo(ErrorCode.NOT_A_DIRECTORY);
        Call.Open deep =
                new Call.Open(
                        "/ls/local/a/b/c",
                        true,
                        EventTypes.NONE,
                        0,
                        Call.Create.ALWAYS,
                        NodeKind.FILE,
                        false,
                        Bytes.EMPTY,
                        true);
        client.handle(deep);
        assertThat(client.stat("/ls/local/a/b").kind()).isEqualTo(NodeKind.DIRECTORY);
        Call.Open beneathAFile =
                new Call.Open(
                        "/ls/local/f/b/c",
                        true,
                        EventTypes.NONE,
                        0,
                        Call.Create.ALWAYS,
                        NodeKind.FILE,
                        false,
                        Bytes.EMPTY,
                        true);
        assertThat(client.refusal(beneathAFile)).isEqualTo(ErrorCode.NOT_A_DIRECTORY);
        assertThat(client.exists("/ls/local/f/b")).isFalse();
    }

    @Test
    void aListingHasTheChildrenInOrderAndNothingElse() {
        client.handle(Client.directory("/ls/local/d"));
        client.handle(Client.directory("/ls/local/d/sub"));
        client.write("/ls/local/d/sub/deeper", "x");
        client.write("/ls/local/d/b", "x");
        client.write("/ls/local/d/a", "xy");
        client.write("/ls/local/d.", "a sibling whose name begins alike");
        client.write("/ls/local/d0", "another");
        Answer.Children all = list("/ls/local/d", "", 0);
        assertThat(all.children()).extracting(Answer.Child::name).containsExactly("a", "b", "sub");
        assertThat(all.children().getFirst().stat()).isEqualTo(client.stat("/ls/local/d/a"));
        assertThat(all.children().getLast().stat().children()).isEqualTo(1);
        assertThat(all.more()).isFalse();
        assertThat(list("/ls/local", "", 0).children())
                .extracting(Answer.Child::name)
                .containsExactly("d", "d.", "d0");
    }

    @Test
    void aLongListingComesInParts() {
        client.handle(Client.directory("/ls/local/d"));
        IntStream.range(0, 25).forEach(i -> client.write("/ls/local/d/" + (char) ('a' + i), "x"));
        Answer.Children first = list("/ls/local/d", "", 10);
        assertThat(first.more()).isTrue();
        Answer.Children second = list("/ls/local/d", "j", 10);
        Answer.Children third = list("/ls/local/d", "t", 10);
        assertThat(third.more()).isFalse();
        List<String> names =
                List.of(first, second, third).stream()
                        .flatMap(part -> part.children().stream())
                        .map(Answer.Child::name)
                        .toList();
        assertThat(String.join("", names)).isEqualTo("abcdefghijklmnopqrstuvwxy");
        assertThat(list("/ls/local/d", "zz", 10).children()).isEmpty();
        assertThat(
                        client.refusal(
                                new Call.ListChildren(new NodeRef.ByPath("/ls/local/d/a"), "", 0)))
                .isEqualTo(ErrorCode.NOT_A_DIRECTORY);
    }

    private Answer.Children list(String path, String after, int limit) {
        return client.expect(
                new Call.ListChildren(new NodeRef.ByPath(path), after, limit),
                Answer.Children.class);
    }

    @Test
    void anEphemeralFileGoesWithItsLastHandle() {
        Bytes mine = client.handle(Client.ephemeral("/ls/local/e"));
        assertThat(client.stat("/ls/local/e").ephemeral()).isTrue();
        Client other = world.client();
        Bytes theirs = other.open("/ls/local/e");
        Bytes again = client.open("/ls/local/e");
        client.expect(new Call.Close(mine), Answer.Closed.class);
        client.expect(new Call.Close(again), Answer.Closed.class);
        assertThat(client.exists("/ls/local/e")).isTrue();
        other.expect(new Call.Close(theirs), Answer.Closed.class);
        assertThat(client.exists("/ls/local/e")).isFalse();
        assertThat(world.view().rows().range("e", "f")).isEmpty();
        assertThat(world.view().rows().range("x", "y")).isEmpty();
    }

    @Test
    void anEphemeralFileGoesWithItsSession() {
        client.handle(Client.ephemeral("/ls/local/e"));
        Client other = world.client();
        assertThat(other.exists("/ls/local/e")).isTrue();
        client.lively = false;
        world.advance(30_000);
        assertThat(client.goodbye.reason()).isEqualTo(Goodbye.Reason.SESSION_EXPIRED);
        assertThat(other.exists("/ls/local/e")).isFalse();
        assertThat(other.goodbye).isNull();
    }

    @Test
    void anEphemeralFileThatWasDeletedLeavesNothing() {
        client.handle(Client.ephemeral("/ls/local/e"));
        Bytes second = client.handle(Client.ephemeral("/ls/local/e"));
        client.lock(second, LockMode.EXCLUSIVE);
        client.expect(Client.deleting("/ls/local/e"), Answer.Deleted.class);
        assertThat(world.view().rows().range("e", "f")).isEmpty();
        assertThat(world.view().rows().range("x", "y")).isEmpty();
        assertThat(world.view().rows().range("l", "m")).isEmpty();
        client.write("/ls/local/e", "permanent now");
        client.expect(new Call.Close(second), Answer.Closed.class);
        assertThat(client.exists("/ls/local/e")).isTrue();
    }

    @Test
    void onlyFilesAreEphemeralAndOnlyFilesHaveContents() {
        assertThat(client.refusal(directory(true, Bytes.EMPTY))).isEqualTo(ErrorCode.BAD_REQUEST);
        assertThat(client.refusal(directory(false, Bytes.utf8("x"))))
                .isEqualTo(ErrorCode.BAD_REQUEST);
        client.handle(directory(false, Bytes.EMPTY));
        assertThat(client.refusal(Client.writing("/ls/local/d", "x")))
                .isEqualTo(ErrorCode.IS_A_DIRECTORY);
        assertThat(client.refusal(new Call.Read(new NodeRef.ByPath("/ls/local/d"))))
                .isEqualTo(ErrorCode.IS_A_DIRECTORY);
    }

    private static Call.Open directory(boolean ephemeral, Bytes contents) {
        return new Call.Open(
                "/ls/local/d",
                false,
                EventTypes.NONE,
                0,
                Call.Create.ALWAYS,
                NodeKind.DIRECTORY,
                ephemeral,
                contents,
                false);
    }
}
