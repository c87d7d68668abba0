/// # The composition root of a replica
///
/// The only place that wires things: configuration, threads, files, sockets and endpoints.
@NullMarked
package dev.ephor.server;

import org.jspecify.annotations.NullMarked;
