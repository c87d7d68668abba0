package dev.ephor.paxos;

import static dev.ephor.paxos.Given.ONE;
import static dev.ephor.paxos.Given.THREE;
import static dev.ephor.paxos.Given.TWO;
import static dev.ephor.paxos.Given.number;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/// A replica that does not vote, as far as it knows, and hears of no coordinator asks around: it
/// may vote by now, and whoever knows that may be gone.
class AskingAroundTest {
    private static final long LEASE = Settings.DEFAULT.lease() / Alone.MILLI;
    private static final Membership LEARNING =
            Membership.of(TWO, THREE).admitting(ONE, new Learner(1, Optional.empty()));

    private static List<Message> questions(List<Effect> effects) {
        return Alone.of(effects, Effect.Send.class).stream()
                .map(Effect.Send::message)
                .filter(Message.CatchUp.class::isInstance)
                .toList();
    }

    @Test
    void aLearnerAsksOnceALease() {
        Alone one = new Alone(LEARNING);
        assertThat(questions(one.pass(LEASE - 1))).isEmpty();
        assertThat(questions(one.pass(1))).containsExactly(new Message.CatchUp(1));
        assertThat(questions(one.pass(LEASE - 1))).isEmpty();
        assertThat(questions(one.pass(1))).containsExactly(new Message.CatchUp(1));
        assertThat(one.replica.roleName()).isEqualTo("learner");
    }

    @Test
    void whoHearsOfACoordinatorNeedNotAsk() {
        Alone one = new Alone(LEARNING);
        one.pass(LEASE - 1);
        one.hear(TWO, new Message.Accept(number(1, 2), 1, 1, List.of(), 0, 0));

        assertThat(questions(one.pass(LEASE - 1))).isEmpty();
        assertThat(questions(one.pass(1))).containsExactly(new Message.CatchUp(1));
    }

    @Test
    void whoKnowsThatItWasRemovedDoesNotAsk() {
        Alone one = new Alone(Membership.of(ONE, TWO, THREE).without(ONE));

        assertThat(questions(one.pass(5 * LEASE))).isEmpty();
        assertThat(one.replica.roleName()).isEqualTo("removed");
    }

    @Test
    void whoKnowsNobodyAsksWhomItHeardOf() {
        Alone one = new Alone(Membership.NOBODY);
        assertThat(questions(one.pass(5 * LEASE))).isEmpty();
        one.hear(THREE, new Message.Chosen(1, List.of(), 0));

        assertThat(Alone.to(THREE, one.pass(1))).containsExactly(new Message.CatchUp(1));
    }

    @Test
    void whoFetchesASnapshotWaitsForThat() {
        Alone one = new Alone(LEARNING);
        one.hear(TWO, new Message.SnapshotAvailable(7, 7));

        assertThat(questions(one.pass(5 * LEASE))).isEmpty();
        one.step(new Input.SnapshotInstalled(7, LEARNING));
        assertThat(questions(one.pass(LEASE))).containsExactly(new Message.CatchUp(8));
    }
}
