package dev.ephor.log;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ephor.log.Disk.DiskFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A directory with folders for what was set aside.
class RealDiskTest {
    @TempDir Path directory;

    private static void make(Disk disk, String name) throws IOException {
        try (DiskFile file = disk.open(name)) {
            file.write(0, ByteBuffer.wrap(new byte[] {1}));
            file.flush();
        }
    }

    @Test
    void foldersComeWithTheFirstFileAndGoWithTheLast() throws IOException {
        try (RealDisk disk = RealDisk.open(directory)) {
            make(disk, "b");
            make(disk, "a");
            disk.rename("a", "damaged-1/a");
            make(disk, "damaged-1/why");
            disk.flushDirectory();
            assertThat(disk.list()).containsExactly("b");
            assertThat(disk.listAll()).containsExactly("b", "damaged-1/a", "damaged-1/why");
            assertThat(disk.exists("damaged-1/a")).isTrue();
            disk.delete("damaged-1/a");
            assertThat(directory.resolve("damaged-1")).exists();
            disk.delete("damaged-1/why");
            assertThat(directory.resolve("damaged-1")).doesNotExist();
            disk.flushDirectory();
        }
    }

    /// Nested folders are none of a replica's, and in nobody's way.
    @Test
    void onlyOneLevelIsLookedAt() throws IOException {
        Files.createDirectories(directory.resolve("other/deeper"));
        Files.write(directory.resolve("other/deeper/file"), new byte[] {1});
        try (RealDisk disk = RealDisk.open(directory)) {
            make(disk, "a");
            disk.flushDirectory();
            assertThat(disk.listAll()).containsExactly("a");
        }
    }
}
