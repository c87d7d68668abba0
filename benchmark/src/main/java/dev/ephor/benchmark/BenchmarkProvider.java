package dev.ephor.benchmark;

import dev.ephor.cli.CommandProvider;

/// Adds `ephor benchmark` to the command line.
public final class BenchmarkProvider implements CommandProvider {
    /// For the service loader.
    public BenchmarkProvider() {}

    @Override
    public Object command() {
        return new BenchmarkCommand();
    }
}
