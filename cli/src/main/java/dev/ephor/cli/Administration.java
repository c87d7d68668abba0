package dev.ephor.cli;

import dev.ephor.api.AdminReply;
import dev.ephor.api.AdminRequest;
import dev.ephor.api.EphorGrpc;
import io.grpc.ManagedChannel;
import io.grpc.ManagedChannelBuilder;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/// Asks the master of a cell for a change, and stays with it until it is done: where the master
/// changes meanwhile it asks the next one, which goes on with what is under way.
///
/// Not thread-safe, except [#interrupt].
final class Administration implements AutoCloseable {
    private static final Duration ANSWER = Duration.ofSeconds(1);

    /// A master says something at least once a second.
    private static final Duration SILENCE = Duration.ofSeconds(5);

    private static final long BETWEEN_MILLIS = 100;

    private final List<Address> addresses;
    private final Duration patience;
    private final StatusQuery query = new StatusQuery(ANSWER);

    /// What the present attempt heard: an earlier one's last words must not be taken for it.
    private volatile BlockingQueue<Heard> heard = new LinkedBlockingQueue<>();

    private volatile boolean interrupted;
    private String progress = "";
    private long lastHeard;

    private sealed interface Heard {
        record Reply(AdminReply reply) implements Heard {}

        record Lost(Status why) implements Heard {}

        record Interrupted() implements Heard {}
    }

    /// @param addresses replicas of the cell, one is enough
    /// @param patience how long to be without a master
    Administration(List<Address> addresses, Duration patience) {
        this.addresses = new ArrayList<>(addresses);
        this.patience = patience;
    }

    /// Any thread: the user does not want to wait any longer.
    void interrupt() {
        interrupted = true;
        heard.add(new Heard.Interrupted());
    }

    /// Returns when it is done.
    ///
    /// @param report told how it proceeds, each time that there is something new
    /// @throws Failure it was refused, or no master answers, or the user interrupted
    void run(AdminRequest request, Consumer<String> report) {
        lastHeard = System.nanoTime();
        while (true) {
            Optional<Address> master = findMaster();
            if (master.isPresent() && isDoneAt(master.get(), request, report)) {
                return;
            }
            refuseInterrupted();
            if (System.nanoTime() - lastHeard > patience.toNanos()) {
                throw new Failure(
                        ExitCode.UNREACHABLE,
                        "no master answers at " + Target.shorten(addresses),
                        "What was begun is not lost: give the same command again later.\n"
                                + Target.ADVICE);
            }
            Waiting.pause(BETWEEN_MILLIS);
        }
    }

    private Optional<Address> findMaster() {
        List<ReplicaView> views = query.askAll(addresses);
        for (ReplicaView view : views) {
            // Those that were given may be the ones that leave.
            if (!addresses.contains(view.address())) {
                addresses.add(view.address());
            }
        }
        return views.stream()
                .filter(ReplicaView::isMaster)
                .max(Comparator.comparingLong(ReplicaView::epoch))
                .map(ReplicaView::address);
    }

    /// False where this master ended, or was none: the next one knows more.
    private boolean isDoneAt(Address master, AdminRequest request, Consumer<String> report) {
        ManagedChannel channel =
                ManagedChannelBuilder.forAddress(master.host(), master.port())
                        .usePlaintext()
                        .directExecutor()
                        .build();
        heard = new LinkedBlockingQueue<>();
        refuseInterrupted();
        try {
            EphorGrpc.newStub(channel).administer(request, new Listener(heard));
            while (true) {
                switch (heard.poll(SILENCE.toMillis(), TimeUnit.MILLISECONDS)) {
                    case null -> {
                        return false;
                    }
                    case Heard.Interrupted _ -> refuseInterrupted();
                    case Heard.Lost(Status why) -> {
                        refuseUnknown(why);
                        return false;
                    }
                    case Heard.Reply(AdminReply reply) -> {
                        Optional<Boolean> ends = take(reply, report);
                        if (ends.isPresent()) {
                            return ends.get();
                        }
                    }
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw interruption();
        } finally {
            channel.shutdownNow();
        }
    }

    /// Whether it is done, once the reply says what came of it.
    private Optional<Boolean> take(AdminReply reply, Consumer<String> report) {
        return switch (reply.getOutcome()) {
            case UNDER_WAY -> {
                lastHeard = System.nanoTime();
                if (!reply.getDetail().equals(progress)) {
                    progress = reply.getDetail();
                    report.accept(progress);
                }
                yield Optional.empty();
            }
            case DONE -> Optional.of(true);
            case REFUSED -> throw Failure.error(reply.getDetail(), "");
            case NOT_MASTER, UNKNOWN -> Optional.of(false);
            case UNRECOGNIZED ->
                    throw Failure.error(
                            "the cell answered in a way that only a newer version understands", "");
        };
    }

    private static void refuseUnknown(Status why) {
        if (why.getCode() == Status.Code.UNIMPLEMENTED) {
            throw Failure.error(
                    "the cell runs a version that cannot do this", "Upgrade its replicas first.");
        }
    }

    private void refuseInterrupted() {
        if (interrupted) {
            throw interruption();
        }
    }

    private static Failure interruption() {
        return new Failure(
                ExitCode.INTERRUPTED,
                "interrupted; what was begun goes on without this command",
                "The same command again shows how far it is; `ephor replica list` does too.");
    }

    @Override
    public void close() {
        query.close();
    }

    /// From gRPC's threads to the command's own.
    private record Listener(BlockingQueue<Heard> heard) implements StreamObserver<AdminReply> {
        @Override
        public void onNext(AdminReply reply) {
            heard.add(new Heard.Reply(reply));
        }

        @Override
        public void onError(Throwable failure) {
            heard.add(new Heard.Lost(Status.fromThrowable(failure)));
        }

        @Override
        public void onCompleted() {
            heard.add(new Heard.Lost(Status.OK));
        }
    }
}
