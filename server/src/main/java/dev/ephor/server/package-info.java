/// # The composition root
///
/// Configuration, threads, sockets and files: the only place that wires a replica together, and the
/// front door through which clients come to the cell.
///
/// 1. [dev.ephor.server.ReplicaServer] puts one replica together and takes it apart again;
///    [dev.ephor.server.ReplicaProcess] runs one as a process.
/// 2. [dev.ephor.server.ServerConfig] is what it must know; `ConfigFile` and `ConfigKeys` read and
///    write it as text.
/// 3. [dev.ephor.server.FrontDoor] stands between streams and the cell, whatever carries the
///    streams: gRPC (`GrpcEndpoint`, `GrpcLine`) or a simulator. `FromClient` and `ToClient` are
///    the two directions of the translation between the protocol and the cell's own records.
/// 4. `StatusPage` is what a replica says of itself.
///
/// Threads: sockets of clients and of replicas, the cell and everything below it share one, the
/// loop of the environment; the disk has another, and what may take long a third.
@NullMarked
package dev.ephor.server;

import org.jspecify.annotations.NullMarked;
