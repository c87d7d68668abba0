package dev.ephor.cell;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ephor.paxos.Bytes;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.Test;

/// PAPER C3: handles that cannot be guessed, and from which a new master rebuilds their state.
class C3HandlesTest {
    private final World world = new World(CellSettings.DEFAULT, 2);
    private final Client client = world.client();

    private static Call.GetStat stat(Bytes handle) {
        return new Call.GetStat(new NodeRef.ByHandle(handle));
    }

    /// RFC 4231, test cases 1 and 2.
    @Test
    void theCheckDigitsAreAnHmac() {
        byte[] twenty = new byte[20];
        java.util.Arrays.fill(twenty, (byte) 0x0b);
        assertThat(code(new Hmac(Bytes.wrap(twenty)), "Hi There"))
                .isEqualTo("b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7");
        assertThat(code(new Hmac(Bytes.utf8("Jefe")), "what do ya want for nothing?"))
                .isEqualTo("5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
    }

    private static String code(Hmac hmac, String message) {
        Bytes text = Bytes.wrap(message.getBytes(StandardCharsets.US_ASCII));
        return HexFormat.of().formatHex(hmac.sign(text, 32).toByteArray());
    }

    @Test
    void aHandleSaysWhatItWasMadeFor() {
        Seal seal = new Seal(Bytes.wrap(new byte[32]));
        Handle handle =
                new Handle(
                        3,
                        70_000,
                        12,
                        NodePath.of("/a/\u00e9"),
                        99,
                        true,
                        EventTypes.of(EventType.CONTENT_CHANGED, EventType.LOCK_ACQUIRED),
                        60_000,
                        "1:shared:1:99:/ls/main/a");
        assertThat(seal.open(seal.handle(handle))).contains(handle);
        assertThat(new Seal(Bytes.utf8("another key")).open(seal.handle(handle))).isEmpty();
    }

    @Test
    void noBitOfAHandleCanBeChanged() {
        Bytes handle = client.open("/ls/local/f");
        for (int bit = 0; bit < handle.length() * 8; bit++) {
            byte[] forged = handle.toByteArray();
            forged[bit / 8] ^= (byte) (1 << bit % 8);
            assertThat(client.refusal(stat(Bytes.wrap(forged))))
                    .as("bit %d", bit)
                    .isEqualTo(ErrorCode.HANDLE_INVALID);
        }
        client.expect(stat(handle), Answer.NodeStat.class);
    }

    @Test
    void garbageIsNoHandle() {
        Random random = new Random(1);
        for (int length = 0; length < 60; length++) {
            byte[] bytes = new byte[length];
            random.nextBytes(bytes);
            assertThat(client.refusal(stat(Bytes.wrap(bytes)))).isEqualTo(ErrorCode.HANDLE_INVALID);
        }
    }

    @Test
    void aHandleIsOfUseToItsOwnSessionOnly() {
        Bytes handle = client.open("/ls/local/f");
        Client other = world.client();
        assertThat(other.refusal(stat(handle))).isEqualTo(ErrorCode.HANDLE_INVALID);
        other.expect(new Call.Close(handle), Answer.Closed.class);
        client.expect(stat(handle), Answer.NodeStat.class);
    }

    @Test
    void aClosedHandleIsOfNoUse() {
        Bytes handle = client.open("/ls/local/f");
        client.expect(new Call.Close(handle), Answer.Closed.class);
        assertThat(client.refusal(stat(handle))).isEqualTo(ErrorCode.HANDLE_INVALID);
        client.expect(new Call.Close(handle), Answer.Closed.class);
    }

    @Test
    void aHandleIsOfItsNodeNotOfItsName() {
        Bytes handle = client.open("/ls/local/f");
        client.expect(Client.deleting("/ls/local/f"), Answer.Deleted.class);
        assertThat(client.refusal(stat(handle))).isEqualTo(ErrorCode.HANDLE_INVALID);
        client.write("/ls/local/f", "another node");
        assertThat(client.refusal(stat(handle))).isEqualTo(ErrorCode.HANDLE_INVALID);
        assertThat(client.refusal(Client.trying(handle, LockMode.SHARED)))
                .isEqualTo(ErrorCode.HANDLE_INVALID);
    }

    @Test
    void aHandleThatWasNotOpenedForWritingDoesNotWrite() {
        client.write("/ls/local/f", "x");
        Call.Open reading =
                new Call.Open(
                        "/ls/local/f",
                        false,
                        EventTypes.NONE,
                        0,
                        Call.Create.NEVER,
                        NodeKind.FILE,
                        false,
                        Bytes.EMPTY,
                        false);
        Bytes handle = client.handle(reading);
        NodeRef ref = new NodeRef.ByHandle(handle);
        var any = java.util.OptionalLong.empty();
        assertThat(client.refusal(new Call.Write(ref, Bytes.EMPTY, any, "", false, false)))
                .isEqualTo(ErrorCode.WRONG_MODE);
        assertThat(client.refusal(new Call.Delete(ref, any, ""))).isEqualTo(ErrorCode.WRONG_MODE);
        client.expect(new Call.Read(ref), Answer.Contents.class);
        client.lock(handle, LockMode.EXCLUSIVE);
    }

    @Test
    void aNewMasterHonoursHandlesOfEarlierOnes() {
        Bytes handle = client.open("/ls/local/f");
        Bytes closed = client.open("/ls/local/f");
        Bytes ephemeral = client.handle(Client.ephemeral("/ls/local/e"));
        Bytes gone = client.open("/ls/local/gone");
        world.elect(2);
        client.connect();
        client.expect(stat(handle), Answer.NodeStat.class);
        client.expect(stat(ephemeral), Answer.NodeStat.class);
        client.expect(Client.deleting("/ls/local/gone"), Answer.Deleted.class);
        assertThat(client.refusal(stat(gone))).isEqualTo(ErrorCode.HANDLE_INVALID);
        // A handle that the new master has never seen may be closed there all the same.
        client.expect(new Call.Close(closed), Answer.Closed.class);
        assertThat(client.refusal(stat(closed))).isEqualTo(ErrorCode.HANDLE_INVALID);
        client.expect(new Call.Close(ephemeral), Answer.Closed.class);
        assertThat(client.exists("/ls/local/e")).isFalse();
        assertThat(client.refusal(stat(ephemeral))).isEqualTo(ErrorCode.HANDLE_INVALID);
    }

    @Test
    void everyCellHasASecretOfItsOwn() {
        Bytes secret = world.view().rows().get(Keys.SECRET);
        assertThat(secret.length()).isEqualTo(Seal.KEY_BYTES);
        world.elect(2);
        assertThat(world.view().rows().get(Keys.SECRET)).isEqualTo(secret);
    }
}
