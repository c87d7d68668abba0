package dev.ephor.client;

import dev.ephor.api.ClientMessage;
import dev.ephor.api.EphorGrpc;
import dev.ephor.api.ServerMessage;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.Status;
import io.netty.channel.EventLoop;
import org.jspecify.annotations.Nullable;

/// One gRPC stream. Confined to the loop; what gRPC tells on other threads is handed over.
final class GrpcWire extends ClientCall.Listener<ServerMessage> implements Wire {
    private final Transport transport;
    private final EventLoop loop;
    private final String address;
    private final Wire.Listener listener;
    private final ManagedChannel channel;
    private final ClientCall<ClientMessage, ServerMessage> call;
    private boolean closed;

    private GrpcWire(Transport transport, EventLoop loop, String address, Wire.Listener listener) {
        this.transport = transport;
        this.loop = loop;
        this.address = address;
        this.listener = listener;
        channel = transport.channel(address);
        call = channel.newCall(EphorGrpc.getSessionMethod(), CallOptions.DEFAULT);
    }

    static GrpcWire open(
            Transport transport, EventLoop loop, String address, Wire.Listener listener) {
        GrpcWire wire = new GrpcWire(transport, loop, address, listener);
        wire.call.start(wire, new Metadata());
        // Each message is handled as it comes, on the thread that read it: nothing piles up here.
        wire.call.request(Integer.MAX_VALUE);
        return wire;
    }

    @Override
    public void send(ClientMessage message) {
        if (!closed) {
            call.sendMessage(message);
        }
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            call.cancel("given up", null);
            transport.done(address, channel, false);
        }
    }

    @Override
    public void onMessage(ServerMessage message) {
        if (loop.inEventLoop()) {
            received(message);
        } else {
            loop.execute(() -> received(message));
        }
    }

    @Override
    public void onClose(Status status, @Nullable Metadata trailers) {
        // Never at once: it may come while the call is being started.
        loop.execute(() -> ended(status));
    }

    private void received(ServerMessage message) {
        if (!closed) {
            listener.received(message);
        }
    }

    private void ended(Status status) {
        if (!closed) {
            closed = true;
            transport.done(address, channel, !status.isOk());
            listener.closed(words(status));
        }
    }

    private static String words(Status status) {
        StringBuilder words = new StringBuilder();
        words.append(status.getDescription() == null ? status.getCode() : status.getDescription());
        Throwable cause = status.getCause();
        while (cause != null) {
            words.append(": ").append(cause.getMessage());
            cause = cause.getCause() == cause ? null : cause.getCause();
        }
        return words.toString();
    }
}
