package dev.ephor.server;

import dev.ephor.log.Address;
import dev.ephor.log.LogException;
import java.io.IOException;
import java.net.UnknownHostException;
import java.nio.channels.UnresolvedAddressException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// Words for what the machine refuses: what is in the way, and what to do.
final class Troubles {
    private Troubles() {}

    static String disk(Path data, IOException failure) {
        String what =
                switch (failure) {
                    case AccessDeniedException denied ->
                            "this user may not write to it (" + denied.getFile() + ")";
                    case FileAlreadyExistsException file ->
                            file.getFile() + " is a file, and a directory is needed";
                    case NotDirectoryException file -> file.getFile() + " is not a directory";
                    default -> String.valueOf(failure.getMessage());
                };
        return "the data directory " + data + " cannot be used: " + what;
    }

    static String port(Address listen, String key, IOException failure) {
        String reason = reason(failure);
        String advice =
                reason.contains("in use")
                        ? ": another program listens there, maybe another replica. Stop it, or give"
                                + " another port with "
                        : ": give an address of this machine with ";
        return "cannot listen at " + listen + " (" + reason + ")" + advice + key;
    }

    /// What is in the data directory is not what it should be.
    static String contents(Path data, LogException refusal) {
        return data + ": " + refusal.getMessage();
    }

    /// The innermost cause says it best.
    private static String reason(Throwable failure) {
        @Nullable Throwable at = failure;
        String words = "";
        while (at != null) {
            if (at instanceof UnresolvedAddressException || at instanceof UnknownHostException) {
                return "unknown host";
            }
            if (at.getMessage() != null) {
                words = at.getMessage();
            }
            at = at.getCause();
        }
        return words;
    }
}
