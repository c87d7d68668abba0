package dev.ephor.simulator;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;

/// Why a file cannot be read or written, in words; its name is left to whoever says so.
final class Reason {
    private Reason() {}

    static String of(IOException failed) {
        return switch (failed) {
            case NoSuchFileException _ -> "there is no such file or directory";
            case AccessDeniedException _ -> "permission denied";
            case CharacterCodingException _ -> "this is not UTF-8 text";
            case FileSystemException other when other.getReason() != null -> other.getReason();
            case FileSystemException _ -> "it cannot be opened";
            default -> String.valueOf(failed.getMessage());
        };
    }
}
