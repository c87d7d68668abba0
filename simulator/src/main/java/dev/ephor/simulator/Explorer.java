package dev.ephor.simulator;

import dev.ephor.paxos.Membership;
import dev.ephor.paxos.ReplicaId;
import dev.ephor.simulator.LocalStates.Event;
import dev.ephor.simulator.LocalStates.Result;
import dev.ephor.simulator.LocalStates.Sent;
import dev.ephor.simulator.Packets.Packet;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Looks at every state that a small cell of bare cores can get into, within bounds: every order in
/// which messages arrive, every loss, and duplicates, crashes, slow flushes and leases that run out
/// at any moment. Breadth first, so that what leads to a broken rule is as short as it can be.
///
/// A state of the cell is a number for the state of each replica with its disk ([LocalState]), the
/// messages under way, and what is left of the bounds. A message that is never delivered is lost:
/// loss needs no step of its own. States that differ only in the names of replicas that never stand
/// for election are one.
public final class Explorer {
    // Places in a state before those of the replicas:
    static final int ELECTIONS = 0;
    private static final int LEASES = 1;
    private static final int COMMANDS = 2;
    private static final int CRASHES = 3;
    private static final int SLOW = 4;
    private static final int DUPLICATES = 5;
    private static final int TICKS = 6;
    private static final int CHANGES = 7;
    private static final int HAND_OVERS = 8;
    static final int LOCALS = 9;

    private final Bounds bounds;
    private final LocalStates locals;
    private final Packets packets;
    private final DeadLetters deadLetters;
    private final CellRules rules;
    private final List<Map<ReplicaId, ReplicaId>> renamings;
    private final Visited visited = new Visited();
    private long transitions;
    private int depth;

    /// What can happen in a state.
    ///
    /// @param packet the message that arrives, -1 for none
    /// @param again true where it will arrive once more
    private record Step(
            int replica, Event event, int packet, boolean again, int choice, boolean slow) {}

    /// A rule that is broken.
    private static final class Broken extends Exception {
        private static final long serialVersionUID = 1L;

        Broken(String rule) {
            super(rule, null, false, false);
        }
    }

    private Explorer(Bounds bounds) {
        this.bounds = bounds;
        Membership membership = bounds.membership();
        this.renamings = Renamings.of(bounds.alike());
        this.locals = new LocalStates(membership, renamings);
        this.packets = new Packets(locals, renamings);
        this.deadLetters = new DeadLetters(bounds, locals, packets);
        this.rules = new CellRules(membership);
    }

    /// Called with what every class loader shares, so that [MutantLoader] can call its own copy.
    ///
    /// @param layers is told after each layer how far it is
    /// @param bounds as [Bounds#numbers()] gives them
    public static Exploration explore(Consumer<String> layers, long... bounds) {
        return new Explorer(Bounds.of(bounds)).run(layers);
    }

    private Exploration run(Consumer<String> layers) {
        int[] first = new int[LOCALS + bounds.replicas()];
        for (int i = 0; i < bounds.replicas(); i++) {
            first[LOCALS + i] = locals.first(i).id();
        }
        List<int[]> layer = List.of(first);
        visited.add(key(first), -1, 0);
        int[] layerNumbers = {0};
        while (!layer.isEmpty()) {
            List<int[]> next = new ArrayList<>();
            List<Integer> numbers = new ArrayList<>();
            for (int i = 0; i < layer.size(); i++) {
                int[] state = layer.get(i);
                List<Step> steps = steps(state);
                for (int s = 0; s < steps.size(); s++) {
                    transitions++;
                    int[] after;
                    try {
                        after = after(state, steps.get(s));
                    } catch (Broken broken) {
                        return report(false, broken.getMessage(), story(layerNumbers[i], s));
                    }
                    if (after != null && visited.add(key(after), layerNumbers[i], s)) {
                        next.add(after);
                        numbers.add(visited.size() - 1);
                    }
                }
                if (visited.size() > bounds.states()) {
                    return report(false, null, List.of());
                }
            }
            depth += next.isEmpty() ? 0 : 1;
            layer = next;
            layers.accept(
                    String.format(
                            Locale.ROOT,
                            "%d steps: %,d states, %,d of them new; %,d transitions",
                            depth,
                            visited.size(),
                            next.size(),
                            transitions));
            layerNumbers = numbers.stream().mapToInt(Integer::intValue).toArray();
        }
        return report(true, null, List.of());
    }

    private Exploration report(boolean complete, @Nullable String wrong, List<String> story) {
        return new Exploration(
                visited.size(),
                transitions,
                depth,
                locals.count(),
                locals.steps(),
                complete,
                wrong,
                story);
    }

    // --- what can happen ---

    /// Always the same for the same state, in the same order: a step is remembered as its place.
    private List<Step> steps(int[] state) {
        List<Step> steps = new ArrayList<>();
        for (int i = 0; i < bounds.replicas(); i++) {
            LocalState local = local(state, i);
            if (local.coordinates()) {
                if (state[TICKS] < bounds.ticks()) {
                    add(steps, state, i, new Event.Tick(), -1);
                }
                if (state[CHANGES] < bounds.changes()) {
                    add(steps, state, i, new Event.Promote(), -1);
                }
                if (state[HAND_OVERS] < bounds.handOvers()) {
                    add(steps, state, i, new Event.HandOver(), -1);
                }
            } else if (bounds.mayStand(i, state[ELECTIONS])) {
                add(steps, state, i, new Event.Stand(), -1);
            }
            if (local.coordinates() && state[COMMANDS] < bounds.commands()) {
                add(steps, state, i, new Event.Submit(state[COMMANDS] + 1L), -1);
            }
            if (local.waitsForDisk()) {
                steps.add(new Step(i, new Event.Flush(), -1, false, 0, true));
            }
            if (state[CRASHES] < bounds.crashes()) {
                steps.add(new Step(i, new Event.Crash(), -1, false, 0, false));
            }
        }
        for (int at = LOCALS + bounds.replicas(); at < state.length; at++) {
            Packet packet = packets.get(state[at]);
            add(
                    steps,
                    state,
                    packet.receiver(),
                    new Event.Receive(packet.from(), packet.message()),
                    state[at]);
        }
        if (state[LEASES] < bounds.leases()) {
            steps.add(new Step(-1, new Event.Time(), -1, false, 0, false));
        }
        return steps;
    }

    private void add(List<Step> steps, int[] state, int replica, Event event, int packet) {
        LocalState local = local(state, replica);
        Result plain = locals.move(local, event, LocalStates.number(event, packet), 0, false);
        for (int choice = 0; choice < plain.choices(); choice++) {
            steps.add(new Step(replica, event, packet, false, choice, false));
            if (packet >= 0 && state[DUPLICATES] < bounds.duplicates()) {
                steps.add(new Step(replica, event, packet, true, choice, false));
            }
            if (plain.flushed() && state[SLOW] < bounds.slow()) {
                steps.add(new Step(replica, event, packet, false, choice, true));
            }
        }
    }

    /// The state after a step; null where it is beyond the bounds, or where nothing happens (a
    /// message that has no effect may as well be lost).
    private int @Nullable [] after(int[] state, Step step) throws Broken {
        if (step.event() instanceof Event.Time) {
            int[] next = state.clone();
            next[LEASES]++;
            for (int i = 0; i < bounds.replicas(); i++) {
                Result older = move(local(state, i), step);
                next[LOCALS + i] = older.next().id();
            }
            return deadLetters.without(next);
        }
        LocalState local = local(state, step.replica());
        Result result = move(local, step);
        if (result.wrong() != null) {
            throw new Broken(result.wrong());
        }
        int[] next = withPackets(state, step, local, result);
        int at = LOCALS + step.replica();
        next[at] = result.next().id();
        for (int i = 0; i < result.elections(); i++) {
            if (!bounds.mayStand(step.replica(), next[ELECTIONS]++)) {
                return null;
            }
        }
        next[COMMANDS] += step.event() instanceof Event.Submit ? 1 : 0;
        next[CRASHES] += step.event() instanceof Event.Crash ? 1 : 0;
        next[SLOW] += step.slow() && !(step.event() instanceof Event.Flush) ? 1 : 0;
        next[TICKS] += step.event() instanceof Event.Tick ? 1 : 0;
        next[CHANGES] += step.event() instanceof Event.Promote ? 1 : 0;
        next[HAND_OVERS] += step.event() instanceof Event.HandOver ? 1 : 0;
        next[DUPLICATES] += step.again() ? 1 : 0;
        if (!step.slow() && next[at] == state[at] && next.length <= state.length) {
            return null;
        }
        if (result.flushed() || !result.learned().isEmpty() || result.next().isLeased()) {
            Optional<String> broken = rules.broken(cell(next), step.replica(), result.learned());
            if (broken.isPresent()) {
                throw new Broken(broken.get());
            }
        }
        return deadLetters.without(next);
    }

    private int[] withPackets(int[] state, Step step, LocalState local, Result result) {
        int from = LOCALS + bounds.replicas();
        int[] more = new int[state.length + result.sent().size()];
        int count = 0;
        for (int at = from; at < state.length; at++) {
            if (step.again() || state[at] != step.packet()) {
                more[count++] = state[at];
            }
        }
        for (Sent sent : result.sent()) {
            int packet =
                    packets.number(
                            new Packet(LocalStates.id(local.replica()), sent.to(), sent.message()));
            boolean isNew = true;
            for (int i = 0; i < count; i++) {
                isNew &= more[i] != packet;
            }
            if (isNew) {
                more[count++] = packet;
            }
        }
        Arrays.sort(more, 0, count);
        int[] next = Arrays.copyOf(state, from + count);
        System.arraycopy(more, 0, next, from, count);
        return next;
    }

    // --- numbers for things ---

    private List<LocalState> cell(int[] state) {
        List<LocalState> cell = new ArrayList<>(bounds.replicas());
        for (int i = 0; i < bounds.replicas(); i++) {
            cell.add(local(state, i));
        }
        return cell;
    }

    private LocalState local(int[] state, int replica) {
        return locals.get(state[LOCALS + replica]);
    }

    private Result move(LocalState local, Step step) {
        return locals.move(
                local,
                step.event(),
                LocalStates.number(step.event(), step.packet()),
                step.choice(),
                step.slow());
    }

    /// The same for all states that differ only in names.
    private int[] key(int[] state) {
        int[] lowest = null;
        for (int renaming = 0; renaming < renamings.size(); renaming++) {
            int[] renamed = state.clone();
            for (int i = 0; i < bounds.replicas(); i++) {
                int to =
                        renamings
                                        .get(renaming)
                                        .getOrDefault(LocalStates.id(i), LocalStates.id(i))
                                        .number()
                                - 1;
                renamed[LOCALS + to] = local(state, i).shapes()[renaming];
            }
            int from = LOCALS + bounds.replicas();
            for (int at = from; at < state.length; at++) {
                renamed[at] = packets.shape(state[at], renaming);
            }
            Arrays.sort(renamed, from, renamed.length);
            if (lowest == null || Arrays.compare(renamed, lowest) < 0) {
                lowest = renamed;
            }
        }
        return java.util.Objects.requireNonNull(lowest);
    }

    // --- how a state came about ---

    private List<String> story(int last, int lastStep) {
        List<Integer> places = new ArrayList<>(List.of(lastStep));
        for (int number = last; visited.parent(number) >= 0; number = visited.parent(number)) {
            places.add(visited.step(number));
        }
        int[] state = new int[LOCALS + bounds.replicas()];
        for (int i = 0; i < bounds.replicas(); i++) {
            state[LOCALS + i] = locals.first(i).id();
        }
        List<String> story = new ArrayList<>();
        for (int place : places.reversed()) {
            Step step = steps(state).get(place);
            String who = step.replica() < 0 ? "everybody" : "" + LocalStates.id(step.replica());
            String slow =
                    step.slow() && !(step.event() instanceof Event.Flush) ? " (slow disk)" : "";
            story.add(who + " " + LocalStates.describe(step.event()) + slow);
            if (step.replica() >= 0) {
                Result result = move(local(state, step.replica()), step);
                result.sent()
                        .forEach(sent -> story.add("    to " + sent.to() + ": " + sent.message()));
                result.learned()
                        .forEach(learn ->
                                story.add("    learns " + learn.instance() + ": " + learn.value()));
            }
            try {
                state = java.util.Objects.requireNonNull(after(state, step));
            } catch (Broken broken) {
                story.add(String.valueOf(broken.getMessage()));
            }
        }
        return story;
    }
}
