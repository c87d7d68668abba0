/// # The fault-tolerant database
///
/// An ordered, immutable map whose changes are MultiOps, each applied by every replica in the order
/// of the log (PML §5.6). It is useful alone; the lock service is one layer that stands on it.
///
/// What to read, in this order:
///
/// 1. [MultiOp][dev.ephor.database.MultiOp], with [Guard][dev.ephor.database.Guard] and
///    [Op][dev.ephor.database.Op]: the one operation, and
///    [MultiOpResult][dev.ephor.database.MultiOpResult], what comes of it.
/// 2. [DatabaseState][dev.ephor.database.DatabaseState]: what is replicated, and `apply`, the one
///    place that changes it. It is immutable: speculation is a second reference to one, a snapshot
///    a third.
/// 3. `Command`: a MultiOp as it stands in the log, with the epoch that it is conditional on (PML
///    §5.3).
/// 4. [Database][dev.ephor.database.Database]: the front. Reads at the master are linearizable and
///    cost no message; reads of [Database#state()][dev.ephor.database.Database#state()] may be old
///    and are possible at every replica.
/// 5. [Proposer][dev.ephor.database.Proposer]: for a layer above that evaluates requests itself and
///    replicates their effects.
/// 6. `Snapshots`: the format of a state in a file, written beside the running operations.
///
/// Replicas compare [DatabaseState#checksum()][dev.ephor.database.DatabaseState#checksum()] at
/// equal instances (PML §6.2). It is a sum of row hashes, so keeping it costs the same however many
/// rows there are; when a snapshot is read it is computed from all rows and compared.
@NullMarked
package dev.ephor.database;

import org.jspecify.annotations.NullMarked;
