package dev.ephor.simulator;

import dev.ephor.simulator.Mutation.Change;
import java.util.List;
import java.util.Optional;

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
                            new Change.Return(1)));

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
        return ALL.stream().filter(mutation -> mutation.name().equals(name)).findFirst();
    }
}
