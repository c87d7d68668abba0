package dev.ephor.benchmark;

/// One way in which one peer serves a case.
///
/// @param compared whether it gives the guarantee that the case is about, and so stands in the
///   ratio; a read that may be stale is measured and shown, but compared with nothing
record Variant(Peer peer, Placement placement, Operation operation, boolean compared) {
    String label() {
        return peer.name() + " " + operation.label + " " + placement.label;
    }
}
