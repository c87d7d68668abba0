package dev.ephor.simulator;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// What a run chose to do, as opposed to what followed from it: every fault that it brought, and
/// everything that it asked of the cell. Each choice has a name that says what and which (`crash#3`
/// is the fourth crash), so that a run can be made again with only some of its choices; that is how
/// [Shrinker] makes a short story of a long one.
///
/// Who asks [#make] draws all random numbers that belong to the choice first, whether it is made or
/// not, so that leaving one out disturbs the others as little as can be.
final class Choices {
    private final @Nullable Set<String> only;
    private final boolean recorded;
    private final TreeMap<String, int[]> counts = new TreeMap<>();
    private final List<Outcome.Choice> made = new ArrayList<>();

    /// @param only the names of those that are made; null for all
    /// @param recorded whether to keep a list of those that are made
    Choices(@Nullable Set<String> only, boolean recorded) {
        this.only = only;
        this.recorded = recorded;
    }

    /// True where this choice is made.
    ///
    /// @param kind what would be done
    /// @param detail to whom, for the list
    boolean make(World world, String kind, String detail) {
        int number = counts.computeIfAbsent(kind, _ -> new int[1])[0]++;
        if (only == null && !recorded) {
            return true;
        }
        String name = kind + "#" + number;
        boolean make = only == null || only.contains(name);
        if (make && recorded) {
            made.add(new Outcome.Choice(name, world.now(), detail));
        }
        return make;
    }

    List<Outcome.Choice> made() {
        return made;
    }
}
