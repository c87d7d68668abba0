/// # The `ephor` command line
///
/// What people hold: commands for those who use a cell (`get`, `put`, `ls`, `stat`, `rm`, `mkdir`,
/// `watch`, `lock`), for those who run one (`up`, `replica`, `status`), and `demo`, which shows in
/// a minute what it is about. Later modules add commands through [dev.ephor.cli.CommandProvider].
///
/// ## What all commands keep to
///
/// - Results are on standard output and nothing else is; `--json` makes them one object a line.
/// - An error says what happened, names the thing, and says what can be done (`Failure`).
/// - Exit codes are an interface (`ExitCode`); `Failures` maps the client's exceptions to them.
/// - A command starts fast: only its own class is loaded (`Commands`), JSON is written without
///   reflection (`JsonLine`), and no logger is started.
///
/// ## A cell on this machine
///
/// `LocalCell` keeps a process per replica and starts again whichever ends. A `ReplicaChild`
/// watches a pipe from its parent and ends with it, so that a parent that is killed leaves nothing
/// behind. `CellDirectory` says what the cell is, keeps two parents out of one directory, and knows
/// which replicas may still be bootstrapped: one that lost its disk may not (PML §5.1). `up` and
/// `demo` are two ways to use these.
///
/// `DemoTour` tells the story, `DemoWorker` is a worker in it, and `DemoVerdict` is the judge: it
/// sees only what the workers wrote down and what the cell holds in the end.
///
/// Read `Main`, `Commands`, `GetCommand`, then `LockCommand`, then `UpCommand` with `LocalCell`.
@NullMarked
package dev.ephor.cli;

import org.jspecify.annotations.NullMarked;
