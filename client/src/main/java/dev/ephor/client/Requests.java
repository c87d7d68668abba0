package dev.ephor.client;

import dev.ephor.api.CancelRequest;
import dev.ephor.api.ClientMessage;
import dev.ephor.api.Error;
import dev.ephor.api.Limits;
import dev.ephor.api.Reply;
import dev.ephor.api.Request;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// The session's requests: numbers them, sends those that are ready together in one message, keeps
/// each until its reply, and sends them again, under the same numbers, to the next master. The cell
/// sees to it that each takes effect once.
///
/// Confined to the loop.
final class Requests {
    private static final int DEFAULT_WINDOW = 1024;
    private static final int BATCH_BYTES = 256 << 10;
    private static final int BATCH_COUNT = 512;
    private static final long AGAIN = 100_000_000L;

    private final ClientEnvironment environment;

    /// Never sent, in order.
    private final ArrayDeque<Call<?>> fresh = new ArrayDeque<>();

    /// Sent at least once, without a reply.
    private final InFlight inFlight = new InFlight();

    /// The same for those that wait for a lock, which may take long; by number.
    private final TreeMap<Long, Call<?>> waiting = new TreeMap<>();

    /// Refused, and to be made again soon.
    private final ArrayList<Call<?>> resting = new ArrayList<>();

    /// To be sent at the end of this turn of the loop.
    private final ArrayList<Call<?>> ready = new ArrayList<>();

    private @Nullable Consumer<ClientMessage> out;
    private long epoch;
    private boolean flushPosted;
    private @Nullable Function<Call<?>, RuntimeException> ended;
    private int window = DEFAULT_WINDOW;
    private int fileBytes = Integer.MAX_VALUE;

    Requests(ClientEnvironment environment) {
        this.environment = environment;
    }

    void limits(Limits limits) {
        window = limits.getRequests() > 0 ? limits.getRequests() : DEFAULT_WINDOW;
        fileBytes = limits.getFileBytes() > 0 ? limits.getFileBytes() : Integer.MAX_VALUE;
    }

    void add(Call<?> call) {
        if (ended != null) {
            call.lost(ended.apply(call));
        } else {
            fresh.add(call);
            pump();
        }
    }

    /// A master listens: everything that has no reply is sent again, the oldest first. What was
    /// never sent waits for [#resume].
    void connected(Consumer<ClientMessage> out, long epoch) {
        this.out = out;
        this.epoch = epoch;
        ready.clear();
        TreeMap<Long, Call<?>> again = new TreeMap<>(waiting);
        inFlight.forEach(call -> again.put(call.id, call));
        ready.addAll(again.values());
        if (!ready.isEmpty()) {
            postFlush();
        }
    }

    /// Sent now, before all that was never sent.
    void urgent(Call<?> call) {
        if (out != null) {
            send(call);
        }
    }

    void resume() {
        pump();
    }

    void disconnected() {
        out = null;
        ready.clear();
    }

    void replied(Reply reply) {
        Call<?> call = inFlight.remove(reply.getId());
        if (call == null) {
            call = waiting.remove(reply.getId());
        }
        if (call != null) {
            if (call.isOwed() && isOverloaded(reply)) {
                rest(call);
            } else {
                call.replied(reply);
            }
            pump();
        }
    }

    private static boolean isOverloaded(Reply reply) {
        return reply.hasError() && reply.getError().getCode() == Error.Code.OVERLOADED;
    }

    private void rest(Call<?> call) {
        resting.add(call);
        environment.schedule(
                AGAIN,
                () -> {
                    if (resting.remove(call)) {
                        add(call);
                    }
                });
    }

    /// The program no longer waits for the call.
    void abandon(Call<?> call) {
        if (call.id == 0) {
            if (!call.isOwed() && fresh.remove(call)) {
                call.done();
            }
        } else if (call.kind == Call.Kind.WAITS && out != null && waiting.containsKey(call.id)) {
            flush();
            callOff(call, out);
        }
    }

    /// Everything that has no reply yet.
    List<Call<?>> outstanding() {
        ArrayList<Call<?>> all = new ArrayList<>(waiting.values());
        inFlight.forEach(all::add);
        all.addAll(resting);
        all.addAll(fresh);
        return all;
    }

    /// The session is over: nothing will be answered any more.
    void end(Function<Call<?>, RuntimeException> why) {
        ended = why;
        out = null;
        ready.clear();
        List<Call<?>> all = outstanding();
        waiting.clear();
        resting.clear();
        fresh.clear();
        for (Call<?> call : all) {
            inFlight.remove(call.id);
            call.lost(why.apply(call));
        }
    }

    /// Numbers what may go now.
    private void pump() {
        while (out != null && !fresh.isEmpty()) {
            Call<?> call = fresh.element();
            if (call.kind != Call.Kind.WAITS && inFlight.size() >= window) {
                return;
            }
            fresh.remove();
            if (call.contentBytes > fileBytes) {
                call.lost(
                        new EphorException.BadRequest(
                                call.what()
                                        + ": "
                                        + call.contentBytes
                                        + " bytes are too large; this cell takes files of up to "
                                        + fileBytes));
                continue;
            }
            send(call);
        }
    }

    private void send(Call<?> call) {
        boolean waits = call.kind == Call.Kind.WAITS;
        call.firstEpoch = epoch;
        call.id = inFlight.number(call, !waits);
        if (waits) {
            waiting.put(call.id, call);
        }
        ready.add(call);
        postFlush();
    }

    /// Whatever the loop does before the flush shares its message.
    private void postFlush() {
        if (!flushPosted) {
            flushPosted = true;
            environment.loop().execute(this::postedFlush);
        }
    }

    private void postedFlush() {
        flushPosted = false;
        flush();
    }

    private void flush() {
        Consumer<ClientMessage> wire = out;
        if (wire == null || ready.isEmpty()) {
            return;
        }
        if (ready.size() == 1) {
            wire.accept(ClientMessage.newBuilder().setRequest(encode(ready.get(0))).build());
        } else {
            flushMany(wire);
        }
        for (Call<?> call : ready) {
            if (call.abandoned && call.kind == Call.Kind.WAITS) {
                callOff(call, wire);
            }
        }
        ready.clear();
    }

    private void flushMany(Consumer<ClientMessage> wire) {
        dev.ephor.api.Requests.Builder batch = dev.ephor.api.Requests.newBuilder();
        int bytes = 0;
        for (Call<?> call : ready) {
            Request request = encode(call);
            if (batch.getRequestsCount() > 0
                    && (bytes + request.getSerializedSize() > BATCH_BYTES
                            || batch.getRequestsCount() == BATCH_COUNT)) {
                wire.accept(ClientMessage.newBuilder().setRequests(batch).build());
                batch = dev.ephor.api.Requests.newBuilder();
                bytes = 0;
            }
            batch.addRequests(request);
            bytes += request.getSerializedSize();
        }
        wire.accept(ClientMessage.newBuilder().setRequests(batch).build());
    }

    private Request encode(Call<?> call) {
        call.prepare();
        return call.request
                .setId(call.id)
                .setOldestOutstanding(Math.min(call.id, inFlight.oldest()))
                .build();
    }

    private static void callOff(Call<?> call, Consumer<ClientMessage> wire) {
        wire.accept(
                ClientMessage.newBuilder()
                        .setCancel(CancelRequest.newBuilder().setId(call.id))
                        .build());
    }
}
