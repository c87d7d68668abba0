package dev.ephor.paxos;

/// What must hold after every step, whatever happened. Checked in production too: each check costs
/// next to nothing, and a replica that would go on without one of these could spread the damage.
final class Invariants {
    private SequenceNumber promised = SequenceNumber.NONE;
    private long chosenUpTo;
    private long base;
    private SequenceNumber reign = SequenceNumber.NONE;
    private long decided;

    /// Compares the replica with what it was after the step before.
    void check(Replica replica) {
        Shared shared = replica.shared();
        Acceptor acceptor = shared.acceptor();
        Ledger ledger = shared.ledger();
        Check.that(!promised.isAbove(acceptor.promised()), "promises never fall");
        Check.that(ledger.chosenUpTo() >= chosenUpTo, "what is known to be chosen stays so");
        Check.that(
                ledger.base() >= base && ledger.base() <= ledger.chosenUpTo(),
                "only what is chosen is truncated");
        Check.that(
                ledger.evictedUpTo() <= ledger.chosenUpTo(), "only what is chosen leaves memory");
        Check.that(
                acceptor.flushed(acceptor.following()) <= acceptor.prefix(),
                "acknowledged is at most accepted");
        if (replica.role() instanceof Coordinator coordinator) {
            checkCoordinator(coordinator, acceptor);
        }
        promised = acceptor.promised();
        chosenUpTo = ledger.chosenUpTo();
        base = ledger.base();
    }

    private void checkCoordinator(Coordinator coordinator, Acceptor acceptor) {
        Check.that(
                acceptor.following().equals(coordinator.sequence()),
                "a coordinator's acceptor follows the coordinator");
        Check.that(
                !coordinator.sequence().isAbove(acceptor.promised()),
                "a coordinator has promised to itself");
        Check.that(coordinator.decided() < coordinator.next(), "only what was proposed is chosen");
        Check.that(
                !coordinator.reign().isAbove(coordinator.sequence()),
                "a reign's sequence number only rises");
        Check.that(
                !coordinator.reign().equals(reign) || coordinator.decided() >= decided,
                "what a coordinator decided stays decided");
        reign = coordinator.reign();
        decided = coordinator.decided();
    }
}
