package dev.ephor.log;

import dev.ephor.paxos.Epoch;
import dev.ephor.paxos.Membership;
import dev.ephor.paxos.Recovered;
import dev.ephor.paxos.ReplicaId;
import dev.ephor.paxos.SequenceNumber;
import java.util.Collections;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/// What a replica knows of itself and of its cell, as of its last tick.
///
/// @param self who it is
/// @param role what it does in the protocol
/// @param promised the highest sequence number that it promised
/// @param epoch the epoch after the last applied instance
/// @param chosenUpTo every instance up to here is chosen, and known here
/// @param knownChosen the highest instance that it has heard to be chosen, from anybody
/// @param applied the last instance that the application has
/// @param logStart the replay log holds every instance after this one
/// @param snapshotInstance the last instance that the newest snapshot covers; 0 where there is none
/// @param master who is master as far as this replica knows (a hint); one that was removed does not
/// @param leaseValid it is master and may answer reads by itself
/// @param membership the members after the last applied instance
/// @param peersChosen how far each other replica knows values to be chosen, as the coordinator
///   heard from them; empty at the others
/// @param note why it is in this role, or what it waits for, for an operator to read; empty where
///   there is nothing to tell
/// @param learners why each learner does not vote yet, as the master sees it; empty at the others
/// @param applicants numbers of those who ask the master to be admitted, and what each waits for;
///   empty at the others
/// @param diskDelay how long this replica's disk takes at present to make something safe, in
///   nanoseconds: an average, or as long as a flush that runs has taken already, if that is more; 0
///   where nothing was written for a while
public record ReplicaStatus(
        ReplicaId self,
        Role role,
        SequenceNumber promised,
        Epoch epoch,
        long chosenUpTo,
        long knownChosen,
        long applied,
        long logStart,
        long snapshotInstance,
        Optional<ReplicaId> master,
        boolean leaseValid,
        Membership membership,
        SortedMap<ReplicaId, Long> peersChosen,
        String note,
        SortedMap<ReplicaId, String> learners,
        SortedMap<Integer, String> applicants,
        long diskDelay) {
    public ReplicaStatus {
        peersChosen = Collections.unmodifiableSortedMap(new TreeMap<>(peersChosen));
        learners = Collections.unmodifiableSortedMap(new TreeMap<>(learners));
        applicants = Collections.unmodifiableSortedMap(new TreeMap<>(applicants));
    }

    /// Of one who is nobody yet.
    static ReplicaStatus ofApplicant(ReplicaId self, String note) {
        return new ReplicaStatus(
                self,
                Role.APPLICANT,
                SequenceNumber.NONE,
                Epoch.NONE,
                0,
                0,
                0,
                0,
                0,
                Optional.empty(),
                false,
                Membership.NOBODY,
                Collections.emptySortedMap(),
                note,
                Collections.emptySortedMap(),
                Collections.emptySortedMap(),
                0);
    }

    /// Of one who is about to take part.
    static ReplicaStatus ofStarting(
            ReplicaId self, SnapshotHandle handle, Recovered recovered, long logBegins) {
        return new ReplicaStatus(
                self,
                Role.RECOVERING,
                recovered.promised(),
                handle.epoch(),
                recovered.chosenUpTo(),
                recovered.chosenUpTo(),
                handle.instance(),
                logBegins,
                handle.instance(),
                Optional.empty(),
                false,
                handle.membership(),
                Collections.emptySortedMap(),
                "it waits until others say that its disk is no old copy",
                Collections.emptySortedMap(),
                Collections.emptySortedMap(),
                0);
    }

    /// Of one that lacks a snapshot, and fetches it before it takes part.
    ///
    /// @param others what was heard of them; empty where nothing was
    static ReplicaStatus ofRepair(Opening.Wanting wanting, String others) {
        Identity identity = wanting.identity();
        return new ReplicaStatus(
                identity.replica(),
                Role.RECOVERING,
                SequenceNumber.NONE,
                Epoch.NONE,
                0,
                0,
                0,
                wanting.needed(),
                0,
                Optional.empty(),
                false,
                identity.members(),
                Collections.emptySortedMap(),
                wanting.why()
                        + "; it fetches a snapshot of instance "
                        + wanting.needed()
                        + " or later from another replica before it takes part"
                        + (others.isEmpty() ? "" : "; " + others),
                Collections.emptySortedMap(),
                Collections.emptySortedMap(),
                0);
    }

    /// What a replica does in the protocol.
    public enum Role {
        /// It has no usable disk, and asks the cell to be let in as somebody new.
        APPLICANT,
        /// It is a member by what its disk holds, and does not take part yet: it waits until others
        /// say that the disk is no old copy, or fetches a snapshot that it lacks.
        RECOVERING,
        /// It receives everything and votes for nothing, until it has caught up and is promoted.
        LEARNER,
        /// It was a member and is none any more.
        REMOVED,
        /// It follows whoever is coordinator.
        REPLICA,
        /// It asks the others to promise, so as to become coordinator.
        CANDIDATE,
        /// It is coordinator; its own first entry is not applied yet.
        COORDINATOR,
        /// It is coordinator, and the epoch is its own.
        MASTER
    }

    /// The same, with another note.
    ReplicaStatus noting(String text) {
        return new ReplicaStatus(
                self,
                role,
                promised,
                epoch,
                chosenUpTo,
                knownChosen,
                applied,
                logStart,
                snapshotInstance,
                master,
                leaseValid,
                membership,
                peersChosen,
                text,
                learners,
                applicants,
                diskDelay);
    }

    /// Instances that are chosen somewhere and not applied here yet.
    public long lag() {
        return Math.max(0, knownChosen - applied);
    }
}
