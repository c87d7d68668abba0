package dev.ephor.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ephor.paxos.Bytes;
import dev.ephor.paxos.ReplicaId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Clients that reach other replicas only (PAPER L3).
class StrandedTest {
    private static final long MILLI = 1_000_000;
    private static final int LEASE = 12_000;
    private static final ReplicaId TWO = ReplicaId.of(2);
    private static final ReplicaId THREE = ReplicaId.of(3);
    private static final ReplicaId REMOVED = ReplicaId.of(4);
    private static final Bytes COMPLAINT = Bytes.wrap((byte) 1);

    private final StillTime time = new StillTime();
    private final List<String> done = new ArrayList<>();
    private boolean master = true;
    private CompletableFuture<Boolean> handOver = CompletableFuture.completedFuture(true);
    private final Stranded stranded = new Stranded(time, new Cell(), LEASE);

    private final class Cell implements Stranded.Others {
        @Override
        public boolean isMaster() {
            return master;
        }

        @Override
        public boolean isVoter(ReplicaId replica) {
            return !replica.equals(REMOVED);
        }

        @Override
        public Optional<ReplicaId> masterAt(String address) {
            return address.equals("there:1") ? Optional.of(THREE) : Optional.empty();
        }

        @Override
        public void tell(ReplicaId to, Bytes note) {
            assertThat(note).isEqualTo(COMPLAINT);
            done.add("told " + to);
        }

        @Override
        public CompletableFuture<?> handOver(int to, String why) {
            done.add("to " + to);
            return handOver;
        }
    }

    @BeforeEach
    void begin() {
        stranded.begin();
    }

    /// Complaints by way of a replica, one each second.
    private void complaints(ReplicaId from, int seconds) {
        for (int i = 0; i < seconds; i++) {
            time.pass(1_000 * MILLI);
            stranded.noted(from, COMPLAINT);
        }
    }

    @Test
    void aMasterThatHearsNobodyHandsOverToWhoIsReached() {
        complaints(TWO, 5);
        assertThat(done).isEmpty();
        complaints(TWO, 1);
        assertThat(done).containsExactly("to 2");
    }

    /// Whatever others say: they may lie.
    @Test
    void aMasterThatHearsASingleClientStays() {
        for (int i = 0; i < 100; i++) {
            complaints(TWO, 5);
            stranded.heard();
        }
        assertThat(done).isEmpty();
    }

    /// It has no clients, which is no trouble.
    @Test
    void whereNobodyComplainsNobodyHandsOver() {
        time.pass(3_600_000 * MILLI);
        assertThat(done).isEmpty();
    }

    /// The clients of the one before it must find it first.
    @Test
    void aNewMasterIsGivenTime() {
        master = false;
        time.pass(60_000 * MILLI);
        master = true;
        complaints(TWO, 6);
        assertThat(done).isEmpty();
        complaints(TWO, 1);
        assertThat(done).containsExactly("to 2");
    }

    @Test
    void whoIsNoMasterHasNothingToHandOver() {
        master = false;
        complaints(TWO, 60);
        assertThat(done).isEmpty();
    }

    @Test
    void itIsNotDoneAgainAtOnce() {
        complaints(TWO, 6);
        complaints(TWO, 29);
        assertThat(done).containsExactly("to 2");
        complaints(THREE, 1);
        assertThat(done).containsExactly("to 2", "to 3");
    }

    /// The one that is reached may not be able to follow; another one may.
    @Test
    void whereOneCannotTakeOverAnotherOneIsTriedSoon() {
        handOver = CompletableFuture.failedFuture(new IllegalStateException("it does not follow"));
        complaints(TWO, 6);
        complaints(THREE, 2);
        assertThat(done).containsExactly("to 2", "to 3");
    }

    /// Clients may ask a removed replica for long, before all others.
    @Test
    void whoCannotBeMasterKeepsNobodyElseFromBeingHeard() {
        complaints(REMOVED, 6);
        complaints(TWO, 1);
        assertThat(done).containsExactly("to 2");
    }

    @Test
    void aReplicaTellsTheMasterOnceInAWhile() {
        for (int i = 0; i < 10; i++) {
            stranded.complained("there:1", 1_500);
            time.pass(20 * MILLI);
        }
        assertThat(done).containsExactly("told 3");
        time.pass(MILLI);
        stranded.complained("there:1", 1_500);
        assertThat(done).containsExactly("told 3", "told 3");
    }

    @Test
    void whatIsNotSoIsNotTold() {
        stranded.complained("elsewhere:1", 60_000);
        stranded.complained("there:1", 999);
        assertThat(done).isEmpty();
    }

    @Test
    void whatALaterReleaseHasToSayIsLeftAlone() {
        for (int i = 0; i < 100; i++) {
            time.pass(1_000 * MILLI);
            stranded.noted(TWO, Bytes.EMPTY);
            stranded.noted(TWO, Bytes.wrap((byte) 2, (byte) 1));
        }
        assertThat(done).isEmpty();
    }
}
