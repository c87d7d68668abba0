package dev.ephor.log;

import dev.ephor.paxos.Bytes;
import dev.ephor.paxos.ReplicaId;
import java.util.function.BiConsumer;

/// Reads the frames that arrive. One that cannot be understood is passed over: its sender is of a
/// later release, and says the same again in a way that all understand; the operator is told, once
/// in a while. Confined to the loop.
final class Incoming implements Network.Receiver {
    private static final long COMPLAINTS_APART = 10_000_000_000L;

    private final Environment environment;
    private final BiConsumer<ReplicaId, Frame> taker;
    private long complainedAt = Long.MIN_VALUE;

    Incoming(Environment environment, BiConsumer<ReplicaId, Frame> taker) {
        this.environment = environment;
        this.taker = taker;
    }

    @Override
    public void receive(ReplicaId from, Bytes bytes) {
        Frame frame;
        try {
            frame = FrameCodec.decode(bytes);
        } catch (MalformedException e) {
            complain("replica " + from + " sent what cannot be understood: " + e.getMessage());
            return;
        }
        taker.accept(from, frame);
    }

    private void complain(String message) {
        long now = environment.nanoTime();
        if (complainedAt == Long.MIN_VALUE || now - complainedAt > COMPLAINTS_APART) {
            complainedAt = now;
            environment.reporter().warn(message);
        }
    }
}
