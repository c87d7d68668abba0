package dev.ephor.log;

/// A file of the replica is damaged in a place that was safely on disk before, so the replica may
/// have forgotten what it promised and must not vote (PML §5.1). Nothing was changed.
public final class DamagedException extends LogException {
    private static final long serialVersionUID = 1L;

    private final String file;
    private final long offset;
    private final String what;

    DamagedException(String file, long offset, String what) {
        super(
                file
                        + ": damaged at offset "
                        + offset
                        + ": "
                        + what
                        + ". A replica that may have forgotten what it promised must not vote with"
                        + " this disk",
                true);
        this.file = file;
        this.offset = offset;
        this.what = what;
    }

    /// Which file, where, and what is wrong, without what follows from it.
    String place() {
        return file + ": damaged at offset " + offset + ": " + what;
    }

    /// Name of the file in the data directory.
    public String file() {
        return file;
    }

    /// Where in the file, in bytes from its beginning.
    public long offset() {
        return offset;
    }
}
