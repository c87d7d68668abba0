package dev.ephor.cli;

import dev.ephor.api.StatusReply;
import java.util.List;
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

    /// It was a member of its cell once, and does not hear of it any more.
    boolean isRemoved() {
        return reply != null && reply.getRole().equals("removed");
    }

    /// The epoch that it knows, or 0 where it does not answer.
    long epoch() {
        return reply == null ? 0 : reply.getEpoch();
    }

    /// Its number, or 0 where it does not answer.
    int number() {
        return reply == null ? 0 : reply.getReplica();
    }

    /// Where clients reach all replicas of its cell, as it says; empty where it does not answer.
    List<Address> cell() {
        return reply == null
                ? List.of()
                : reply.getReplicasList().stream().map(ReplicaView::parse).toList();
    }

    /// Where it says that clients reach it; where it was asked if it does not answer.
    Address officialAddress() {
        return reply == null || reply.getClientAddress().isEmpty()
                ? address
                : parse(reply.getClientAddress());
    }

    private static Address parse(String text) {
        return Address.parse(text, "a replica's answer");
    }

    /// A cell of a table: empty where the replica does not answer.
    String show(Function<StatusReply, Object> field) {
        return reply == null ? "" : String.valueOf(field.apply(reply));
    }
}
