/// # The deterministic simulator
///
/// A whole cell with its clients in one thread, under simulated time, network and disks. A seed
/// reproduces a run.
@NullMarked
package dev.ephor.simulator;

import org.jspecify.annotations.NullMarked;
