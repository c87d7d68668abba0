package dev.ephor.log;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ephor.paxos.ReplicaId;
import dev.ephor.paxos.SequenceNumber;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

/// What replicas remember of each other: where they are, and what was on their disks.
class PeerBookTest {
    private static final ReplicaId THREE = ReplicaId.of(3);

    private static SequenceNumber number(long round) {
        return new SequenceNumber(round, ReplicaId.of(1));
    }

    private static PeerEntry entry(
            ReplicaId replica, long store, long starts, long run, int port, long highest) {
        return new PeerEntry(
                replica, store, starts, run, new Address("host", port), "", number(2), highest);
    }

    private static final PeerEntry KNOWN = entry(THREE, 7, 4, 99, 1, 50);

    private static PeerBook book() {
        return new PeerBook(List.of(KNOWN));
    }

    @Test
    void theNewestStartCountsWhereverItIsHeardFrom() {
        PeerBook book = book();
        PeerEntry moved = entry(THREE, 7, 5, 100, 2, 50);
        assertThat(book.merge(moved)).isTrue();
        assertThat(book.merge(KNOWN)).isFalse();
        assertThat(book.get(3)).contains(moved);
        PeerEntry reborn = entry(new ReplicaId(3, 2), 8, 1, 101, 3, 0);
        assertThat(book.merge(reborn)).isTrue();
        assertThat(book.merge(moved)).isFalse();
        assertThat(book.get(3)).contains(reborn);
    }

    @Test
    void whatIsRememberedOfADiskIsTheMostThatAnybodyRemembers() {
        PeerBook book = book();
        book.witness(THREE, number(9), 40);
        book.merge(entry(THREE, 7, 5, 100, 2, 60));
        assertThat(book.get(3).orElseThrow().promised()).isEqualTo(number(9));
        assertThat(book.get(3).orElseThrow().highest()).isEqualTo(60);
        assertThat(book.witness(THREE, number(8), 60)).isFalse();
        assertThat(book.witness(new ReplicaId(3, 2), number(20), 99)).isFalse();
    }

    @Test
    void aDiskThatHoldsAtLeastWhatIsRememberedIsNotObjectedTo() {
        assertThat(book().objectionTo(entry(THREE, 7, 5, 100, 2, 50))).isEmpty();
        assertThat(book().objectionTo(entry(new ReplicaId(3, 2), 8, 1, 100, 2, 0))).isEmpty();
        assertThat(book().objectionTo(entry(ReplicaId.of(4), 8, 1, 100, 2, 0))).isEmpty();
        assertThat(book().remembered(entry(THREE, 7, 5, 100, 2, 50))).isEmpty();
        assertThat(book().remembered(entry(new ReplicaId(3, 2), 8, 1, 100, 2, 0))).isEmpty();
    }

    @Test
    void aDiskThatHoldsLessIsAnOldCopy() {
        PeerBook book = book();
        PeerEntry shorter = entry(THREE, 7, 5, 100, 2, 49);
        assertThat(book.remembered(shorter)).contains(KNOWN);
        assertThat(shorter.forgot(number(2), 50)).contains("had acknowledged instance 50");
        assertThat(book.objectionTo(entry(THREE, 7, 3, 100, 2, 50))).contains("to start 4 times");
        assertThat(book.objectionTo(entry(THREE, 7, 4, 100, 2, 50))).contains("to start 4 times");
        assertThat(book.objectionTo(entry(THREE, 6, 5, 100, 2, 50))).contains("another disk");
        book.witness(THREE, number(9), 50);
        PeerEntry promised = entry(THREE, 7, 5, 100, 2, 50);
        assertThat(book.remembered(promised)).isPresent();
        assertThat(promised.forgot(number(9), 50)).contains("had promised");
        book.merge(entry(new ReplicaId(3, 2), 8, 1, 100, 2, 0));
        assertThat(book.objectionTo(entry(THREE, 7, 9, 101, 2, 99))).contains("has replaced");
    }

    @Test
    void theFileComesBackAsItWasOrNotAtAll() throws IOException {
        MemoryDisk disk = new MemoryDisk();
        assertThat(PeerCodec.load(disk, "test")).isEmpty();
        PeerCodec.save(disk, "test", List.of(KNOWN, entry(ReplicaId.of(4), 1, 1, 1, 1, 1)));
        assertThat(PeerCodec.load(disk, "test")).hasSize(2).first().isEqualTo(KNOWN);
        assertThat(PeerCodec.load(disk, "other")).isEmpty();
        byte[] good = disk.bytes(PeerCodec.FILE);
        for (int at = 0; at < good.length; at++) {
            byte[] flipped = good.clone();
            flipped[at] ^= 4;
            disk.put(PeerCodec.FILE, flipped);
            assertThat(PeerCodec.load(disk, "test")).isEmpty();
            disk.put(PeerCodec.FILE, java.util.Arrays.copyOf(good, at));
            assertThat(PeerCodec.load(disk, "test")).isEmpty();
        }
    }
}
