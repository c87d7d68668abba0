package dev.ephor.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

/// Everything that can happen within small bounds, on the real core; docs/SIMULATOR.md has the
/// larger runs. Bugs that are planted are found, in as few steps as there can be.
class ExplorerTest {
    /// In place of the command's own bounds; what a test says comes after it, and counts.
    private static final String BOUNDS = "--elections=2 --ticks=1 --leases=1 --crashes=0 --slow=0 ";

    private String said = "";

    private int explore(String options) {
        return exploreWithin(BOUNDS + options);
    }

    private int exploreWithin(String options) {
        StringWriter out = new StringWriter();
        CommandLine line = new CommandLine(new ExploreCommand());
        line.setOverwrittenOptionsAllowed(true);
        line.setOut(new PrintWriter(out));
        line.setErr(new PrintWriter(out));
        int code = line.execute(options.split(" "));
        said = out.toString();
        return code;
    }

    @ParameterizedTest
    @CsvSource({
        "--elections=2 --ticks=0 --leases=0",
        "--elections=1 --ticks=0 --leases=0 --duplicates=2 --candidates=1",
        "--elections=1 --ticks=0 --leases=0 --commands=1 --candidates=1",
        "--elections=3 --ticks=0 --leases=0",
        "--elections=1 --ticks=0 --leases=0 --changes=1 --candidates=1 --replicas=3 --learners=1",
        "--elections=2 --ticks=0 --leases=1 --changes=1 --replicas=3 --learners=2 --growing",
        "--elections=2 --ticks=0 --leases=0 --hand-overs=1 --replicas=2",
        "--elections=1 --ticks=0 --leases=0 --candidates=1 --replicas=4",
    })
    void nothingIsWrongWithinTheBounds(String options) {
        assertThat(explore(options)).as(said).isZero();
        assertThat(said).contains("complete");
        System.out.print(said);
    }

    @Test
    void whereNothingIsSaidAnElectionWithACrashIsLookedAt() {
        assertThat(exploreWithin("--replicas=3")).as(said).isZero();
        assertThat(said)
                .contains("1 elections, 0 ticks, 0 leases, 0 commands, 1 crashes, 1 slow flushes")
                .contains("complete");
    }

    @ParameterizedTest
    @CsvSource({
        "minority-quorum, --ticks=0 --leases=0, learned is chosen",
        "recovered-values-dropped, --ticks=0 --leases=1, agreement",
        "promise-without-values, --ticks=0 --leases=1, agreement",
        "commit-of-another-number, --ticks=0 --leases=1, learned is chosen",
        "asked-without-own-promise, --candidates=1 --ticks=0 --leases=0, who asks has promised",
        "promise-forgotten-over-restart, --candidates=1 --ticks=0 --leases=1 --slow=1 --crashes=1, used once",
        "lease-of-a-minority, --ticks=0 --leases=0, one lease at a time",
        "lease-not-granted, --ticks=0 --leases=0, one lease at a time",
        "highest-value-not-adopted, '--elections=3 --ticks=0 --leases=1 --order=1,2,1', agreement",
        "promise-for-another-number-counts, '--elections=3 --ticks=0 --leases=1 --order=1,2,1', agreement",
        "change-decided-by-the-old-alone, --ticks=0 --leases=0 --changes=1 --learners=2 --growing, known once",
        "change-known-before-the-new-lease, --ticks=0 --leases=1 --changes=1 --learners=2 --growing, known once",
        "values-behind-an-undecided-change, --ticks=0 --commands=1 --changes=1 --learners=2 --growing, invariant",
    })
    void plantedBugsAreFound(String name, String options, String rule) {
        assertThat(explore(options + " --mutate=" + name)).as(said).isEqualTo(1);
        assertThat(said).contains("BROKEN").contains(rule);
        System.out.println(name + ": " + said.substring(said.lastIndexOf("BROKEN")).strip());
    }

    @Test
    void whatCannotBeIsSaid() {
        assertThat(explore("--candidates=4")).isEqualTo(2);
        assertThat(explore("--candidates=2 --order=1,3")).isEqualTo(2);
        assertThat(explore("--learners=2")).isEqualTo(2);
        assertThat(explore("--mutate=nonsense")).isEqualTo(2);
        assertThat(explore("--elections=3 --states=100")).isEqualTo(3);
        assertThat(said).contains("unfinished");
    }
}
