package dev.ephor.cli;

import dev.ephor.client.Ephor;
import dev.ephor.client.EphorBuilder;
import dev.ephor.client.EphorException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// The cell that a command speaks to, and how long it waits for it.
///
/// The addresses are those of `--server`, else of the environment's `EPHOR_SERVERS`, else of the
/// cell that `ephor up` keeps in `./ephor-data`, else those that `ephor up` has by default.
final class Target {
    static final String VARIABLE = "EPHOR_SERVERS";
    static final String ADVICE =
            """
            Is the cell running? `ephor up` starts one here, `ephor status` shows how it is.
            A cell elsewhere is named by --server HOST:PORT,... or by EPHOR_SERVERS.\
            """;

    private static final Duration DEFAULT_TIMEOUT = Duration.ofSeconds(15);

    /// A cell that is there has answered by then; after that it is worth asking whether there is
    /// one.
    private static final Duration PATIENCE = Duration.ofMillis(700);

    private static final int PROBE_MILLIS = 1_000;

    @Option(
            names = {"-s", "--server"},
            split = ",",
            paramLabel = "HOST:PORT",
            description =
                    "Replicas of the cell, one is enough. Default: $EPHOR_SERVERS, else the cell of"
                            + " `ephor up`.")
    private List<String> servers = new ArrayList<>();

    @Option(
            names = "--timeout",
            paramLabel = "TIME",
            converter = Durations.class,
            description = "How long to wait for a master and for an answer. Default: 15s.")
    private @Nullable Duration timeout;

    /// In the order in which they were given.
    List<Address> addresses() {
        if (!servers.isEmpty()) {
            return parse(servers, "--server");
        }
        String variable = System.getenv(VARIABLE);
        if (variable != null && !variable.isBlank()) {
            return parse(Arrays.asList(variable.split(",")), VARIABLE);
        }
        Path directory = Path.of(CellDirectory.DEFAULT);
        return CellDirectory.servers(directory).orElseGet(CellDirectory::defaultServers);
    }

    private static List<Address> parse(List<String> texts, String where) {
        List<Address> parsed =
                texts.stream()
                        .filter(Predicate.not(String::isBlank))
                        .map(text -> Address.parse(text, where))
                        .distinct()
                        .toList();
        if (parsed.isEmpty()) {
            throw Failure.usage(where + " names no address");
        }
        return parsed;
    }

    Duration timeout() {
        return timeout == null ? DEFAULT_TIMEOUT : timeout;
    }

    /// A session whose calls give up after the time-out.
    Ephor connect(String name) {
        return connect(name, Ephor.builder().requestTimeout(timeout()));
    }

    /// A session whose calls wait as long as the session lives.
    Ephor connectPatiently(String name) {
        return connect(name, Ephor.builder());
    }

    /// Gives up early where nothing listens at any address, unless the user said how long to wait.
    private Ephor connect(String name, EphorBuilder builder) {
        List<Address> addresses = addresses();
        String[] texts = addresses.stream().map(Address::toString).toArray(String[]::new);
        CompletableFuture<Ephor> connecting =
                builder.name("ephor " + name + " " + ProcessHandle.current().pid())
                        .connectTimeout(timeout())
                        .connectAsync(texts);
        try {
            if (timeout == null) {
                try {
                    return connecting.get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
                } catch (TimeoutException e) {
                    refuseWhereNobodyListens(addresses);
                }
            }
            return connecting.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new Failure(ExitCode.INTERRUPTED, "interrupted", "");
        } catch (ExecutionException | CompletionException e) {
            throw e.getCause() instanceof EphorException failure ? failure : bug(e);
        }
    }

    private static void refuseWhereNobodyListens(List<Address> addresses) {
        if (addresses.stream().parallel().noneMatch(Target::somebodyListens)) {
            throw new Failure(
                    ExitCode.UNREACHABLE, "nothing answers at " + shorten(addresses), ADVICE);
        }
    }

    private static boolean somebodyListens(Address address) {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(address.host(), address.port()), PROBE_MILLIS);
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    /// `localhost:7400 ... localhost:7404`, as one reads them.
    static String shorten(List<Address> addresses) {
        List<String> texts = addresses.stream().map(Address::toString).toList();
        return texts.size() <= 3
                ? String.join(", ", texts)
                : texts.getFirst() + " ... " + texts.getLast();
    }

    private static IllegalStateException bug(Exception exception) {
        return new IllegalStateException("connecting failed in an unforeseen way", exception);
    }
}
