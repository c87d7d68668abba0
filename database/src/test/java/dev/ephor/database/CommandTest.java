package dev.ephor.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ephor.log.LaterFormatException;
import dev.ephor.log.MalformedException;
import dev.ephor.paxos.Bytes;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;

class CommandTest {
    static final Command EVERY_KIND =
            new Command(
                    300,
                    7,
                    new MultiOp(
                            List.of(
                                    new Guard.Absent("a"),
                                    new Guard.Present("b"),
                                    new Guard.Equals("c", Bytes.utf8("v")),
                                    new Guard.EpochIs(300)),
                            List.of(
                                    new Op.Insert("d", Bytes.utf8("w")),
                                    new Op.Delete("e"),
                                    new Op.Lookup("\u00e9")),
                            List.of(new Op.Lookup("f"))));

    /// These bytes are in logs on disks: they must be readable for ever.
    private static final String GOLDEN =
            "01ac0207"
                    + "04"
                    + "010161"
                    + "020162"
                    + "0301630176"
                    + "04ac02"
                    + "03"
                    + "0101640177"
                    + "020165"
                    + "0302c3a9"
                    + "01"
                    + "030166";

    @Test
    void theFormatIsTheOneThatLogsHold() {
        assertThat(HexFormat.of().formatHex(EVERY_KIND.encode().toByteArray())).isEqualTo(GOLDEN);
        assertThat(Command.decode(Bytes.wrap(HexFormat.of().parseHex(GOLDEN))))
                .isEqualTo(EVERY_KIND);
    }

    @Test
    void whatIsWrittenIsRead() {
        Samples samples = new Samples(1);
        for (int i = 0; i < 2_000; i++) {
            Command command = new Command(i, i % 3, samples.multiOp(i));
            assertThat(Command.decode(command.encode())).isEqualTo(command);
        }
    }

    @Test
    void everyBeginningIsMalformed() {
        Bytes whole = EVERY_KIND.encode();
        for (int length = 0; length < whole.length(); length++) {
            Bytes beginning = whole.slice(0, length);
            assertThatThrownBy(() -> Command.decode(beginning))
                    .isInstanceOf(MalformedException.class);
        }
    }

    @Test
    void whatFollowsIsMalformed() {
        byte[] longer = new byte[EVERY_KIND.encode().length() + 1];
        EVERY_KIND.encode().writeTo(java.nio.ByteBuffer.wrap(longer));
        assertThatThrownBy(() -> Command.decode(Bytes.wrap(longer)))
                .isInstanceOf(MalformedException.class);
    }

    @Test
    void aLengthIsNotBelieved() {
        // A row whose value claims two gigabytes.
        byte[] bytes = HexFormat.of().parseHex("010100" + "00" + "01" + "010164ffffffff07" + "00");
        assertThatThrownBy(() -> Command.decode(Bytes.wrap(bytes)))
                .isInstanceOf(MalformedException.class);
    }

    @Test
    void rowsDoNotKeepTheLogsBytesAlive() {
        byte[] bytes = MultiOpBytes.insert("k", "value");
        Command command = Command.decode(Bytes.wrap(bytes));
        java.util.Arrays.fill(bytes, (byte) 0);
        assertThat(command.multiOp().then())
                .containsExactly(new Op.Insert("k", Bytes.utf8("value")));
    }

    private static final class MultiOpBytes {
        static byte[] insert(String key, String value) {
            return new Command(1, 0, MultiOp.insert(key, Bytes.utf8(value))).encode().toByteArray();
        }
    }

    /// Replicas of a later release do not pass it over.
    @Test
    void aCommandOfALaterReleaseIsNotTakenForMalformed() {
        byte[] later = HexFormat.of().parseHex(GOLDEN);
        later[0] = 2;
        assertThatThrownBy(() -> Command.decode(Bytes.wrap(later)))
                .isInstanceOf(LaterFormatException.class)
                .hasMessageContaining("version 2");
    }
}
