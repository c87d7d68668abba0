/// # The Java client
///
/// Sessions, KeepAlives, handles and locks for a program that uses a cell (Chubby §2). It runs on
/// Java 17.
///
/// **For users:** [dev.ephor.client.Ephor] is a session; [dev.ephor.client.NodeHandle] an open
/// node; [dev.ephor.client.HeldLock] a lock that is held; [dev.ephor.client.EphorException] all
/// that can go wrong; [dev.ephor.client.SessionState] how a session stands.
/// [dev.ephor.client.HistoryRecorder] records what a program did, to judge the cell by it.
///
/// **For readers of the code:** `Session` puts the parts together. All of them are confined to one
/// serial executor, the *loop*, and reach clock, timers and streams through
/// [dev.ephor.client.ClientEnvironment] alone, so that a simulator runs the very same code.
///
/// 1. `Connection` finds the master (`Finder`), says Hello, keeps the KeepAlive going, notices a
///    silent death.
/// 2. `Lease` counts the session's lease, short, on the client's own clock: safe, jeopardy,
///    expired.
/// 3. `Requests` numbers the calls, sends what is ready together in one message, and sends again
///    what has no reply when a master takes over (`InFlight`).
/// 4. `Call` is one request from its making to its reply; `Calls` makes them all; `AcquireCall` is
///    the one that waits.
/// 5. `Handles` and `OpenHandle` know what the cell should remember of this session, present it to
///    a new master, and find the listeners of events.
/// 6. `GrpcEnvironment`, `GrpcWire` and `Transport` are the real world.
///
/// A cache of file contents and metadata (Chubby §2.7) has its place in `Calls`: every read goes
/// through three methods there.
@NullMarked
package dev.ephor.client;

import org.jspecify.annotations.NullMarked;
