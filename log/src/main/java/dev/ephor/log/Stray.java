package dev.ephor.log;

import dev.ephor.paxos.Message;
import dev.ephor.paxos.Replica;

/// A replica to which the cell does not talk any more. The core asks those whom it knows
/// (docs/PROTOCOL.md, Liveness); but one that was admitted and removed again before it heard a word
/// knows nobody, and of those whom another one knows all may be gone. So who hears of no
/// coordinator and learns nothing for two lease times asks everybody that can be reached. Confined
/// to the loop.
final class Stray {
    private final Environment environment;
    private final Replica core;
    private final long patience;
    private long toldAt;
    private long chosenUpTo;

    Stray(Environment environment, Replica core, long lease) {
        this.environment = environment;
        this.core = core;
        this.patience = 2 * lease;
        this.toldAt = environment.nanoTime();
        this.chosenUpTo = core.chosenUpTo();
    }

    void tick(long now) {
        boolean learned = core.chosenUpTo() > chosenUpTo;
        chosenUpTo = core.chosenUpTo();
        if (learned || core.hearsOfCoordinator(now) || core.membership().isRemoved(core.self())) {
            toldAt = now;
        } else if (now - toldAt >= patience) {
            toldAt = now;
            Frame question = new Frame.Paxos(new Message.CatchUp(chosenUpTo + 1));
            environment.network().sendToAll(FrameCodec.encode(question));
        }
    }
}
