package dev.ephor.paxos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.nio.ByteBuffer;
import java.util.List;
import org.junit.jupiter.api.Test;

class BytesTest {
    private static final Bytes ABC = Bytes.utf8("xabcy").slice(1, 4);

    @Test
    void aSliceIsBytesOfItsOwn() {
        assertThat(ABC).isEqualTo(Bytes.utf8("abc")).hasSameHashCodeAs(Bytes.utf8("abc"));
        assertThat(ABC).isNotEqualTo(Bytes.utf8("abd")).isNotEqualTo(Bytes.utf8("ab"));
        assertThat(ABC).isNotEqualTo("abc");
        assertThat(ABC.length()).isEqualTo(3);
        assertThat(ABC.byteAt(2)).isEqualTo((byte) 'c');
        assertThat(ABC.utf8()).isEqualTo("abc");
        assertThat(ABC.toByteArray()).containsExactly('a', 'b', 'c');
        assertThat(ABC.slice(1, 3)).isEqualTo(Bytes.utf8("bc"));
        assertThat(ABC.slice(1, 1)).isSameAs(Bytes.EMPTY);
        assertThatExceptionOfType(IndexOutOfBoundsException.class).isThrownBy(() -> ABC.byteAt(3));
        assertThatExceptionOfType(IndexOutOfBoundsException.class)
                .isThrownBy(() -> ABC.slice(0, 4));
    }

    /// Equal bytes have equal hashes, and others nearly always other ones.
    @Test
    void hashesDependOnEveryByte() {
        assertThat(Bytes.EMPTY.hashCode()).isEqualTo(1);
        assertThat(Bytes.wrap((byte) 2, (byte) 3).hashCode()).isEqualTo((31 + 2) * 31 + 3);
    }

    @Test
    void emptyBytesAreOne() {
        assertThat(Bytes.wrap()).isSameAs(Bytes.EMPTY);
        assertThat(Bytes.EMPTY.isEmpty()).isTrue();
        assertThat(ABC.isEmpty()).isFalse();
    }

    @Test
    void copiesDoNotChangeWithTheirOriginal() {
        byte[] array = {1, 2};
        Bytes copy = Bytes.copyOf(array);
        Bytes wrapped = Bytes.wrap(array);
        array[0] = 9;

        assertThat(copy).isEqualTo(Bytes.wrap((byte) 1, (byte) 2));
        assertThat(wrapped).isEqualTo(Bytes.wrap((byte) 9, (byte) 2));
        ByteBuffer buffer = ByteBuffer.wrap(array);
        assertThat(Bytes.copyOf(buffer)).isEqualTo(wrapped);
        assertThat(buffer.hasRemaining()).isFalse();
    }

    @Test
    void theyAreReadAndWrittenThroughBuffers() {
        ByteBuffer view = ABC.asReadOnlyBuffer();
        assertThat(view.isReadOnly()).isTrue();
        assertThat(view.position()).isZero();
        assertThat(view.remaining()).isEqualTo(3);
        assertThat(view.get(0)).isEqualTo((byte) 'a');

        ByteBuffer target = ByteBuffer.allocate(3);
        ABC.writeTo(target);
        assertThat(Bytes.copyOf(target.flip())).isEqualTo(ABC);
    }

    @Test
    void eightBytesAreALittleEndianNumber() {
        Bytes bytes = Bytes.wrap(new byte[] {9, 1, 2, 0, 0, 0, 0, 0, (byte) 0x80});

        assertThat(bytes.longAt(1)).isEqualTo(0x8000000000000201L);
        assertThat(bytes.slice(1, 9).longAt(0)).isEqualTo(bytes.longAt(1));
        assertThatExceptionOfType(IndexOutOfBoundsException.class)
                .isThrownBy(() -> bytes.longAt(2));
    }

    @Test
    void theyAreOrderedAsUnsignedBytes() {
        Bytes high = Bytes.wrap((byte) 0x80);

        assertThat(List.of(high, ABC, Bytes.utf8("ab"), Bytes.EMPTY).stream().sorted())
                .containsExactly(Bytes.EMPTY, Bytes.utf8("ab"), ABC, high);
        assertThat(ABC.compareTo(Bytes.utf8("abc"))).isZero();
    }

    @Test
    void shortTextIsShownAndAllElseCounted() {
        assertThat(ABC).hasToString("\"abc\"");
        assertThat(Bytes.utf8(" ~")).hasToString("\" ~\"");
        assertThat(Bytes.utf8("\u001f")).hasToString("1 bytes");
        assertThat(Bytes.utf8("\u007f")).hasToString("1 bytes");
        assertThat(Bytes.utf8("a".repeat(40))).hasToString("\"" + "a".repeat(40) + "\"");
        assertThat(Bytes.utf8("a".repeat(41))).hasToString("41 bytes");
    }
}
