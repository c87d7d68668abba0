package dev.ephor.cell;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.ephor.fuzzing.FreshInputs;
import dev.ephor.fuzzing.Seeds;
import dev.ephor.paxos.Bytes;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/// Names, handles and sequencers, as clients show them: they mean one thing, or are refused.
class ClientWordsFuzzTest {
    private static final Bytes SECRET = Bytes.wrap(new byte[Seal.KEY_BYTES]);
    private static final Seal SEAL = new Seal(SECRET);
    private static final int CODE_BYTES = 16;
    private static final Paths PATHS = new Paths("main", CellSettings.DEFAULT);

    @TestFactory
    Stream<DynamicTest> freshInputs() {
        return FreshInputs.of(this);
    }

    @Test
    void seedsAreWhatClientsShow() throws IOException {
        Seeds seeds = Seeds.of(ClientWordsFuzzTest.class);
        List<String> paths = List.of("/ls/main", "/ls/local/", "/ls/main/a/b.c", "/ls/main/\u00e9");
        for (int i = 0; i < paths.size(); i++) {
            seeds.add("path", "" + i, paths.get(i).getBytes(StandardCharsets.UTF_8));
        }
        NodePath path = NodePath.of("/a/b");
        Sequencer sequencer = new Sequencer(LockMode.EXCLUSIVE, 4, 17, path);
        String text = sequencer.text(PATHS);
        seeds.add("sequencer", "exclusive", text.getBytes(StandardCharsets.UTF_8));
        Handle handle =
                new Handle(
                        5,
                        70_000,
                        12,
                        path,
                        17,
                        true,
                        EventTypes.of(EventType.LOCK_ACQUIRED),
                        60_000,
                        text);
        Bytes sealed = SEAL.handle(handle);
        seeds.add(
                "handle",
                "for-writing",
                sealed.slice(0, sealed.length() - CODE_BYTES).toByteArray());
        seeds.check();
    }

    /// A path is its own full name, or means this cell's.
    @FuzzTest
    void path(byte[] input) {
        String text = new String(input, StandardCharsets.UTF_8);
        try {
            NodePath path = PATHS.parse(text);
            assertThat(PATHS.parse(PATHS.full(path))).isEqualTo(path);
            assertThat(NodePath.of(path.text())).isEqualTo(path);
            assertThat(path.depth()).isLessThanOrEqualTo(CellSettings.DEFAULT.pathLevels());
        } catch (Refusal refused) {
            assertThat(refused.answer().code()).isEqualTo(ErrorCode.BAD_PATH);
        }
    }

    @FuzzTest
    void sequencer(byte[] input) {
        String text = new String(input, StandardCharsets.UTF_8);
        Sequencer.parse(text, PATHS)
                .ifPresent(sequencer ->
                        assertThat(Sequencer.parse(sequencer.text(PATHS), PATHS))
                                .contains(sequencer));
    }

    /// As it comes, which is refused but for once in 2¹²⁸ times; and with the check digits that
    /// only the cell can make, as another release of the cell may have made them.
    @FuzzTest
    void handle(byte[] input) {
        Bytes body = Bytes.wrap(input);
        assertThat(SEAL.open(body)).isEmpty();
        byte[] digits = new Hmac(SECRET).sign(body, CODE_BYTES).toByteArray();
        byte[] whole = Arrays.copyOf(input, input.length + CODE_BYTES);
        System.arraycopy(digits, 0, whole, input.length, CODE_BYTES);
        SEAL.open(Bytes.wrap(whole))
                .ifPresent(handle -> assertThat(SEAL.handle(handle)).isEqualTo(Bytes.wrap(whole)));
    }
}
