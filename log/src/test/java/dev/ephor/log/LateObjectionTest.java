package dev.ephor.log;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ephor.log.VirtualCell.Node;
import dev.ephor.log.VirtualCell.Sent;
import dev.ephor.paxos.ReplicaId;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/// PROTOCOL.md S19: what others remember of a disk counts against it only where the replica itself
/// cannot have said it since it was started. Frames overtake each other where a connection between
/// two replicas is replaced by a new one.
class LateObjectionTest {
    private final VirtualCell cell;
    private final List<Sent> held = new ArrayList<>();

    LateObjectionTest() throws IOException {
        cell = new VirtualCell(3, LogSettings.DEFAULT.withSnapshotsEvery(1 << 20, 100_000), 12);
    }

    private Node other(Node... nodes) {
        return cell.nodes().stream()
                .filter(node -> !List.of(nodes).contains(node))
                .findFirst()
                .orElseThrow();
    }

    private void submit(String prefix, int count) {
        for (int i = 0; i < count; i++) {
            cell.submit(prefix + i);
        }
    }

    /// Nobody tells the master that the replica was started; its announcement waits on the old
    /// connection, and what it acknowledges goes by a new one.
    private void holdAnnouncement(Node from, Node to) {
        cell.lose =
                (sender, sent) -> {
                    if (sent.frame() instanceof Frame.Gossip) {
                        return true;
                    }
                    boolean hold =
                            sent.frame() instanceof Frame.Announce
                                    && sender.number() == from.number
                                    && sent.to().number() == to.number;
                    if (hold) {
                        held.add(sent);
                    }
                    return hold;
                };
    }

    private static ReplicaId id(Node node) {
        return ReplicaId.of(node.number);
    }

    @Test
    void whatOvertookTheAnnouncementIsNotHeldAgainstTheDisk() throws IOException {
        cell.startAll();
        submit("a", 10);
        Node master = cell.awaitMaster();
        Node restarted = other(master);
        cell.await(5_000, () -> restarted.application.size() == 10);
        restarted.stopCleanly();
        holdAnnouncement(restarted, master);
        restarted.start();
        cell.await(20_000, () -> restarted.status().note().isEmpty());
        // So the master needs what the restarted replica acknowledges.
        other(master, restarted).crash();
        submit("b", 10);
        assertThat(held).isNotEmpty();
        cell.arrive(id(restarted), held.getFirst());
        cell.run(2_000);
        assertThat(restarted.fatal).isNull();
        submit("c", 10);
        assertThat(restarted.status().self()).isEqualTo(id(restarted));
        assertThat(restarted.application.size()).isGreaterThanOrEqualTo(20);
    }

    /// The other way round: what is remembered of an earlier run, and the disk does not hold, stops
    /// the replica although it takes part already.
    @Test
    void whatOnlyAnEarlierRunCanHaveSaidIsHeldAgainstTheDiskHoweverLate() throws IOException {
        cell.startAll();
        submit("a", 10);
        Node master = cell.awaitMaster();
        Node old = other(master);
        Node third = other(master, old);
        cell.await(5_000, () -> old.application.size() == 10);
        String segment =
                old.disk.list().stream().filter(SegmentHeader::isSegment).toList().getLast();
        byte[] before = old.disk.bytes(segment);
        submit("b", 10);
        cell.await(5_000, () -> old.application.size() == 20);
        old.crash();
        old.disk.put(segment, before);
        // The master's answer comes late, and nothing that the replica missed comes before it.
        List<Sent> answers = new ArrayList<>();
        cell.lose =
                (sender, sent) -> {
                    boolean toOld = sent.to().number() == old.number;
                    if (toOld && sent.frame() instanceof Frame.Remembered) {
                        answers.add(sent);
                    }
                    return sent.frame() instanceof Frame.Gossip
                            || toOld && !(sent.frame() instanceof Frame.Attest);
                };
        old.start();
        cell.await(20_000, () -> old.status().note().isEmpty());
        assertThat(answers).isNotEmpty();
        cell.arrive(id(master), answers.getFirst());
        cell.await(5_000, () -> old.fatal != null);
        assertThat(Optional.ofNullable(old.fatal).orElseThrow())
                .contains("remembers more", "had acknowledged instance");
        assertThat(third.fatal).isNull();
    }
}
