package dev.ephor.server;

import io.grpc.Context;
import io.grpc.Metadata;
import io.grpc.ServerStreamTracer;
import io.grpc.Status;
import org.jspecify.annotations.Nullable;

/// Counts what arrives of one message and stops reading where it is too much: before it is all in
/// memory, and in a way that lets the client know. (gRPC's own limit breaks a stream that has been
/// answered without a word.)
///
/// Of one call, on the thread that reads its socket.
final class InboundLimit extends ServerStreamTracer {
    private static final Context.Key<InboundLimit> OF_CALL = Context.key("inbound limit");

    private final long limit;
    private long bytes;
    private boolean exceeded;
    private @Nullable Runnable whenExceeded;

    private InboundLimit(long limit) {
        this.limit = limit;
    }

    /// One for each call.
    ///
    /// @param limit bytes of a message, at most
    static Factory factory(long limit) {
        return new Factory() {
            @Override
            public ServerStreamTracer newServerStreamTracer(String method, Metadata headers) {
                return new InboundLimit(limit);
            }
        };
    }

    /// That of the call that is being started on this thread.
    static InboundLimit ofThisCall() {
        InboundLimit own = OF_CALL.get();
        if (own == null) {
            throw new IllegalStateException("every call has a limit");
        }
        return own;
    }

    /// What to do, once, in place of breaking the call; what follows of the message is dropped.
    void whenExceeded(Runnable action) {
        whenExceeded = action;
    }

    /// What a client is told.
    String complaint() {
        return "a message of more than " + limit + " bytes, which is the limit";
    }

    @Override
    public Context filterContext(Context context) {
        return context.withValue(OF_CALL, this);
    }

    /// A message begins.
    @Override
    public void inboundMessage(int sequence) {
        bytes = 0;
    }

    /// More of it is there.
    @Override
    public void inboundWireSize(long more) {
        bytes += more;
        if (bytes <= limit || exceeded) {
            return;
        }
        exceeded = true;
        if (whenExceeded == null) {
            throw Status.RESOURCE_EXHAUSTED.withDescription(complaint()).asRuntimeException();
        }
        whenExceeded.run();
    }
}
