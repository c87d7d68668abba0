package dev.ephor.log;

import dev.ephor.paxos.Input;
import dev.ephor.paxos.Membership;
import dev.ephor.paxos.ReplicaId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Changes the members, as master, one change at a time: what operators ask for, the admission of
/// those who lost their disks, the promotion of learners that have caught up. It remembers nothing
/// that matters: whoever is master next reads from the members what remains to be done (PML §5.4).
/// Confined to the loop.
final class MemberKeeper {
    private static final long APPLICANT_PATIENCE = 3_000_000_000L;

    private final Environment environment;
    private final ReplicaId self;
    private final View view;
    private final Consumer<Input> step;
    private final Admission admission;
    private final List<Wanted> wanted = new ArrayList<>();
    private final List<CompletableFuture<@Nullable Void>> transfers = new ArrayList<>();

    /// Of the change that was proposed last; they count down, those of commands up.
    private long ticket;

    /// The members that a change is under way for; -1 where none is.
    private long changing = -1;

    private boolean leaving;
    private boolean saidRemoved;

    /// What the keeper must see of its replica.
    interface View {
        boolean isMaster();

        Membership members();

        /// The learner has, but for a little, what was chosen, and grants the lease.
        boolean follows(ReplicaId learner);

        /// How far the learner is.
        String progressOf(ReplicaId learner);

        Optional<ReplicaId> master();

        /// Why it takes nothing, where it is not master.
        LogException refusal();

        /// The last instance that it has a value for.
        long lastHeld();

        /// What there is to say of its membership; empty where it votes.
        String note();
    }

    private record Wanted(
            MemberChange change, CompletableFuture<Membership> future, long deadline) {}

    MemberKeeper(
            Environment environment,
            ReplicaId self,
            View view,
            Consumer<Input> step,
            Admission admission) {
        this.environment = environment;
        this.self = self;
        this.view = view;
        this.step = step;
        this.admission = admission;
    }

    void want(MemberChange change, CompletableFuture<Membership> future) {
        if (!view.isMaster()) {
            future.completeExceptionally(view.refusal());
            return;
        }
        long deadline = environment.nanoTime() + APPLICANT_PATIENCE;
        wanted.add(new Wanted(change, future, deadline));
        advance();
    }

    void transfer(Optional<Integer> to, String why, CompletableFuture<@Nullable Void> future) {
        if (!view.isMaster()) {
            future.completeExceptionally(view.refusal());
            return;
        }
        Optional<ReplicaId> target = to.flatMap(number -> view.members().voterWith(number));
        if (to.isPresent() && target.isEmpty()) {
            future.completeExceptionally(
                    new MembershipException(
                            "replica " + to.get() + " does not vote, so it cannot be master"));
        } else if (target.filter(self::equals).isPresent()) {
            future.complete(null);
        } else {
            transfers.add(future);
            step.accept(new Input.TransferTo(target, why));
        }
    }

    /// Somebody asks to be admitted.
    void asked(ReplicaId from, Frame.Apply apply) {
        if (from.incarnation() != 0 || from.number() == self.number()) {
            return;
        }
        Optional<ReplicaId> admitted = admission.asked(from, apply, view.members());
        boolean master = view.isMaster();
        Frame answer =
                admitted.isPresent() && master
                        ? new Frame.Admitted(apply.nonce(), admitted.get())
                        : new Frame.Wait(
                                apply.nonce(),
                                false,
                                view.lastHeld(),
                                view.master()
                                        .filter(holder -> master || admission.isAlive(holder))
                                        .map(ReplicaId::toString)
                                        .orElse(""),
                                master ? admission.reason(from.number(), view.members()) : "");
        environment.network().send(List.of(from), FrameCodec.encode(answer));
        advance();
    }

    void tick(long now) {
        admission.tick(now);
        advance();
        if (!saidRemoved && view.members().isRemoved(self)) {
            saidRemoved = true;
            environment.reporter().warn(view.note());
        }
    }

    /// A change is chosen, and in effect perhaps.
    void changed() {
        admission.changed(view.members());
        advance();
    }

    boolean isOurs(long other) {
        return other < 0;
    }

    void refused() {
        changing = -1;
    }

    void transferFailed(String why) {
        leaving = false;
        failTransfers(new MembershipException("mastership was not handed over: " + why));
        for (Wanted each : List.copyOf(wanted)) {
            if (each.change() instanceof MemberChange.Remove(int number)
                    && number == self.number()) {
                wanted.remove(each);
                each.future()
                        .completeExceptionally(
                                new MembershipException(
                                        "replica "
                                                + self
                                                + " is master, and could not hand that over: "
                                                + why));
            }
        }
    }

    /// The reign is over.
    void masterLost(Optional<ReplicaId> successor) {
        changing = -1;
        leaving = false;
        List<CompletableFuture<@Nullable Void>> done = List.copyOf(transfers);
        transfers.clear();
        done.forEach(future -> future.complete(null));
        List<Wanted> open = List.copyOf(wanted);
        wanted.clear();
        open.forEach(
                each -> each.future().completeExceptionally(new NotMasterException(successor)));
    }

    void close() {
        masterLost(Optional.empty());
    }

    private void failTransfers(LogException why) {
        List<CompletableFuture<@Nullable Void>> failed = List.copyOf(transfers);
        transfers.clear();
        failed.forEach(future -> future.completeExceptionally(why));
    }

    /// Proposes the next change, where there is one to make.
    private void advance() {
        if (!view.isMaster()) {
            return;
        }
        Membership members = view.members();
        if (changing >= 0 && changing != members.since()) {
            changing = -1;
        }
        Optional<Membership> next = nextWanted(members);
        if (changing >= 0 || leaving) {
            return;
        }
        next.or(() -> admission.next(members))
                .or(() -> promotion(members))
                .ifPresent(change -> {
                    changing = members.since();
                    step.accept(new Input.ChangeMembership(--ticket, members.since(), change));
                });
    }

    private Optional<Membership> nextWanted(Membership members) {
        Optional<Membership> next = Optional.empty();
        for (Wanted each : List.copyOf(wanted)) {
            if (each.future().isCancelled()) {
                wanted.remove(each);
            } else if (each.change().isDone(members)) {
                wanted.remove(each);
                each.future().complete(members);
            } else if (next.isEmpty()) {
                next = nextFor(each, members);
            }
        }
        return next;
    }

    private Optional<Membership> nextFor(Wanted each, Membership members) {
        int number = each.change().applicant();
        Optional<Membership> next;
        try {
            next = each.change().next(members, admission.nonceOf(number));
        } catch (MembershipException e) {
            wanted.remove(each);
            each.future().completeExceptionally(e);
            return Optional.empty();
        }
        if (next.isEmpty() && environment.nanoTime() >= each.deadline()) {
            wanted.remove(each);
            each.future()
                    .completeExceptionally(
                            new MembershipException(
                                    "replica "
                                            + number
                                            + " does not ask to be admitted: start it first, on an"
                                            + " empty data directory, with the addresses of the"
                                            + " others in its configuration"));
        }
        if (next.filter(change -> !change.isVoter(self)).isPresent() && members.isVoter(self)) {
            // Whoever is master next removes this one.
            if (!leaving) {
                leaving = true;
                step.accept(new Input.TransferTo(Optional.empty(), "this replica is removed"));
            }
            return Optional.empty();
        }
        return next;
    }

    private Optional<Membership> promotion(Membership members) {
        return members.learners().keySet().stream()
                .filter(view::follows)
                .findFirst()
                .map(members::promoting);
    }

    /// Why each learner does not vote yet.
    SortedMap<ReplicaId, String> learners() {
        TreeMap<ReplicaId, String> waiting = new TreeMap<>();
        if (view.isMaster()) {
            for (ReplicaId learner : view.members().learners().keySet()) {
                waiting.put(
                        learner,
                        view.follows(learner)
                                ? "its promotion is being decided"
                                : view.progressOf(learner));
            }
        }
        return waiting;
    }

    SortedMap<Integer, String> applicants() {
        return view.isMaster() ? admission.waiting(view.members()) : new TreeMap<>();
    }
}
