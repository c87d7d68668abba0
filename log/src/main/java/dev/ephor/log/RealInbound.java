package dev.ephor.log;

import dev.ephor.paxos.Bytes;
import dev.ephor.paxos.ReplicaId;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.ByteToMessageDecoder;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// A connection that somebody made to this replica: a handshake, then frames. Whoever is no replica
/// of this cell is told so, if it can be, and cut off; nothing that it says has any effect.
final class RealInbound extends ByteToMessageDecoder {
    private static final byte PONG = 1;

    private final RealNetwork network;
    private @Nullable ReplicaId sender;
    private boolean pong;

    RealInbound(RealNetwork network) {
        this.network = network;
    }

    @Override
    public void channelActive(ChannelHandlerContext context) {
        context.executor()
                .schedule(
                        () -> {
                            if (sender == null) {
                                context.close();
                            }
                        },
                        RealNetwork.HANDSHAKE_MILLIS,
                        TimeUnit.MILLISECONDS);
    }

    @Override
    protected void decode(ChannelHandlerContext context, ByteBuf in, List<Object> out) {
        try {
            ReplicaId from = sender;
            if (from == null) {
                greet(context, in);
                return;
            }
            Bytes frame = RealFrames.decode(in);
            if (frame == null) {
                return;
            }
            if (frame.isEmpty()) {
                pong = true;
            } else {
                network.received(from, frame);
            }
        } catch (MalformedException e) {
            network.complain(
                    "closed a connection from "
                            + context.channel().remoteAddress()
                            + (sender == null ? "" : ", replica " + sender)
                            + ": "
                            + e.getMessage());
            in.skipBytes(in.readableBytes());
            context.close();
        }
    }

    private void greet(ChannelHandlerContext context, ByteBuf in) throws MalformedException {
        RealHandshake handshake = RealHandshake.decode(in);
        switch (handshake) {
            case null -> {}
            case RealHandshake.Answer ignored ->
                    throw new MalformedException("it answers without being asked");
            case RealHandshake.Hello hello -> {
                RealNetwork.Self self = network.self();
                if (self == null) {
                    // This replica does not know yet who it is: worth trying again soon.
                    context.close();
                    return;
                }
                String refusal =
                        hello.common() == 0
                                ? hello.nothingInCommon(self.replica())
                                : network.refusalOf(hello, self.replica());
                int version = refusal.isEmpty() ? hello.common() : 0;
                RealHandshake answer = new RealHandshake.Answer(self.replica(), version, refusal);
                context.writeAndFlush(answer.encode());
                if (refusal.isEmpty()) {
                    sender = hello.sender();
                    network.accepted(hello.sender(), context.channel());
                } else {
                    network.complain(
                            "refused a connection from "
                                    + context.channel().remoteAddress()
                                    + ": "
                                    + refusal);
                    in.skipBytes(in.readableBytes());
                    context.close();
                }
            }
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) throws Exception {
        if (pong) {
            pong = false;
            context.writeAndFlush(Unpooled.wrappedBuffer(new byte[] {PONG}), context.voidPromise());
        }
        super.channelReadComplete(context);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        network.failed(context, cause);
    }
}
