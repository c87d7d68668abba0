package dev.ephor.server;

import dev.ephor.api.Goodbye;
import dev.ephor.api.ServerMessage;
import io.grpc.stub.ServerCallStreamObserver;
import io.netty.channel.EventLoop;
import java.util.ArrayDeque;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// The way back to a client over a gRPC stream. Confined to the loop, which is the thread that gRPC
/// reads and writes on, too.
///
/// A client that does not read: while its socket takes nothing more, messages wait here and nothing
/// more is read from it; once too much waits, what waits is dropped and the stream ends with the
/// reason.
final class GrpcLine implements FrontDoor.Line {
    private static final long LAST_WORDS_MILLIS = 1_000;
    private static final int READY_BYTES = 256 << 10;

    private final ServerCallStreamObserver<ServerMessage> call;
    private final EventLoop loop;
    private final UnreadBudget budget;

    /// What waits for the client to read, and how much that is.
    private final ArrayDeque<ServerMessage> backlog = new ArrayDeque<>();

    private long backlogBytes;
    private @Nullable Runnable whenGone;
    private boolean over;
    private boolean reading = true;

    GrpcLine(ServerCallStreamObserver<ServerMessage> call, EventLoop loop, UnreadBudget budget) {
        this.call = call;
        this.loop = loop;
        this.budget = budget;
        call.setOnReadyThreshold(READY_BYTES);
        call.disableAutoRequest();
        call.setOnCancelHandler(this::gone);
        call.setOnReadyHandler(this::ready);
        call.request(1);
    }

    /// What to do, once, when the stream is no more and the front door did not end it.
    void whenGone(Runnable action) {
        whenGone = action;
    }

    @Override
    public void send(ServerMessage message) {
        if (over) {
            return;
        }
        if (backlog.isEmpty() && call.isReady()) {
            call.onNext(message);
            return;
        }
        int bytes = message.getSerializedSize();
        backlog.add(message);
        backlogBytes += bytes;
        if (!budget.take(bytes, backlogBytes)) {
            cutOff();
        }
    }

    @Override
    public void end(Goodbye goodbye) {
        if (over) {
            return;
        }
        send(ServerMessage.newBuilder().setGoodbye(goodbye).build());
        if (backlog.isEmpty()) {
            complete();
        }
    }

    /// A message of the client was handled: the next may come.
    void handled() {
        if (!over && backlog.isEmpty() && call.isReady()) {
            call.request(1);
        } else {
            reading = false;
        }
    }

    /// The stream broke.
    void gone() {
        if (finish() && whenGone != null) {
            whenGone.run();
        }
    }

    /// The client ended its half. Simple tools do so right after their last request: they get what
    /// is answered within a moment.
    void clientDone() {
        loop.schedule(
                () -> {
                    if (complete() && whenGone != null) {
                        whenGone.run();
                    }
                },
                LAST_WORDS_MILLIS,
                TimeUnit.MILLISECONDS);
    }

    private void ready() {
        while (!over && !backlog.isEmpty() && call.isReady()) {
            ServerMessage message = backlog.remove();
            int bytes = message.getSerializedSize();
            backlogBytes -= bytes;
            budget.giveBack(bytes);
            call.onNext(message);
            if (message.hasGoodbye()) {
                complete();
            }
        }
        if (!reading && !over && backlog.isEmpty() && call.isReady()) {
            reading = true;
            call.request(1);
        }
    }

    private void cutOff() {
        Goodbye goodbye =
                Goodbye.newBuilder()
                        .setReason(Goodbye.Reason.OVERLOADED)
                        .setDetail("cut off: the client does not read what it is sent")
                        .build();
        call.onNext(ServerMessage.newBuilder().setGoodbye(goodbye).build());
        if (complete() && whenGone != null) {
            whenGone.run();
        }
    }

    /// Ends the stream after what gRPC has already. True the first time.
    private boolean complete() {
        boolean first = finish();
        if (first) {
            call.onCompleted();
        }
        return first;
    }

    private boolean finish() {
        boolean first = !over;
        over = true;
        budget.giveBack(backlogBytes);
        backlogBytes = 0;
        backlog.clear();
        return first;
    }
}
