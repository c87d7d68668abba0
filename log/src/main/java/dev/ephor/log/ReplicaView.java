package dev.ephor.log;

import dev.ephor.log.ReplicaStatus.Role;
import dev.ephor.paxos.Effect;
import dev.ephor.paxos.Membership;
import dev.ephor.paxos.Message;
import dev.ephor.paxos.PeerStatus;
import dev.ephor.paxos.Replica;
import dev.ephor.paxos.ReplicaId;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// What a replica that takes part can say of itself. Confined to the loop.
final class ReplicaView implements MemberKeeper.View {
    private final Environment environment;
    private final ReplicaId self;
    private final Replica core;
    private final Applier<?> applier;
    private final LogWriter writer;

    /// Who was told to take over.
    private @Nullable ReplicaId successor;

    private long chosenBefore;

    ReplicaView(
            Environment environment,
            ReplicaId self,
            Replica core,
            Applier<?> applier,
            LogWriter writer) {
        this.environment = environment;
        this.self = self;
        this.core = core;
        this.applier = applier;
        this.writer = writer;
    }

    /// Whoever was told to take over is master as far as this replica knows, before it says so
    /// itself: who asks here is sent there at once.
    void see(List<Effect> effects) {
        if (core.coordinator().isPresent()) {
            successor = null;
        }
        for (Effect effect : effects) {
            if (effect instanceof Effect.Send(ReplicaId to, Message.TakeOver ignored)) {
                successor = to;
            }
        }
    }

    /// True where the status still says who is master, and what this replica's part is.
    boolean isAsIn(ReplicaStatus status) {
        return status.role() == role() && status.master().equals(master());
    }

    ReplicaId self() {
        return self;
    }

    @Override
    public boolean isMaster() {
        return applier.isMaster();
    }

    @Override
    public Membership members() {
        return core.membership();
    }

    @Override
    public boolean follows(ReplicaId learner) {
        PeerStatus status = core.peers(environment.nanoTime()).get(learner);
        return status != null && status.follows();
    }

    @Override
    public String progressOf(ReplicaId learner) {
        PeerStatus status = core.peers(environment.nanoTime()).get(learner);
        return status == null || status.grantedAt() == Long.MIN_VALUE
                ? "it was not heard yet"
                : "it has "
                        + Math.max(status.acknowledged(), status.chosenUpTo())
                        + " of "
                        + core.chosenUpTo()
                        + " instances";
    }

    /// One that was removed hears of no master any more: whom it knew last may be long gone.
    @Override
    public Optional<ReplicaId> master() {
        if (isRemoved()) {
            return Optional.empty();
        }
        Optional<ReplicaId> known = core.coordinator();
        return known.isPresent() ? known : Optional.ofNullable(successor);
    }

    /// It was a member once, and what it does as one has ended.
    boolean isRemoved() {
        return role() == Role.REMOVED;
    }

    @Override
    public LogException refusal() {
        return isRemoved() ? new RemovedException() : new NotMasterException(master());
    }

    /// True where another replica is coordinator, and nothing was chosen since the last call that
    /// it knows of.
    boolean followsWithoutNews(long now) {
        boolean news = core.knownChosen() > chosenBefore || core.chosenUpTo() < core.knownChosen();
        chosenBefore = core.knownChosen();
        return !news && !core.isCoordinator() && core.hearsOfCoordinator(now);
    }

    @Override
    public long lastHeld() {
        return core.lastHeld();
    }

    ReplicaStatus status(long logBegins, long snapshotInstance, MemberKeeper keeper) {
        return new ReplicaStatus(
                self,
                role(),
                core.promised(),
                applier.epoch(),
                core.chosenUpTo(),
                core.knownChosen(),
                applier.applied(),
                logBegins,
                snapshotInstance,
                master(),
                applier.leaseValid(),
                core.membership(),
                new TreeMap<>(core.peersChosen()),
                note(),
                keeper.learners(),
                keeper.applicants(),
                writer.delay(environment.nanoTime()));
    }

    private Role role() {
        if (applier.isMaster()) {
            return Role.MASTER;
        }
        if (members().isRemoved(self)) {
            return Role.REMOVED;
        }
        return switch (core.roleName()) {
            case "coordinator" -> Role.COORDINATOR;
            case "candidate" -> Role.CANDIDATE;
            default -> members().isVoter(self) ? Role.REPLICA : Role.LEARNER;
        };
    }

    @Override
    public String note() {
        if (members().isRemoved(self)) {
            return "replica "
                    + self
                    + " is no member of the cell any more, since instance "
                    + members().since()
                    + ". Stop it; to let it in again, start it on an empty data directory and add"
                    + " it";
        }
        return members().isVoter(self) ? "" : "it learns, and votes once it has caught up";
    }
}
