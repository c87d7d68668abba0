package dev.ephor.simulator;

import dev.ephor.paxos.Membership;

/// What calls are redirected to by planted bugs. Public, because the rewritten classes are in other
/// packages.
public final class Sabotage {
    private Sabotage() {}

    /// One voter less than a majority, but one at least.
    public static int minority(Membership membership) {
        return Math.max(1, membership.majority() - 1);
    }
}
