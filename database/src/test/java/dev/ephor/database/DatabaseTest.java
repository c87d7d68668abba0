package dev.ephor.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ephor.log.Mastership;
import dev.ephor.paxos.Bytes;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class DatabaseTest {
    private static final Bytes ONE = Bytes.utf8("1");
    private static final Bytes TWO = Bytes.utf8("2");

    private final FakeLog log = new FakeLog();
    private final List<String> told = new ArrayList<>();
    private final Database database = new Database(DatabaseLimits.DEFAULT, listener());
    private final Database other = new Database(DatabaseLimits.DEFAULT, new DatabaseListener() {});

    private DatabaseListener listener() {
        return new DatabaseListener() {
            @Override
            public void masterStarted(Mastership mastership) {
                told.add("master of " + mastership.epoch());
            }

            @Override
            public void masterStopped() {
                told.add("not master");
            }

            @Override
            public void applied(long instance, MultiOpResult result) {
                told.add(instance + " " + result.getClass().getSimpleName());
            }
        };
    }

    @BeforeEach
    void start() {
        log.replicas.addAll(List.of(database, other));
        database.attach(log, Runnable::run);
        log.elect();
    }

    @Test
    void theShortFormsDoWhatTheySay() throws Exception {
        var inserted = database.insert("k", ONE);
        var replaced = database.insert("k", TWO);
        var swapped = database.compareAndSwap("k", TWO, ONE);
        var notSwapped = database.compareAndSwap("k", TWO, TWO);
        var deleted = database.delete("k");
        log.chooseAll();
        assertThat(inserted.get()).isEmpty();
        assertThat(replaced.get()).contains(ONE);
        assertThat(swapped.get()).isTrue();
        assertThat(notSwapped.get()).isFalse();
        assertThat(deleted.get()).contains(ONE);
        assertThat(database.lookup("k")).isEmpty();
    }

    @Test
    void aReadNeedsTheLease() {
        database.insert("k", ONE);
        log.chooseAll();
        assertThat(database.lookup("k")).contains(ONE);
        assertThat(database.range("a", "z")).containsOnlyKeys("k");
        log.lease = false;
        assertThatThrownBy(() -> database.lookup("k")).isInstanceOf(NoLeaseException.class);
        assertThatThrownBy(other::read).isInstanceOf(NoLeaseException.class);
        assertThat(other.state().lookup("k")).contains(ONE);
        log.lease = true;
        database.masterStopped();
        assertThatThrownBy(database::read).isInstanceOf(NoLeaseException.class);
    }

    /// A request begun under one mastership cannot take effect under another, even of the same
    /// replica (PML §5.3).
    @Test
    void anOperationOfAnEarlierMastershipHasNoEffect() {
        var early = database.insert("k", ONE);
        log.elect();
        log.chooseAll();
        assertThatThrownBy(early::get)
                .isInstanceOf(ExecutionException.class)
                .hasCauseInstanceOf(EpochPassedException.class);
        assertThat(database.lookup("k")).isEmpty();
    }

    @Test
    void bytesThatAreNoMultiOpHaveNoEffectAnywhere() {
        long checksum = database.state().checksum();
        assertThat(database.apply(9, Bytes.utf8("garbage")))
                .isInstanceOf(MultiOpResult.Malformed.class)
                .isEqualTo(other.apply(9, Bytes.utf8("garbage")));
        assertThat(database.state().checksum()).isEqualTo(checksum);
    }

    @Test
    void whatIsTooLargeDoesNotGetToTheLog() {
        DatabaseLimits small = new DatabaseLimits(8, 16, 100);
        Database limited = new Database(small, new DatabaseListener() {});
        limited.attach(log, Runnable::run);
        Bytes large = Bytes.wrap(new byte[17]);
        Bytes fits = Bytes.wrap(new byte[16]);
        List<MultiOp> refused =
                List.of(
                        MultiOp.insert("k", large),
                        MultiOp.insert("123456789", ONE),
                        MultiOp.insert("\u20ac\u20ac\u20ac", ONE),
                        MultiOp.insert("half \ud83d", ONE),
                        MultiOp.compareAndSwap("k", large, ONE),
                        MultiOp.of(
                                new Op.Insert("a", fits),
                                new Op.Insert("b", fits),
                                new Op.Insert("c", fits),
                                new Op.Insert("d", fits),
                                new Op.Insert("e", fits)));
        for (MultiOp multiOp : refused) {
            assertThatThrownBy(() -> limited.execute(multiOp).get())
                    .hasCauseInstanceOf(IllegalArgumentException.class);
        }
        assertThat(log.waiting).isEmpty();
        assertThat(limited.execute(MultiOp.insert("12345678", fits))).isNotDone();
        assertThat(log.waiting).hasSize(1);
    }

    @Test
    void replicasComeToTheSame() {
        Samples samples = new Samples(3);
        for (int i = 0; i < 500; i++) {
            database.execute(samples.multiOp(database.state().epoch().number()));
            if (samples.below(20) == 0) {
                log.elect();
            }
            if (samples.below(3) == 0) {
                log.chooseAll();
            }
        }
        log.chooseAll();
        assertThat(database.state().rows().size()).isPositive();
        assertThat(other.state().rows()).isEqualTo(database.state().rows());
        assertThat(other.checksum()).isEqualTo(database.checksum());
    }

    /// Proposals build on each other: with one lost, those after it have no effect.
    @Test
    void aLostProposalStopsTheLaterOnes() throws Exception {
        var first = database.propose(MultiOp.insert("a", ONE));
        var lost = database.propose(MultiOp.insert("b", ONE));
        var third = database.propose(MultiOp.insert("c", ONE));
        log.chooseNext();
        log.dropNext();
        log.chooseNext();
        assertThat(first.get()).isEqualTo(new MultiOpResult.Applied(true, List.of()));
        assertThat(lost).isCompletedExceptionally();
        assertThat(third.get()).isInstanceOf(MultiOpResult.EpochPassed.class);
        assertThat(database.state().rows().all()).containsOnlyKeys("a");

        log.elect();
        var next = database.propose(MultiOp.insert("d", ONE));
        log.chooseAll();
        assertThat(next.get()).isInstanceOf(MultiOpResult.Applied.class);
    }

    @Test
    void aProposalThatIsRefusedLeavesItsPlaceToTheNext() throws Exception {
        log.refusing = true;
        assertThat(database.propose(MultiOp.insert("a", ONE))).isCompletedExceptionally();
        log.refusing = false;
        CompletableFuture<MultiOpResult> next = database.propose(MultiOp.insert("b", ONE));
        log.chooseAll();
        assertThat(next.get()).isInstanceOf(MultiOpResult.Applied.class);
    }

    @Test
    void theListenerIsToldInOrder() {
        told.clear();
        database.insert("k", ONE);
        log.chooseAll();
        database.masterStopped();
        log.elect();
        assertThat(told).containsExactly("2 Applied", "not master", "master of 3");
    }

    /// The log may elect this replica before it was handed to the database.
    @Test
    void theListenerHearsOfMastershipWhenThereIsALog() {
        told.clear();
        FakeLog late = new FakeLog();
        Database early = new Database(DatabaseLimits.DEFAULT, listener());
        late.replicas.add(early);
        late.elect();
        assertThat(told).isEmpty();
        assertThatThrownBy(() -> early.insert("k", ONE).get())
                .hasCauseInstanceOf(IllegalStateException.class);
        early.attach(late, Runnable::run);
        assertThat(told).containsExactly("master of 1");
    }
}
