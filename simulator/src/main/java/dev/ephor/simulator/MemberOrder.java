package dev.ephor.simulator;

/// What an operator asks for. Replicas are meant by their numbers.
sealed interface MemberOrder {
    /// What came of it.
    enum Outcome {
        DONE,
        NOT_MASTER,
        REFUSED,
        UNKNOWN
    }

    record Add(int number) implements MemberOrder {}

    record Remove(int number) implements MemberOrder {}

    record Replace(int number, int by) implements MemberOrder {}

    /// @param to 0 for whoever is the furthest
    record Transfer(int to) implements MemberOrder {}
}
