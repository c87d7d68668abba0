package dev.ephor.paxos;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.LongStream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/// Bare cores under random schedules: messages lost, doubled and overtaken, crashes that lose what
/// was not flushed, restarts, snapshots, replicas that stand still; members that change, masters
/// that hand over, replicas that are gone for good. Nothing may ever be inconsistent; and once the
/// faults stop, every member learns everything.
class RandomScheduleTest {
    private static final int SCHEDULES = Integer.getInteger("schedules", 300);
    private static final long FIRST = Long.getLong("schedule", 1L);

    /// What a campaign of some length must have seen.
    private static final Set<String> RARE =
            Set.of(
                    "change took effect",
                    "finishing",
                    "master removed",
                    "nobody stayed a voter",
                    "handed over",
                    "gone for good",
                    "refused NOT_READY",
                    "refused CHANGE_IN_PROGRESS",
                    "refused MEMBERS_CHANGED");

    @TestFactory
    List<DynamicTest> schedules() {
        TreeMap<String, Integer> occurred = new TreeMap<>();
        List<DynamicTest> tests = new ArrayList<>();
        LongStream.range(FIRST, FIRST + SCHEDULES)
                .forEach(seed ->
                        tests.add(
                                DynamicTest.dynamicTest(
                                        "schedule " + seed,
                                        () -> new RandomWorld(seed, occurred).run())));
        tests.add(
                DynamicTest.dynamicTest(
                        "rare cases occurred",
                        () -> {
                            if (SCHEDULES >= 300) {
                                assertThat(occurred.keySet()).containsAll(RARE);
                            }
                        }));
        return tests;
    }
}
