package dev.ephor.log;

/// Bytes that are no encoding of anything: from a peer of another version, from somebody who is no
/// replica, or from a bug.
public final class MalformedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public MalformedException(String what) {
        super(what);
    }
}
