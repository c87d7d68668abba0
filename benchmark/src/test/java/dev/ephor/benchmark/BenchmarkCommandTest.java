package dev.ephor.benchmark;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ephor.cli.CommandProvider;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ServiceLoader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

class BenchmarkCommandTest {
    private final StringWriter errors = new StringWriter();

    private int execute(String... arguments) {
        return new CommandLine(new BenchmarkProvider().command())
                .setErr(new PrintWriter(errors))
                .execute(arguments);
    }

    @Test
    void theCommandLineFindsIt() {
        assertThat(ServiceLoader.load(CommandProvider.class))
                .anySatisfy(provider ->
                        assertThat(new CommandLine(provider.command()).getCommandName())
                                .isEqualTo("benchmark"));
    }

    @ParameterizedTest
    @CsvSource({
        "--cases=write-7x7, there is no case write-7x7",
        "--peers=etcd, there is no peer etcd",
        "--windows=0, --windows at least 1",
        "--measure=x, --measure"
    })
    void wrongUsageIsToldApart(String argument, String message) {
        assertThat(execute(argument)).isEqualTo(CommandLine.ExitCode.USAGE);
        assertThat(errors.toString()).contains(message);
    }

    @ParameterizedTest
    @CsvSource({
        "--loads=10, a load is CLIENTSxRATE",
        "--rounds=0, --rounds are at least 1",
        "--pause=-1, --pause at least 0"
    })
    void wrongUsageOfTransferIsToldApart(String argument, String message) {
        assertThat(execute("transfer", argument)).isEqualTo(CommandLine.ExitCode.USAGE);
        assertThat(errors.toString()).contains(message);
    }

    @Test
    void theHelpNamesEveryCase() {
        String help =
                new CommandLine(new BenchmarkProvider().command())
                        .setUsageHelpWidth(1000)
                        .getUsageMessage();

        assertThat(help).contains(Case.names());
    }
}
