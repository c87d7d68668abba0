package dev.ephor.cell;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ephor.paxos.Bytes;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// PAPER C6: sequencers, and what is conditional on them.
class C6SequencersTest {
    private static final String LOCK = "/ls/local/lock";
    private static final String FILE = "/ls/local/file";

    private final World world = new World(CellSettings.DEFAULT, 2);
    private final Client a = world.client();
    private final Client b = world.client();
    private final Bytes ha = a.open(LOCK);
    private final Bytes hb = b.open(LOCK);

    private static Call.Write write(NodeRef ref, String sequencer) {
        return new Call.Write(ref, Bytes.utf8("x"), OptionalLong.empty(), sequencer, true, false);
    }

    @Test
    void itNamesLockModeAndGeneration() {
        Answer.Acquired acquired = a.lock(ha, LockMode.EXCLUSIVE);
        long instance = a.stat(LOCK).instanceNumber();
        assertThat(acquired.sequencer()).isEqualTo("1:exclusive:1:" + instance + ":/ls/main/lock");
        assertThat(a.expect(new Call.GetSequencer(ha), Answer.Sequencer.class).sequencer())
                .isEqualTo(acquired.sequencer());
    }

    @Test
    void itIsValidAsLongAsTheLockIsHeldAsItSays() {
        String first = a.lock(ha, LockMode.EXCLUSIVE).sequencer();
        assertThat(b.isValid(first)).isTrue();
        a.expect(new Call.Release(ha), Answer.Released.class);
        assertThat(b.isValid(first)).isFalse();
        String second = a.lock(ha, LockMode.EXCLUSIVE).sequencer();
        assertThat(b.isValid(first)).isFalse();
        assertThat(b.isValid(second)).isTrue();
        assertThat(b.isValid(second.replace("exclusive", "shared"))).isFalse();
        world.elect(2);
        b.connect();
        assertThat(b.isValid(second)).isTrue();
        b.expect(Client.deleting(LOCK), Answer.Deleted.class);
        b.lock(b.open(LOCK), LockMode.EXCLUSIVE);
        assertThat(b.isValid(second)).isFalse();
    }

    @Test
    void aSharedOneIsValidWhileAnybodyShares() {
        String sequencer = a.lock(ha, LockMode.SHARED).sequencer();
        assertThat(b.lock(hb, LockMode.SHARED).sequencer()).isEqualTo(sequencer);
        a.expect(new Call.Release(ha), Answer.Released.class);
        assertThat(a.isValid(sequencer)).isTrue();
        b.expect(new Call.Release(hb), Answer.Released.class);
        assertThat(a.isValid(sequencer)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "garbage",
                "1:exclusive:1:2",
                "2:exclusive:1:2:/ls/main/lock",
                "1:EXCLUSIVE:1:2:/ls/main/lock",
                "1:exclusive:one:2:/ls/main/lock",
                "1:exclusive:1:2:/ls/other/lock",
                "1:exclusive:1:2:lock",
                "1:exclusive:-1:2:/ls/main/lock",
                "1:exclusive:1:99:/ls/main/lock",
                "1:exclusive:99999999999999999999:2:/ls/main/lock"
            })
    void whatIsNoneIsInvalid(String text) {
        a.lock(ha, LockMode.EXCLUSIVE);
        assertThat(a.isValid(text)).isFalse();
        assertThat(a.refusal(write(new NodeRef.ByPath(FILE), text)))
                .isEqualTo(ErrorCode.SEQUENCER_INVALID);
        assertThat(a.exists(FILE)).isFalse();
    }

    @Test
    void writesAndDeletesMayBeConditionalOnIt() {
        String sequencer = a.lock(ha, LockMode.EXCLUSIVE).sequencer();
        NodeRef file = new NodeRef.ByPath(FILE);
        b.expect(write(file, sequencer), Answer.Written.class);
        a.expect(new Call.Release(ha), Answer.Released.class);
        assertThat(b.refusal(write(file, sequencer))).isEqualTo(ErrorCode.SEQUENCER_INVALID);
        assertThat(b.refusal(new Call.Delete(file, OptionalLong.empty(), sequencer)))
                .isEqualTo(ErrorCode.SEQUENCER_INVALID);
        assertThat(b.stat(FILE).contentGeneration()).isEqualTo(1);
        String next = b.lock(hb, LockMode.EXCLUSIVE).sequencer();
        b.expect(new Call.Delete(file, OptionalLong.empty(), next), Answer.Deleted.class);
    }

    @Test
    void aHandleCanCarryIt() {
        Bytes file = b.open(FILE);
        String sequencer = a.lock(ha, LockMode.EXCLUSIVE).sequencer();
        Bytes carrying =
                b.expect(new Call.SetSequencer(file, sequencer), Answer.SequencerSet.class)
                        .handle();
        NodeRef ref = new NodeRef.ByHandle(carrying);
        b.expect(write(ref, ""), Answer.Written.class);
        world.elect(2);
        a.connect();
        b.connect();
        b.expect(write(ref, ""), Answer.Written.class);
        a.expect(new Call.Release(ha), Answer.Released.class);
        assertThat(b.refusal(write(ref, ""))).isEqualTo(ErrorCode.SEQUENCER_INVALID);
        assertThat(b.refusal(new Call.Delete(ref, OptionalLong.empty(), "")))
                .isEqualTo(ErrorCode.SEQUENCER_INVALID);
        b.expect(new Call.Read(ref), Answer.Contents.class);
        b.expect(write(new NodeRef.ByHandle(file), ""), Answer.Written.class);
        assertThat(b.refusal(new Call.SetSequencer(file, sequencer)))
                .isEqualTo(ErrorCode.SEQUENCER_INVALID);
    }

    @Test
    void theHandleWithItAndWithoutItAreOneHandle() {
        String sequencer = a.lock(ha, LockMode.EXCLUSIVE).sequencer();
        Bytes carrying =
                a.expect(new Call.SetSequencer(ha, sequencer), Answer.SequencerSet.class).handle();
        assertThat(a.lock(carrying, LockMode.EXCLUSIVE).sequencer()).isEqualTo(sequencer);
        a.expect(new Call.Release(carrying), Answer.Released.class);
        b.lock(hb, LockMode.EXCLUSIVE);
        a.expect(new Call.Close(carrying), Answer.Closed.class);
        assertThat(a.refusal(new Call.GetStat(new NodeRef.ByHandle(ha))))
                .isEqualTo(ErrorCode.HANDLE_INVALID);
    }

    /// The condition is judged on exactly the state that the write is made upon.
    @Test
    void aWriteBehindTheReleaseIsRefusedBeforeTheReleaseIsChosen() {
        String sequencer = a.lock(ha, LockMode.EXCLUSIVE).sequencer();
        world.prompt = false;
        a.start(new Call.Release(ha));
        long write = b.start(write(new NodeRef.ByPath(FILE), sequencer));
        assertThat(b.answers).doesNotContainKey(write);
        world.chooseAll();
        assertThat(b.answers.get(write))
                .isEqualTo(
                        new Answer.Failed(
                                ErrorCode.SEQUENCER_INVALID,
                                "the lock is not held any more as " + sequencer + " says"));
    }
}
