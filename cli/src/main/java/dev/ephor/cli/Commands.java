package dev.ephor.cli;

import java.util.List;
import java.util.ServiceLoader;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.ScopeType;

/// The commands of `ephor`. Only the one that is wanted is loaded, so that it starts fast; all are
/// where the user asks for help or mistypes.
final class Commands {
    private static final List<String> NAMES =
            List.of(
                    "up",
                    "demo",
                    "status",
                    "get",
                    "put",
                    "ls",
                    "stat",
                    "rm",
                    "mkdir",
                    "watch",
                    "lock",
                    "replica",
                    "master",
                    "completion");

    private static final String DESCRIPTION =
            "A lock service and small-file store that keeps working when machines fail.";

    private static final String[] FOOTER = {
        "",
        "Begin with `ephor up` in one terminal, and in another:",
        "  ephor put /ls/local/greeting hello",
        "  ephor get /ls/local/greeting",
        "  ephor lock /ls/local/jobs/x -- ./job.sh",
        "Each command explains itself: `ephor lock --help`.",
        "",
        "The cell: --server HOST:PORT,... or the variable EPHOR_SERVERS, else that of `ephor up`.",
        "",
        "Exit codes:",
        "  0  done",
        "  1  failed; standard error says why",
        "  2  wrong usage: an option, a path, a value",
        "  3  there is no such file or directory",
        "  4  the condition does not hold: it exists already, or has another generation",
        "  5  the lock was not acquired",
        "  6  the lock was lost, or the sequencer is out of date",
        "  7  the cell is not reachable",
        "  8  outcome unknown: it may have taken effect or not",
    };

    private Commands() {}

    static CommandLine commandLine(List<String> words) {
        CommandLine root = new CommandLine(new Root());
        String first = words.isEmpty() ? "" : words.getFirst();
        if (NAMES.contains(first)) {
            root.addSubcommand(first, create(first));
        } else {
            addAll(root);
        }
        return describe(root).setExpandAtFiles(false).setCaseInsensitiveEnumValuesAllowed(true);
    }

    static CommandLine all() {
        CommandLine root = new CommandLine(new Root());
        addAll(root);
        return describe(root);
    }

    /// Not as annotations, which the sub-commands would inherit.
    private static CommandLine describe(CommandLine root) {
        root.getCommandSpec().usageMessage().description(DESCRIPTION).footer(FOOTER);
        return root;
    }

    private static void addAll(CommandLine root) {
        NAMES.forEach(name -> root.addSubcommand(name, create(name)));
        for (CommandProvider provider : ServiceLoader.load(CommandProvider.class)) {
            root.addSubcommand(provider.command());
        }
    }

    private static Object create(String name) {
        return switch (name) {
            case "up" -> new UpCommand();
            case "demo" -> new DemoCommand();
            case "status" -> new StatusCommand();
            case "get" -> new GetCommand();
            case "put" -> new PutCommand();
            case "ls" -> new LsCommand();
            case "stat" -> new StatCommand();
            case "rm" -> new RmCommand();
            case "mkdir" -> new MkdirCommand();
            case "watch" -> new WatchCommand();
            case "lock" -> new LockCommand();
            case "replica" -> new ReplicaCommand();
            case "master" -> new MasterCommand();
            case "completion" -> new CompletionCommand();
            default -> throw new IllegalArgumentException("no command " + name);
        };
    }

    /// `ephor` without a command.
    @Command(
            name = "ephor",
            scope = ScopeType.INHERIT,
            mixinStandardHelpOptions = true,
            versionProvider = Version.class,
            usageHelpWidth = 100,
            sortOptions = false,
            abbreviateSynopsis = true,
            synopsisHeading = "Usage: ",
            descriptionHeading = "%n",
            parameterListHeading = "%n",
            optionListHeading = "%n",
            commandListHeading = "%nCommands:%n",
            exitCodeOnInvalidInput = ExitCode.USAGE,
            exitCodeOnExecutionException = ExitCode.ERROR)
    static final class Root implements Runnable {
        @Override
        public void run() {
            CommandLine help = all();
            help.usage(System.out);
        }
    }

    /// The version of the build, as the jar says.
    static final class Version implements IVersionProvider {
        @Override
        public String[] getVersion() {
            return new String[] {"ephor " + number()};
        }

        static String number() {
            String version = Main.class.getPackage().getImplementationVersion();
            return version == null ? "development" : version;
        }
    }
}
