package dev.ephor.cell;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ephor.log.MalformedException;
import dev.ephor.paxos.Bytes;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/// The rows' formats are on disks and in logs: they must be readable for ever.
class RowsTest {
    private static final NodePath PATH = NodePath.of("/a/\u00e9");
    private static final Stat STAT =
            new Stat(NodeKind.FILE, true, 300, 2, 3, 0, 0x0123456789abcdefL, 5, 0);

    /// Each kind of row, as it stands in the database today.
    private static final Map<Object, String> GOLDEN =
            Map.ofEntries(
                    Map.entry(
                            new NodeRow(
                                    NodeKind.FILE,
                                    true,
                                    300,
                                    2,
                                    0,
                                    0x0123456789abcdefL,
                                    utf8("hi")),
                            "0102ac0202000123456789abcdef6869"),
                    Map.entry(NodeRow.directory(1), "0101010000ef46db3751d8e999"),
                    Map.entry(
                            new LockRow(
                                    4,
                                    LockMode.EXCLUSIVE,
                                    List.of(new LockRow.Holder(7, 12, 13, 60_000))),
                            "01040101070c0de0d403"),
                    Map.entry(new LockRow(9, LockMode.SHARED, List.of()), "01090000"),
                    Map.entry(new LockDelay(LockMode.EXCLUSIVE, 60_000), "0101e0d403"),
                    Map.entry(
                            new SessionRow(7, "me", 12_000, 60_000, SessionRow.Phase.DIED),
                            "0107026d65e05de0d40301"),
                    Map.entry(
                            new Belonging(Belonging.Kind.OPEN, 12, 300, PATH),
                            "016f0cac02052f612fc3a9"),
                    Map.entry(
                            new Belonging(Belonging.Kind.LOCK, 12, 300, PATH),
                            "016c0cac02052f612fc3a9"),
                    Map.entry(new Counters(300, 9), "01ac0209"),
                    Map.entry(
                            new Answer.Opened(utf8("h"), true, STAT),
                            "01010168010001ac020203000123456789abcdef0500"),
                    Map.entry(
                            new Answer.Written(STAT, false),
                            "0102000001ac020203000123456789abcdef0500"),
                    Map.entry(new Answer.Deleted(), "0103"),
                    Map.entry(new Answer.Released(), "0104"));

    private static Bytes utf8(String text) {
        return Bytes.utf8(text);
    }

    /// In a fixed order.
    static List<Object> rows() {
        return GOLDEN.keySet().stream().sorted(Comparator.comparing(Object::toString)).toList();
    }

    static Bytes encode(Object row) {
        return switch (row) {
            case NodeRow node -> node.encode();
            case LockRow lock -> lock.encode();
            case LockDelay delay -> delay.encode();
            case SessionRow session -> session.encode();
            case Belonging belonging -> belonging.encode();
            case Counters counters -> counters.encode();
            case Answer answer -> Outcomes.encode(answer);
            default -> throw new AssertionError(row);
        };
    }

    private static Function<Bytes, Object> decoder(Object row) {
        return switch (row) {
            case NodeRow _ -> NodeRow::decode;
            case LockRow _ -> LockRow::decode;
            case LockDelay _ -> LockDelay::decode;
            case SessionRow _ -> SessionRow::decode;
            case Belonging _ -> Belonging::decode;
            case Counters _ -> Counters::decode;
            case Answer _ -> Outcomes::decode;
            default -> throw new AssertionError(row);
        };
    }

    @Test
    void everyRowIsWrittenAndReadAsItAlwaysWas() {
        GOLDEN.forEach((row, hex) -> {
            assertThat(HexFormat.of().formatHex(encode(row).toByteArray()))
                    .as("%s", row)
                    .isEqualTo(hex);
            Bytes bytes = Bytes.wrap(HexFormat.of().parseHex(hex));
            assertThat(decoder(row).apply(bytes)).isEqualTo(row);
        });
    }

    /// A row of a later version, or of none, is not taken for something else.
    @Test
    void whatIsNoRowIsMalformed() {
        GOLDEN.forEach((row, hex) -> {
            byte[] whole = HexFormat.of().parseHex(hex);
            UnaryOperator<Bytes> nothing = bytes -> bytes;
            byte[] later = whole.clone();
            later[0] = 2;
            assertThatThrownBy(() -> decoder(row).apply(nothing.apply(Bytes.wrap(later))))
                    .as("%s", row)
                    .isInstanceOf(MalformedException.class);
            if (!(row instanceof NodeRow)) {
                byte[] longer = java.util.Arrays.copyOf(whole, whole.length + 1);
                assertThatThrownBy(() -> decoder(row).apply(Bytes.wrap(longer)))
                        .as("%s", row)
                        .isInstanceOf(MalformedException.class);
            }
        });
    }

    @Test
    void keysOfNumbersAreInTheOrderOfTheNumbers() {
        Random random = new Random(5);
        List<Long> numbers = new ArrayList<>(List.of(0L, 1L, 15L, 16L, 255L, Long.MAX_VALUE));
        for (int i = 0; i < 1_000; i++) {
            numbers.add(random.nextLong() >>> (1 + random.nextInt(63)));
        }
        for (long one : numbers) {
            assertThat(Keys.numberAfter("q" + Keys.number(one), 1)).isEqualTo(one);
            for (long other : numbers) {
                assertThat(Integer.signum(Keys.number(one).compareTo(Keys.number(other))))
                        .isEqualTo(Long.compare(one, other));
            }
        }
    }

    @Test
    void theKeyOfAnOpenerSaysWhoItIs() {
        String key = Keys.opener(PATH, 300, 70_000, 12);
        assertThat(Keys.openerAfter(key, Keys.openers(PATH, 300).length()))
                .isEqualTo(new Keys.Opener(70_000, 12));
        assertThatThrownBy(() -> Keys.numberAfter("q", 1)).isInstanceOf(MalformedException.class);
        assertThatThrownBy(() -> Keys.numberAfter("q2zz", 1))
                .isInstanceOf(MalformedException.class);
    }

    @Test
    void onlyAnswersThatStandForAChangeAreKept() {
        assertThat(Outcomes.isKept(new Answer.Deleted())).isTrue();
        for (Answer answer :
                List.of(
                        new Answer.Closed(),
                        new Answer.Acquired("s", 1),
                        new Answer.NodeStat(STAT))) {
            assertThat(Outcomes.isKept(answer)).isFalse();
            assertThatThrownBy(() -> Outcomes.encode(answer))
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }
}
