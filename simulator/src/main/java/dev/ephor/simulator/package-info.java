/// # The deterministic simulator
///
/// A whole cell in one thread, under simulated time, network and disks, with faults of every kind
/// that the service must survive ("Paxos Made Live", section 6: a test in safety mode, then in
/// liveness mode). The seed of a random generator decides everything, so a seed repeats a run bit
/// by bit, on every machine. The code under test is the one that runs in production; nothing in it
/// knows of the simulator. How to use it is in `docs/SIMULATOR.md`.
///
/// ## How to read it
///
/// 1. The world: [World] is the clock and the queue of events ([EventQueue]); [Rng] the generator,
///    with a stream of its own for every purpose; [Trace] the last lines of what happened, and a
///    hash of all of it; [Violation] how a run ends where a rule is broken.
/// 2. The machines: a [Machine] is up or down, each of its lives a [Process] that can be paused,
///    its clock a [LocalClock] that goes too fast or too slow within the bound.
/// 3. The faults: [Climate] says how bad the world of this seed is, [Nemesis] brings it about,
///    [Links] loses, delays, doubles and cuts, [SimDisk] and [SimFile] lose and tear what was not
///    flushed.
/// 4. What the code under test is given: [SimEnvironment], with [SimExecutor], [SimNetwork] and
///    [SimDisk].
/// 5. The profiles: [Simulator] runs one; each is a [Profile], made of nodes, of a checker that
///    judges from outside and shares no rule with the code under test, and of marks. `core`:
///    [CoreCell], [CoreNode], [RecordStore], [CoreChecker], [Tickets], [CoreMarks]. `log`:
///    [LogCell], [LogNode], [CheckingApplication], [LogChecker], [LogBook]. `cell`: [ServiceCell],
///    [ServiceNode], [ClientNode] with its programs, [FileBook], [LockBook]. [Draw] is what every
///    seed draws for its settings. Who changes the members: [CoreChurn]; [MemberChurn] and
///    [Procession], with the [MemberBook] that knows which disks a cell needs.
/// 6. Many runs: [Campaign], and [SimulateCommand] for the command line.
/// 7. Planted bugs: [Mutations] is the list, as data; [MutantLoader] loads the classes a second
///    time with one of them in; a [Finding] is what it took to find one, [MutationTable] all of
///    them.
/// 8. Histories (docs/HISTORY.md): [HistoryReader] reads one into a [History], [HistoryJudge]
///    judges it, object by object. A [Model] says what an object would answer ([RegisterModel],
///    [LockModel]); [OrderSearch] looks for an order; [Contradiction] shows why there is none.
///    [Linearizability] is the same for a history in memory. [CheckHistoryCommand] is for the
///    command line.
/// 9. Every state of a small cell: [Explorer] goes through them within [Bounds]. [LocalStates] are
///    those of single replicas, each made again from its way ([LocalState], [LocalReplica]) and
///    told from the others by its [Digest]; [Packets] are under way; [CellRules] judge; [Renamings]
///    are the symmetry, [Visited] is what was seen. [ExploreCommand] is for the command line.
///
/// ## What must not be done here
///
/// No threads within a run, no clock, no random numbers but [Rng]'s, no order that depends on
/// addresses of objects: two machines must see the same. What is drawn for a new purpose comes from
/// a new stream, so that the runs of old seeds stay what they are. A check is never made weaker to
/// let a seed pass.
@NullMarked
package dev.ephor.simulator;

import org.jspecify.annotations.NullMarked;
