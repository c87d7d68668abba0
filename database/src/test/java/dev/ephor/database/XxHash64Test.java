package dev.ephor.database;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ephor.paxos.Bytes;
import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class XxHash64Test {
    /// What the reference implementation gives.
    @Test
    void knownHashes() {
        assertThat(XxHash64.hash(Bytes.EMPTY)).isEqualTo(0xEF46DB3751D8E999L);
        assertThat(XxHash64.hash(Bytes.utf8("a"))).isEqualTo(0xD24EC4F1A98C6E5BL);
        assertThat(XxHash64.hash(Bytes.utf8("abc"))).isEqualTo(0x44BC2CF5AD770999L);
        assertThat(XxHash64.hash(Bytes.utf8("Nobody inspects the spammish repetition")))
                .isEqualTo(0xFBCEA83C8A378BF1L);
    }

    @Test
    void aViewHashesLikeACopy() {
        byte[] random = new byte[100];
        new Random(7).nextBytes(random);
        Bytes whole = Bytes.wrap(random);
        for (int length = 0; length <= 90; length++) {
            Bytes view = whole.slice(5, 5 + length);
            assertThat(XxHash64.hash(view))
                    .isEqualTo(XxHash64.hash(Bytes.wrap(view.toByteArray())));
        }
    }

    @Test
    void everyBitCounts() {
        Bytes zeros = Bytes.wrap(new byte[77]);
        Set<Long> hashes = new HashSet<>();
        hashes.add(XxHash64.hash(zeros));
        for (int bit = 0; bit < 77 * 8; bit++) {
            byte[] one = zeros.toByteArray();
            one[bit / 8] ^= (byte) (1 << bit % 8);
            assertThat(hashes.add(XxHash64.hash(Bytes.wrap(one)))).as("bit %d", bit).isTrue();
        }
    }

    @Test
    void textsThatDifferHashDifferently() {
        Set<Long> hashes = new HashSet<>();
        for (int i = 0; i < 20_000; i++) {
            assertThat(hashes.add(XxHash64.hashUnits("n2/jobs/" + i, 0))).isTrue();
            assertThat(hashes.add(XxHash64.mix(i, 1))).isTrue();
        }
        assertThat(XxHash64.hashUnits("ab", 0)).isNotEqualTo(XxHash64.hashUnits("ba", 0));
    }
}
