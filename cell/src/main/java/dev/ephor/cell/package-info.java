/// # The lock service as a deterministic machine
///
/// Nodes, handles, locks, sequencers, sessions and events, evaluated by the master and replicated
/// as effects. No input or output happens here.
@NullMarked
package dev.ephor.cell;

import org.jspecify.annotations.NullMarked;
