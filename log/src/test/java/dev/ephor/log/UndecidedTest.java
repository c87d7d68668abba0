package dev.ephor.log;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ephor.log.ReplicaStatus.Role;
import dev.ephor.log.VirtualCell.Node;
import dev.ephor.paxos.Bytes;
import dev.ephor.paxos.Membership;
import dev.ephor.paxos.Message;
import dev.ephor.paxos.ReplicaId;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/// What a master proposed that nobody else heard of: some of it nobody may ever decide.
class UndecidedTest {
    private static final LogSettings SMALL = LogSettings.DEFAULT.withSegments(8192, 4096);

    /// Proposes what no other replica hears, until another one is master. Nothing is answered then.
    private static List<CompletableFuture<Integer>> proposeUnheard(VirtualCell cell, Node old) {
        cell.lose = (from, sent) -> from.number() == old.number || sent.to().number() == old.number;
        List<CompletableFuture<Integer>> proposed = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            proposed.add(old.log().submit(Bytes.utf8("lost" + i)));
            cell.run(1);
        }
        cell.await(20_000, () -> cell.master() != null && cell.master() != old);
        assertThat(proposed).noneMatch(CompletableFuture::isDone);
        return proposed;
    }

    private static List<Class<?>> failures(List<CompletableFuture<Integer>> proposed) {
        return proposed.stream().<Class<?>>map(future -> future.exceptionNow().getClass()).toList();
    }

    @Test
    void whatAFormerMasterProposedAboveWhatIsChosenIsUnknown() throws IOException {
        VirtualCell cell = new VirtualCell(3, SMALL, 14);
        cell.startAll();
        Node old = cell.awaitMaster();
        cell.submit("before");
        List<CompletableFuture<Integer>> proposed = proposeUnheard(cell, old);

        cell.lose = (from, sent) -> false;
        cell.await(20_000, () -> proposed.stream().allMatch(CompletableFuture::isDone));
        assertThat(failures(proposed))
                .contains(NotChosenException.class, OutcomeUnknownException.class)
                .containsOnly(NotChosenException.class, OutcomeUnknownException.class);
    }

    /// An answer to what it asked long ago arrives late. A snapshot of what the others chose
    /// instead is fetched then, and the application is no master any more when its state is
    /// replaced.
    @Test
    void aDeposedMasterStepsDownBeforeASnapshotReplacesItsState() throws IOException {
        VirtualCell cell = new VirtualCell(3, SMALL.withSnapshotsEvery(1 << 20, 8), 15);
        cell.startAll();
        Node old = cell.awaitMaster();
        cell.submit("before");
        List<CompletableFuture<Integer>> proposed = proposeUnheard(cell, old);
        Node next = cell.awaitMaster();
        for (int i = 0; i < 10; i++) {
            cell.submit("after" + i);
        }
        cell.await(1_000, () -> next.status().snapshotInstance() > old.status().applied());
        long covered = next.status().snapshotInstance();
        assertThat(old.application.mastership()).isNotNull();

        var cutOff = cell.lose;
        cell.lose =
                (from, sent) ->
                        cutOff.test(from, sent)
                                && !(sent.frame() instanceof Frame.SnapshotRequest)
                                && !(sent.frame() instanceof Frame.SnapshotPiece);
        Message late = new Message.SnapshotAvailable(covered, covered);
        cell.arrive(
                ReplicaId.of(next.number),
                new VirtualCell.Sent(ReplicaId.of(old.number), new Frame.Paxos(late)));
        cell.await(2_000, () -> old.application.timesRestored() > 0 || old.fatal != null);
        assertThat(old.fatal).isNull();
        assertThat(old.told).anyMatch(line -> line.contains("a snapshot replaces the state"));
        assertThat(old.application.mastership()).isNull();

        cell.lose = (from, sent) -> false;
        cell.submit("last");
        cell.await(20_000, () -> proposed.stream().allMatch(CompletableFuture::isDone));
        assertThat(failures(proposed))
                .containsOnly(OutcomeUnknownException.class, NotChosenException.class);
        cell.await(20_000, () -> old.application.commands().contains("last"));
        assertThat(old.application.commands()).isEqualTo(next.application.commands());
    }

    /// What was chosen above its removal it is not told, and nobody waits for ever.
    @Test
    void whatARemovedReplicaHadProposedIsUnknown() throws IOException {
        VirtualCell cell = new VirtualCell(3, SMALL, 13);
        cell.startAll();
        Node old = cell.awaitMaster();
        cell.submit("before");
        List<CompletableFuture<Integer>> proposed = proposeUnheard(cell, old);
        CompletableFuture<Membership> removal = cell.awaitMaster().log().removeReplica(old.number);
        cell.await(20_000, removal::isDone);
        assertThat(removal).isCompleted();
        assertThat(proposed).noneMatch(CompletableFuture::isDone);
        cell.lose = (from, sent) -> false;
        cell.await(20_000, () -> old.status().role() == Role.REMOVED);
        cell.await(1_000, () -> proposed.stream().allMatch(CompletableFuture::isDone));

        assertThat(failures(proposed))
                .contains(OutcomeUnknownException.class)
                .containsOnly(OutcomeUnknownException.class, NotChosenException.class);
        CompletableFuture<Integer> late = old.log().submit(Bytes.utf8("late"));
        CompletableFuture<Membership> change = old.log().removeReplica(1);
        cell.run(10);
        assertThat(late.exceptionNow()).isInstanceOf(RemovedException.class);
        assertThat(change.exceptionNow()).isInstanceOf(RemovedException.class);
    }
}
