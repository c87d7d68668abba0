package dev.ephor.cell;

/// What a handle says (Chubby §2.3): everything that a new master needs to honour it.
///
/// @param epoch under which it was made
/// @param session only this session may use it
/// @param serial the number of the Open request that made it: no other handle of the session has it
/// @param instance the node that it is open on
/// @param sequencer every write and delete through it is conditional on this; empty for none
record Handle(
        long epoch,
        long session,
        long serial,
        NodePath path,
        long instance,
        boolean write,
        EventTypes events,
        int lockDelayMillis,
        String sequencer) {
    Handle withSequencer(String next) {
        return new Handle(
                epoch, session, serial, path, instance, write, events, lockDelayMillis, next);
    }
}
