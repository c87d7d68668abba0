package dev.ephor.simulator;

import dev.ephor.cli.CommandProvider;

/// Adds `simulate` to the command line.
public final class SimulateProvider implements CommandProvider {
    /// Called by the service loader.
    public SimulateProvider() {}

    @Override
    public Object command() {
        return new SimulateCommand();
    }
}
