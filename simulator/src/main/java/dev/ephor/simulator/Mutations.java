package dev.ephor.simulator;

import dev.ephor.simulator.Mutation.Change;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// The bugs that are planted on purpose, each a trap that somebody who writes this system can fall
/// into. The simulator should find every one of them; `docs/SIMULATOR.md` says which it does not
/// find yet.
final class Mutations {
    private static final String PAXOS = "dev.ephor.paxos.";
    private static final String LOG = "dev.ephor.log.";
    private static final String CELL = "dev.ephor.cell.";
    private static final String CLIENT = "dev.ephor.client.";

    private static final List<Mutation> ALL =
            List.of(
                    core(
                            "minority-quorum",
                            "One acknowledgement less than a majority is taken for a majority.",
                            "Peers",
                            "agreed",
                            new Change.Redirect("Membership.majority", 0, "minority")),
                    core(
                            "promise-forgotten-over-restart",
                            "A promise that was on disk is not read back.",
                            "Recovered$Replay",
                            "add",
                            new Change.Skip("Replay.promise", 1, 0)),
                    core(
                            "acknowledge-before-flush",
                            "What is accepted is acknowledged before it is on disk.",
                            "Acceptor",
                            "flushed",
                            new Change.Answer("prefix")),
                    core(
                            "highest-value-not-adopted",
                            "Of the values that promises carry, the one with the "
                                    + "lowest sequence number is proposed.",
                            "Recovery",
                            "higher",
                            new Change.Negate("SequenceNumber.isAbove", 1)),
                    core(
                            "recovered-values-dropped",
                            "A new coordinator does not propose again what the promises carry.",
                            "Coordinator",
                            "begin",
                            new Change.Skip("Recovery.values", 1, 0)),
                    core(
                            "promise-without-values",
                            "A promise does not say what was accepted.",
                            "Acceptor",
                            "promiseOf",
                            new Change.Skip("Ledger.from", 1, 0)),
                    core(
                            "commit-of-another-number",
                            "'Chosen up to i' is applied to a value that was accepted "
                                    + "under another sequence number.",
                            "Ledger",
                            "isAcceptedUnder",
                            new Change.Skip("SequenceNumber.equals", 1, 1)),
                    core(
                            "no-wait-after-restart",
                            "A restarted replica promises at once, although it "
                                    + "may have granted a lease.",
                            "Replica",
                            "start",
                            new Change.Skip("Recovered.firstStart", 1, 1)),
                    core(
                            "no-drift-margin",
                            "The master counts its lease as long as the "
                                    + "others do, by another clock.",
                            "Settings",
                            "masterLease",
                            new Change.Answer("lease")),
                    core(
                            "lease-not-kept",
                            "A replica promises to others while a lease that it granted runs.",
                            "AcceptorDuties",
                            "admitsPropose",
                            new Change.Skip("GrantedLease.forbids", 1, 0)),
                    core(
                            "lease-not-granted",
                            "A replica answers the coordinator and does not note "
                                    + "that it granted the lease.",
                            "AcceptorDuties",
                            "accept",
                            new Change.Skip("GrantedLease.grant", 1, 0)),
                    core(
                            "lease-of-a-minority",
                            "The master counts its lease from less than a majority.",
                            "Peers",
                            "grantedAt",
                            new Change.Redirect("Membership.majority", 0, "minority")),
                    core(
                            "stale-acknowledgement-counts",
                            "An acknowledgement of an earlier sequence number counts for this one.",
                            "Proposals",
                            "acknowledged",
                            new Change.Skip("SequenceNumber.equals", 1, 1)),
                    core(
                            "won-without-own-promise",
                            "A candidate wins before its own promise is on disk, and uses "
                                    + "its number again after a restart.",
                            "Election",
                            "won",
                            new Change.Skip("TreeMap.containsKey", 1, 1)),
                    core(
                            "accepted-served-as-chosen",
                            "Catch-up hands out values that are accepted "
                                    + "and not known to be chosen.",
                            "CatchUp",
                            "serve",
                            new Change.Skip("Ledger.chosenUpTo", 3, Long.MAX_VALUE / 2)),
                    core(
                            "candidate-wins-alone",
                            "A candidate does not count how many have promised.",
                            "Election",
                            "won",
                            new Change.Redirect("Membership.isMajority", 0, "anybody")),
                    core(
                            "own-lease-forgotten",
                            "A replica stands for election itself while a lease that "
                                    + "it granted runs.",
                            "Conduct",
                            "waitOrStand",
                            new Change.Skip("GrantedLease.forbids", 1, 0)),
                    core(
                            "release-of-anybody",
                            "A lease ends by the release of whatever lease the same replica "
                                    + "had before.",
                            "GrantedLease",
                            "release",
                            new Change.Skip("SequenceNumber.isAbove", 1, 0)),
                    core(
                            "lost-values-not-sent-again",
                            "What a replica does not acknowledge is sent once only.",
                            "Proposals",
                            "tick",
                            new Change.Skip("Peer.rewindIfSilent", 1, 0)),
                    core(
                            "catch-up-never-asked",
                            "A replica that misses values waits for them.",
                            "CatchUp",
                            "ask",
                            new Change.Return(0)),
                    core(
                            "waiting-commands-forgotten",
                            "Who waits in the queue when a reign ends gets no answer.",
                            "Coordinator",
                            "end",
                            new Change.Skip("CommandQueue.drainTickets", 1, 0)),
                    core(
                            "refused-and-proposed",
                            "A command is refused although it was put into the queue.",
                            "Coordinator",
                            "submit",
                            new Change.Negate("CommandQueue.offer", 1)),
                    core(
                            "raised-over-a-later-reign",
                            "A coordinator takes a higher number and does not look whether "
                                    + "somebody else was coordinator meanwhile.",
                            "Coordinator",
                            "raise",
                            new Change.Skip("Recovery.showsLaterThan", 1, 0)),
                    core(
                            "accepted-forgotten-over-restart",
                            "An accepted value that was on disk is not read back.",
                            "Recovered$Replay",
                            "add",
                            new Change.Skip("Replay.put", 1, 0)),
                    core(
                            "promise-for-another-number-counts",
                            "A promise that was given for an earlier number counts for this one.",
                            "Election",
                            "promised",
                            new Change.Skip("SequenceNumber.equals", 1, 1)),
                    core(
                            "accepted-below-the-promise",
                            "A replica accepts from a coordinator below what it promised.",
                            "AcceptorDuties",
                            "isNotBelow",
                            new Change.Skip("SequenceNumber.isAbove", 1, 0)),
                    core(
                            "change-known-before-the-new-lease",
                            "A change of members is let known although the new members have "
                                    + "granted no lease: it is counted among the old ones.",
                            "Proposals",
                            "mayDecide",
                            new Change.Skip("Proposals.leaseUntil", 1, Long.MAX_VALUE / 2)),
                    core(
                            "change-decided-by-the-old-alone",
                            "A change of members is let known although the new members do not "
                                    + "have it on disk.",
                            "Proposals",
                            "mayDecide",
                            new Change.Skip("Peers.agreed", 1, Long.MAX_VALUE / 2)),
                    core(
                            "values-behind-an-undecided-change",
                            "A coordinator proposes on while a change of members is undecided.",
                            "Proposals",
                            "hasRoom",
                            new Change.Jump(List.of(2), List.of())),
                    core(
                            "recovered-change-passed-over",
                            "A new coordinator that recovers a change of members goes on behind "
                                    + "it as if it were any value.",
                            "Coordinator",
                            "begin",
                            new Change.Skip("Recovery.change", 1, 0)),
                    core(
                            "stale-change-takes-effect",
                            "A change of members takes effect that was made for other members.",
                            "Membership",
                            "after",
                            new Change.Jump(List.of(), List.of(1))),
                    core(
                            "election-among-former-members",
                            "A candidate wins by the promises of those who were the members when "
                                    + "it began.",
                            "Election",
                            "isAmong",
                            new Change.Return(1)),
                    log(
                            "answer-before-flush",
                            "The messages that depend on records leave before these are on disk.",
                            "ReplayLog",
                            "writeBatch",
                            new Change.Skip("DiskFile.flush", 1, 0)),
                    log(
                            "segment-named-before-it-is-safe",
                            "A new segment gets its name before its header is on disk.",
                            "ReplayLog",
                            "makeSegment",
                            new Change.Skip("DiskFile.flush", 1, 0)),
                    log(
                            "directory-not-flushed",
                            "The name of a new segment is not on disk when the segment is used.",
                            "ReplayLog",
                            "makeSegment",
                            new Change.Skip("Disk.flushDirectory", 1, 0)),
                    log(
                            "master-before-own-epoch",
                            "Whatever first entry is applied begins the reign of "
                                    + "a replica that coordinates.",
                            "Applier",
                            "learn",
                            new Change.Skip("SequenceNumber.equals", 2, 1)),
                    log(
                            "reads-after-the-lease",
                            "A master answers from memory without looking at the clock.",
                            "Reign",
                            "leaseValid",
                            new Change.Return(1)),
                    log(
                            "truncate-above-the-snapshot",
                            "The log is truncated for a snapshot that is not there yet.",
                            "LogIndex",
                            "greatestBefore",
                            new Change.Return(Long.MAX_VALUE / 2)),
                    log(
                            "old-record-served",
                            "Of two records of an instance, catch-up reads "
                                    + "the older one from the log.",
                            "LogReader",
                            "read",
                            new Change.Instead("TreeMap.put", 0, "putIfAbsent")),
                    log(
                            "failed-flush-retried",
                            "A flush that failed is made again, and taken for good.",
                            "ReplayLog",
                            "writeBatch",
                            new Change.Redirect("DiskFile.flush", 1, "flushAgain")),
                    log(
                            "restart-taken-for-a-first-start",
                            "A replica forgets over a restart that it has run before, "
                                    + "and may have granted a lease.",
                            "Opening",
                            "*",
                            new Change.Skip("LogRecovery.startsBefore", 0, 0)),
                    log(
                            "record-checksum-not-checked",
                            "A record is believed whatever its checksum says.",
                            "SegmentScan",
                            "records",
                            new Change.Redirect("SegmentScan.recordCrc", 1, "storedCrc")),
                    log(
                            "snapshot-checksum-not-checked",
                            "A block of a snapshot is believed whatever its checksum says.",
                            "SnapshotFile$Reader",
                            "nextBlock",
                            new Change.Jump(List.of(), List.of(4))),
                    log(
                            "damage-taken-for-a-torn-tail",
                            "A batch that fails its checksum is cut although a later one "
                                    + "proves that it was flushed.",
                            "SegmentScan",
                            "endOfTornTail",
                            new Change.Skip("SegmentScan.headerAt", 1, 0)),
                    log(
                            "torn-tail-kept",
                            "What a crash left half written stays where the next batches go.",
                            "LogRecovery",
                            "open",
                            new Change.Skip("LogRecovery.cut", 1, 0)),
                    log(
                            "fetched-snapshot-not-flushed",
                            "A snapshot from another replica is used before it is on disk.",
                            "SnapshotFetch",
                            "*",
                            new Change.Skip("DiskFile.flush", 0, 0)),
                    new Mutation(
                            "epoch-outlives-its-reign",
                            "A value of another origin does not end the epoch.",
                            "log",
                            PAXOS + "Epoch",
                            "continuedBy",
                            new Change.Skip("SequenceNumber.equals", 1, 1)),
                    service(
                            "request-applied-twice",
                            "A request that is sent again after a lost connection "
                                    + "takes effect again.",
                            CELL + "Requests",
                            "evaluate",
                            new Change.Skip("View.outcome", 1, 0)),
                    service(
                            "holder-forgets-its-lease",
                            "A client says that its lock is valid whether its lease runs or not.",
                            CLIENT + "Lease",
                            "runs",
                            new Change.Return(1)),
                    service(
                            "sequencer-not-checked",
                            "A write under a lock that is no longer held takes effect.",
                            CELL + "View",
                            "isValid",
                            new Change.Return(1)),
                    service(
                            "lock-granted-to-everybody",
                            "A lock that is held is granted to whoever asks for it.",
                            CELL + "LockRow",
                            "admits",
                            new Change.Return(1)),
                    service(
                            "lock-delay-ignored",
                            "A lock whose holder died is granted at once.",
                            CELL + "Locks",
                            "admits",
                            new Change.Skip("View.delay", 1, 0)),
                    service(
                            "ephemeral-file-stays",
                            "An ephemeral file stays when the last handle is closed.",
                            CELL + "Nodes",
                            "take",
                            new Change.Skip("View.hasOpeners", 1, 1)),
                    service(
                            "events-not-told",
                            "Who watches a file is told nothing.",
                            CELL + "Watchers",
                            "tell",
                            new Change.Return(0)),
                    service(
                            "sessions-without-lease-after-fail-over",
                            "A new master does not let the sessions live for as long as the "
                                    + "one before it may have promised.",
                            CELL + "Sessions",
                            "recover",
                            new Change.Skip("SessionRow.longestLeaseMillis", 1, 0)),
                    service(
                            "answers-without-the-lease",
                            "A master answers and extends leases without having its own.",
                            CELL + "Pipeline",
                            "whenLeased",
                            new Change.Skip("Mastership.leaseValid", 1, 1)),
                    service(
                            "master-reads-without-lease",
                            "A master answers from its rows without having the lease.",
                            CELL + "Reign",
                            "read",
                            new Change.Skip("Mastership.leaseValid", 1, 1)),
                    service(
                            "generation-not-compared",
                            "A conditional write takes effect whoever wrote before.",
                            CELL + "Nodes",
                            "checkGeneration",
                            new Change.Return(0)),
                    service(
                            "lock-generation-stands-still",
                            "A lock has the same generation each time it is granted.",
                            CELL + "LockRow",
                            "heldBy",
                            new Change.Skip("Math.max", 1, 0)),
                    service(
                            "told-before-it-is-certain",
                            "What rests on a change that is under way is told at once.",
                            CELL + "Pipeline",
                            "whenSettled",
                            new Change.Skip("ArrayDeque.peekLast", 1, 0)),
                    service(
                            "dead-session-lives-on",
                            "A session whose lease has run out keeps what it has.",
                            CELL + "Sessions",
                            "leaseOver",
                            new Change.Return(0)),
                    service(
                            "dead-holder-keeps-its-lock",
                            "A session ends, and its lock stays held.",
                            CELL + "Nodes",
                            "take",
                            new Change.Skip("Locks.take", 1, 0)),
                    service(
                            "epoch-guard-skipped",
                            "A command takes effect whose mastership is over.",
                            "dev.ephor.database.DatabaseState",
                            "apply",
                            new Change.Jump(List.of(2), List.of(3))));

    /// Every seed of every profile must find this one: a run of the simulator in which it is not
    /// found proves nothing.
    static final Mutation CANARY =
            core(
                    "canary",
                    "Nobody ever stands for election.",
                    "GrantedLease",
                    "forbids",
                    new Change.Return(1));

    private Mutations() {}

    private static Mutation core(
            String name, String trap, String type, String method, Change change) {
        return new Mutation(name, trap, "core", PAXOS + type, method, change);
    }

    private static Mutation log(
            String name, String trap, String type, String method, Change change) {
        return new Mutation(name, trap, "log", LOG + type, method, change);
    }

    /// @param type with its package: a bug of the service may be in any layer
    private static Mutation service(
            String name, String trap, String type, String method, Change change) {
        return new Mutation(name, trap, "cell", type, method, change);
    }

    static List<Mutation> all() {
        return ALL;
    }

    static Optional<Mutation> named(String name) {
        return Stream.concat(ALL.stream(), Stream.of(CANARY))
                .filter(mutation -> mutation.name().equals(name))
                .findFirst();
    }
}
