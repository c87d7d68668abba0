package dev.ephor.cell;

import dev.ephor.log.MalformedException;

/// The version byte that every row begins with.
final class Formats {
    private Formats() {}

    static void check(String what, int found, int known) {
        if (found != known) {
            throw new MalformedException("a " + what + " of unknown format " + found);
        }
    }
}
