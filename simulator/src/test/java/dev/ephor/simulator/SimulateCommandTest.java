package dev.ephor.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

/// `simulate`: what it refuses before anything runs, and what it says of a run.
class SimulateCommandTest {
    @TempDir private Path directory;

    private String said = "";

    private int simulate(String options) {
        StringWriter output = new StringWriter();
        CommandLine line = new CommandLine(new SimulateCommand());
        line.setOut(new PrintWriter(output));
        line.setErr(new PrintWriter(output));
        int code = line.execute(options.split(" "));
        said = output.toString();
        return code;
    }

    @ParameterizedTest
    @CsvSource({
        "--seed=1 --jobs=0, --jobs is 1 or more",
        "--seed=1 --jobs=-1, --jobs is 1 or more",
        "--mutations --jobs=0, --jobs is 1 or more",
        "--seed=1 --steps=-1, --steps is 0 or more",
        "--seed=1 --duration=-1, --duration is 0 to",
        "--seed=1 --duration=9223372036854775807, --duration is 0 to",
        "--seeds=1-9 --minutes=-1, --minutes is 0 to",
        "--seed=1 --seeds=1-9, do not go together",
        "--mutations --seed=1, --mutations tries seeds from 1 on",
        "--mutations --trace, not with --mutations",
        "--seed=1 --trace, --trace and --only go with --seed and --profile",
        "--seeds=9-1, the lower first",
        "--seed=1 --profile=log --history=h, --history goes with",
        "--profile=core, say which run",
    })
    void whatDoesNotFitIsRefused(String options, String why) {
        assertThat(simulate(options)).as(said).isEqualTo(2);
        assertThat(said).contains(why).doesNotContain("Exception");
    }

    /// Before any run, so that none is lost.
    @Test
    void whereNothingCanBeWrittenNothingRuns() throws Exception {
        Path nowhere = directory.resolve("none").resolve("report");
        assertThat(simulate("--seeds=1-1000000 --report=" + nowhere)).isEqualTo(2);
        assertThat(said).contains("--report: cannot write " + nowhere + ": there is no such");
        assertThat(simulate("--seed=1 --profile=cell --history=" + directory)).isEqualTo(2);
        assertThat(said).contains("--history: cannot write " + directory);
        assertThat(simulate("--mutations --report=" + nowhere)).isEqualTo(2);

        Path report = Files.writeString(directory.resolve("report"), "earlier");
        assertThat(simulate("--seed=1 --trace --report=" + report)).isEqualTo(2);
        assertThat(report).hasContent("earlier");
        assertThat(simulate("--seed=1 --profile=core --duration=1 --report=" + report)).isZero();
        assertThat(report).content().startsWith("{");
    }

    @Test
    void theRunIsRepeatedWithAllThatShapedIt() {
        String options =
                "--seed=2 --profile=core --mutate=acknowledge-before-flush --duration=5"
                        + " --steps=100000";
        assertThat(simulate(options)).as(said).isEqualTo(1);
        String repeat =
                "--seed 2 --profile core --duration 5 --steps 100000"
                        + " --mutate acknowledge-before-flush ";
        assertThat(said)
                .contains("repeat the whole run with: ./ephor simulate " + repeat + "--trace")
                .contains("repeat the short run with: ./ephor simulate " + repeat + "--only '");
    }
}
