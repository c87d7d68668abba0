package dev.ephor.simulator;

import dev.ephor.simulator.Model.Timed;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Looks for one order of a history's operations that respects real time and that the object would
/// have given the same answers in: the search of Wing and Gong, with Lowe's memoisation (no set of
/// operations taken together with a state reached is tried twice).
///
/// A set of operations taken is named by the last one and by the earlier ones that were left out,
/// of which there are never more than there were callers at a time: so long histories cost little.
/// An operation that fits and changes nothing is taken at once, without alternatives: in whatever
/// order there is it may as well come first. An operation of unknown outcome is taken only where
/// something else is not possible without it (or where its model says that it may have to be there
/// before it is missed), and of two states that differ in what was taken of those, the one that
/// took more is not looked at after the other: it can do no better.
final class OrderSearch<S, O> {
    /// So many states are looked at before the search gives up.
    static final int MOST_STATES = 4_000_000;

    private static final int[] NONE = {};

    private final Model<S, O> model;

    /// By the time of the call: those that returned, and those of which nobody knows.
    private final List<Timed<O>> known = new ArrayList<>();

    private final List<Timed<O>> unknown = new ArrayList<>();

    private final Map<Place<S>, List<int[]>> tried = new HashMap<>();
    private int states;
    private int longest = -1;
    private long stuckAt;

    /// What a search came to.
    enum Verdict {
        POSSIBLE,
        IMPOSSIBLE,
        GAVE_UP
    }

    /// The known operations that were taken, and the state after them.
    ///
    /// @param last the last one, -1 for none
    /// @param left earlier ones that were not taken, rising
    private record Place<S>(int last, int[] left, S state) {
        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof Place<?> that
                    && last == that.last
                    && Arrays.equals(left, that.left)
                    && state.equals(that.state);
        }

        @Override
        public int hashCode() {
            return 31 * (31 * last + Arrays.hashCode(left)) + state.hashCode();
        }
    }

    /// @param extra operations of unknown outcome that were taken, rising
    private record Reached<S>(Place<S> place, int[] extra) {}

    OrderSearch(Model<S, O> model, List<Timed<O>> history) {
        this.model = model;
        List<Timed<O>> sorted = new ArrayList<>(history);
        sorted.sort(Comparator.comparingLong(Timed::called));
        for (Timed<O> each : sorted) {
            (each.isUnknown() ? unknown : known).add(each);
        }
    }

    /// Once for each search.
    ///
    /// @param most so many states are looked at before the search gives up
    Verdict run(S initial, int most) {
        ArrayDeque<Iterator<Reached<S>>> path = new ArrayDeque<>();
        Reached<S> reached = new Reached<>(new Place<>(-1, NONE, initial), NONE);
        while (true) {
            if (reached.place.last == known.size() - 1 && reached.place.left.length == 0) {
                return Verdict.POSSIBLE;
            }
            path.push(candidates(reached).iterator());
            Reached<S> next = null;
            while (next == null) {
                Iterator<Reached<S>> top = path.peek();
                if (top == null) {
                    return Verdict.IMPOSSIBLE;
                }
                if (!top.hasNext()) {
                    path.pop();
                    continue;
                }
                Reached<S> candidate = top.next();
                next = isNew(candidate) ? candidate : null;
            }
            if (states > most) {
                return Verdict.GAVE_UP;
            }
            reached = next;
        }
    }

    /// When something returned that could not be put in order, where the search came furthest.
    long stuckAt() {
        return stuckAt;
    }

    private boolean isNew(Reached<S> candidate) {
        List<int[]> extras = tried.computeIfAbsent(candidate.place, _ -> new ArrayList<>(1));
        for (int[] extra : extras) {
            if (isPartOf(extra, candidate.extra)) {
                return false;
            }
        }
        extras.add(candidate.extra);
        states++;
        return true;
    }

    private static boolean isPartOf(int[] some, int[] all) {
        return Arrays.stream(some).allMatch(each -> Arrays.binarySearch(all, each) >= 0);
    }

    /// Every way to take one more operation: none may be taken after one returned that was not.
    private List<Reached<S>> candidates(Reached<S> from) {
        Place<S> place = from.place;
        List<Integer> open = new ArrayList<>();
        long first = Linearizability.NEVER;
        for (int hole : place.left) {
            open.add(hole);
            first = Math.min(first, known.get(hole).returned());
        }
        for (int i = place.last + 1; i < known.size() && known.get(i).called() <= first; i++) {
            open.add(i);
            first = Math.min(first, known.get(i).returned());
        }
        if (place.last - place.left.length > longest) {
            longest = place.last - place.left.length;
            stuckAt = first;
        }
        List<Reached<S>> next = new ArrayList<>();
        List<O> wanting = new ArrayList<>();
        open.sort(Comparator.comparingLong(i -> known.get(i).returned()));
        for (int i : open) {
            O operation = known.get(i).operation();
            S state = model.after(place.state, operation, false);
            if (state == null) {
                wanting.add(operation);
            } else if (state.equals(place.state) && model.observes(operation)) {
                return List.of(new Reached<>(taken(place, i, state), from.extra));
            } else {
                next.add(new Reached<>(taken(place, i, state), from.extra));
                if (model.mayHideAnother(place.state, operation)) {
                    wanting.add(operation);
                }
            }
        }
        if (!wanting.isEmpty()) {
            addUnknown(from, first, wanting, next);
        }
        return next;
    }

    private void addUnknown(Reached<S> from, long first, List<O> wanting, List<Reached<S>> next) {
        Place<S> place = from.place;
        List<Integer> open = new ArrayList<>();
        Set<O> kinds = new HashSet<>();
        for (int i = 0; i < unknown.size() && unknown.get(i).called() <= first; i++) {
            // Of those that are alike, any is as good as the other.
            if (Arrays.binarySearch(from.extra, i) < 0 && kinds.add(unknown.get(i).operation())) {
                open.add(i);
            }
        }
        for (int i : open) {
            O operation = unknown.get(i).operation();
            S state = model.after(place.state, operation, true);
            if (state != null
                    && !state.equals(place.state)
                    && (wanting.stream().anyMatch(each -> isPossible(state, each, false))
                            || kinds.stream().anyMatch(each -> isPossible(state, each, true)))) {
                next.add(
                        new Reached<>(
                                new Place<>(place.last, place.left, state), with(from.extra, i)));
            }
        }
    }

    private boolean isPossible(S state, O operation, boolean isUnknown) {
        return model.after(state, operation, isUnknown) != null;
    }

    private Place<S> taken(Place<S> from, int taken, S state) {
        if (taken > from.last) {
            int[] left = Arrays.copyOf(from.left, from.left.length + taken - from.last - 1);
            for (int i = from.last + 1; i < taken; i++) {
                left[from.left.length + i - from.last - 1] = i;
            }
            return new Place<>(taken, left, state);
        }
        return new Place<>(
                from.last, Arrays.stream(from.left).filter(i -> i != taken).toArray(), state);
    }

    private static int[] with(int[] sorted, int added) {
        int[] all = Arrays.copyOf(sorted, sorted.length + 1);
        all[sorted.length] = added;
        Arrays.sort(all);
        return all;
    }
}
