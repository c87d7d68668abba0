package dev.ephor.cli;

import dev.ephor.api.StatusReply;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// What was seen of a replica at one moment.
///
/// @param address where it was asked
/// @param reply what it answered; null where it did not
/// @param error why it did not; empty where it did
record ReplicaView(Address address, @Nullable StatusReply reply, String error) {
    static final String MASTER = "master";

    boolean answers() {
        return reply != null;
    }

    boolean isMaster() {
        return reply != null && reply.getRole().equals(MASTER);
    }

    /// Its number, or 0 where it does not answer.
    int number() {
        return reply == null ? 0 : reply.getReplica();
    }

    /// A cell of a table: empty where the replica does not answer.
    String show(Function<StatusReply, Object> field) {
        return reply == null ? "" : String.valueOf(field.apply(reply));
    }

    /// How people call it: by its number where that is known.
    String name() {
        return reply == null ? address.toString() : "replica " + number();
    }
}
