package dev.ephor.simulator;

import static dev.ephor.simulator.Histories.invoke;
import static dev.ephor.simulator.Histories.judge;
import static dev.ephor.simulator.Histories.line;
import static dev.ephor.simulator.Histories.lines;
import static dev.ephor.simulator.Histories.locked;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// What histories of locks are judged by.
class LockHistoryTest {
    @Test
    void aLockHasOneHolderAndItsGenerationsRise() throws Exception {
        assertThat(judge(locked(6, "ok"))).isEmpty();
        assertThat(judge(locked(6, "unknown"))).isEmpty();
        assertThat(judge(locked(6, "fail"))).hasSize(1);
        assertThat(judge(locked(4, "ok"))).hasSize(1);
        assertThat(judge(locked(5, "ok")).getFirst().name()).isEqualTo("the lock of k");
    }

    @Test
    void sharersHaveOneGeneration() throws Exception {
        String[] shared = {
            invoke("a", 1, "'operation':'acquire','key':'k','mode':'shared'"),
            line("a", "ok", 2, "'value':1"),
            invoke("b", 3, "'operation':'acquire','key':'k','mode':'shared'"),
            line("b", "ok", 4, "'value':1"),
            invoke("c", 5, "'operation':'acquire','key':'k','mode':'exclusive'"),
            line("c", "ok", 9, "'value':2"),
            invoke("a", 6, "'operation':'release','key':'k','value':1"),
            line("a", "ok", 7, ""),
        };
        List<String> tooEarly = new ArrayList<>(List.of(shared));
        assertThat(judge(tooEarly.toArray(String[]::new))).hasSize(1);
        tooEarly.add(invoke("b", 6, "'operation':'release','key':'k','value':1"));
        assertThat(judge(tooEarly.toArray(String[]::new))).isEmpty();
    }

    private static String[] acquired(String process, long time, String mode, String end) {
        return lines(
                invoke(process, time, "'operation':'acquire','key':'k','mode':'" + mode + "'"),
                end.equals("unknown")
                        ? line(process, "unknown", time + 1, "")
                        : line(process, "ok", time + 1, "'value':" + end));
    }

    private static String[] released(String process, long time, long generation) {
        return lines(
                invoke(process, time, "'operation':'release','key':'k','value':" + generation),
                line(process, "ok", time + 1, ""));
    }

    private static String[] checked(long time, String mode, long generation, boolean valid) {
        return lines(
                invoke(
                        "checker",
                        time,
                        "'operation':'check','key':'k','mode':'%s','value':%d"
                                .formatted(mode, generation)),
                line("checker", "ok", time + 1, "'value':" + valid));
    }

    private static List<HistoryJudge.Finding> judgeAll(String[]... parts) throws Exception {
        return judge(Stream.of(parts).flatMap(Stream::of).toArray(String[]::new));
    }

    /// Whether the lock went from free to held again depends on one who was never told.
    @Test
    void anAcquireOfUnknownOutcomeMayShareTheLock() throws Exception {
        String[] untold = acquired("a", 1, "shared", "unknown");
        String[] one = acquired("b", 3, "shared", "1");
        String[] gone = released("b", 5, 1);
        String[] other = acquired("c", 7, "shared", "1");
        String[] late = acquired("a", 7, "shared", "unknown");

        assertThat(judgeAll(untold, one, gone, other)).isEmpty();
        assertThat(judgeAll(one, untold, gone, other)).isEmpty();
        assertThat(judgeAll(one, gone, other)).hasSize(1);
        assertThat(judgeAll(acquired("a", 1, "exclusive", "unknown"), one, gone, other)).hasSize(1);
        assertThat(judgeAll(one, gone, late, acquired("c", 9, "shared", "1")))
                .as("it came too late to keep the lock held")
                .hasSize(1);
        assertThat(judgeAll(untold, one, gone, acquired("c", 7, "exclusive", "1"))).hasSize(1);
        assertThat(judgeAll(untold, one, gone, acquired("c", 7, "exclusive", "2"))).isEmpty();
        assertThat(judgeAll(untold, one, acquired("c", 7, "exclusive", "2")))
                .as("b has it still")
                .hasSize(1);
    }

    /// One such acquire explains one stretch of time in which the lock was held, not two.
    @Test
    void eachAcquireOfUnknownOutcomeTookEffectOnceAtMost() throws Exception {
        String[][] history = {
            acquired("a", 1, "shared", "unknown"),
            acquired("b", 3, "shared", "1"),
            released("b", 5, 1),
            acquired("c", 7, "shared", "1"),
            released("c", 9, 1),
            acquired("d", 11, "exclusive", "2"),
            released("d", 13, 2),
            acquired("b", 15, "shared", "3"),
            released("b", 17, 3),
            acquired("c", 19, "shared", "3"),
        };
        assertThat(judgeAll(history)).hasSize(1);
        String[] another = acquired("e", 2, "shared", "unknown");
        assertThat(
                        judgeAll(
                                Stream.concat(Stream.<String[]>of(another), Stream.of(history))
                                        .toArray(String[][]::new)))
                .isEmpty();
    }

    @Test
    void anAcquireOfUnknownOutcomeMayTakeEffectLateAndBeLostAtAnyTime() throws Exception {
        String[] untold = acquired("a", 1, "exclusive", "unknown");
        String[] valid = checked(9, "exclusive", 4, true);

        assertThat(judgeAll(untold, checked(3, "exclusive", 4, false), valid)).isEmpty();
        assertThat(judgeAll(checked(3, "exclusive", 4, false), valid)).hasSize(1);
        assertThat(judgeAll(untold, checked(3, "shared", 4, true))).hasSize(1);
        assertThat(judgeAll(untold, valid, checked(11, "exclusive", 4, false))).isEmpty();
        assertThat(
                        judgeAll(
                                untold,
                                valid,
                                checked(11, "exclusive", 4, false),
                                checked(13, "exclusive", 4, true)))
                .as("a lost lock does not come back under its generation")
                .hasSize(1);
        assertThat(judgeAll(untold, valid, checked(11, "exclusive", 5, true)))
                .as("it got one generation")
                .hasSize(1);
        assertThat(judgeAll(untold, valid, acquired("b", 11, "exclusive", "5"))).isEmpty();
        assertThat(judgeAll(untold, valid, acquired("b", 11, "exclusive", "4"))).hasSize(1);
        assertThat(judgeAll(untold, acquired("b", 3, "exclusive", "3"), valid))
                .as("b has it")
                .hasSize(1);
        assertThat(judgeAll(untold, acquired("b", 3, "exclusive", "3"), released("b", 5, 3), valid))
                .isEmpty();
    }
}
