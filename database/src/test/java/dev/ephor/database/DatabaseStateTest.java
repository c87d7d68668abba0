package dev.ephor.database;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ephor.paxos.Bytes;
import dev.ephor.paxos.Epoch;
import dev.ephor.paxos.ReplicaId;
import dev.ephor.paxos.SequenceNumber;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/// PML §5.6, and §5.3 for the epoch.
class DatabaseStateTest {
    private static final SequenceNumber OWNER = new SequenceNumber(1, ReplicaId.of(1));
    private static final Epoch EPOCH = new Epoch(5, OWNER);

    private DatabaseState state = DatabaseState.EMPTY.withEpoch(EPOCH);
    private long instance = 5;

    private MultiOpResult run(MultiOp multiOp) {
        return run(new Command(state.epoch().number(), 0, multiOp));
    }

    private MultiOpResult run(Command command) {
        DatabaseState.Step step = state.apply(++instance, command);
        state = step.state();
        return step.result();
    }

    private static MultiOpResult applied(boolean held, String... before) {
        List<Optional<Bytes>> values = new ArrayList<>();
        for (String value : before) {
            values.add(value.isEmpty() ? Optional.empty() : Optional.of(Bytes.utf8(value)));
        }
        return new MultiOpResult.Applied(held, values);
    }

    @Test
    void eachOperationGivesTheValueBeforeIt() {
        Bytes one = Bytes.utf8("1");
        Bytes two = Bytes.utf8("2");
        assertThat(run(MultiOp.of(new Op.Insert("k", one), new Op.Insert("k", two))))
                .isEqualTo(applied(true, "", "1"));
        assertThat(run(MultiOp.of(new Op.Lookup("k"), new Op.Delete("k"), new Op.Lookup("k"))))
                .isEqualTo(applied(true, "2", "2", ""));
        assertThat(run(MultiOp.delete("k"))).isEqualTo(applied(true, ""));
        assertThat(state.rows().size()).isZero();
    }

    @Test
    void compareAndSwapSwapsOnlyWhatItExpects() {
        run(MultiOp.insert("k", Bytes.utf8("old")));
        MultiOp swap = MultiOp.compareAndSwap("k", Bytes.utf8("old"), Bytes.utf8("new"));
        assertThat(run(swap)).isEqualTo(applied(true, "old"));
        assertThat(run(swap)).isEqualTo(applied(false, "new"));
        assertThat(state.lookup("k")).contains(Bytes.utf8("new"));
    }

    @Test
    void allGuardsMustHoldOrTheOtherListRuns() {
        run(MultiOp.insert("there", Bytes.utf8("x")));
        List<Guard> holding =
                List.of(
                        new Guard.Absent("gone"),
                        new Guard.Present("there"),
                        new Guard.Equals("there", Bytes.utf8("x")),
                        new Guard.EpochIs(5));
        List<Guard> failing =
                List.of(
                        new Guard.Absent("there"),
                        new Guard.Present("gone"),
                        new Guard.Equals("there", Bytes.utf8("y")),
                        new Guard.Equals("gone", Bytes.EMPTY),
                        new Guard.EpochIs(6));
        assertThat(runGuarded(holding)).isTrue();
        for (Guard guard : failing) {
            List<Guard> guards = new ArrayList<>(holding);
            guards.add(guard);
            assertThat(runGuarded(guards)).as("%s", guard).isFalse();
        }
    }

    private boolean runGuarded(List<Guard> guards) {
        run(
                new MultiOp(
                        guards,
                        List.of(new Op.Insert("ran", Bytes.utf8("then"))),
                        List.of(new Op.Insert("ran", Bytes.utf8("otherwise")))));
        return state.lookup("ran").orElseThrow().equals(Bytes.utf8("then"));
    }

    @Test
    void nothingTakesEffectInAnotherEpoch() {
        run(MultiOp.insert("k", Bytes.utf8("1")));
        Command late = new Command(5, 0, MultiOp.insert("k", Bytes.utf8("late")));
        state = state.withEpoch(new Epoch(9, OWNER));
        long checksum = state.checksum();
        assertThat(run(late)).isEqualTo(new MultiOpResult.EpochPassed(9));
        assertThat(run(new Command(10, 0, MultiOp.delete("k"))))
                .isEqualTo(new MultiOpResult.EpochPassed(9));
        assertThat(state.lookup("k")).contains(Bytes.utf8("1"));
        assertThat(state.checksum()).isEqualTo(checksum);
        assertThat(state.instance()).isEqualTo(instance);
    }

    @Test
    void numberedCommandsTakeEffectInOrderWithoutAGap() {
        assertThat(run(new Command(5, 2, MultiOp.insert("k", Bytes.utf8("2")))))
                .isEqualTo(new MultiOpResult.EpochPassed(5));
        assertThat(run(new Command(5, 1, MultiOp.insert("k", Bytes.utf8("1")))))
                .isEqualTo(applied(true));
        assertThat(run(new Command(5, 1, MultiOp.insert("k", Bytes.utf8("1 again")))))
                .isEqualTo(new MultiOpResult.EpochPassed(5));
        assertThat(run(new Command(5, 2, MultiOp.insert("k", Bytes.utf8("2")))))
                .isEqualTo(applied(true));
        state = state.withEpoch(new Epoch(9, OWNER));
        assertThat(run(new Command(9, 1, MultiOp.insert("k", Bytes.utf8("new epoch")))))
                .isEqualTo(applied(true));
        assertThat(state.lookup("k")).contains(Bytes.utf8("new epoch"));
    }

    /// The same as a plain map does, under a thousand random runs.
    @Test
    void itDoesWhatAPlainMapDoes() {
        for (int seed = 0; seed < 100; seed++) {
            state = DatabaseState.EMPTY.withEpoch(EPOCH);
            Samples samples = new Samples(seed);
            TreeMap<String, Bytes> model = new TreeMap<>();
            for (int step = 0; step < 200; step++) {
                MultiOp multiOp = samples.multiOp(5);
                assertThat(run(multiOp)).isEqualTo(Model.run(model, 5, multiOp));
                assertThat(state.rows().all()).isEqualTo(model);
                assertThat(state.checksum())
                        .isEqualTo(
                                DatabaseState.of(state.rows(), state.epoch(), 0, instance)
                                        .checksum());
                String from = samples.key();
                String to = samples.key();
                if (from.compareTo(to) <= 0) {
                    assertThat(state.range(from, to)).isEqualTo(model.subMap(from, to));
                    assertThat(state.range(from, to)).hasSize(model.subMap(from, to).size());
                } else {
                    assertThat(state.range(from, to)).isEmpty();
                }
            }
        }
    }

    @Test
    void anOldStateStaysAsItWas() {
        run(MultiOp.insert("a", Bytes.utf8("1")));
        DatabaseState old = state;
        run(MultiOp.of(new Op.Delete("a"), new Op.Insert("b", Bytes.utf8("2"))));
        assertThat(old.rows().all()).containsOnlyKeys("a");
        assertThat(old.checksum()).isNotEqualTo(state.checksum());
    }

    @Test
    void theChecksumForgetsTheWayAndKnowsTheRows() {
        run(MultiOp.insert("a", Bytes.utf8("1")));
        long one = state.checksum();
        run(MultiOp.insert("b", Bytes.utf8("2")));
        run(MultiOp.insert("a", Bytes.utf8("3")));
        assertThat(state.checksum()).isNotEqualTo(one);
        run(MultiOp.of(new Op.Delete("b"), new Op.Insert("a", Bytes.utf8("1"))));
        assertThat(state.checksum()).isEqualTo(one);
        assertThat(state.withEpoch(new Epoch(6, OWNER)).checksum()).isNotEqualTo(one);
    }

    @Test
    void keyAndValueAreToldApart() {
        DatabaseState first =
                state.apply(6, new Command(5, 0, MultiOp.insert("ab", Bytes.utf8("c")))).state();
        DatabaseState second =
                state.apply(6, new Command(5, 0, MultiOp.insert("a", Bytes.utf8("bc")))).state();
        assertThat(first.checksum()).isNotEqualTo(second.checksum());
    }

    /// What MultiOp means, said with a map that changes.
    private static final class Model {
        static MultiOpResult run(TreeMap<String, Bytes> rows, long epoch, MultiOp multiOp) {
            boolean held = multiOp.guards().stream().allMatch(guard -> holds(rows, epoch, guard));
            List<Optional<Bytes>> before = new ArrayList<>();
            for (Op op : held ? multiOp.then() : multiOp.otherwise()) {
                before.add(Optional.ofNullable(rows.get(op.key())));
                if (op instanceof Op.Insert insert) {
                    rows.put(insert.key(), insert.value());
                } else if (op instanceof Op.Delete) {
                    rows.remove(op.key());
                }
            }
            return new MultiOpResult.Applied(held, before);
        }

        private static boolean holds(TreeMap<String, Bytes> rows, long epoch, Guard guard) {
            return switch (guard) {
                case Guard.Absent(String key) -> rows.get(key) == null;
                case Guard.Present(String key) -> rows.get(key) != null;
                case Guard.Equals(String key, Bytes value) -> value.equals(rows.get(key));
                case Guard.EpochIs(long number) -> number == epoch;
            };
        }
    }
}
