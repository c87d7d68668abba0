package dev.ephor.log;

/// What a replica is busy with between its start and its end. Confined to the loop.
sealed interface Phase permits Attestation, Applicant, Repair, LogLoop {
    void start();

    /// What it knows now. Any thread.
    ReplicaStatus status();

    /// Ends it, and calls `closed` on the disk executor.
    void close(Runnable closed);
}
