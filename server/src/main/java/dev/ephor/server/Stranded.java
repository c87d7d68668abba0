package dev.ephor.server;

import dev.ephor.log.Environment;
import dev.ephor.log.ReplicaStatus.Role;
import dev.ephor.log.ReplicatedLog;
import dev.ephor.paxos.Bytes;
import dev.ephor.paxos.ReplicaId;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/// Clients that reach some replicas and not the master. A master that replicates is master, however
/// few can talk to it: so clients tell the replicas that they do reach (`Hello.unreached_master`),
/// these tell the master, and the master hands over to one of them where it has heard from no
/// client itself for half a session lease. That is the guard: while a single client is heard,
/// complaints of others, true or not, change nothing.
///
/// Loop only, except where it says otherwise.
final class Stranded {
    /// The first byte of the one note that there is: "clients do not reach you".
    private static final byte UNREACHED = 1;

    /// What is not heard for a shorter time may be found in a moment.
    private static final long WORTH_TELLING_MILLIS = 1_000;

    private static final long TELL_EVERY = 200_000_000L;

    /// Two masters that are cut off alike do not play ball.
    private static final long NOT_AGAIN = 30_000_000_000L;

    private static final long TRY_ANOTHER = 2_000_000_000L;
    private static final long LOOK_EVERY = 250_000_000L;

    private final Environment environment;
    private final Others others;
    private final long patience;

    /// When this replica heard from any client, or became master: those of the one before must find
    /// it first.
    private volatile long heardAt;

    private boolean wasMaster;

    private @Nullable Long toldAt;
    private @Nullable Long notBefore;

    /// The rest of the cell.
    interface Others {
        boolean isMaster();

        /// Whether this replica votes, so that it can be master.
        boolean isVoter(ReplicaId replica);

        /// The master, where that is another replica and clients know it by this address.
        Optional<ReplicaId> masterAt(String address);

        void tell(ReplicaId to, Bytes note);

        /// Completes when this replica is not master any more; fails where it goes on.
        CompletableFuture<?> handOver(int to, String why);
    }

    /// @param leaseMillis of a session
    Stranded(Environment environment, Others others, int leaseMillis) {
        this.environment = environment;
        this.others = others;
        this.patience = leaseMillis * 500_000L;
        this.heardAt = environment.nanoTime();
    }

    static Others others(ReplicatedLog<?> log, FrontDoor.Directory directory) {
        return new Others() {
            @Override
            public boolean isMaster() {
                return log.status().role() == Role.MASTER;
            }

            @Override
            public boolean isVoter(ReplicaId replica) {
                return log.status().membership().isVoter(replica);
            }

            @Override
            public Optional<ReplicaId> masterAt(String address) {
                return address.isEmpty() || !address.equals(directory.masterAddress())
                        ? Optional.empty()
                        : log.status().master();
            }

            @Override
            public void tell(ReplicaId to, Bytes note) {
                log.tell(to, note);
            }

            @Override
            public CompletableFuture<?> handOver(int to, String why) {
                return log.transferMastership(Optional.of(to), why);
            }
        };
    }

    void begin() {
        look(environment.nanoTime());
        environment.schedule(LOOK_EVERY, this::begin);
    }

    private void look(long now) {
        boolean master = others.isMaster();
        if (master && !wasMaster) {
            heardAt = now;
        }
        wasMaster = master;
    }

    /// A client said something to this replica. Any thread.
    void heard() {
        heardAt = environment.nanoTime();
    }

    /// A client says that it has not reached the master at this address for so long.
    void complained(String address, long millis) {
        long now = environment.nanoTime();
        if (millis < WORTH_TELLING_MILLIS || (toldAt != null && now - toldAt < TELL_EVERY)) {
            return;
        }
        others.masterAt(address)
                .ifPresent(master -> {
                    toldAt = now;
                    others.tell(master, Bytes.wrap(UNREACHED));
                });
    }

    /// Another replica has something to say. One that cannot be master, a removed one that clients
    /// still ask, say, must not keep those from being heard who can.
    void noted(ReplicaId from, Bytes note) {
        if (note.length() == 0
                || note.byteAt(0) != UNREACHED
                || !others.isMaster()
                || !others.isVoter(from)) {
            return;
        }
        long now = environment.nanoTime();
        look(now);
        if (now - heardAt >= patience && (notBefore == null || now - notBefore >= 0)) {
            handOver(from, now);
        }
    }

    private void handOver(ReplicaId to, long now) {
        notBefore = now + NOT_AGAIN;
        String why =
                "no client was heard for "
                        + (now - heardAt) / 1_000_000
                        + " ms, while clients reach replica "
                        + to;
        others.handOver(to.number(), why)
                .whenComplete((done, failure) -> {
                    if (failure != null) {
                        notBefore = environment.nanoTime() + TRY_ANOTHER;
                    }
                });
    }
}
