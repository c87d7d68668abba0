/// # The fault-tolerant database
///
/// An ordered, immutable map whose changes are MultiOps, each applied by every replica in the order
/// of the log.
@NullMarked
package dev.ephor.database;

import org.jspecify.annotations.NullMarked;
