package dev.ephor.log;

import java.io.IOException;

/// There is no room left on the disk for what was to be written.
public final class DiskFullException extends IOException {
    private static final long serialVersionUID = 1L;

    public DiskFullException(String message, IOException cause) {
        super(message, cause);
    }
}
