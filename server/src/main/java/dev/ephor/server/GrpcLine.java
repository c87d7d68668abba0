package dev.ephor.server;

import dev.ephor.api.Goodbye;
import dev.ephor.api.ServerMessage;
import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import io.netty.channel.EventLoop;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/// The way back to a client over a gRPC stream. What comes from other threads is queued and written
/// by the I/O thread, all that is there in one go.
///
/// A client that does not read: while its socket takes nothing more, nothing more is read from it,
/// and once too much waits for it, it is cut off.
final class GrpcLine implements FrontDoor.Line {
    private static final long LAST_WORDS_MILLIS = 1_000;

    private final ServerCallStreamObserver<ServerMessage> call;
    private final EventLoop io;
    private final UnreadBudget budget;
    private final ConcurrentLinkedQueue<ServerMessage> queue = new ConcurrentLinkedQueue<>();
    private final AtomicBoolean writePosted = new AtomicBoolean();

    // I/O thread only:
    private @Nullable Runnable whenGone;
    private boolean over;
    private boolean reading = true;
    private long unread;

    GrpcLine(ServerCallStreamObserver<ServerMessage> call, EventLoop io, UnreadBudget budget) {
        this.call = call;
        this.io = io;
        this.budget = budget;
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
        if (io.inEventLoop() && queue.isEmpty()) {
            write(message);
        } else {
            queue.add(message);
            postWrite();
        }
    }

    @Override
    public void end(Goodbye goodbye) {
        send(ServerMessage.newBuilder().setGoodbye(goodbye).build());
    }

    /// A message of the client was handled: the next may come.
    void handled() {
        if (!over && call.isReady()) {
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
        io.schedule(this::complete, LAST_WORDS_MILLIS, TimeUnit.MILLISECONDS);
    }

    private void complete() {
        if (finish()) {
            call.onCompleted();
            if (whenGone != null) {
                whenGone.run();
            }
        }
    }

    private void postWrite() {
        if (writePosted.compareAndSet(false, true)) {
            io.execute(this::writeQueued);
        }
    }

    private void writeQueued() {
        writePosted.set(false);
        ServerMessage message = queue.poll();
        while (message != null) {
            write(message);
            message = queue.poll();
        }
    }

    private void write(ServerMessage message) {
        if (over) {
            return;
        }
        boolean ready = call.isReady();
        call.onNext(message);
        if (message.hasGoodbye()) {
            finish();
            call.onCompleted();
        } else if (!ready) {
            int bytes = message.getSerializedSize();
            unread += bytes;
            if (!budget.take(bytes, unread)) {
                cutOff();
            }
        }
    }

    private void cutOff() {
        if (finish()) {
            call.onError(
                    Status.RESOURCE_EXHAUSTED
                            .withDescription("cut off: the client does not read what it is sent")
                            .asRuntimeException());
            if (whenGone != null) {
                whenGone.run();
            }
        }
    }

    private void ready() {
        budget.giveBack(unread);
        unread = 0;
        if (!reading && !over) {
            reading = true;
            call.request(1);
        }
    }

    /// True the first time.
    private boolean finish() {
        boolean first = !over;
        over = true;
        budget.giveBack(unread);
        unread = 0;
        return first;
    }
}
