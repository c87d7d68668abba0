package dev.ephor.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ephor.log.ReplicaStatus.Role;
import dev.ephor.log.VirtualCell.Node;
import dev.ephor.paxos.Membership;
import dev.ephor.paxos.Message;
import dev.ephor.paxos.ReplicaId;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/// PML §5.4: members come and go while the cell works, and a replica that lost its disk comes back
/// as somebody else, with no operator.
class MembersTest {
    private static final LogSettings SMALL =
            LogSettings.DEFAULT
                    .withPaxos(TestLog.shortTail())
                    .withSegments(8192, 1024)
                    .withSnapshotsEvery(1 << 20, 40)
                    .withTransfers(400, 256);

    private static List<String> submit(VirtualCell cell, String prefix, int count) {
        List<String> commands = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            commands.add(prefix + i);
            cell.submit(commands.getLast());
        }
        return commands;
    }

    private static Membership membersOf(VirtualCell cell) {
        return cell.awaitMaster().status().membership();
    }

    private static boolean votes(VirtualCell cell, ReplicaId replica) {
        Node master = cell.master();
        return master != null && master.status().membership().isVoter(replica);
    }

    private static <T> T get(VirtualCell cell, CompletableFuture<T> future) {
        cell.await(20_000, future::isDone);
        return future.join();
    }

    private static void assertSame(VirtualCell cell, Node node, List<String> commands) {
        cell.await(20_000, () -> node.application.size() >= commands.size());
        assertThat(node.application.commands()).containsSubsequence(commands);
    }

    @Test
    void aReplicaThatLostItsDiskRejoinsByItself() throws IOException {
        VirtualCell cell = new VirtualCell(3, SMALL, 1);
        cell.startAll();
        List<String> commands = submit(cell, "a", 300);
        Node lost = cell.node(cell.awaitMaster() == cell.node(3) ? 2 : 3);
        lost.crash();
        lost.disk = new MemoryDisk();
        lost.start();
        assertThat(lost.status().role()).isEqualTo(Role.APPLICANT);
        assertThat(lost.status().note()).contains("the disk is empty");
        commands.addAll(submit(cell, "b", 100));

        ReplicaId reborn = new ReplicaId(lost.number, 2);
        cell.await(30_000, () -> votes(cell, reborn));
        assertThat(membersOf(cell).voters()).hasSize(3).doesNotContain(ReplicaId.of(lost.number));
        commands.addAll(submit(cell, "c", 20));
        assertSame(cell, lost, commands);
        cell.await(5_000, () -> lost.status().role() == Role.REPLICA);

        lost.crash();
        lost.start();
        commands.addAll(submit(cell, "d", 5));
        assertSame(cell, lost, commands);
        assertThat(lost.status().self()).isEqualTo(reborn);
    }

    /// Its vote counts: the cell works when another one stops.
    @Test
    void theRebornReplicaMakesAMajority() throws IOException {
        VirtualCell cell = new VirtualCell(3, SMALL, 2);
        cell.startAll();
        List<String> commands = submit(cell, "a", 50);
        cell.node(3).crash();
        cell.node(3).disk = new MemoryDisk();
        cell.node(3).start();
        cell.await(30_000, () -> votes(cell, new ReplicaId(3, 2)));
        Node other = cell.node(cell.awaitMaster() == cell.node(1) ? 2 : 1);
        other.crash();
        commands.addAll(submit(cell, "b", 50));
        assertSame(cell, cell.node(3), commands);
    }

    @Test
    void aCellGrowsFromOneToFiveAndShrinksAgain() throws IOException {
        VirtualCell cell = new VirtualCell(1, SMALL, 3);
        cell.startAll();
        List<String> commands = submit(cell, "a", 100);
        for (int number = 2; number <= 5; number++) {
            ReplicaId added = ReplicaId.of(number);
            cell.add(number).start();
            cell.run(1_500);
            get(cell, cell.awaitMaster().log().addReplica(number));
            cell.await(30_000, () -> votes(cell, added));
            commands.addAll(submit(cell, "n" + number + "-", 20));
        }
        assertThat(membersOf(cell).voters()).hasSize(5);
        for (int number = 5; number >= 2; number--) {
            if (cell.awaitMaster().number == number) {
                get(cell, cell.awaitMaster().log().transferMastership(Optional.of(1), "test"));
            }
            get(cell, cell.awaitMaster().log().removeReplica(number));
            commands.addAll(submit(cell, "m" + number + "-", 10));
            Node removed = cell.node(number);
            cell.await(10_000, () -> removed.status().role() == Role.REMOVED);
            assertThat(removed.status().note()).contains("no member of the cell any more");
            assertThat(removed.status().master()).isEmpty();
            String note = removed.status().note();
            cell.await(1_000, () -> removed.told.stream().anyMatch(line -> line.contains(note)));
            removed.stopCleanly();
        }
        // A status is of the last tick.
        cell.await(1_000, () -> membersOf(cell).voters().size() == 1);
        assertThat(membersOf(cell).voters()).containsExactly(ReplicaId.of(1));
        commands.addAll(submit(cell, "z", 10));
        assertSame(cell, cell.node(1), commands);
    }

    @Test
    void oneReplicaTakesThePlaceOfAnother() throws IOException {
        VirtualCell cell = new VirtualCell(3, SMALL, 4);
        cell.startAll();
        List<String> commands = submit(cell, "a", 100);
        cell.add(4).start();
        cell.run(1_500);
        int old = cell.awaitMaster().number == 2 ? 3 : 2;
        get(cell, cell.awaitMaster().log().replaceReplica(old, 4));
        // A second time, as after an answer that got lost: nothing more to do.
        get(cell, cell.awaitMaster().log().replaceReplica(old, 4));
        cell.await(30_000, () -> votes(cell, ReplicaId.of(4)));
        assertThat(membersOf(cell).voters()).hasSize(3).doesNotContain(ReplicaId.of(old));
        commands.addAll(submit(cell, "b", 20));
        assertSame(cell, cell.node(4), commands);
        cell.await(10_000, () -> cell.node(old).status().role() == Role.REMOVED);

        assertThat(cell.awaitMaster().log().endpoints()).containsKey(old);
        cell.node(old).crash();
        cell.run(70_000);
        assertThat(cell.awaitMaster().forgotten).contains(old);
        assertThat(cell.awaitMaster().log().endpoints()).doesNotContainKey(old).containsKey(4);
    }

    /// The intent is in the membership: whoever is master finishes.
    @Test
    void whatAMasterBeganItsSuccessorFinishes() throws IOException {
        for (int seed = 10; seed < 20; seed++) {
            VirtualCell cell = new VirtualCell(3, SMALL, seed);
            cell.startAll();
            submit(cell, "a", 60);
            cell.add(4).start();
            cell.run(1_500);
            Node master = cell.awaitMaster();
            int old = master.number == 2 ? 3 : 2;
            get(cell, master.log().replaceReplica(old, 4));
            cell.run(seed * 7L);
            master.crash();
            cell.await(60_000, () -> votes(cell, ReplicaId.of(4)));
            assertThat(membersOf(cell).isVoter(ReplicaId.of(old))).isFalse();
        }
    }

    @Test
    void theMasterRemovesItselfByHandingOver() throws IOException {
        VirtualCell cell = new VirtualCell(3, SMALL, 5);
        cell.startAll();
        submit(cell, "a", 30);
        Node master = cell.awaitMaster();
        CompletableFuture<Membership> refused = master.log().removeReplica(master.number);
        cell.await(20_000, refused::isDone);
        assertThatThrownBy(refused::join).cause().isInstanceOf(NotMasterException.class);
        cell.await(20_000, () -> cell.master() != null && cell.master() != master);
        Membership left = get(cell, cell.awaitMaster().log().removeReplica(master.number));
        assertThat(left.voters()).hasSize(2);
        submit(cell, "b", 10);
        cell.await(10_000, () -> master.status().role() == Role.REMOVED);
    }

    @Test
    void mastershipGoesWhereItIsSent() throws IOException {
        VirtualCell cell = new VirtualCell(3, SMALL, 6);
        cell.startAll();
        submit(cell, "a", 10);
        Node master = cell.awaitMaster();
        Node target = cell.node(master.number % 3 + 1);
        get(cell, master.log().transferMastership(Optional.of(target.number), "test"));
        assertThat(master.status().role()).isNotEqualTo(Role.MASTER);
        cell.await(500, () -> cell.master() == target);
        CompletableFuture<?> nobody = target.log().transferMastership(Optional.of(9), "test");
        cell.await(1_000, nobody::isDone);
        assertThatThrownBy(nobody::join).cause().isInstanceOf(MembershipException.class);
    }

    @Test
    void whatCannotBeIsRefusedWithWhatToDo() throws IOException {
        VirtualCell cell = new VirtualCell(1, SMALL, 7);
        cell.startAll();
        submit(cell, "a", 3);
        ReplicatedLog<Integer> log = cell.awaitMaster().log();
        refused(cell, log.addReplica(6), "start it first");
        refused(cell, log.removeReplica(1), "the only one that votes");
        refused(cell, log.replaceReplica(1, 1), "cannot replace itself");
        refused(cell, log.replaceReplica(5, 6), "replica 5 does not vote");
        assertThat(get(cell, log.addReplica(1)).voters()).hasSize(1);
        assertThat(get(cell, log.removeReplica(9)).voters()).hasSize(1);
    }

    private static void refused(VirtualCell cell, CompletableFuture<?> future, String why) {
        cell.await(20_000, future::isDone);
        assertThatThrownBy(future::join)
                .cause()
                .isInstanceOf(MembershipException.class)
                .hasMessageContaining(why);
    }

    @Test
    void aStrangerWaitsForAnOperator() throws IOException {
        VirtualCell cell = new VirtualCell(3, SMALL, 8);
        cell.startAll();
        submit(cell, "a", 3);
        Node stranger = cell.add(4);
        stranger.start();
        cell.run(5_000);
        assertThat(stranger.status().note()).contains("an operator must add it");
        assertThat(cell.awaitMaster().status().applicants()).containsKey(4);
        assertThat(membersOf(cell).everybody()).hasSize(3);
    }

    /// Two processes under one number: the second does not push the first one out.
    @Test
    void nobodyComesInUnderTheNumberOfOneWhoRuns() throws IOException {
        VirtualCell cell = new VirtualCell(3, SMALL, 9);
        cell.startAll();
        submit(cell, "a", 3);
        Node twin = cell.addTwin(cell.awaitMaster() == cell.node(1) ? 2 : 1);
        twin.start();
        cell.run(8_000);
        assertThat(twin.status().role()).isEqualTo(Role.APPLICANT);
        assertThat(twin.status().note()).contains("was heard a moment ago");
        assertThat(membersOf(cell))
                .isEqualTo(Membership.of(ReplicaId.of(1), ReplicaId.of(2), ReplicaId.of(3)));
    }

    /// No majority is left that could admit anybody: the status says who holds what.
    @Test
    void withoutAMajorityTheApplicantSaysWhoHoldsWhat() throws IOException {
        VirtualCell cell = new VirtualCell(3, SMALL, 10);
        cell.startAll();
        submit(cell, "a", 40);
        cell.run(1_000);
        for (int number = 2; number <= 3; number++) {
            cell.node(number).crash();
            cell.node(number).disk = new MemoryDisk();
            cell.node(number).start();
        }
        cell.run(5_000);
        assertThat(cell.node(2).status().note())
                .contains("there is no master", "replica 1 holds up to instance")
                .contains("replica 3 has no usable disk either");
        assertThat(cell.master()).isNull();
    }

    /// Those that are left were started again, and wait for others who will never answer.
    @Test
    void survivorsThatAreStartedAgainSayWhoHoldsWhatToo() throws IOException {
        VirtualCell cell = new VirtualCell(5, SMALL, 14);
        cell.startAll();
        submit(cell, "a", 40);
        cell.run(1_000);
        String held = "holds up to instance " + cell.node(1).status().chosenUpTo();
        cell.nodes().forEach(Node::crash);
        for (int number : new int[] {3, 4}) {
            cell.node(number).disk = new MemoryDisk();
        }
        for (int number = 1; number <= 4; number++) {
            cell.node(number).start();
        }
        Node survivor = cell.node(1);
        ReplicaStatus before = survivor.status();
        cell.run(8_000);

        assertThat(before.chosenUpTo()).isGreaterThan(20);
        assertThat(cell.node(3).status().note())
                .contains("there is no master: replica 1 " + held + ", replica 2 holds up to ")
                .contains("replica 4 has no usable disk either, replica 5 does not answer");
        assertThat(survivor.status().note())
                .startsWith(
                        "it waits until 2 others say that its disk is no old copy, as replica 2")
                .contains("; it " + held + "; replica 2 holds up to instance ")
                .contains("replica 3 has no usable disk, and asks to be admitted")
                .endsWith("replica 5 does not answer");
        assertThat(survivor.status().noting(before.note())).isEqualTo(before);
        assertThat(cell.master()).isNull();

        // One more that has its disk, and those who have none are let in.
        cell.node(5).start();
        cell.await(
                60_000, () -> votes(cell, new ReplicaId(3, 2)) && votes(cell, new ReplicaId(4, 2)));
        assertThat(survivor.status().note()).isEmpty();
    }

    @Test
    void whoIsRemovedBeforeItHeardAWordLearnsOfIt() throws IOException {
        VirtualCell cell = new VirtualCell(3, SMALL, 11);
        cell.startAll();
        submit(cell, "a", 30);
        Node added = cell.add(4);
        added.start();
        cell.run(1_500);
        cell.lose = (from, sent) -> sent.to().number() == 4 && sent.frame() instanceof Frame.Paxos;
        get(cell, cell.awaitMaster().log().addReplica(4));
        cell.await(5_000, () -> added.status().role() == Role.LEARNER);
        get(cell, cell.awaitMaster().log().removeReplica(4));
        cell.lose = (from, sent) -> false;

        assertThat(added.status().membership()).isEqualTo(Membership.NOBODY);
        cell.await(10_000, () -> added.status().role() == Role.REMOVED);
    }

    /// It heard of a coordinator once, and goes on to name it; that one is gone.
    @Test
    void whoWasRemovedWhileItHeardOneThatIsGoneLearnsOfIt() throws IOException {
        VirtualCell cell = new VirtualCell(3, SMALL, 13);
        cell.startAll();
        submit(cell, "a", 30);
        Node added = cell.add(4);
        added.start();
        cell.run(1_500);
        cell.lose =
                (from, sent) ->
                        sent.to().number() == 4
                                && sent.frame() instanceof Frame.Paxos(Message message)
                                && !(message instanceof Message.Accept);
        get(cell, cell.awaitMaster().log().addReplica(4));
        cell.await(5_000, () -> added.status().master().isPresent());
        Node heard = cell.awaitMaster();
        get(cell, heard.log().removeReplica(4));
        heard.crash();
        cell.lose = (from, sent) -> false;

        assertThat(added.status().membership()).isEqualTo(Membership.NOBODY);
        cell.await(20_000, () -> added.status().role() == Role.REMOVED);
    }

    @Test
    void whoKnowsOnlyThoseThatAreGoneLearnsThatItIsRemoved() throws IOException {
        VirtualCell cell = new VirtualCell(3, SMALL, 12);
        cell.startAll();
        submit(cell, "a", 30);
        Node away = cell.node(cell.awaitMaster().number % 3 + 1);
        away.crash();
        List<Integer> gone = new ArrayList<>(List.of(1, 2, 3));
        gone.remove(Integer.valueOf(away.number));
        int by = 4;
        for (int number : gone) {
            ReplicaId added = ReplicaId.of(by);
            cell.add(by).start();
            cell.run(1_500);
            if (cell.awaitMaster().number == number && by == 5) {
                get(cell, cell.awaitMaster().log().transferMastership(Optional.of(4), "test"));
            }
            get(cell, cell.awaitMaster().log().replaceReplica(number, by));
            cell.await(30_000, () -> votes(cell, added));
            by++;
        }
        Membership before = membersOf(cell);
        assertThat(before.voters())
                .contains(ReplicaId.of(4), ReplicaId.of(5), ReplicaId.of(away.number))
                .hasSize(3);
        cell.await(10_000, () -> gone.stream().allMatch(each -> isRemoved(cell.node(each))));
        if (cell.awaitMaster().number < 4) {
            get(cell, cell.awaitMaster().log().transferMastership(Optional.of(4), "test"));
        }
        get(cell, cell.awaitMaster().log().removeReplica(away.number));
        gone.forEach(number -> cell.node(number).crash());

        cell.run(1_000);
        away.start();
        cell.await(20_000, () -> isRemoved(away));
    }

    private static boolean isRemoved(Node node) {
        return node.status().role() == Role.REMOVED;
    }
}
