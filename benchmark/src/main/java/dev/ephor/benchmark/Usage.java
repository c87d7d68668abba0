package dev.ephor.benchmark;

/// What the machine did during a window. CPU figures are in cores: 1.0 is one core all the time.
///
/// @param seconds how long the window was
/// @param client CPU of this process, which makes the load
/// @param leader CPU of the leading server
/// @param followers CPU of the other four together
/// @param idle CPU that nobody wanted or that waited for a disk, of all cores; NaN where unknown
/// @param others CPU of everything else on the machine, the kernel's own work among it; NaN where
///   unknown
/// @param flushes flushes of all disks, a second; NaN where unknown
record Usage(
        double seconds,
        double client,
        double leader,
        double followers,
        double idle,
        double others,
        double flushes) {}
