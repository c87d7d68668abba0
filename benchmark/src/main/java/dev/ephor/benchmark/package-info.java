/// # Measurements
///
/// Ephor and its peers, measured side by side in one run.
@NullMarked
package dev.ephor.benchmark;

import org.jspecify.annotations.NullMarked;
