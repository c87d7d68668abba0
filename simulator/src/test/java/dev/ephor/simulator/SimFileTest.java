package dev.ephor.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

/// What a simulated disk keeps and what it forgets.
class SimFileTest {
    @Test
    void whatWasFlushedIsKept() {
        for (int seed = 0; seed < 50; seed++) {
            SimFile file = new SimFile();
            file.write(1, 0, 0, new byte[] {1, 2, 3});
            file.flush(2, 2);
            file.write(3, 3, 3, new byte[] {4});
            file.crash(new Rng(seed), 5);
            assertThat(content(file)).startsWith(1, 2, 3);
        }
    }

    @Test
    void whatWasNotFlushedMayBeKeptOrLost() {
        Set<Integer> sizes = new HashSet<>();
        for (int seed = 0; seed < 200; seed++) {
            SimFile file = new SimFile();
            file.write(1, 0, 0, new byte[] {1, 2, 3});
            file.crash(new Rng(seed), 5);
            sizes.add(file.size());
        }
        assertThat(sizes).contains(0, 3);
    }

    @Test
    void aFlushThatWasNotDoneByThenProtectsNothing() {
        Set<Integer> sizes = new HashSet<>();
        for (int seed = 0; seed < 200; seed++) {
            SimFile file = new SimFile();
            file.write(1, 0, 0, new byte[] {1, 2, 3});
            file.flush(10, 1);
            file.crash(new Rng(seed), 5);
            sizes.add(file.size());
        }
        assertThat(sizes).contains(0);
    }

    @Test
    void afterAFailedFlushALaterOneDoesNotHelp() {
        Set<Integer> sizes = new HashSet<>();
        for (int seed = 0; seed < 50; seed++) {
            SimFile file = new SimFile();
            Rng rng = new Rng(seed);
            file.write(1, 0, 0, new byte[] {1, 2, 3});
            file.flushFailed(rng);
            assertThat(file.size()).isEqualTo(3);
            file.flush(2, 2);
            file.crash(rng, 5);
            sizes.add(file.size());
        }
        assertThat(sizes).contains(0);
    }

    @Test
    void aLostWriteIsSeenUntilACrashOnceALaterWriteProvesIt() {
        SimFile file = new SimFile();
        file.write(1, 0, -1, new byte[] {1});
        file.write(2, 1, 1, new byte[] {2});
        file.flush(3, 3);
        assertThat(content(file)).containsExactly(1, 2);
        file.crash(new Rng(1), 5);
        assertThat(content(file)).containsExactly(0, 2);
    }

    @Test
    void theLastWriteIsNeverLost() {
        SimFile file = new SimFile();
        file.write(1, 0, 0, new byte[] {1});
        file.write(2, 1, -1, new byte[] {2});
        file.flush(3, 3);
        file.crash(new Rng(1), 5);
        assertThat(content(file)).containsExactly(1, 2);
    }

    @Test
    void aMisdirectedWriteHitsAnotherPlace() {
        SimFile file = new SimFile();
        file.write(1, 0, 0, new byte[] {1, 1, 1});
        file.write(2, 3, 0, new byte[] {2});
        file.write(3, 4, 4, new byte[] {3});
        file.flush(4, 4);
        file.crash(new Rng(1), 5);
        assertThat(content(file)).containsExactly(2, 1, 1, 0, 3);
    }

    @Test
    void oneBitRots() {
        SimFile file = new SimFile();
        assertThat(file.rot(new Rng(1))).isEqualTo(-1);
        file.write(1, 0, 0, new byte[] {1, 2, 3});
        file.flush(2, 2);
        file.rot(new Rng(1));
        int flipped = 0;
        byte[] before = {1, 2, 3};
        byte[] after = content(file);
        for (int i = 0; i < before.length; i++) {
            flipped += Integer.bitCount((before[i] ^ after[i]) & 0xff);
        }
        assertThat(flipped).isEqualTo(1);
    }

    private static byte[] content(SimFile file) {
        byte[] bytes = new byte[file.size()];
        file.read(0, bytes, bytes.length);
        return bytes;
    }
}
