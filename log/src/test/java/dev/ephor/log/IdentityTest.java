package dev.ephor.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ephor.paxos.InvariantViolation;
import dev.ephor.paxos.Membership;
import dev.ephor.paxos.ReplicaId;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A data directory is one replica's, and refuses everybody else (PML §7).
class IdentityTest {
    private static final ReplicaId SELF = new ReplicaId(2, 3);
    private static final Membership MEMBERS = Membership.of(ReplicaId.of(1), SELF);

    private final MemoryDisk disk = new MemoryDisk();

    private Identity bootstrap() throws IOException {
        return Identity.bootstrap(disk, "first-cell", SELF, MEMBERS, new SplittableRandom(1));
    }

    @Test
    void comesBackAsItWas() throws IOException {
        Identity made = bootstrap();
        assertThat(Identity.load(disk, "first-cell", 2)).isEqualTo(made);
        assertThat(made.replica()).isEqualTo(SELF);
        assertThat(made.members()).isEqualTo(MEMBERS);
    }

    @Test
    void anEmptyDiskIsNobodys() {
        assertThatThrownBy(() -> Identity.load(disk, "first-cell", 2))
                .isInstanceOf(WrongDiskException.class)
                .hasMessageContaining("empty");
    }

    @Test
    void anotherCellIsRefused() throws IOException {
        bootstrap();
        assertThatThrownBy(() -> Identity.load(disk, "second-cell", 2))
                .isInstanceOf(WrongDiskException.class)
                .hasMessageContaining("'first-cell'")
                .hasMessageContaining("'second-cell'");
    }

    @Test
    void anotherReplicaIsRefused() throws IOException {
        bootstrap();
        assertThatThrownBy(() -> Identity.load(disk, "first-cell", 3))
                .isInstanceOf(WrongDiskException.class)
                .hasMessageContaining("replica 2'3")
                .hasMessageContaining("not to replica 3");
    }

    @Test
    void everyBitFlipIsFound() throws IOException {
        bootstrap();
        byte[] good = disk.bytes(Identity.FILE);
        for (int at = 0; at < good.length; at++) {
            for (int bit = 0; bit < 8; bit++) {
                byte[] flipped = good.clone();
                flipped[at] ^= (byte) (1 << bit);
                disk.put(Identity.FILE, flipped);
                assertThatThrownBy(() -> Identity.load(disk, "first-cell", 2))
                        .isInstanceOf(DamagedException.class);
            }
        }
        for (int length = 0; length < good.length; length++) {
            disk.put(Identity.FILE, java.util.Arrays.copyOf(good, length));
            assertThatThrownBy(() -> Identity.load(disk, "first-cell", 2))
                    .isInstanceOf(DamagedException.class);
        }
    }

    @Test
    void anotherFormatIsRefusedByName() throws IOException {
        bootstrap();
        byte[] bytes = disk.bytes(Identity.FILE);
        bytes[9] = 2;
        int crc = Crc.of(bytes, 0, bytes.length - 4);
        java.nio.ByteBuffer.wrap(bytes).putInt(bytes.length - 4, crc);
        disk.put(Identity.FILE, bytes);
        assertThatThrownBy(() -> Identity.load(disk, "first-cell", 2))
                .isInstanceOf(WrongDiskException.class)
                .hasMessageContaining("format version 2");
    }

    @Test
    void isBootstrappedOnce() throws IOException {
        Identity made = bootstrap();
        assertThatThrownBy(this::bootstrap)
                .isInstanceOf(WrongDiskException.class)
                .hasMessageContaining("before");
        assertThat(Identity.load(disk, "first-cell", 2)).isEqualTo(made);
    }

    /// A lost identity file does not make a used disk a new one.
    @Test
    void aUsedDiskWithoutIdentityIsRefused() throws IOException {
        Identity made = bootstrap();
        LogRecovery recovery = new LogRecovery(disk, made, LogSettings.DEFAULT, new TestLog.Told());
        recovery.open(stored -> {}).append(List.of(new Stored.Started(1)));
        disk.delete(Identity.FILE);
        assertThatThrownBy(this::bootstrap)
                .isInstanceOf(WrongDiskException.class)
                .hasMessageContaining("no identity file");
        assertThatThrownBy(() -> Identity.load(disk, "first-cell", 2))
                .isInstanceOf(WrongDiskException.class)
                .hasMessageContaining("no identity file");
    }

    /// Wherever a crash interrupts it, it was done or can be done again.
    @Test
    void bootstrapSurvivesACrashAtAnyOperation() throws IOException {
        bootstrap();
        long operations = disk.operations();
        for (long at = 0; at <= operations; at++) {
            MemoryDisk crashing = new MemoryDisk();
            crashing.crashAfter(at);
            try {
                Identity.bootstrap(crashing, "first-cell", SELF, MEMBERS, new SplittableRandom(1));
                assertThat(at).isEqualTo(operations);
                crashing.crashAfter(1000);
            } catch (MemoryDisk.Crash e) {
                crashing.restart(new SplittableRandom(at));
            }
            if (!crashing.exists(Identity.FILE)) {
                Identity.bootstrap(crashing, "first-cell", SELF, MEMBERS, new SplittableRandom(2));
            }
            Identity identity = Identity.load(crashing, "first-cell", 2);
            new LogRecovery(crashing, identity, LogSettings.DEFAULT, new TestLog.Told())
                    .open(stored -> {});
        }
    }

    @Test
    void cellNamesAreSimple() {
        for (String name : List.of("", "a b", "ä", "x".repeat(65), "a/b")) {
            assertThatThrownBy(() -> new Identity(name, SELF, MEMBERS, 1))
                    .isInstanceOf(InvariantViolation.class);
        }
    }

    @Test
    void aDirectoryIsOpenOnce(@TempDir Path directory) throws IOException {
        try (RealDisk open = RealDisk.open(directory)) {
            assertThat(open.list()).isEmpty();
            assertThatThrownBy(() -> RealDisk.open(directory))
                    .isInstanceOf(WrongDiskException.class)
                    .hasMessageContaining("in use");
        }
        RealDisk.open(directory).close();
    }
}
