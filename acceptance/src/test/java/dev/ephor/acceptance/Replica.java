package dev.ephor.acceptance;

import dev.ephor.api.EphorGrpc;
import dev.ephor.api.StatusReply;
import dev.ephor.api.StatusRequest;
import dev.ephor.cli.Main;
import io.grpc.ManagedChannel;
import io.grpc.ManagedChannelBuilder;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// One replica of a [RealCell]: its files, its ports, and the process that runs it, if one does.
final class Replica implements AutoCloseable {
    private static final Set<String> VOTING =
            Set.of("replica", "candidate", "coordinator", "master");

    private final int number;
    private final Path directory;
    private String config;
    private int clientPort;
    private int replicaPort;
    private boolean bootstrapped;
    private @Nullable Program program;
    private @Nullable ManagedChannel channel;

    /// @param config the text of its configuration file, but for the data directory
    Replica(int number, Path directory, String config, int clientPort, int replicaPort) {
        this.number = number;
        this.directory = directory;
        this.config = config;
        this.clientPort = clientPort;
        this.replicaPort = replicaPort;
        writeConfig(configFile(), data());
    }

    /// Changes its configuration, and with it its ports, while it does not run.
    void reconfigure(String newConfig, int newClientPort, int newReplicaPort) {
        if (channel != null) {
            channel.shutdownNow();
            channel = null;
        }
        config = newConfig;
        clientPort = newClientPort;
        replicaPort = newReplicaPort;
        writeConfig(configFile(), data());
    }

    /// It belongs to a cell that was there before it.
    Replica neverBootstrapped() {
        bootstrapped = true;
        return this;
    }

    int number() {
        return number;
    }

    int clientPort() {
        return clientPort;
    }

    int replicaPort() {
        return replicaPort;
    }

    /// Where clients reach it.
    String address() {
        return "127.0.0.1:" + clientPort;
    }

    Path directory() {
        return directory;
    }

    Path data() {
        return directory.resolve("data");
    }

    Path configFile() {
        return directory.resolve("replica.conf");
    }

    String config() {
        return config;
    }

    /// Writes a configuration like this replica's own, with another data directory.
    void writeConfig(Path file, Path data) {
        try {
            Files.createDirectories(directory);
            Files.writeString(file, config + "data = " + data + "\n");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Starts it as an operator does: with `--bootstrap` the first time.
    Replica start() {
        program = Program.start(log(), command(configFile(), !bootstrapped));
        bootstrapped = true;
        return this;
    }

    /// Starts one that is no member: it asks to be let in.
    Replica startAsApplicant() {
        start();
        Await.until(
                this + " to ask to be admitted",
                RealCell.PATIENCE,
                () -> status().filter(status -> status.getRole().equals("applicant")).isPresent());
        return this;
    }

    /// Starts it under a command that sets limits or namespaces and runs what follows it. The
    /// command has to add `--bootstrap` where this is the first start.
    void startUnder(List<String> wrapper) {
        List<String> command = new ArrayList<>(wrapper);
        command.addAll(command(configFile(), false));
        program = Program.start(log(), command);
        bootstrapped = true;
    }

    /// Another process with another configuration file.
    Program startOther(String name, Path configFile, boolean bootstrap) {
        return Program.start(directory.resolve(name + ".log"), command(configFile, bootstrap));
    }

    static List<String> command(Path configFile, boolean bootstrap) {
        List<String> arguments =
                new ArrayList<>(List.of("replica", "--config", configFile.toString()));
        if (bootstrap) {
            arguments.add("--bootstrap");
        }
        return Program.java(Main.class, arguments.toArray(String[]::new));
    }

    private Path log() {
        return directory.resolve("log");
    }

    Program program() {
        return Objects.requireNonNull(program, "it was started");
    }

    boolean isRunning() {
        return program != null && program.isRunning();
    }

    void kill() {
        program().kill();
    }

    /// Everything that it ever printed.
    String printed() {
        return program().output();
    }

    /// What it says of itself; nothing where it does not answer within a second.
    Optional<StatusReply> status() {
        if (!isRunning()) {
            return Optional.empty();
        }
        if (channel == null) {
            channel =
                    ManagedChannelBuilder.forAddress("127.0.0.1", clientPort)
                            .usePlaintext()
                            .directExecutor()
                            .build();
        }
        channel.resetConnectBackoff();
        try {
            return Optional.of(
                    EphorGrpc.newBlockingStub(channel)
                            .withDeadlineAfter(1, TimeUnit.SECONDS)
                            .status(StatusRequest.getDefaultInstance()));
        } catch (StatusRuntimeException e) {
            return Optional.empty();
        }
    }

    boolean isMaster() {
        return status().filter(status -> status.getRole().equals("master")).isPresent();
    }

    /// Its disk is gone: nothing is left in its data directory. To be called while it does not run.
    void wipe() {
        DataDirectory.wipe(data());
    }

    /// It votes, and is not far behind.
    boolean isVoter() {
        return status().filter(Replica::isVoter).isPresent();
    }

    /// It votes, as this incarnation, and is not far behind.
    boolean isVoter(int incarnation) {
        return status().filter(Replica::isVoter)
                .filter(status -> status.getIncarnation() == incarnation)
                .isPresent();
    }

    private static boolean isVoter(StatusReply status) {
        return VOTING.contains(status.getRole()) && status.getLag() < 100;
    }

    /// Ends it in good order.
    int terminate() {
        program().terminate();
        return program().awaitEnd(Duration.ofSeconds(20));
    }

    @Override
    public void close() {
        if (channel != null) {
            channel.shutdownNow();
        }
        if (program != null) {
            program.close();
        }
    }

    @Override
    public String toString() {
        return "replica " + number;
    }
}
