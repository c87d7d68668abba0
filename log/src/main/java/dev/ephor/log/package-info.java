/// # The fault-tolerant log
///
/// The layer between the algorithm and everything that is replicated (PML §3): a program submits
/// commands, and every replica's [dev.ephor.log.Application] is given the same ones in the same
/// order. The algorithm itself is `dev.ephor.paxos`; this module performs what it asks for.
///
/// ## What to read in which order
///
/// 1. [dev.ephor.log.ReplicatedLog] and [dev.ephor.log.Application]: what a user of the log holds
///    and brings. [dev.ephor.log.Mastership] is how it may answer reads by itself (PML §5.2).
/// 2. [dev.ephor.log.Environment], with [dev.ephor.log.Disk] and [dev.ephor.log.Network]: the world
///    as a replica sees it. `RealEnvironment` is the one outside; the simulator brings its own.
/// 3. `LogLoop`: the one place that steps the core and performs its effects, so the rule "disk
///    before message" (PML §4.1) can be seen in one function. `Applier` keeps the order, the epoch
///    and who is master; `Submissions` knows who waits for what.
/// 4. `LogWriter` takes records to the disk, `ReplayLog` writes them, `SegmentScan` reads them and
///    tells a torn tail from damage (PML §5.1), `LogRecovery` does that at a start, `LogReader` for
///    a replica that is behind. docs/FORMATS.md has every byte.
/// 5. `SnapshotKeeper` decides when a snapshot is taken, `SnapshotStore` keeps them,
///    `SnapshotFetch` gets one from other replicas (PML §5.5), `CatchUpServer` is the other end of
///    that. `MemoryUse` bounds what waits.
/// 6. [dev.ephor.log.Identity]: whose disk it is, and whose not (PML §7). `ChecksumAudit`: do the
///    replicas still have the same state (PML §6.2)?
/// 7. `Lifecycle`: from what the disk holds (`Opening`) to taking part, by asking the others
///    whether it is no old copy (`Attestation`), or to be let in anew (`Applicant`; PML §5.1).
///    `PeerBook` is what replicas know of each other. `MemberKeeper` changes the members, as master
///    (PML §5.4). [dev.ephor.log.LastResort] is for a cell that lost a majority of its disks.
///
/// ## Which thread
///
/// There are no locks. `LogLoop` and what it holds are confined to the loop executor, `LogWriter`'s
/// lower half and `ReplayLog` to the disk executor. Whole snapshots are written and read on the
/// background executor; pieces of them, and of the log (`LogReader`), are read by errands. They
/// hand work to each other as tasks. Only `MemoryUse` is counted on several threads.
@NullMarked
package dev.ephor.log;

import org.jspecify.annotations.NullMarked;
