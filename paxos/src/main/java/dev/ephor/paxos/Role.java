package dev.ephor.paxos;

import java.util.OptionalLong;

/// What a replica is at the moment. Each role owns only its own state; what all share lives in
/// [Shared].
///
/// An acceptor's duties (promise, accept, answer catch-up) do not depend on the role: every replica
/// has them always.
sealed interface Role permits Role.Follower, Role.Candidate, Coordinator {

    /// Follows a coordinator, or waits for one.
    ///
    /// @param electionDue when to try to become coordinator; empty while a lease runs or nothing
    ///   was decided yet
    /// @param attempts failed attempts since a coordinator was last heard
    record Follower(OptionalLong electionDue, int attempts) implements Role {
        static final Follower CONTENT = new Follower(OptionalLong.empty(), 0);

        static Follower waiting(long until, int attempts) {
            return new Follower(OptionalLong.of(until), attempts);
        }
    }

    /// Has proposed itself and collects promises (phase 1).
    record Candidate(Election election, int attempts) implements Role {}
}
