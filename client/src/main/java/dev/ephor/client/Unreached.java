package dev.ephor.client;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Masters that this client does not reach, and what to tell which replica of them. Each replica
/// hears of the master that it named itself: what others named may be long gone, and says nothing
/// to it. Confined to the loop.
final class Unreached {
    /// Since when each of them was not heard.
    private final Map<String, Long> since = new HashMap<>();

    /// Whom each replica named last, by address.
    private final Map<String, String> named = new HashMap<>();

    private @Nullable String last;

    /// @param since when it was heard last, or was first expected to answer
    record Missed(String address, long since) {}

    /// The replica says that the master is there; or knows of none, where that is empty.
    void named(String replica, String master) {
        if (master.isEmpty()) {
            named.remove(replica);
        } else {
            named.put(replica, master);
        }
    }

    /// What may be master did not answer, or its connection broke.
    void missed(String address, long heardAt) {
        since.putIfAbsent(address, heardAt);
        last = address;
    }

    /// It said something.
    void heard(String address) {
        since.remove(address);
    }

    /// There is a master again.
    void clear() {
        since.clear();
        named.clear();
        last = null;
    }

    /// What to tell this replica.
    Optional<Missed> tell(String replica) {
        String master = named.getOrDefault(replica, last);
        Long missedSince = master == null ? null : since.get(master);
        return master == null || missedSince == null || master.equals(replica)
                ? Optional.empty()
                : Optional.of(new Missed(master, missedSince));
    }
}
