package dev.ephor.paxos;

/// What must hold after every step, whatever happened. Checked in production too: each check costs
/// next to nothing, and a replica that would go on without one of these could spread the damage.
final class Invariants {
    private SequenceNumber promised = SequenceNumber.NONE;
    private long chosenUpTo;
    private long base;
    private long membersSince;
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
        long since = shared.membership().since();
        Check.that(
                since >= membersSince && since <= ledger.chosenUpTo(),
                "only chosen values change the members");
        if (replica.role() instanceof Coordinator coordinator) {
            checkCoordinator(coordinator, shared);
        }
        promised = acceptor.promised();
        chosenUpTo = ledger.chosenUpTo();
        base = ledger.base();
        membersSince = since;
    }

    private void checkCoordinator(Coordinator coordinator, Shared shared) {
        Acceptor acceptor = shared.acceptor();
        Proposals proposals = coordinator.proposals();
        Check.that(
                acceptor.following().equals(proposals.sequence()),
                "a coordinator's acceptor follows the coordinator");
        Check.that(
                !proposals.sequence().isAbove(acceptor.promised()),
                "a coordinator has promised to itself");
        Check.that(proposals.decided() < proposals.next(), "only what was proposed is chosen");
        Check.that(
                proposals.decided() <= shared.ledger().chosenUpTo(),
                "a coordinator knows what it decided to be chosen");
        Check.that(
                !coordinator.reign().isAbove(proposals.sequence()),
                "a reign's sequence number only rises");
        Check.that(
                !coordinator.reign().equals(reign) || proposals.decided() >= decided,
                "what a coordinator decided stays decided");
        reign = coordinator.reign();
        decided = proposals.decided();
        checkMembers(coordinator, shared);
    }

    /// A coordinator counts by the members of the last change that it decided, and proposes nothing
    /// behind one that it did not decide (PML §5.4).
    private static void checkMembers(Coordinator coordinator, Shared shared) {
        Proposals proposals = coordinator.proposals();
        Check.that(
                proposals.members() == shared.membership()
                        || proposals.members().equals(shared.membership()),
                "a coordinator counts the votes of the present members");
        Check.that(
                proposals.members().isVoter(shared.self()), "a coordinator is one of the voters");
        Check.that(
                proposals.change().isPresent() || !coordinator.isFinishing(),
                "a reign that only finishes a change ends with it");
        proposals
                .change()
                .ifPresent(change -> {
                    Check.that(
                            change.instance() == proposals.next() - 1
                                    && change.instance() > proposals.decided(),
                            "nothing is proposed behind an undecided change of members");
                    Check.that(
                            change.membership().since() == change.instance(),
                            "a membership says which instance defined it");
                });
    }
}
