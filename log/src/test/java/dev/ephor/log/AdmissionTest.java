package dev.ephor.log;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ephor.paxos.Learner;
import dev.ephor.paxos.Membership;
import dev.ephor.paxos.ReplicaId;
import java.io.IOException;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Who asks to be let in, and what is remembered of it (PML §5.1).
class AdmissionTest {
    private static final ReplicaId APPLICANT = new ReplicaId(3, 0);
    private static final Membership BEFORE =
            Membership.of(ReplicaId.of(1), ReplicaId.of(2), ReplicaId.of(3));

    private Admission admission;

    @BeforeEach
    void open() throws IOException {
        VirtualCell cell = new VirtualCell(3, LogSettings.DEFAULT, 21);
        cell.node(1).start();
        Environment world = Objects.requireNonNull(cell.node(1).world);
        Peers peers = new Peers(world, Seat.of("test", 1), List.of());
        admission = new Admission(world, peers, LogSettings.DEFAULT.paxos().lease());
    }

    private Optional<ReplicaId> asks(long nonce, Membership members) {
        Address address = new Address("replica", 3);
        return admission.asked(
                APPLICANT, new Frame.Apply(nonce, address, "", "the disk is empty"), members);
    }

    /// It was started anew, and let in by another master; this one never heard the later run ask.
    @Test
    void whatAnEarlierRunAskedPushesNobodyOut() {
        assertThat(asks(7, BEFORE)).isEmpty();
        assertThat(admission.next(BEFORE)).isPresent();
        Membership letIn = BEFORE.admitting(3, new Learner(8, Optional.of(ReplicaId.of(3))));
        ReplicaId learner = new ReplicaId(3, 2);
        assertThat(letIn.learners()).containsKey(learner);

        admission.changed(letIn);
        assertThat(admission.isAlive(learner)).isFalse();
        assertThat(admission.nonceOf(3)).isEmpty();
        assertThat(admission.next(letIn)).isEmpty();
    }

    @Test
    void whoIsInIsToldSoAndWhoAsksAfterwardsTakesItsPlace() {
        Membership letIn = BEFORE.admitting(3, new Learner(8, Optional.of(ReplicaId.of(3))));
        assertThat(asks(8, letIn)).contains(new ReplicaId(3, 2));
        assertThat(admission.next(letIn)).isEmpty();

        assertThat(asks(9, letIn)).isEmpty();
        assertThat(admission.next(letIn).orElseThrow().learners())
                .containsOnlyKeys(new ReplicaId(3, 3));
    }
}
