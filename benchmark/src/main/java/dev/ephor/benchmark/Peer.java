package dev.ephor.benchmark;

import java.io.IOException;
import java.util.List;

/// A service of five servers, each a process on this machine, that the same loads are put on.
interface Peer extends AutoCloseable {
    /// How many servers a peer has.
    int SERVERS = 5;

    /// For the table.
    String name();

    /// Starts the servers; returns when a connection to each is served.
    void start() throws IOException, InterruptedException;

    /// The ways in which it does what the case asks for, those that are compared first.
    List<Variant> variants(Case one);

    /// Opens a session.
    ///
    /// @param worker which of the load's connections it is, from 0; decides the server where the
    ///   placement is [Placement#SPREAD]
    Connection connect(Placement placement, int worker) throws IOException, InterruptedException;

    /// The number of the server that leads now, from 1.
    int leader() throws IOException, InterruptedException;

    List<ServerProcess> servers();

    /// Ends the servers.
    @Override
    void close();
}
