/// # Multi-Paxos as a pure state machine
///
/// The algorithm of *Paxos Made Live* (PML) §4 and §5.2 to §5.4, and nothing else: no clock,
/// thread, socket, file, logger or unseeded randomness. Everything enters through one door,
/// [Replica#step(long, Input)], and leaves as a list of [Effect]s that the caller performs in
/// order.
///
/// ## In which order to read
///
/// 1. [Message], [Record], [Effect], [Input]: the vocabulary. `Effect.Persist` is the rule "disk
///    before message" as a type.
/// 2. [Replica], the door; `Conduct`: which role takes which input; `AcceptorDuties`: what every
///    replica owes to candidates and coordinators.
/// 3. `Acceptor` and `Ledger`: what was promised and accepted, and what is known to be chosen.
/// 4. `Role`, `Election`, [Recovery]: how a replica becomes coordinator and what that obliges it
///    to.
/// 5. `Coordinator`: commands, changes of members, hand-over; `Proposals`, with `Peers`: counting,
///    the lease, and when a change may be let known.
/// 6. [Membership]: who counts, as the chosen values say.
/// 7. `GrantedLease`, [Epoch], `CatchUp`: the lease as it is granted, the epoch, missed values.
/// 8. `Invariants`: what holds after every step, checked in production too.
///
/// docs/PROTOCOL.md has the glossary (Lamport's and Raft's words), the table of messages and the
/// argument why all this is safe. `src/test/resources/interactions` shows it at work.
@NullMarked
package dev.ephor.paxos;

import org.jspecify.annotations.NullMarked;
