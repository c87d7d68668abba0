package dev.ephor.database;

/// Bytes are not what they should be.
public final class MalformedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public MalformedException(String why) {
        super(why);
    }
}
