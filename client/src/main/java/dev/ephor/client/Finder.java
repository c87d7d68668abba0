package dev.ephor.client;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// Decides which replica to ask next, and when: the one that is named as master at once, else all
/// in turn with growing, jittered pauses. Confined to the loop.
final class Finder {
    /// After so many pauses in a row nobody is near; the pauses may grow further.
    private static final int PATIENT_AFTER = 60;

    private final SessionSettings settings;
    private final RandomGenerator random;

    /// The one to be asked next is the first.
    private final ArrayList<String> addresses = new ArrayList<>();

    private int attempts;
    private int hintsInRow;
    private int silent;
    private @Nullable String hint;

    Finder(SessionSettings settings, RandomGenerator random, List<String> addresses) {
        this.settings = settings;
        this.random = random;
        learn(addresses);
        Collections.rotate(this.addresses, -random.nextInt(this.addresses.size()));
    }

    /// Where to ask next, and after which pause.
    ///
    /// @param named a replica said that this one is master
    record Turn(String address, long delay, boolean named) {}

    /// Further replicas of the cell.
    void learn(List<String> more) {
        for (String address : more) {
            if (!address.isBlank() && !addresses.contains(address)) {
                addresses.add(address);
            }
        }
    }

    /// A replica named this one as the master.
    void hint(String address) {
        hint = address.isBlank() ? null : address;
    }

    /// The replica did not answer in time: all others are asked before it.
    void silent(String address) {
        silent = Math.min(silent + 1, 16);
        if (addresses.remove(address)) {
            addresses.add(address);
        }
    }

    /// The master answered: start afresh, and with it, the next time.
    void found(String address) {
        attempts = 0;
        hintsInRow = 0;
        silent = 0;
        hint = null;
        Collections.rotate(addresses, -Math.max(0, addresses.indexOf(address)));
    }

    Turn turn() {
        String named = hint;
        hint = null;
        if (named != null && hintsInRow < 2) {
            hintsInRow++;
            return new Turn(named, 0, true);
        }
        hintsInRow = 0;
        String address = addresses.remove(0);
        addresses.add(address);
        return new Turn(named != null ? named : address, pause(), named != null);
    }

    /// How long the next replica has to answer.
    long attempt() {
        return Math.min(settings.maxAttempt(), settings.attempt() << Math.min(silent / 2, 8));
    }

    private long pause() {
        int turn = attempts++;
        if (turn == 0) {
            return 0;
        }
        long limit = settings.maxBackoff() * (turn > PATIENT_AFTER ? 5 : 1);
        long pause = Math.min(limit, settings.backoff() << Math.min(turn - 1, 20));
        return pause / 2 + random.nextLong(pause / 2 + 1);
    }
}
