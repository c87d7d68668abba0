------------------------------- MODULE Ephor -------------------------------
(***************************************************************************)
(* The protocol of docs/PROTOCOL.md: Multi-Paxos with master lease and     *)
(* members that the log itself defines. Safety only. The code is module    *)
(* paxos; names are those of the glossary.                                 *)
(*                                                                         *)
(* Messages do not appear: a replica may act at any time, also much later, *)
(* on what another one proposed, promised or learned, which is what loss,  *)
(* delay, duplicates and overtaking come to. Promises keep what they said. *)
(*                                                                         *)
(* Time appears only as what it guarantees: a replica that granted the     *)
(* lease refuses others for at least as long as any coordinator counts the *)
(* grant. So there is one action, Expire, at which a replica's grants end  *)
(* on both sides; and a restarted replica refuses everybody until then.    *)
(*                                                                         *)
(* Left out: raising the sequence number within a reign (S7), snapshots,   *)
(* and the loss of what a disk noted as chosen.                            *)
(***************************************************************************)
EXTENDS Naturals, Sequences, FiniteSets

CONSTANTS
    Replicas,     \* all that ever are; one that lost its disk comes back as another
    Bootstrap,    \* the voters at the beginning
    Changes,      \* the sets of voters that a master may be asked to change to
    Owners,       \* the replica in each sequence number: a sequence, the lowest number first
    MaxInstance,  \* instances are 1 .. MaxInstance
    MaxCrashes,   \* restarts, of all replicas
    Window,       \* how many instances may be in flight
    Variant       \* "none", or a mistake that is planted

Numbers == 1 .. Len(Owners)
Instances == 1 .. MaxInstance

Variants ==
    { "none",
      "old quorum",         \* acknowledgements count among the members of the beginning
      "old lease",          \* so does the lease, and a change is not withheld for it
      "no second propose",  \* a reign that recovered a change goes on after it
      "no wait" }           \* a restarted replica promises at once

ASSUME /\ Bootstrap \subseteq Replicas
       /\ \A members \in Changes : members \subseteq Replicas /\ members # {}
       /\ \A n \in 1 .. Len(Owners) : Owners[n] \in Replicas
       /\ Variant \in Variants

(* A value of the reign that made it; without members it is a command, a
   no-op or the start of an epoch, which are all alike here. *)
Command(number) == [origin |-> number, to |-> {}, since |-> 0]
Change(number, members, since) == [origin |-> number, to |-> members, since |-> since]
Nothing == [origin |-> 0, to |-> {}, since |-> 0]

VARIABLES
    promised,   \* of each replica, on disk
    votes,      \* <<replica, number, instance>>: accepted, on disk
    promises,   \* what was promised: number, replica, how far it knew the chosen values then
    log,        \* of each replica: the values that it knows to be chosen, from the first on
    reign,      \* of each number: how far its coordinator is
    proposal,   \* of each number: what was proposed at each instance
    acked,      \* of each number: the prefix that each replica acknowledged under it
    granted,    \* of each replica: whom it granted the lease last; 0 for nobody
    waiting,    \* of each replica: it was restarted and refuses everybody
    counted,    \* of each number: the replicas whose grants its coordinator counts
    crashes

vars == << promised, votes, promises, log, reign, proposal, acked, granted, waiting, counted,
           crashes >>

-----------------------------------------------------------------------------
(* The members are what the chosen values say. *)

RECURSIVE MembersAfter(_, _)
MembersAfter(values, count) ==
    IF count = 0
    THEN [voters |-> Bootstrap, since |-> 0]
    ELSE LET before == MembersAfter(values, count - 1)
             value == values[count]
         IN  IF value.to # {} /\ value.since = before.since
             THEN [voters |-> value.to, since |-> count]
             ELSE before

Members(r) == MembersAfter(log[r], Len(log[r]))

IsEffective(value, members) ==
    value.to # {} /\ value.since = members.since

IsMajority(some, voters) == 2 * Cardinality(some \cap voters) > Cardinality(voters)

-----------------------------------------------------------------------------

Unused == [phase |-> "unused", members |-> {}, base |-> 1, next |-> 1, start |-> 1,
           finishing |-> FALSE]

Init ==
    /\ promised = [r \in Replicas |-> 0]
    /\ votes = {}
    /\ promises = {}
    /\ log = [r \in Replicas |-> << >>]
    /\ reign = [n \in Numbers |-> Unused]
    /\ proposal = [n \in Numbers |-> [i \in Instances |-> Nothing]]
    /\ acked = [n \in Numbers |-> [r \in Replicas |-> 0]]
    /\ granted = [r \in Replicas |-> 0]
    /\ waiting = [r \in Replicas |-> FALSE]
    /\ counted = [n \in Numbers |-> {}]
    /\ crashes = 0

IsOf(n, r) == reign[n].phase \in {"standing", "leading"} /\ Owners[n] = r

(* The reigns of a replica, but for one, end: it follows somebody else, or
   it crashed. *)
Ended(r, except) ==
    [n \in Numbers |->
        IF IsOf(n, r) /\ n # except THEN [reign[n] EXCEPT !.phase = "over"] ELSE reign[n]]

Uncounted(r, except) ==
    [n \in Numbers |-> IF IsOf(n, r) /\ n # except THEN {} ELSE counted[n]]

(* A lease that was granted forbids a promise to anybody but its holder. *)
Refuses(q, candidate) ==
    \/ waiting[q]
    \/ granted[q] # 0 /\ Owners[granted[q]] # candidate

-----------------------------------------------------------------------------
(* Phase 1. *)

Stand(r, n) ==
    /\ reign[n].phase = "unused"
    /\ Owners[n] = r
    /\ n > promised[r]
    /\ r \in Members(r).voters
    /\ ~Refuses(r, r)
    /\ ~\E c \in Numbers : IsOf(c, r) /\ reign[c].phase = "leading"
    /\ promised' = [promised EXCEPT ![r] = n]
    /\ promises' = promises \cup {[number |-> n, replica |-> r, known |-> Len(log[r])]}
    /\ reign' = [Ended(r, n) EXCEPT
                    ![n] = [Unused EXCEPT
                               !.phase = "standing", !.members = Members(r).voters]]
    /\ UNCHANGED << votes, log, proposal, acked, granted, waiting, counted, crashes >>

Promise(q, n) ==
    /\ reign[n].phase = "standing"
    /\ n > promised[q]
    /\ ~Refuses(q, Owners[n])
    /\ promised' = [promised EXCEPT ![q] = n]
    /\ promises' = promises \cup {[number |-> n, replica |-> q, known |-> Len(log[q])]}
    /\ reign' = Ended(q, n)
    /\ counted' = Uncounted(q, n)
    /\ UNCHANGED << votes, log, proposal, acked, granted, waiting, crashes >>

(* What a majority's promises oblige to propose at an instance. *)
NumbersAt(quorum, n, i) == {c \in 1 .. n - 1 : \E q \in quorum : << q, c, i >> \in votes}
Highest(numbers) == CHOOSE c \in numbers : \A d \in numbers : d <= c
Recovered(quorum, n, i) ==
    LET numbers == NumbersAt(quorum, n, i)
    IN  IF numbers = {} THEN Command(n) ELSE proposal[Highest(numbers)][i]

(* The coordinator knows all that anybody in the majority knew to be chosen,
   hence the members after it. Where it recovers a change that takes effect,
   it proposes nothing above it, and nothing of its own. *)
Win(n) ==
    LET r == Owners[n]
        c == Len(log[r])
        members == Members(r)
    IN
    /\ reign[n].phase = "standing"
    /\ promised[r] = n
    /\ members.voters = reign[n].members
    /\ \E quorum \in SUBSET members.voters :
        /\ r \in quorum
        /\ IsMajority(quorum, members.voters)
        /\ \A q \in quorum : \E p \in promises : p.number = n /\ p.replica = q /\ p.known <= c
        /\ LET shown == {i \in c + 1 .. MaxInstance : NumbersAt(quorum, n, i) # {}}
               last == IF shown = {} THEN c ELSE Highest(shown)
               values == [i \in 1 .. last |->
                             IF i <= c THEN log[r][i] ELSE Recovered(quorum, n, i)]
               changes == {i \in c + 1 .. last :
                              IsEffective(values[i], MembersAfter(values, i - 1))}
               cut == IF changes = {} \/ Variant = "no second propose"
                      THEN last
                      ELSE CHOOSE i \in changes : \A j \in changes : i <= j
               finishing == changes # {} /\ Variant # "no second propose"
               next == IF finishing \/ last = MaxInstance THEN cut + 1 ELSE last + 2
           IN
           /\ proposal' = [proposal EXCEPT ![n] =
                  [i \in Instances |->
                      IF i > c /\ i <= cut THEN values[i]
                      ELSE IF i = last + 1 /\ next = last + 2 THEN Command(n)
                      ELSE Nothing]]
           /\ reign' = [reign EXCEPT ![n].phase = "leading", ![n].base = c + 1,
                                     ![n].next = next, ![n].start = last + 1,
                                     ![n].finishing = finishing]
    /\ UNCHANGED << promised, votes, promises, log, acked, granted, waiting, counted, crashes >>

-----------------------------------------------------------------------------
(* Phase 2, and the lease. *)

(* A replica takes what was proposed under a number up to an instance, in
   order (`upTo` is base - 1 for a heartbeat), acknowledges it, and grants
   the lease. The coordinator may be no coordinator any more. *)
Accept(q, n, upTo) ==
    /\ reign[n].phase \in {"leading", "over"}
    /\ reign[n].next > 1
    /\ upTo >= reign[n].base - 1 /\ upTo < reign[n].next
    /\ promised[q] <= n
    /\ acked[n][q] <= upTo
    /\ promised' = [promised EXCEPT ![q] = n]
    /\ votes' = votes \cup
           {<< q, n, i >> : i \in {j \in reign[n].base .. upTo : j > Len(log[q])}}
    /\ acked' = [acked EXCEPT ![n][q] = upTo]
    /\ granted' = [granted EXCEPT ![q] = n]
    /\ reign' = Ended(q, n)
    /\ counted' = [Uncounted(q, n) EXCEPT
                      ![n] = IF reign[n].phase = "leading" THEN @ \cup {q} ELSE @]
    /\ UNCHANGED << promises, log, proposal, waiting, crashes >>

(* So much time has passed that nobody counts what this replica granted, and
   the replica refuses nobody for it. *)
Expire(q) ==
    /\ granted[q] # 0 \/ waiting[q]
    /\ granted' = [granted EXCEPT ![q] = 0]
    /\ waiting' = [waiting EXCEPT ![q] = FALSE]
    /\ counted' = [n \in Numbers |-> counted[n] \ {q}]
    /\ UNCHANGED << promised, votes, promises, log, reign, proposal, acked, crashes >>

(* Among whom acknowledgements count, and the lease. *)
Quorum(n) ==
    IF Variant = "old quorum" THEN reign[n].members ELSE Members(Owners[n]).voters
Lessors(n) ==
    IF Variant = "old lease" THEN reign[n].members ELSE Members(Owners[n]).voters

(* An instance is chosen once a majority of the members for it acknowledged
   it. A change of the reign's own is withheld until the lease is held from
   a majority of the new members, too. *)
Decide(n) ==
    LET r == Owners[n]
        i == Len(log[r]) + 1
        value == proposal[n][i]
        isChange == IsEffective(value, Members(r))
    IN
    /\ reign[n].phase = "leading"
    /\ i < reign[n].next
    /\ IsMajority({q \in Replicas : acked[n][q] >= i}, Quorum(n))
    /\ isChange /\ ~reign[n].finishing /\ Variant # "old lease"
           => IsMajority(counted[n], value.to)
    /\ log' = [log EXCEPT ![r] = Append(@, value)]
    /\ IF isChange /\ (reign[n].finishing \/ r \notin value.to)
       THEN /\ reign' = [reign EXCEPT ![n].phase = "over"]
            /\ counted' = [counted EXCEPT ![n] = {}]
       ELSE UNCHANGED << reign, counted >>
    /\ UNCHANGED << promised, votes, promises, proposal, acked, granted, waiting, crashes >>

(* Commit and catch-up. A coordinator that learns what it did not propose
   is one no longer. *)
Learn(q, s) ==
    LET i == Len(log[q]) + 1
    IN
    /\ i <= Len(log[s])
    /\ log' = [log EXCEPT ![q] = Append(@, log[s][i])]
    /\ LET contradicted == {n \in Numbers : /\ IsOf(n, q)
                                            /\ reign[n].phase = "leading"
                                            /\ proposal[n][i] # log[s][i]}
       IN  /\ reign' = [n \in Numbers |->
                  IF n \in contradicted THEN [reign[n] EXCEPT !.phase = "over"] ELSE reign[n]]
           /\ counted' = [n \in Numbers |-> IF n \in contradicted THEN {} ELSE counted[n]]
    /\ UNCHANGED << promised, votes, promises, proposal, acked, granted, waiting, crashes >>

-----------------------------------------------------------------------------
(* What a reign proposes of its own. *)

InFlight(n) == Len(log[Owners[n]]) + 1 .. reign[n].next - 1

MayPropose(n) ==
    /\ reign[n].phase = "leading"
    /\ ~reign[n].finishing
    /\ reign[n].next <= MaxInstance
    /\ reign[n].next > reign[n].start
    /\ Cardinality(InFlight(n)) < Window
    /\ \A i \in InFlight(n) : ~(proposal[n][i].to # {} /\ proposal[n][i].origin = n)

Proposed(n, value) ==
    /\ proposal' = [proposal EXCEPT ![n][reign[n].next] = value]
    /\ reign' = [reign EXCEPT ![n].next = @ + 1]
    /\ UNCHANGED << promised, votes, promises, log, acked, granted, waiting, counted, crashes >>

ProposeCommand(n) == MayPropose(n) /\ Proposed(n, Command(n))

(* Only a master changes the members, one change at a time, made for the
   members that it knows, to such as grant it the lease now. *)
ProposeChange(n, voters) ==
    LET r == Owners[n]
    IN
    /\ MayPropose(n)
    /\ Len(log[r]) >= reign[n].start
    /\ voters # Members(r).voters
    /\ IsMajority(counted[n], Lessors(n))
    /\ Variant = "old lease" \/ IsMajority(counted[n], voters)
    /\ Proposed(n, Change(n, voters, Members(r).since))

-----------------------------------------------------------------------------
(* A coordinator may give up; what it releases, Expire frees. *)
Resign(n) ==
    /\ reign[n].phase = "leading"
    /\ reign' = [reign EXCEPT ![n].phase = "over"]
    /\ counted' = [counted EXCEPT ![n] = {}]
    /\ UNCHANGED << promised, votes, promises, log, proposal, acked, granted, waiting, crashes >>

(* Restarted from its disk: grants are not on it. *)
Crash(q) ==
    /\ crashes < MaxCrashes
    /\ crashes' = crashes + 1
    /\ reign' = Ended(q, 0)
    /\ counted' = Uncounted(q, 0)
    /\ granted' = [granted EXCEPT ![q] = 0]
    /\ waiting' = [waiting EXCEPT ![q] = Variant # "no wait"]
    /\ UNCHANGED << promised, votes, promises, log, proposal, acked >>

Next ==
    \/ \E r \in Replicas :
        \/ \E n \in Numbers :
            \/ Stand(r, n)
            \/ Promise(r, n)
            \/ \E upTo \in 0 .. MaxInstance : Accept(r, n, upTo)
        \/ \E s \in Replicas : Learn(r, s)
        \/ Expire(r)
        \/ Crash(r)
    \/ \E n \in Numbers :
        \/ Win(n)
        \/ Decide(n)
        \/ ProposeCommand(n)
        \/ \E voters \in Changes : ProposeChange(n, voters)
        \/ Resign(n)

Spec == Init /\ [][Next]_vars

-----------------------------------------------------------------------------
(* What must hold. *)

(* S1: replicas learn the same. *)
Agreement ==
    \A r, s \in Replicas :
        \A i \in 1 .. (IF Len(log[r]) < Len(log[s]) THEN Len(log[r]) ELSE Len(log[s])) :
            log[r][i] = log[s][i]

(* What was learned is chosen by the definition: some majority of the members
   for that instance accepted it, or knows it, and so did somebody before. *)
LearnedIsChosen ==
    \A r \in Replicas : \A i \in 1 .. Len(log[r]) :
        \E n \in Numbers :
            /\ proposal[n][i] = log[r][i]
            /\ IsMajority({q \in Replicas : << q, n, i >> \in votes},
                          MembersAfter(log[r], i - 1).voters)

HoldsLease(n) ==
    /\ reign[n].phase = "leading"
    /\ ~reign[n].finishing
    /\ IsMajority(counted[n], Lessors(n))

(* S6: one master lease at a time. *)
OneLease == \A n, c \in Numbers : HoldsLease(n) /\ HoldsLease(c) => n = c

(* S6: who serves reads knows all that anybody was told to be chosen. *)
ReadsAreCurrent ==
    \A n \in Numbers :
        HoldsLease(n) /\ Len(log[Owners[n]]) >= reign[n].start
            => \A r \in Replicas : Len(log[r]) <= Len(log[Owners[n]])

(* A replica promised whatever it voted under. *)
PromisesAreKept == \A v \in votes : v[2] <= promised[v[1]]

-----------------------------------------------------------------------------
(* For a model that looks only at such behaviours: the first reign decides
   all that it can, while nobody else learns or stands; then the second one
   comes. What is wrong there is wrong. *)
OneAfterTheOther ==
    LET first == Owners[1]
        second == Owners[2]
    IN
    /\ \A r \in Replicas \ {first, second} : log[r] = << >>
    /\ \/ reign[2].phase = "unused" /\ log[second] = << >> /\ reign[1].phase # "over"
       \/ reign[2].phase = "standing" /\ log[second] = << >> /\ Len(log[first]) = MaxInstance
       \/ reign[2].phase = "leading" /\ Len(log[first]) = MaxInstance

(* For the models: configuration files cannot write sequences. *)
Owners12 == << 1, 2 >>
Owners13 == << 1, 3 >>
Owners123 == << 1, 2, 3 >>
Owners131 == << 1, 3, 1 >>

=============================================================================
