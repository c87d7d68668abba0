package dev.ephor.server;

import dev.ephor.api.AdminReply;
import dev.ephor.api.AdminReply.Outcome;
import dev.ephor.api.AdminRequest;
import dev.ephor.api.AdminRequest.OperationCase;
import dev.ephor.log.Environment;
import dev.ephor.log.LogException;
import dev.ephor.log.MembershipException;
import dev.ephor.log.NotMasterException;
import dev.ephor.log.RemovedException;
import dev.ephor.log.ReplicaStatus;
import dev.ephor.log.ReplicatedLog;
import dev.ephor.paxos.Membership;
import dev.ephor.paxos.ReplicaId;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// What operators ask for: changes of the members and of the master. The log does it, and goes on
/// with it whoever listens; this starts it and tells how far it is. Confined to the loop.
public final class Administration {
    private static final long LOOK_AGAIN = 100_000_000L;

    /// Who waits hears something at least this often, so that a silent master is told from a change
    /// that takes its time.
    private static final int LOOKS_BETWEEN_SIGNS = 10;

    private static final int ATTEMPTS = 4;
    private static final long BETWEEN_ATTEMPTS = 500_000_000L;

    private final Environment environment;
    private final Supplier<String> masterAddress;
    private @Nullable ReplicatedLog<?> log;

    /// The way back to one operator. Called on the loop.
    public interface Line {
        void send(AdminReply reply);

        /// Nothing more comes.
        void end();

        /// Nobody listens any more.
        boolean isGone();
    }

    /// @param masterAddress where operators and clients reach the master; empty where unknown
    public Administration(Environment environment, Supplier<String> masterAddress) {
        this.environment = environment;
        this.masterAddress = masterAddress;
    }

    /// The replica is up. Any thread.
    public void serve(ReplicatedLog<?> opened) {
        environment.loop().execute(() -> log = opened);
    }

    /// Does what is asked for and says how far it is, last what came of it.
    public void administer(AdminRequest request, Line line) {
        ReplicatedLog<?> opened = log;
        if (opened == null) {
            line.send(reply(Outcome.NOT_MASTER, "the replica is starting"));
            line.end();
            return;
        }
        Conversation conversation = new Conversation(opened, request, line);
        conversation.begin();
        conversation.look();
    }

    /// The future gets the members that the change made; none for a transfer.
    private static CompletableFuture<Optional<Membership>> begin(
            ReplicatedLog<?> log, AdminRequest request) {
        return switch (request.getOperationCase()) {
            case ADD -> log.addReplica(request.getAdd().getReplica()).thenApply(Optional::of);
            case REMOVE ->
                    log.removeReplica(request.getRemove().getReplica()).thenApply(Optional::of);
            case REPLACE ->
                    log.replaceReplica(
                                    request.getReplace().getReplica(), request.getReplace().getBy())
                            .thenApply(Optional::of);
            case TRANSFER ->
                    log.transferMastership(
                                    Optional.of(request.getTransfer().getTo())
                                            .filter(number -> number != 0),
                                    "an operator asked for it")
                            .thenApply(done -> Optional.empty());
            case OPERATION_NOT_SET ->
                    CompletableFuture.failedFuture(
                            new IllegalArgumentException(
                                    "an operation that this version does not know"));
        };
    }

    private static AdminReply reply(Outcome outcome, String detail) {
        return AdminReply.newBuilder().setOutcome(outcome).setDetail(detail).build();
    }

    /// How far a replica is on its way to a vote.
    private enum Way {
        VOTES,
        LEARNS,
        GONE
    }

    /// With one operator about one change.
    private final class Conversation {
        private final ReplicatedLog<?> log;
        private final AdminRequest request;
        private final Line line;

        /// It is chosen: what follows, follows by itself.
        private boolean begun;

        /// The instance that made the members such.
        private long since;

        private boolean over;
        private int attempts;
        private int looks;
        private String said = "";

        Conversation(ReplicatedLog<?> log, AdminRequest request, Line line) {
            this.log = log;
            this.request = request;
            this.line = line;
        }

        void begin() {
            Administration.begin(log, request)
                    .whenComplete((members, failure) ->
                            environment.loop().execute(() -> begun(members, failure)));
        }

        /// The log gives a hand-over up where its target does not follow within a moment, so that
        /// clients do not wait; the next moment may be a better one.
        private boolean triesAgain() {
            attempts++;
            boolean again =
                    request.getOperationCase() == OperationCase.TRANSFER
                            && attempts < ATTEMPTS
                            && !over
                            && !line.isGone();
            if (again) {
                environment.schedule(BETWEEN_ATTEMPTS, this::begin);
            }
            return again;
        }

        void begun(@Nullable Optional<Membership> members, @Nullable Throwable failure) {
            Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
            switch (cause) {
                case null -> {
                    begun = true;
                    since = members == null ? 0 : members.map(Membership::since).orElse(0L);
                    progress();
                }
                case NotMasterException e -> notMaster(text(e));
                case RemovedException e -> notMaster(text(e));
                case MembershipException e -> {
                    if (!triesAgain()) {
                        end(reply(Outcome.REFUSED, text(e)));
                    }
                }
                case IllegalArgumentException e -> end(reply(Outcome.REFUSED, text(e)));
                case LogException e -> end(reply(Outcome.UNKNOWN, text(e)));
                default -> throw new IllegalStateException("a change failed strangely", cause);
            }
        }

        /// Now and again while it is under way.
        void look() {
            if (over || line.isGone()) {
                return;
            }
            progress();
            if (!over) {
                environment.schedule(LOOK_AGAIN, this::look);
            }
        }

        private void progress() {
            if (over) {
                return;
            }
            if (!begun) {
                say("under way");
                return;
            }
            ReplicaStatus status = log.status();
            if (status.membership().since() < since) {
                // As of its last tick, which was before.
                return;
            }
            switch (request.getOperationCase()) {
                case ADD -> follow(status, request.getAdd().getReplica(), 0);
                case REPLACE ->
                        follow(
                                status,
                                request.getReplace().getBy(),
                                request.getReplace().getReplica());
                case REMOVE, TRANSFER, OPERATION_NOT_SET -> end(reply(Outcome.DONE, ""));
            }
        }

        /// @param replaced which has to be gone then; 0 for none
        private void follow(ReplicaStatus status, int number, int replaced) {
            Way way = way(status, number);
            if (way == Way.VOTES && (replaced == 0 || way(status, replaced) == Way.GONE)) {
                end(reply(Outcome.DONE, ""));
            } else if (status.role() != ReplicaStatus.Role.MASTER) {
                notMaster("this replica is not the master any more");
            } else if (way == Way.GONE) {
                end(reply(Outcome.REFUSED, "replica " + number + " was removed meanwhile"));
            } else {
                say(learning(status, number));
            }
        }

        private static Way way(ReplicaStatus status, int number) {
            if (status.membership().voterWith(number).isPresent()) {
                return Way.VOTES;
            }
            return status.membership().learnerWith(number).isPresent() ? Way.LEARNS : Way.GONE;
        }

        private static String learning(ReplicaStatus status, int number) {
            for (Map.Entry<ReplicaId, String> learner : status.learners().entrySet()) {
                if (learner.getKey().number() == number) {
                    return "replica " + number + " learns: " + learner.getValue();
                }
            }
            return "replica " + number + " learns";
        }

        private void say(String what) {
            boolean due = looks++ % LOOKS_BETWEEN_SIGNS == 0;
            if (due || !what.equals(said)) {
                said = what;
                line.send(reply(Outcome.UNDER_WAY, what));
            }
        }

        private void notMaster(String why) {
            end(
                    reply(Outcome.NOT_MASTER, why).toBuilder()
                            .setMasterAddress(masterAddress.get())
                            .build());
        }

        private void end(AdminReply last) {
            if (!over && !line.isGone()) {
                line.send(last);
                line.end();
            }
            over = true;
        }

        private static String text(Exception exception) {
            return String.valueOf(exception.getMessage());
        }
    }
}
