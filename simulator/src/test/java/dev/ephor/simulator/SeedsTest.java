package dev.ephor.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/// Two thousand seeds: no rule is broken, and the rare things that the rules are about did happen.
class SeedsTest {
    private static final int JOBS = Math.max(2, Runtime.getRuntime().availableProcessors());

    @Test
    void bareCores() {
        check(
                "core",
                1_450,
                10,
                Set.of(
                        "a clock jumps",
                        "a coordinator is parted from the others",
                        "a message arrives again much later",
                        "a message arrives twice",
                        "a message is held up in a clog",
                        "a message is lost",
                        "a process is paused",
                        "a replica is cut off",
                        "a replica is cut off one way",
                        "a wire is cut one way",
                        "all voters replaced at once is asked for",
                        "another value chosen where a command was proposed",
                        "applicant admitted",
                        "catch-up answered",
                        "catch-up asked for",
                        "catch-up from disk",
                        "clocks beyond the bound broke: one master lease at a time",
                        "command chosen without effect",
                        "crash in the first moments as coordinator",
                        "crash just before a flush was done",
                        "crash of the whole cell",
                        "crash when a change of members was chosen",
                        "disk lost",
                        "duel: two proposes of one round",
                        "epoch ended by a value of another origin",
                        "flush on a slow disk",
                        "lease released",
                        "left dead",
                        "left deaf",
                        "left mute",
                        "left with a slow disk",
                        "left with bad wires",
                        "mastership begins",
                        "members changed",
                        "operation of a past mastership had no effect",
                        "promise carries values",
                        "rejected because of a promise",
                        "rejected because of the lease",
                        "restart from disk",
                        "snapshot fetch failed",
                        "snapshot installed",
                        "snapshot offered",
                        "the cell is cut in two",
                        "the cell is cut to a ring",
                        "the master raised its number over a returning replica's and its reign went on",
                        "value of an earlier coordinator proposed again",
                        "wires come and go"));
    }

    @Test
    void theWholeLog() {
        check(
                "log",
                400,
                10,
                Set.of(
                        "EIO: read",
                        "EIO: write",
                        "a bit rots",
                        "a bit rots at the end of the log",
                        "a change of members is interrupted: the master dies",
                        "a clock jumps",
                        "a command of zeros",
                        "a coordinator is parted from the others",
                        "a damaged replica is replaced",
                        "a message arrives twice",
                        "a message is lost",
                        "a process is paused",
                        "a replica has rejoined",
                        "a replica is added",
                        "a replica is cut off one way",
                        "a replica is removed",
                        "a replica is replaced",
                        "a replica without a usable disk applies",
                        "a task stands still after it read the clock",
                        "a write is lost",
                        "a write is misdirected",
                        "a write is torn",
                        "an earlier release refused",
                        "another value chosen where a command was proposed",
                        "command chosen without effect",
                        "crash at an operation of the disk",
                        "crash of the whole cell",
                        "damage is found",
                        "damage is to be repaired in place",
                        "disk lost",
                        "epoch ended by a value of another origin",
                        "flush failed",
                        "mastership begins",
                        "mastership is handed over",
                        "mastership is handed over at a stop",
                        "no room left on the disk",
                        "read refused, the lease is over",
                        "read under the lease",
                        "segments of both formats in one directory",
                        "snapshot restored",
                        "stopped in good order",
                        "submission refused: overloaded",
                        "the cell grows to 3 voters",
                        "the cell grows to 5 voters",
                        "the cell grows to 7 voters",
                        "the cell is cut in two",
                        "the cell is cut to a ring",
                        "the cell shrinks to 1 voters",
                        "the cell shrinks to 3 voters",
                        "the machine of a removed replica is used again"));
    }

    @Test
    void theWholeService() {
        check(
                "cell",
                150,
                8,
                Set.of(
                        "a change of members is refused",
                        "a client crashes",
                        "a coordinator is parted from the others",
                        "a master is restarted in good order",
                        "a master that clients did not reach has handed over",
                        "a message arrives twice",
                        "a message is lost",
                        "a process is paused",
                        "a replica is added",
                        "a replica is cut off one way",
                        "a replica is removed",
                        "a replica is replaced",
                        "a session is closed",
                        "a stream breaks",
                        "a stream is held up by a cut link",
                        "all replicas are replaced one by one",
                        "all replicas are restarted one by one",
                        "an earlier release refused",
                        "an operator hears how far a change is",
                        "crash at an operation of the disk",
                        "damage is found",
                        "ephemeral file gone",
                        "ephemeral file seen",
                        "event: a new master",
                        "event: contents changed",
                        "lock call: LockTimeout",
                        "lock granted",
                        "lock granted after a lock-delay",
                        "lock shared",
                        "mastership is handed over",
                        "mastership is handed over at a stop",
                        "outcome unknown to a client",
                        "read back at the end",
                        "segments of both formats in one directory",
                        "session EXPIRED",
                        "session JEOPARDY",
                        "session SAFE",
                        "the cell is cut in two",
                        "the cell is cut to a ring",
                        "write refused, the lock is lost",
                        "write under a lock"));
    }

    private static void check(String profile, int seeds, int seconds, Set<String> mandatory) {
        List<String> failures = new ArrayList<>();
        Campaign campaign = new Campaign(List.of(profile), 1, seeds, seconds, null, JOBS);
        Campaign.Summary summary =
                campaign.run(outcome -> {
                    if (!outcome.holds()) {
                        StringWriter text = new StringWriter();
                        Story.print(new PrintWriter(text, true), campaign, outcome, false);
                        failures.add(
                                text
                                        + "\nrepeat with: ./ephor simulate --seed "
                                        + outcome.spec().seed()
                                        + " --profile "
                                        + profile
                                        + " --duration "
                                        + seconds);
                    }
                });
        assertThat(failures).isEmpty();
        assertThat(summary.marks()).containsKeys(mandatory.toArray(String[]::new));
    }
}
