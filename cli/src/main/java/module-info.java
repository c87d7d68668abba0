/// The command line: operator and user commands.
module dev.ephor.cli {
    exports dev.ephor.cli;

    requires dev.ephor.server;
    requires dev.ephor.client;
    requires info.picocli;
    requires jdk.unsupported;
    requires tools.jackson.core;
    requires static org.jspecify;

    opens dev.ephor.cli to
            info.picocli;

    uses dev.ephor.cli.CommandProvider;
}
