/// # Examples
///
/// Small programs that show how to use Ephor. Each runs as a test, so what it shows is true.
///
/// - [ReplicatedMap][dev.ephor.examples.ReplicatedMap]: the database by itself, in as few lines as
///   it takes.
/// - [Accounts][dev.ephor.examples.Accounts]: rows that change together, or not at all, with
///   MultiOps (docs/DATABASE.md).
/// - [ReplicatedCounter][dev.ephor.examples.ReplicatedCounter]: a state machine of one's own on the
///   log (docs/LOG.md).
@NullMarked
package dev.ephor.examples;

import org.jspecify.annotations.NullMarked;
