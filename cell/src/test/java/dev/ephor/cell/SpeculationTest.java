package dev.ephor.cell;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ephor.paxos.Bytes;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

/// The master thinks ahead, and tells nobody before it is true.
class SpeculationTest {
    private static final String PATH = "/ls/local/f";

    private final World world = new World(CellSettings.DEFAULT, 2);
    private final Client a = world.client();
    private final Client b = world.client();

    private static Call.Read reading() {
        return new Call.Read(new NodeRef.ByPath(PATH));
    }

    private static Call.Write writing(String contents, long generation) {
        return new Call.Write(
                new NodeRef.ByPath(PATH),
                Bytes.utf8(contents),
                OptionalLong.of(generation),
                "",
                false,
                false);
    }

    @Test
    void requestsArePipelined() {
        world.prompt = false;
        for (int i = 0; i < 10; i++) {
            a.start(writing("" + i, i));
        }
        assertThat(world.waiting).hasSize(10);
        assertThat(a.answers).isEmpty();
        world.chooseAll();
        assertThat(a.answers.values()).hasSize(10).allMatch(Answer.Written.class::isInstance);
        assertThat(a.stat(PATH).contentGeneration()).isEqualTo(10);
    }

    @Test
    void aReadBehindAWriteSeesItAndIsAnsweredAfterIt() {
        a.write(PATH, "old");
        world.prompt = false;
        long write = a.start(Client.writing(PATH, "new"));
        long read = a.start(reading());
        assertThat(a.answers).doesNotContainKeys(write, read);
        world.chooseAll();
        assertThat(((Answer.Contents) a.answers.get(read)).contents()).isEqualTo(Bytes.utf8("new"));
    }

    /// What it is refused for may never come true.
    @Test
    void aRefusalIsToldOnlyWhenWhatItRestsOnIsTrue() {
        a.write(PATH, "1");
        world.prompt = false;
        a.start(writing("2", 1));
        long refused = b.start(writing("mine", 1));
        assertThat(b.answers).doesNotContainKey(refused);
        world.elect(2, 0);
        assertThat(b.answers).doesNotContainKey(refused);
        world.prompt = true;
        world.settle();
        b.connect();
        b.resend();
        assertThat(b.answers.get(refused)).isInstanceOf(Answer.Written.class);
    }

    @Test
    void readsAndRefusalsNeedTheMastersLease() {
        a.write(PATH, "1");
        world.lease = false;
        long read = a.start(reading());
        long refused = a.start(writing("2", 7));
        world.advance(1_000);
        assertThat(a.answers).doesNotContainKeys(read, refused);
        world.lease = true;
        world.advance(20);
        assertThat(a.answers.get(read)).isInstanceOf(Answer.Contents.class);
        assertThat(a.answers.get(refused)).isInstanceOf(Answer.Failed.class);
    }

    /// That it is chosen under this mastership is all that a write needs.
    @Test
    void aWriteNeedsNoLease() {
        world.lease = false;
        long write = a.start(Client.writing(PATH, "1"));
        assertThat(a.answers.get(write)).isInstanceOf(Answer.Written.class);
    }

    @Test
    void aMasterThatWasDeposedAnswersNothingThatItHeldBack() {
        a.write(PATH, "1");
        world.lease = false;
        a.start(reading());
        int before = a.answers.size();
        world.elect(2);
        world.replicas.getFirst().cell.tick();
        world.advance(1_000);
        assertThat(a.answers).hasSize(before);
    }

    @Test
    void aLogThatIsFullRefusesWithoutEffect() {
        world.room = 0;
        assertThat(a.refusal(Client.writing(PATH, "1"))).isEqualTo(ErrorCode.OVERLOADED);
        assertThat(a.refusal(Client.ephemeral(PATH))).isEqualTo(ErrorCode.OVERLOADED);
        world.room = 1_000;
        assertThat(a.exists(PATH)).isFalse();
        a.write(PATH, "2");
        Bytes handle = a.open(PATH);
        world.room = 0;
        assertThat(a.refusal(Client.trying(handle, LockMode.SHARED)))
                .isEqualTo(ErrorCode.OVERLOADED);
        assertThat(a.refusal(new Call.CloseSession())).isEqualTo(ErrorCode.OVERLOADED);
        Client late = new Client(world, 0);
        late.connect();
        assertThat(late.goodbye.reason()).isEqualTo(Goodbye.Reason.OVERLOADED);
        world.room = 1_000;
        a.lock(handle, LockMode.SHARED);
    }

    @Test
    void whatCannotBeGrantedForLackOfRoomIsGrantedLater() {
        Bytes mine = a.open(PATH);
        Bytes theirs = b.open(PATH);
        a.lock(mine, LockMode.EXCLUSIVE);
        long waits = b.start(Client.locking(theirs, LockMode.EXCLUSIVE));
        world.room = 1;
        a.expect(new Call.Release(mine), Answer.Released.class);
        assertThat(b.answers).doesNotContainKey(waits);
        world.room = 1;
        world.advance(50);
        assertThat(b.answers.get(waits)).isInstanceOf(Answer.Acquired.class);
    }

    @Test
    void aSessionThatCannotEndForLackOfRoomEndsLater() {
        a.disconnect();
        world.room = 0;
        world.advance(20_000);
        assertThat(world.view().sessionCount()).isEqualTo(2);
        world.room = 1_000;
        world.advance(100);
        assertThat(world.view().sessionCount()).isEqualTo(1);
    }

    @Test
    void aLockDelayThatCannotEndForLackOfRoomEndsLater() {
        a.lock(a.handle(Client.withLockDelay(PATH, 10_000)), LockMode.EXCLUSIVE);
        a.disconnect();
        Bytes handle = b.open(PATH);
        long waits = b.start(Client.locking(handle, LockMode.EXCLUSIVE));
        world.advance(12_000);
        world.room = 0;
        world.advance(12_000);
        assertThat(b.answers).doesNotContainKey(waits);
        world.room = 1_000;
        world.advance(200);
        assertThat(b.answers.get(waits)).isInstanceOf(Answer.Acquired.class);
    }
}
