package dev.ephor.paxos;

import static dev.ephor.paxos.Given.MEMBERS;
import static dev.ephor.paxos.Given.ONE;
import static dev.ephor.paxos.Given.THREE;
import static dev.ephor.paxos.Given.TWO;
import static dev.ephor.paxos.Given.entry;
import static dev.ephor.paxos.Given.number;
import static dev.ephor.paxos.Given.recovered;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/// What would have to be a bug is noticed. Two replicas stand for one before and after such a bug.
class InvariantsTest {
    private static final SequenceNumber NUMBER = number(1, 2);

    private static Replica replica(Recovered recovered) {
        return Replica.start(ONE, Settings.DEFAULT, recovered, 0, new SplittableRandom(1));
    }

    private static Recovered promised(long round) {
        return new Recovered(0, MEMBERS, number(round, 2), new TreeMap<>(), 0, false);
    }

    private static void violated(String rule, Replica before, Replica after) {
        Invariants invariants = new Invariants();
        invariants.check(before);
        assertThatExceptionOfType(InvariantViolation.class)
                .isThrownBy(() -> invariants.check(after))
                .withMessageContaining(rule);
    }

    private static void violated(String rule, Replica replica) {
        assertThatExceptionOfType(InvariantViolation.class)
                .isThrownBy(() -> new Invariants().check(replica))
                .withMessageContaining(rule);
    }

    @Test
    void aPromiseThatFalls() {
        violated("promises never fall", replica(promised(2)), replica(promised(1)));
    }

    @Test
    void aChosenValueThatIsForgotten() {
        violated(
                "what is known to be chosen stays so",
                replica(recovered(2, entry(1, NUMBER, "a"), entry(2, NUMBER, "b"))),
                replica(recovered(1, entry(1, NUMBER, "a"), entry(2, NUMBER, "b"))));
    }

    @Test
    void aLogThatBeginsEarlierAgain() {
        Replica truncated = replica(recovered(1, entry(1, NUMBER, "a")));
        truncated.shared().ledger().truncated(1);

        violated(
                "only what is chosen is truncated",
                truncated,
                replica(recovered(1, entry(1, NUMBER, "a"))));
    }

    @Test
    void membersThatChangeBack() {
        TreeMap<Long, Entry> entries = new TreeMap<>();
        Membership next = MEMBERS.without(THREE);
        entries.put(1L, new Entry(1, NUMBER, new Value.MembershipChange(NUMBER, 0, next)));

        violated(
                "only chosen values change the members",
                replica(new Recovered(0, MEMBERS, NUMBER, entries, 1, false)),
                replica(recovered(1, entry(1, NUMBER, "a"))));
        violated(
                "only chosen values change the members",
                replica(new Recovered(0, MEMBERS.definedAt(3), NUMBER, new TreeMap<>(), 0, false)));
    }

    @Test
    void aCoordinatorWhoseAcceptorFollowsAnother() {
        Alone one = Alone.asMaster();
        one.replica.shared().acceptor().follow(number(4, 3), 2);

        violated("follows the coordinator", one.replica);
    }

    @Test
    void aCoordinatorThatCountsOtherVotes() {
        Alone one = Alone.asMaster();
        one.replica.shared().ledger().installed(2, Membership.of(ONE, TWO).definedAt(2));

        violated("votes of the present members", one.replica);
    }

    @Test
    void aCoordinatorWhoseDecisionIsUndone() {
        Alone before = Alone.asMaster();
        before.submit("x");
        before.flush();
        before.hear(TWO, new Message.Acknowledge(Alone.FIRST, 2));
        Alone after = Alone.asMaster();
        after.submit("x");
        after.replica.shared().ledger().commit(Alone.FIRST, 2);

        violated("stays decided", before.replica, after.replica);
    }

    @Test
    void theyAreCheckedAfterEveryStep() {
        Alone one = Alone.asMaster();
        one.replica.shared().acceptor().follow(number(4, 3), 2);

        assertThatExceptionOfType(InvariantViolation.class).isThrownBy(() -> one.pass(0));
    }
}
