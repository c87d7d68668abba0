package dev.ephor.log;

import dev.ephor.paxos.ReplicaId;
import java.util.Optional;

/// The command was not proposed and never will be, because this replica is not the master: it has
/// no effect.
public final class NotMasterException extends LogException {
    private static final long serialVersionUID = 1L;

    private final transient @org.jspecify.annotations.Nullable ReplicaId master;

    NotMasterException(Optional<ReplicaId> master) {
        super(
                master.map(id -> "this replica is not the master; replica " + id + " may be")
                        .orElse("this replica is not the master, and knows of none"),
                false);
        this.master = master.orElse(null);
    }

    /// Who is master as far as this replica knows. A hint: it may be out of date.
    public Optional<ReplicaId> master() {
        return Optional.ofNullable(master);
    }
}
