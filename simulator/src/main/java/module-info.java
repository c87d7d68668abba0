/// A whole cell with its clients in one deterministic process, by seed.
module dev.ephor.simulator {
    exports dev.ephor.simulator;

    requires dev.ephor.server;
    requires dev.ephor.cli;
    requires dev.ephor.client;
    requires info.picocli;
    requires tools.jackson.core;
    requires static org.jspecify;

    opens dev.ephor.simulator to
            info.picocli;

    provides dev.ephor.cli.CommandProvider with
            dev.ephor.simulator.SimulateProvider,
            dev.ephor.simulator.CheckHistoryProvider,
            dev.ephor.simulator.ExploreProvider;
}
