package dev.ephor.log;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ephor.log.ChecksumAudit.Divergence;
import dev.ephor.paxos.Learner;
import dev.ephor.paxos.Membership;
import dev.ephor.paxos.ReplicaId;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/// Replicas compare checksums at equal instances (PML §6.2).
class ChecksumAuditTest {
    private static final ReplicaId ONE = ReplicaId.of(1);
    private static final ReplicaId TWO = ReplicaId.of(2);
    private static final ReplicaId THREE = ReplicaId.of(3);
    private static final ReplicaId LEARNER = ReplicaId.of(4);
    private static final Membership MEMBERS =
            Membership.of(ONE, TWO, THREE).admitting(LEARNER, new Learner(1, Optional.empty()));

    private final ChecksumAudit audit = new ChecksumAudit(ONE);

    private List<Divergence> report(ReplicaId from, long instance, long checksum) {
        return audit.report(from, instance, checksum, MEMBERS);
    }

    @Test
    void equalChecksumsAreFine() {
        for (long instance = 8; instance < 8000; instance += 8) {
            assertThat(report(ONE, instance, instance)).isEmpty();
            assertThat(report(THREE, instance, instance)).isEmpty();
            assertThat(report(TWO, instance, instance)).isEmpty();
        }
    }

    @Test
    void twoThatDifferProveNothing() {
        assertThat(report(ONE, 8, 1)).isEmpty();
        assertThat(report(TWO, 8, 2)).isEmpty();
    }

    @Test
    void whoDiffersFromTheMajorityIsOdd() {
        report(ONE, 8, 1);
        report(TWO, 8, 1);
        List<Divergence> found = report(THREE, 8, 2);
        assertThat(found).containsExactly(new Divergence(THREE, 8, 2, 1));
        assertThat(audit.isSelf(found.getFirst())).isFalse();
    }

    @Test
    void itMayBeThisReplicaItself() {
        report(TWO, 8, 1);
        report(THREE, 8, 1);
        List<Divergence> found = report(ONE, 8, 2);
        assertThat(found).containsExactly(new Divergence(ONE, 8, 2, 1));
        assertThat(audit.isSelf(found.getFirst())).isTrue();
    }

    @Test
    void eachIsToldOnce() {
        for (long instance = 8; instance < 80; instance += 8) {
            report(ONE, instance, 1);
            report(TWO, instance, 1);
            assertThat(report(THREE, instance, 2)).hasSize(instance == 8 ? 1 : 0);
        }
    }

    @Test
    void learnersDoNotVote() {
        report(LEARNER, 8, 2);
        report(THREE, 8, 2);
        assertThat(report(ONE, 8, 1)).isEmpty();
        assertThat(report(TWO, 8, 1)).extracting(Divergence::odd).containsExactly(THREE, LEARNER);
    }

    @Test
    void otherInstancesAreOtherStates() {
        report(ONE, 8, 1);
        report(TWO, 16, 2);
        assertThat(report(THREE, 24, 3)).isEmpty();
    }
}
