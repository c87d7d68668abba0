package dev.ephor.cli;

import com.google.common.util.concurrent.FutureCallback;
import com.google.common.util.concurrent.Futures;
import com.google.common.util.concurrent.MoreExecutors;
import dev.ephor.api.EphorGrpc;
import dev.ephor.api.StatusReply;
import dev.ephor.api.StatusRequest;
import io.grpc.ManagedChannel;
import io.grpc.ManagedChannelBuilder;
import io.grpc.Status;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.SequencedSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Predicate;

/// Asks replicas, all at the same time, what they are and what they know. Every replica answers,
/// master or not.
///
/// Keeps its connections from one question to the next. Not thread-safe.
final class StatusQuery implements AutoCloseable {
    private final Duration timeout;
    private final Map<Address, ManagedChannel> channels = new LinkedHashMap<>();

    /// @param timeout how long a replica has for its answer
    StatusQuery(Duration timeout) {
        this.timeout = timeout;
    }

    /// One view for each address, in the same order. Never fails.
    List<ReplicaView> ask(List<Address> addresses) {
        List<CompletableFuture<ReplicaView>> questions = addresses.stream().map(this::ask).toList();
        return questions.stream().map(CompletableFuture::join).toList();
    }

    /// One view for each replica of the cell that the addresses belong to: an answer names all of
    /// them, so that one address is enough to see the cell. Addresses that do not belong to it come
    /// last. Never fails.
    List<ReplicaView> askAll(List<Address> addresses) {
        return wholeCell(ask(addresses), this::ask);
    }

    /// @param given what was seen at the addresses that are known
    /// @param others asks at others
    static List<ReplicaView> wholeCell(
            List<ReplicaView> given, Function<List<Address>, List<ReplicaView>> others) {
        SequencedSet<Address> cell = new LinkedHashSet<>();
        // One that was removed names those whom it knew last.
        given.stream()
                .sorted(Comparator.comparing(ReplicaView::isRemoved))
                .map(ReplicaView::cell)
                .filter(Predicate.not(List::isEmpty))
                .findFirst()
                .ifPresent(cell::addAll);
        SequencedMap<Address, ReplicaView> views = new LinkedHashMap<>();
        List<ReplicaView> strangers = new ArrayList<>();
        for (ReplicaView view : given) {
            // A replica may be reached by several names; it says itself which it goes by.
            if (cell.contains(view.officialAddress())) {
                views.put(view.officialAddress(), view);
            } else {
                strangers.add(view);
            }
        }
        List<Address> unasked =
                cell.stream().filter(address -> !views.containsKey(address)).toList();
        others.apply(unasked).forEach(view -> views.put(view.address(), view));
        List<ReplicaView> all = new ArrayList<>();
        for (Address address : cell) {
            ReplicaView view = views.get(address);
            if (view != null) {
                all.add(view);
            }
        }
        // Silent by an unknown name, and silent by its own: most likely the same.
        boolean explained = !all.stream().allMatch(ReplicaView::answers);
        strangers.stream().filter(view -> view.answers() || !explained).forEach(all::add);
        return all;
    }

    private CompletableFuture<ReplicaView> ask(Address address) {
        ManagedChannel channel = channels.computeIfAbsent(address, StatusQuery::connect);
        channel.resetConnectBackoff();
        CompletableFuture<ReplicaView> view = new CompletableFuture<>();
        Futures.addCallback(
                EphorGrpc.newFutureStub(channel)
                        .withDeadlineAfter(timeout.toMillis(), TimeUnit.MILLISECONDS)
                        .status(StatusRequest.getDefaultInstance()),
                new FutureCallback<StatusReply>() {
                    @Override
                    public void onSuccess(StatusReply reply) {
                        view.complete(new ReplicaView(address, reply, ""));
                    }

                    @Override
                    public void onFailure(Throwable failure) {
                        view.complete(new ReplicaView(address, null, why(failure)));
                    }
                },
                MoreExecutors.directExecutor());
        return view;
    }

    private static ManagedChannel connect(Address address) {
        return ManagedChannelBuilder.forAddress(address.host(), address.port())
                .usePlaintext()
                .directExecutor()
                .build();
    }

    private static String why(Throwable failure) {
        Status status = Status.fromThrowable(failure);
        return switch (status.getCode()) {
            case DEADLINE_EXCEEDED -> "no answer in time";
            case UNAVAILABLE -> "nobody listens there";
            case UNIMPLEMENTED -> "something else listens there";
            default -> String.valueOf(status.getDescription());
        };
    }

    @Override
    public void close() {
        channels.values().forEach(ManagedChannel::shutdownNow);
    }
}
