package dev.ephor.simulator;

import dev.ephor.simulator.Mutation.Change;
import java.util.List;

/// The bugs that are planted in module `paxos`.
final class CoreMutations {
    private static final String PAXOS = "dev.ephor.paxos.";

    static final List<Mutation> ALL =
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
                            "acknowledged-after-a-promise",
                            "What is learned is acknowledged to whose values were taken last, "
                                    + "although a higher number was promised since.",
                            "Acceptor",
                            "mayAcknowledge",
                            new Change.Return(1)),
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
                            "asked-without-own-promise",
                            "A candidate asks before its own promise is on disk, and may ask "
                                    + "under the same number again after a restart.",
                            "Outbox",
                            "persist",
                            new Change.Redirect("List.add", 1, "proposeAtOnce")),
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
                            new Change.Skip("GrantedLease.forbids", 2, 0)),
                    core(
                                    "release-of-anybody",
                                    "A lease ends by whatever lease anybody gives back.",
                                    "GrantedLease",
                                    "release",
                                    new Change.Jump(List.of(1, 2), List.of()))
                            .with(
                                    PAXOS + "AcceptorDuties",
                                    "admitsPropose",
                                    new Change.Skip("GrantedLease.release", 1, 0)),
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
                    core(
                            "epoch-outlives-its-reign",
                            "A value of another origin does not end the epoch.",
                            "Epoch",
                            "continuedBy",
                            new Change.Skip("SequenceNumber.equals", 1, 1)),
                    new Mutation(
                            "epoch-guard-skipped",
                            "A command takes effect whose mastership is over.",
                            "core",
                            "dev.ephor.database.DatabaseState",
                            "apply",
                            new Change.Jump(List.of(2), List.of(3))));

    private CoreMutations() {}

    private static Mutation core(
            String name, String trap, String type, String method, Change change) {
        return new Mutation(name, trap, "core", PAXOS + type, method, change);
    }
}
