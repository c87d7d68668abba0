package dev.ephor.cli;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// The directory of a cell that runs on this machine alone:
///
/// - `cell`: what the cell is; other commands find its addresses there
/// - `lock`: locked while a process runs the cell, which has written its number there
/// - `replica-N.conf`: the configuration of replica N
/// - `replica-N/`: its data
/// - `replica-N.log`: what it printed
///
/// Belongs to this process from [#open] to [#close].
final class CellDirectory implements AutoCloseable {
    /// Where `ephor up` keeps its cell, in the working directory.
    static final String DEFAULT = "ephor-data";

    static final int DEFAULT_REPLICAS = 5;

    private static final String CELL_FILE = "cell";
    private static final String LOCK_FILE = "lock";

    /// What bootstrapping a replica's directory leaves there.
    private static final String IDENTITY_FILE = "identity";

    private static final String CELL = "sparta";
    private static final String HOST = "localhost";

    private final Path path;
    private final FileChannel lock;
    private final Plan plan;
    private boolean begun;

    private CellDirectory(Path path, FileChannel lock, Saved saved) {
        this.path = path;
        this.lock = lock;
        this.plan = saved.plan();
        this.begun = saved.begun();
    }

    /// What the cell is.
    ///
    /// @param cell its name
    /// @param replicas how many
    /// @param port clients find replica N at `port + N - 1`, the other replicas find it at `port +
    ///   replicas + N - 1`
    record Plan(String cell, int replicas, int port) {
        Address clientAddress(int replica) {
            return new Address(HOST, port + replica - 1);
        }

        Address replicaAddress(int replica) {
            return new Address(HOST, port + replicas + replica - 1);
        }

        List<Integer> numbers() {
            return IntStream.rangeClosed(1, replicas).boxed().toList();
        }

        List<Address> servers() {
            return numbers().stream().map(this::clientAddress).toList();
        }

        List<Integer> ports() {
            return Ports.range(port, 2 * replicas);
        }
    }

    /// What the file says.
    ///
    /// @param begun every replica of the cell has run, so none is ever bootstrapped again
    private record Saved(Plan plan, boolean begun) {}

    /// What the user wants of the cell; null is: whatever it is, or the default for a new one.
    record Wishes(@Nullable Integer replicas, @Nullable Integer port) {}

    /// Takes the directory for this process, and makes it where there is none.
    ///
    /// @throws Failure another process has it, or it holds a cell of another size
    static CellDirectory open(Path given, Wishes wishes) throws IOException {
        Path path = given.toAbsolutePath().normalize();
        Files.createDirectories(path);
        FileChannel lock = lock(path);
        try {
            Optional<Saved> old = read(path);
            Saved now =
                    old.isEmpty()
                            ? new Saved(fresh(wishes), false)
                            : new Saved(merge(path, old.get().plan(), wishes), old.get().begun());
            check(now.plan());
            write(path, now);
            return new CellDirectory(path, lock, now);
        } catch (IOException | RuntimeException e) {
            lock.close();
            throw e;
        }
    }

    Path path() {
        return path;
    }

    Plan plan() {
        return plan;
    }

    /// True where the replica has never run and may be bootstrapped: its directory has no identity,
    /// and the cell has not begun yet. Later on an empty directory is one that was lost, and a
    /// replica that forgot what it promised must not come back under its old name.
    boolean isNew(int replica) {
        return !begun && !Files.exists(dataOf(replica).resolve(IDENTITY_FILE));
    }

    /// Every replica runs for the first time.
    void begin() throws IOException {
        if (!begun) {
            write(path, new Saved(plan, true));
            begun = true;
        }
    }

    Path dataOf(int replica) {
        return path.resolve("replica-" + replica);
    }

    Path configurationOf(int replica) {
        return path.resolve("replica-" + replica + ".conf");
    }

    Path logOf(int replica) {
        return path.resolve("replica-" + replica + ".log");
    }

    /// The client addresses of the cell in this directory, whether it runs or not.
    static Optional<List<Address>> servers(Path directory) {
        try {
            return read(directory).map(saved -> saved.plan().servers());
        } catch (IOException | Failure e) {
            return Optional.empty();
        }
    }

    static List<Address> defaultServers() {
        return fresh(new Wishes(null, null)).servers();
    }

    @Override
    public void close() throws IOException {
        lock.close();
    }

    // --- how it is settled ---

    private static Plan fresh(Wishes wishes) {
        Integer replicas = wishes.replicas();
        Integer port = wishes.port();
        return new Plan(
                CELL,
                replicas == null ? DEFAULT_REPLICAS : replicas,
                port == null ? Address.DEFAULT_PORT : port);
    }

    private static Plan merge(Path path, Plan known, Wishes wishes) {
        Integer replicas = wishes.replicas();
        if (replicas != null && replicas != known.replicas()) {
            throw Failure.usage(
                    path + " holds a cell of " + known.replicas() + " replicas, not of " + replicas,
                    "Leave --replicas away, or start another cell with another --dir.");
        }
        Integer port = wishes.port();
        return port == null ? known : new Plan(known.cell(), known.replicas(), port);
    }

    private static void check(Plan plan) {
        if (plan.replicas() < 1 || plan.replicas() > 9) {
            throw Failure.usage(
                    "--replicas " + plan.replicas() + " is not between 1 and 9",
                    "Five survive the loss of two, three that of one.");
        }
        int last = plan.port() + 2 * plan.replicas() - 1;
        if (plan.port() < 1 || last > 65_535) {
            throw Failure.usage(
                    "--port "
                            + plan.port()
                            + " is not between 1 and "
                            + (65_536 - 2 * plan.replicas()),
                    "Two ports a replica are used, from this one on.");
        }
    }

    // --- the files ---

    private static FileChannel lock(Path path) throws IOException {
        Path file = path.resolve(LOCK_FILE);
        FileChannel channel =
                FileChannel.open(
                        file,
                        StandardOpenOption.CREATE,
                        StandardOpenOption.READ,
                        StandardOpenOption.WRITE);
        try {
            FileLock lock = channel.tryLock();
            if (lock != null) {
                channel.truncate(0);
                byte[] owner =
                        Long.toString(ProcessHandle.current().pid())
                                .getBytes(StandardCharsets.US_ASCII);
                channel.write(ByteBuffer.wrap(owner));
                return channel;
            }
        } catch (OverlappingFileLockException e) {
            // Held by this process: the same answer.
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
        channel.close();
        String owner = Files.readString(file).strip();
        throw Failure.error(
                path + " is in use by another cell that runs from it (process " + owner + ")",
                "Stop that one first, or start another cell with another --dir and --port.");
    }

    private static Optional<Saved> read(Path path) throws IOException {
        Path file = path.resolve(CELL_FILE);
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        Properties properties = new Properties();
        try (var reader = Files.newBufferedReader(file)) {
            properties.load(reader);
            Plan plan =
                    new Plan(
                            properties.getProperty("cell", ""),
                            Integer.parseInt(properties.getProperty("replicas", "")),
                            Integer.parseInt(properties.getProperty("port", "")));
            boolean begun = Boolean.parseBoolean(properties.getProperty("begun", ""));
            return Optional.of(new Saved(plan, begun));
        } catch (IllegalArgumentException e) {
            throw Failure.error(
                    file + " is damaged: cell, replicas and port are not all there",
                    "Its lines are like `replicas = 5`; replica-1.conf beside it has the values.");
        }
    }

    private static void write(Path path, Saved saved) throws IOException {
        Plan plan = saved.plan();
        String text =
                """
                # The cell of this directory, written by `ephor up`.
                cell = %s
                replicas = %d
                port = %d
                begun = %b
                """
                        .formatted(plan.cell(), plan.replicas(), plan.port(), saved.begun());
        Path aside = path.resolve(CELL_FILE + ".new");
        Files.writeString(aside, text);
        Files.move(aside, path.resolve(CELL_FILE), StandardCopyOption.REPLACE_EXISTING);
    }
}
