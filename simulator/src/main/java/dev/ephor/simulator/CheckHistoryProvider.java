package dev.ephor.simulator;

import dev.ephor.cli.CommandProvider;

/// Adds `check-history` to the command line.
public final class CheckHistoryProvider implements CommandProvider {
    /// Called by the service loader.
    public CheckHistoryProvider() {}

    @Override
    public Object command() {
        return new CheckHistoryCommand();
    }
}
