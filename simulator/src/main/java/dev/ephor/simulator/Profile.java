package dev.ephor.simulator;

/// A kind of cell to run: which layers are in it, what they are asked to do, and who judges.
interface Profile {
    /// Starts the cell and lets it run under faults. Nothing may ever be inconsistent; progress is
    /// not asked for.
    void safety(long duration);

    /// Ends the faults. Progress is asked for, within a bound.
    void liveness();
}
