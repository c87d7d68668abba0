package dev.ephor.paxos;

import static dev.ephor.paxos.Alone.FIRST;
import static dev.ephor.paxos.Alone.of;
import static dev.ephor.paxos.Given.MEMBERS;
import static dev.ephor.paxos.Given.THREE;
import static dev.ephor.paxos.Given.TWO;
import static dev.ephor.paxos.Given.entry;
import static dev.ephor.paxos.Given.number;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/// When a candidate asks, and when it has won (docs/PROTOCOL.md, S3 and S11).
class ElectionTest {
    /// Lets a learner in.
    private static final Value CHANGE =
            new Value.MembershipChange(
                    number(1, 0), 0, MEMBERS.admitting(4, new Learner(7, Optional.empty())));

    private final Alone one = new Alone(MEMBERS);

    private static Message.Promise promise(Entry... entries) {
        return new Message.Promise(FIRST, 0, List.of(entries));
    }

    /// Else it could ask under the same number again after a restart.
    @Test
    void itAsksOnceItsOwnPromiseIsOnDisk() {
        List<Effect> effects = one.stand();
        Message propose = new Message.Propose(FIRST, 1, SequenceNumber.NONE);
        assertThat(of(effects, Effect.Send.class)).isEmpty();
        assertThat(of(effects, Effect.Broadcast.class)).isEmpty();
        assertThat(of(effects, Effect.Persist.class))
                .singleElement()
                .satisfies(persist -> {
                    assertThat(persist.flush()).isTrue();
                    assertThat(persist.records()).containsExactly(new Record.Promised(FIRST));
                    assertThat(persist.then())
                            .containsExactlyInAnyOrder(
                                    new Effect.Send(TWO, propose), new Effect.Send(THREE, propose));
                });
    }

    @Test
    void itsOwnPromiseIsAmongThoseOfTheMajority() {
        one.stand();
        one.hear(TWO, promise());
        one.hear(THREE, promise());
        assertThat(one.replica.isCoordinator()).isFalse();
        one.flush();
        assertThat(one.replica.isCoordinator()).isTrue();
    }

    /// Values that it would propose again may be below the snapshot that comes.
    @Test
    void nobodyWinsWhoFetchesASnapshot() {
        one.stand();
        one.flush();
        List<Effect> effects = one.hear(THREE, new Message.SnapshotAvailable(1, 1));
        assertThat(of(effects, Effect.FetchSnapshot.class)).hasSize(1);
        one.hear(TWO, promise(entry(1, number(1, 0), "a")));
        assertThat(one.replica.isCoordinator()).isFalse();
        one.step(new Input.SnapshotFailed());
        assertThat(one.replica.isCoordinator()).isTrue();
    }

    /// Who knew that it is chosen may be gone; that it was known is no reason to end the reign.
    @Test
    void aRecoveredChangeThatIsKnownToBeChosenIsDecided() {
        one.hear(TWO, new Message.Chosen(1, List.of(), 2));
        one.stand();
        one.flush();
        one.hear(TWO, promise(entry(1, number(1, 0), "a"), new Entry(2, number(1, 0), CHANGE)));
        one.flush();
        List<Effect> effects = one.grant(TWO, FIRST, 2);
        assertThat(Given.learned(effects)).containsExactly(1L, 2L);
    }

    /// Then somebody else did decide it, and who votes is as that says.
    @Test
    void aRecoveredChangeThatIsLearnedEndsTheReign() {
        one.hear(TWO, new Message.Chosen(1, List.of(), 1));
        one.stand();
        one.flush();
        one.hear(TWO, promise(new Entry(1, number(1, 0), CHANGE)));
        one.hear(THREE, new Message.Chosen(1, List.of(CHANGE), 1));
        assertThat(one.replica.chosenUpTo()).isEqualTo(1);
        assertThat(one.replica.roleName()).isNotEqualTo("coordinator");
    }

    /// What it would go on from is not there any more.
    @Test
    void aSnapshotEndsAReign() {
        Alone master = Alone.asMaster();
        List<Effect> effects = master.step(new Input.SnapshotInstalled(9, MEMBERS));
        assertThat(of(effects, Effect.LostCoordinator.class)).hasSize(1);
        assertThat(master.replica.chosenUpTo()).isEqualTo(9);
        assertThat(master.replica.leaseUntil()).isEqualTo(Long.MIN_VALUE);
    }
}
