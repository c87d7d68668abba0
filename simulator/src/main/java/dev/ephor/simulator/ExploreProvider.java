package dev.ephor.simulator;

import dev.ephor.cli.CommandProvider;

/// Adds `explore` to the command line.
public final class ExploreProvider implements CommandProvider {
    /// Called by the service loader.
    public ExploreProvider() {}

    @Override
    public Object command() {
        return new ExploreCommand();
    }
}
