package dev.ephor.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

/// What needs no cell: help, mistakes, and a cell that is not there.
class MainTest {
    private static final String NOBODY = "localhost:1";

    static Stream<CommandLine> commands() {
        return Commands.all().getSubcommands().values().stream();
    }

    static Stream<CommandLine> commandsOfAllLevels() {
        return commands()
                .flatMap(command ->
                        Stream.concat(
                                Stream.of(command), command.getSubcommands().values().stream()));
    }

    @ParameterizedTest
    @MethodSource("commandsOfAllLevels")
    void eachCommandExplainsItself(CommandLine command) {
        String name = command.getCommandSpec().qualifiedName().substring("ephor ".length());
        String[] words = (name + " --help").split(" ");

        Cli help = Cli.run(words).endsWith(ExitCode.OK);

        assertThat(help.out()).startsWith("Usage: ephor " + name + " ");
        assertThat(help.out().lines()).allSatisfy(line -> assertThat(line).hasSizeLessThan(101));
        assertThat(command.getCommandSpec().usageMessage().description()[0])
                .as("what the list of commands shows of it: a whole sentence")
                .endsWith(".");
        if (!name.equals("demo") && !name.equals("status")) {
            assertThat(help.out()).contains("Examples:\n  ");
        }
        for (CommandLine.Model.OptionSpec option : command.getCommandSpec().options()) {
            assertThat(option.hidden() || option.description().length > 0)
                    .as("%s has a description", option)
                    .isTrue();
        }
    }

    @Test
    void helpListsAllCommandsAndExitCodes() {
        for (Cli help : List.of(Cli.run(), Cli.run("--help"), Cli.run("-h"))) {
            help.endsWith(ExitCode.OK);
            assertThat(help.out())
                    .contains(commands().map(CommandLine::getCommandName).toList())
                    .contains("  7  the cell is not reachable");
        }
    }

    @Test
    void tellsItsVersion() {
        assertThat(Cli.run("--version").endsWith(ExitCode.OK).out()).startsWith("ephor ");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "gett /x                            | there is no command 'gett'",
                "gett /x                            | Did you mean: get",
                "get                                | Missing required parameter: 'PATH'",
                "get /x /y                          | Unmatched argument at index 2: '/y'",
                "get --sever a /x                   | Did you mean: --server?",
                "get -s a:b /x                      | --server: 'a:b' is not an address",
                "get --timeout soon /x              | 'soon' is not a duration (500ms, 5s",
                "put /x y --if-generation many      | 'many' is not a whole number",
                "put /x y --if-generation -3        | --if-generation -3 is less than 0",
                "put /x y --new --if-generation 3   | --new and --if-generation exclude each other",
                "put /x y --sequencer=              | --sequencer is empty",
                "rm                                 | Missing required parameter: 'PATH'",
                "rm -r --if-generation 1 /x         | -r and --if-generation exclude each other",
                "watch -n 0 /x                      | -n 0 is less than 1",
                "lock /x                            | no command to run under the lock",
                "lock --try --wait 5s /x -- true    | mutually exclusive",
                "lock /x ./job -x                   | The command to run comes after --",
                "up --replicas many                 | 'many' is not a whole number",
                "replica                            | Missing required option: '--config=FILE'",
                "replica --bootstrap                | Missing required option: '--config=FILE'",
                "replica run                        | Missing required option: '--config=FILE'",
                "replica ad 6                       | Did you mean",
                "replica add                        | Missing required parameter: 'N'",
                "replica add six                    | 'six' is not a whole number",
                "replica add 0                      | 0 is not the number of a replica",
                "replica replace 3                  | Missing required option: '--by=M'",
                "replica replace 3 6                | Missing required option: '--by=M'",
                "replica replace 3 by               | Missing required parameter for option '--by'",
                "replica replace 3 by six           | 'six' is not a whole number",
                "replica replace 3 by 0             | 0 is not the number of a replica",
                "replica replace by 6               | Missing required parameter: 'N'",
                "master                             | Missing required subcommand: transfer",
                "master transfer --to -1            | -1 is not the number of a replica",
                "demo --workers 0                   | --workers 0 is not between 1 and 50",
                "completion fish                    | bash, zsh",
            })
    void mistakesAreNamed(String words, String complaint) {
        Cli.run(words.strip().split(" +")).endsWith(ExitCode.USAGE).complains(complaint);
    }

    @ParameterizedTest
    @ValueSource(strings = {"3 by 6", "by 6 3", "3 --by 6", "3 --by=6"})
    void oneReplicaIsReplacedByAnother(String words) {
        CommandLine.ParseResult replace =
                Commands.all()
                        .parseArgs(("replica replace " + words).split(" "))
                        .subcommand()
                        .subcommand();

        assertThat(replace.matchedPositionalValue(0, -1)).isEqualTo(3);
        assertThat(replace.matchedOptionValue("by", -1)).isEqualTo(6);
    }

    @Test
    void filesThatAreNotThereAreNamed() {
        Cli.run("put", "-s", NOBODY, "/x", "@/no/such/file")
                .endsWith(ExitCode.ERROR)
                .complains("ephor: /no/such/file: no such file");
    }

    @ParameterizedTest
    @CsvSource({"get /x", "put /x y", "ls /x", "stat /x", "rm /x", "mkdir /x", "watch /x"})
    void whereNobodyListensThereIsNoCell(String words) {
        String[] args = (words + " -s " + NOBODY).split(" ");

        Cli.run(args)
                .endsWith(ExitCode.UNREACHABLE)
                .complains("ephor: nothing answers at localhost:1\n  Is the cell running?");
    }

    @Test
    void aCommandIsNotRunWithoutItsLock() {
        Cli.run("lock", "-s", NOBODY, "/x", "--", "sh", "-c", "exit 0")
                .endsWith(ExitCode.UNREACHABLE)
                .complains("nothing answers at localhost:1");
    }

    @Test
    void statusSaysThatNobodyAnswers() {
        Cli status =
                Cli.run("status", "-s", "localhost:1,localhost:2").endsWith(ExitCode.UNREACHABLE);

        assertThat(status.out())
                .contains("No replica answers")
                .contains("- The replica at localhost:2 does not answer: nobody listens there.");
    }

    @Test
    void whoSaysHowLongToWaitWaits() {
        long began = System.nanoTime();

        Cli.run("get", "-s", NOBODY, "--timeout", "1500ms", "/x").endsWith(ExitCode.UNREACHABLE);

        assertThat((System.nanoTime() - began) / 1_000_000).isGreaterThanOrEqualTo(1_450);
    }

    @Test
    void errorsAreJsonWhereResultsAre() {
        Cli.run("get", "--json", "-s", NOBODY, "/x")
                .endsWith(ExitCode.UNREACHABLE)
                .complains(
                        "{\"error\":\"nothing answers at localhost:1\",\"advice\":\"Is the cell");
        Cli.run("get", "--json").endsWith(ExitCode.USAGE).complains("\"exit_code\":2}");
    }

    @Test
    void theShellLearnsAllCommands() {
        for (String shell : List.of("bash", "zsh")) {
            String script = Cli.run("completion", shell).endsWith(ExitCode.OK).out();

            assertThat(script)
                    .contains("complete -F _complete_ephor")
                    .contains(commands().map(CommandLine::getCommandName).toList())
                    .doesNotContain(ReplicaProcessOptions.CHILD);
        }
    }

    @Test
    void aReplicaWithoutConfigurationDoesNotStart() {
        Cli.run("replica", "--config", "/no/such/file").endsWith(2).complains("/no/such/file");
    }
}
