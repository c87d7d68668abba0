package dev.ephor.paxos;

import static dev.ephor.paxos.Given.MEMBERS;
import static dev.ephor.paxos.Given.ONE;
import static dev.ephor.paxos.Given.THREE;
import static dev.ephor.paxos.Given.TWO;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ephor.paxos.Peers.Position;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/// What a coordinator, replica 1, knows of the others.
class PeersTest {
    private static final ReplicaId FOUR = ReplicaId.of(4);
    private static final ReplicaId FIVE = ReplicaId.of(5);
    private static final int WINDOW = 4;

    private static Peers peers(Membership members, long before) {
        Peers peers = new Peers(ONE);
        peers.add(members, before, 0);
        return peers;
    }

    private static Peer peer(Peers peers, ReplicaId id) {
        return peers.get(id).orElseThrow();
    }

    @Test
    void aPeerMakesProgressOnlyForward() {
        Peer peer = new Peer(TWO, 10, 0);
        peer.sentUpTo(14, 5);
        peer.acknowledgedUpTo(12, 6);
        peer.acknowledgedUpTo(11, 7);

        assertThat(peer.id()).isEqualTo(TWO);
        assertThat(peer.acknowledged()).isEqualTo(12);
        assertThat(peer.sent()).isEqualTo(14);
        peer.acknowledgedUpTo(20, 8);
        assertThat(peer.sent()).as("it has what it acknowledges").isEqualTo(20);
    }

    @Test
    void grantsAndWhatItKnowsNeverFall() {
        Peer peer = new Peer(TWO, 0, 0);
        assertThat(peer.grantedAt()).isEqualTo(Long.MIN_VALUE);
        peer.granted(50, 7);
        peer.granted(40, 6);

        assertThat(peer.grantedAt()).isEqualTo(50);
        assertThat(peer.chosenUpTo()).isEqualTo(7);
    }

    @Test
    void whatGotNoAnswerIsSentAgain() {
        Peer peer = new Peer(TWO, 10, 0);
        peer.sentUpTo(14, 100);
        peer.rewindIfSilent(199, 100);
        assertThat(peer.sent()).isEqualTo(14);
        assertThat(peer.isProbed()).isFalse();
        peer.rewindIfSilent(200, 100);
        assertThat(peer.sent()).isEqualTo(10);
        assertThat(peer.isProbed()).isTrue();
        peer.sentUpTo(11, 210);
        peer.rewindIfSilent(309, 100);
        assertThat(peer.sent()).as("counted from when it was sent again").isEqualTo(11);
        peer.rewindIfSilent(310, 100);
        assertThat(peer.sent()).isEqualTo(10);
        peer.acknowledgedUpTo(11, 320);
        assertThat(peer.isProbed()).isFalse();
    }

    @Test
    void progressIsCountedFromTheFirstThatIsNotAcknowledged() {
        Peer peer = new Peer(TWO, 10, 0);
        peer.sentUpTo(11, 100);
        peer.sentUpTo(12, 150);
        peer.rewindIfSilent(200, 100);
        assertThat(peer.sent()).isEqualTo(10);

        peer.sentUpTo(12, 200);
        peer.acknowledgedUpTo(11, 250);
        peer.rewindIfSilent(349, 100);
        assertThat(peer.sent()).isEqualTo(12);
        peer.acknowledgedUpTo(12, 349);
        peer.rewindIfSilent(1_000, 100);
        assertThat(peer.sent()).isEqualTo(12);
        assertThat(peer.isProbed()).isFalse();
    }

    @Test
    void underAnotherNumberItIsCountedAnew() {
        Peer peer = new Peer(TWO, 10, 0);
        peer.sentUpTo(14, 0);
        peer.granted(30, 9);
        peer.rewindIfSilent(500, 100);
        peer.restart(20, 600);

        assertThat(peer.acknowledged()).isEqualTo(20);
        assertThat(peer.sent()).isEqualTo(20);
        assertThat(peer.isProbed()).isFalse();
        assertThat(peer.grantedAt()).isEqualTo(30);
        peer.sentUpTo(21, 600);
        peer.rewindIfSilent(650, 100);
        assertThat(peer.sent()).isEqualTo(21);
    }

    @Test
    void itsOwnSelfIsNoPeer() {
        Peers peers = peers(MEMBERS, 3);

        assertThat(peers.ids()).containsExactly(TWO, THREE);
        assertThat(peers.get(ONE)).isEmpty();
        assertThat(peers.all()).extracting(Peer::acknowledged).containsExactly(3L, 3L);
    }

    @Test
    void newMembersComeAndOldOnesStay() {
        Peers peers = peers(MEMBERS, 3);
        peer(peers, TWO).acknowledgedUpTo(7, 0);
        peers.add(Membership.of(ONE, TWO, FOUR), 5, 0);

        assertThat(peer(peers, TWO).acknowledged()).isEqualTo(7);
        assertThat(peer(peers, FOUR).acknowledged()).isEqualTo(5);
        peers.retain(Membership.of(ONE, FOUR));
        assertThat(peers.ids()).containsExactly(FOUR);
    }

    @Test
    void aMajorityOfVotersAgrees() {
        Membership five = Membership.of(ONE, TWO, THREE, FOUR, FIVE);
        Peers peers = peers(five, 0);
        peer(peers, TWO).acknowledgedUpTo(9, 0);
        peer(peers, THREE).acknowledgedUpTo(4, 0);

        assertThat(peers.agreed(five, 7)).isEqualTo(4);
        assertThat(peers.agreed(five, 2)).isEqualTo(2);
        assertThat(peers.agreed(Membership.of(TWO, THREE, FOUR), 99))
                .as("its own prefix counts only if it votes")
                .isEqualTo(4);
        assertThat(peers.agreed(Membership.of(ONE, ReplicaId.of(6)), 7))
                .as("nothing is known of one of them")
                .isEqualTo(Long.MIN_VALUE);
    }

    @Test
    void learnersDoNotCount() {
        Membership members = MEMBERS.admitting(FOUR, new Learner(1, Optional.empty()));
        Peers peers = peers(members, 0);
        peer(peers, FOUR).acknowledgedUpTo(9, 0);
        peer(peers, FOUR).granted(9, 9);

        assertThat(peers.agreed(members, 9)).isZero();
        assertThat(peers.grantedAt(members, 9)).isEqualTo(Long.MIN_VALUE);
    }

    @Test
    void aMajorityOfVotersGrants() {
        Peers peers = peers(MEMBERS, 0);
        assertThat(peers.grantedAt(MEMBERS, 100)).isEqualTo(Long.MIN_VALUE);
        peer(peers, THREE).granted(40, 0);

        assertThat(peers.grantedAt(MEMBERS, 100)).isEqualTo(40);
        assertThat(peers.grantedAt(Membership.of(ONE), 100)).isEqualTo(100);
    }

    @Test
    void whoFollowsGrantsAndIsNotFarBehind() {
        Position position = new Position(10, 20, 100);

        assertThat(position.isFollowedBy(following(20, 101, 9))).isTrue();
        assertThat(position.isFollowedBy(following(19, 101, 9))).isFalse();
        assertThat(position.isFollowedBy(following(20, 100, 9))).isFalse();
        assertThat(position.isFollowedBy(following(20, 101, 8))).isFalse();
    }

    private static Peer following(long acknowledged, long grantedAt, long chosenUpTo) {
        Peer peer = new Peer(TWO, acknowledged, 0);
        peer.granted(grantedAt, chosenUpTo);
        return peer;
    }

    @Test
    void newVotersMustFollowBeforeAChange() {
        Position position = new Position(1, 5, 100);
        Peers peers = peers(Membership.of(ONE, TWO, THREE, FOUR), 0);
        Membership next = Membership.of(ONE, TWO, FOUR);

        assertThat(peers.areReadyFor(next, MEMBERS, position)).isFalse();
        follow(peers, TWO);
        assertThat(peers.areReadyFor(next, MEMBERS, position))
                .as("a majority follows, but not the one who is new")
                .isFalse();
        follow(peers, FOUR);
        assertThat(peers.areReadyFor(next, MEMBERS, position)).isTrue();
        assertThat(peers.areReadyFor(Membership.of(ONE, THREE), MEMBERS, position))
                .as("no majority follows")
                .isFalse();
        assertThat(peers.areReadyFor(Membership.of(TWO, FOUR), MEMBERS, position))
                .as("the coordinator need not stay")
                .isTrue();
    }

    private static void follow(Peers peers, ReplicaId id) {
        peer(peers, id).acknowledgedUpTo(5, 0);
        peer(peers, id).granted(101, 5);
    }

    @Test
    void theFurthestVoterThatGrantsCanSucceed() {
        Position position = new Position(1, 5, 100);
        Membership members =
                Membership.of(ONE, TWO, THREE, FOUR)
                        .admitting(FIVE, new Learner(1, Optional.empty()));
        Peers peers = peers(members, 0);
        assertThat(peers.furthest(members, position)).isEmpty();

        peer(peers, FIVE).acknowledgedUpTo(50, 0);
        peer(peers, FIVE).granted(500, 50);
        peer(peers, FOUR).acknowledgedUpTo(40, 0);
        peer(peers, FOUR).granted(100, 40);
        peer(peers, THREE).acknowledgedUpTo(30, 0);
        peer(peers, THREE).granted(101, 30);
        assertThat(peers.furthest(members, position)).contains(THREE);
        peer(peers, TWO).acknowledgedUpTo(30, 0);
        peer(peers, TWO).granted(102, 30);
        assertThat(peers.furthest(members, position)).contains(TWO);
        peer(peers, THREE).acknowledgedUpTo(31, 0);
        assertThat(peers.furthest(members, position)).contains(THREE);
    }

    @Test
    void whoMissesTheSameIsSentTheSame() {
        Peers peers = peers(Membership.of(ONE, TWO, THREE, FOUR), 0);
        peer(peers, FOUR).acknowledgedUpTo(2, 0);
        Peer two = peer(peers, TWO);
        Peer three = peer(peers, THREE);
        Peer four = peer(peers, FOUR);

        assertThat(peers.waitingFor(4, 0, WINDOW))
                .isEqualTo(Map.of(1L, List.of(two, three), 3L, List.of(four)));
        assertThat(peers.waitingFor(3, 0, WINDOW)).isEqualTo(Map.of(1L, List.of(two, three)));
        assertThat(peers.waitingFor(4, 1, WINDOW))
                .as("what left memory comes by catch-up")
                .isEqualTo(Map.of(3L, List.of(four)));
    }

    @Test
    void moreThanTwoWindowsAreNotUnderWay() {
        Peers peers = peers(Membership.of(ONE, TWO), 0);
        peer(peers, TWO).sentUpTo(2 * WINDOW - 1, 0);
        assertThat(peers.waitingFor(100, 0, WINDOW)).isNotEmpty();
        peer(peers, TWO).sentUpTo(2 * WINDOW, 0);
        assertThat(peers.waitingFor(100, 0, WINDOW)).isEmpty();
    }

    @Test
    void whoIsSilentIsSentOneMessageAtATime() {
        Peers peers = peers(Membership.of(ONE, TWO), 0);
        Peer two = peer(peers, TWO);
        two.sentUpTo(3, 0);
        two.rewindIfSilent(100, 100);

        assertThat(peers.waitingFor(9, 0, WINDOW)).containsOnlyKeys(1L);
        two.sentUpTo(1, 100);
        assertThat(peers.waitingFor(9, 0, WINDOW)).isEmpty();
        two.acknowledgedUpTo(1, 110);
        assertThat(peers.waitingFor(9, 0, WINDOW)).containsOnlyKeys(2L);
    }

    @Test
    void statusSaysWhatIsKnown() {
        Peers peers = peers(Membership.of(ONE, TWO), 0);
        follow(peers, TWO);

        assertThat(peers.chosen()).isEqualTo(Map.of(TWO, 5L));
        assertThat(peers.status(new Position(1, 5, 100)))
                .isEqualTo(Map.of(TWO, new PeerStatus(5, 5, 101, true)));
        assertThat(peers.status(new Position(1, 6, 100)))
                .isEqualTo(Map.of(TWO, new PeerStatus(5, 5, 101, false)));
    }

    @Test
    void anAcknowledgementOfNothingNewIsNoProgress() {
        Peer peer = new Peer(TWO, 10, 0);
        peer.sentUpTo(11, 100);
        peer.acknowledgedUpTo(10, 150);
        peer.rewindIfSilent(200, 100);
        assertThat(peer.sent()).isEqualTo(10);
    }
}
