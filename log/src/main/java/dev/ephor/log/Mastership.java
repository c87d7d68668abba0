package dev.ephor.log;

/// One reign of this replica as master. Thread-safe.
public interface Mastership {
    /// The number that no other reign has: every operation of this reign is conditional on it (PML
    /// §5.3).
    long epoch();

    /// True while no other replica can get a value chosen, so that what is applied here is the
    /// newest state (PML §5.2). Take the state first, then ask this: if it holds, the state was
    /// current when it was taken. A process that was paused gets the truth too, because the clock
    /// is read here. Once the reign is over it is false for ever.
    boolean leaseValid();

    /// Nanoseconds of the environment's clock until which the lease runs as of now.
    long leaseUntil();
}
