package dev.ephor.log;

/// Bytes that are no encoding of anything: from a peer of another version, from somebody who is no
/// replica, or from a bug.
final class MalformedException extends Exception {
    private static final long serialVersionUID = 1L;

    MalformedException(String what) {
        super(what);
    }
}
