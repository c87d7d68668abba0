package dev.ephor.log;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// A disk that forgets, at a crash, what was not flushed: of each write any sectors may be left, or
/// the beginning; of the changes to the directory the first few. It can be told to crash in the
/// middle of things and to fail.
final class MemoryDisk implements Disk {
    /// What the process sees.
    private final TreeMap<String, Content> visible = new TreeMap<>();

    /// What is safe.
    private final TreeMap<String, Content> safe = new TreeMap<>();

    private final List<DirectoryChange> changes = new ArrayList<>();
    private long operations;
    private long flushes;
    private long crashAt = Long.MAX_VALUE;
    private boolean crashed;
    @Nullable IOException failFlush;
    @Nullable IOException failWrite;
    @Nullable String undeletable;

    /// Thrown in the middle of what crashes; nothing is done on this disk until [#restart].
    static final class Crash extends Error {
        private static final long serialVersionUID = 1L;

        Crash() {
            super("crash", null, false, false);
        }
    }

    private interface DirectoryChange {
        void make(NavigableMap<String, Content> files);
    }

    private static final class Content {
        byte[] now = new byte[0];
        byte[] safe = new byte[0];
        final List<Write> unflushed = new ArrayList<>();
    }

    private record Write(int position, byte[] bytes) {}

    /// Crashes when the operation with this number, counted from now, is about to begin.
    void crashAfter(long count) {
        crashAt = operations + count;
    }

    long operations() {
        return operations;
    }

    /// How often a file was flushed.
    long flushes() {
        return flushes;
    }

    private void operation() {
        if (crashed || operations >= crashAt) {
            crashed = true;
            throw new Crash();
        }
        operations++;
    }

    /// The machine stops, and comes back with what is left.
    void restart(RandomGenerator random) {
        int made = random.nextInt(changes.size() + 1);
        changes.subList(0, made).forEach(change -> change.make(safe));
        changes.clear();
        for (Content content : safe.values()) {
            tear(content, random);
        }
        visible.clear();
        visible.putAll(safe);
        crashed = false;
        crashAt = Long.MAX_VALUE;
    }

    private static void tear(Content content, RandomGenerator random) {
        byte[] left = content.safe;
        for (Write write : content.unflushed) {
            boolean beginning = random.nextBoolean();
            int kept = random.nextInt(write.bytes.length + 1);
            int at = 0;
            while (at < write.bytes.length) {
                int sector = (write.position + at) / 512;
                int end = Math.min(write.bytes.length, (sector + 1) * 512 - write.position);
                if (beginning) {
                    end = Math.min(end, kept);
                }
                if (beginning ? at < kept : random.nextBoolean()) {
                    left = put(left, write.position + at, write.bytes, at, end);
                }
                at = beginning && at >= kept ? write.bytes.length : Math.max(end, at + 1);
            }
        }
        content.unflushed.clear();
        content.safe = left;
        content.now = left.clone();
    }

    private static byte[] put(byte[] into, int position, byte[] from, int begin, int end) {
        byte[] result =
                into.length < position + end - begin
                        ? Arrays.copyOf(into, position + end - begin)
                        : into.clone();
        System.arraycopy(from, begin, result, position, end - begin);
        return result;
    }

    /// A copy of a file's bytes as they are now.
    byte[] bytes(String name) {
        return content(name).now.clone();
    }

    private Content content(String name) {
        Content content = visible.get(name);
        if (content == null) {
            throw new IllegalArgumentException("no file " + name);
        }
        return content;
    }

    /// Puts a file there, or other bytes into it, safely.
    void put(String name, byte[] bytes) {
        Content content = new Content();
        content.now = bytes.clone();
        content.safe = bytes.clone();
        visible.put(name, content);
        safe.put(name, content);
    }

    /// Another disk with the same files, all safe.
    MemoryDisk copy() {
        MemoryDisk other = new MemoryDisk();
        visible.forEach((name, content) -> other.put(name, content.now));
        return other;
    }

    @Override
    public List<String> listAll() {
        return List.copyOf(visible.keySet());
    }

    @Override
    public List<String> list() {
        return visible.keySet().stream().filter(name -> name.indexOf('/') < 0).toList();
    }

    @Override
    public boolean exists(String name) {
        return visible.containsKey(name);
    }

    private void change(DirectoryChange change) {
        change.make(visible);
        changes.add(change);
    }

    @Override
    public DiskFile open(String name) {
        Content existing = visible.get(name);
        if (existing != null) {
            return new File(existing);
        }
        operation();
        Content made = new Content();
        change(files -> files.put(name, made));
        return new File(made);
    }

    @Override
    public void delete(String name) throws IOException {
        operation();
        if (name.equals(undeletable)) {
            throw new IOException("cannot delete " + name);
        }
        content(name);
        change(files -> files.remove(name));
    }

    @Override
    public void rename(String from, String to) {
        operation();
        Content moved = content(from);
        change(files -> {
            files.remove(from);
            files.put(to, moved);
        });
    }

    @Override
    public void flushDirectory() {
        operation();
        changes.forEach(change -> change.make(safe));
        changes.clear();
    }

    private final class File implements DiskFile {
        private final Content content;

        File(Content content) {
            this.content = content;
        }

        @Override
        public long size() {
            return content.now.length;
        }

        @Override
        public void write(long position, ByteBuffer source) throws IOException {
            if (failWrite != null) {
                throw failWrite;
            }
            byte[] bytes = new byte[source.remaining()];
            source.get(bytes);
            content.now = MemoryDisk.put(content.now, (int) position, bytes, 0, bytes.length);
            content.unflushed.add(new Write((int) position, bytes));
            operation();
        }

        @Override
        public int read(long position, ByteBuffer target) {
            if (position >= content.now.length) {
                return -1;
            }
            int length = (int) Math.min(target.remaining(), content.now.length - position);
            target.put(content.now, (int) position, length);
            return length;
        }

        @Override
        public void preallocate(long size) throws IOException {
            if (size > content.now.length) {
                write(content.now.length, ByteBuffer.allocate((int) size - content.now.length));
            }
        }

        @Override
        public void truncate(long size) {
            operation();
            if (size < content.now.length) {
                content.now = Arrays.copyOf(content.now, (int) size);
                content.safe =
                        Arrays.copyOf(content.safe, Math.min(content.safe.length, (int) size));
                content.unflushed.clear();
            }
        }

        @Override
        public void flush() throws IOException {
            operation();
            flushes++;
            if (failFlush != null) {
                throw failFlush;
            }
            content.safe = content.now.clone();
            content.unflushed.clear();
        }

        @Override
        public void close() {}
    }
}
