/// # The lock service as a deterministic machine
///
/// Nodes, handles, locks, sequencers, sessions and events (Chubby §2), evaluated by the master and
/// replicated as effects. No input or output happens here, no clock is read, and no thread is made:
/// everything but reading runs on the loop executor, and what happens depends on nothing but the
/// database, the messages, the time that the [Clock] says and the numbers that the random generator
/// gives. So the simulator runs it as it is.
///
/// ## The way of a request
///
/// 1. [Cell][dev.ephor.cell.Cell] takes a [ClientMessage][dev.ephor.cell.ClientMessage] in. At a
///    replica that is not master, its stream is ended.
/// 2. `Reign` is everything that a master has in memory. When mastership ends it is dropped.
/// 3. `Requests` finds out whether the request was done before (its outcome is a row then), and has
///    it evaluated against the newest *speculative* rows, by `Nodes`, `Locks` or `Reads`.
/// 4. What it changes is a `Draft`: a MultiOp in the making, with the outcome as one of its rows.
/// 5. `Pipeline` proposes it, and answers when it has taken effect. Whatever was evaluated
///    meanwhile stands upon it. If it has no effect, the reign is over, and nobody was told
///    anything that did not come true: the client asks the next master, and the outcome row makes
///    the request take effect once.
/// 6. `Watchers` tells those who want to know, after that.
///
/// A read, and every refusal, is an answer about the state: it waits until the newest change that
/// it rests upon has taken effect, and until the master's lease is valid. A read of a session that
/// has nothing under way need not pass through the loop: [Cell#read][dev.ephor.cell.Cell#read]
/// answers it from the committed rows on any thread.
///
/// ## What is a row and what is in memory
///
/// `Keys` has the layout of the rows. A row is what must survive the master: nodes, locks and their
/// holders, running lock-delays, sessions, what a session has (so that it can be taken away), the
/// outcomes of requests, the cell's secret. In the master's memory are leases, who waits for a
/// lock, who wants which events, and events that were not acknowledged.
///
/// A new master takes over like this (Chubby §2.9): it reads the sessions and gives each the
/// longest lease that it may have had; it runs lock-delays again in full; it lets clients in with
/// their session's secret and tells them of the fail-over. It learns of handles as clients show
/// them: each carries all that is needed to honour it, sealed with check digits. A client shows
/// each handle that has events wanted, an ephemeral node or a lock, in any request (GetStat will
/// do), before it asks for anything new; and it sends again what was not answered, Acquires too: a
/// place in a queue does not survive.
///
/// ## What was decided
///
/// - Whoever changes a node hears of it too, if a handle wants it.
/// - Through the handle that holds a lock, the same lock is granted again (and so an Acquire can be
///   repeated without an outcome row); in another mode it must be released first.
/// - A client that is away from its stream leaves the queues that it waits in. One that moves to
///   another stream without a gap keeps its places.
/// - A lock-delay holds for the name: an ephemeral file that dies with its holder does not cut it
///   short. A dead reader delays writers only.
/// - Closing never fails. Closing a handle releases its lock.
/// - Lock generations rise over deletion and new creation of a name; content generations begin at
///   1.
/// - Sequencers are not signed (see `Sequencer`).
/// - An event also answers the KeepAlive that is held. Too many events for a client that does not
///   take them become one MASTER_FAILED_OVER: look again.
///
/// ## What to read
///
/// `Paths`, `Keys` and the rows (`NodeRow`, `LockRow`, `LockDelay`, `SessionRow`, `Belonging`,
/// `Counters`, `Outcomes`), then `Draft` and `Pipeline`, then `Requests`, `Nodes`, `Locks`, then
/// `Sessions` and `Endings`, and `Reign` last, which ties them together.
/// [CellReplica][dev.ephor.cell.CellReplica] puts a cell on a database on a log.
@NullMarked
package dev.ephor.cell;

import org.jspecify.annotations.NullMarked;
