package dev.ephor.cli;

import dev.ephor.client.WriteOptions;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// What a write or a delete depends on.
final class Conditions {
    @Option(
            names = "--if-generation",
            paramLabel = "N",
            description =
                    "Only where the file's content generation is N (0: there is no such file).")
    private @Nullable Long generation;

    @Option(
            names = "--sequencer",
            paramLabel = "TEXT",
            description =
                    "Only while the lock that it names is held. `ephor lock` puts it into"
                            + " EPHOR_SEQUENCER.")
    private @Nullable String sequencer;

    WriteOptions options() {
        WriteOptions options = WriteOptions.DEFAULT;
        if (generation != null) {
            if (generation < 0) {
                throw Failure.usage("--if-generation " + generation + " is less than 0");
            }
            options = options.ifGeneration(generation);
        }
        if (sequencer != null) {
            if (sequencer.isBlank()) {
                throw Failure.usage(
                        "--sequencer is empty",
                        "Is EPHOR_SEQUENCER set? It is where `ephor lock` runs the command.");
            }
            options = options.ifHeld(sequencer);
        }
        return options;
    }

    void refuseWith(String other) {
        if (generation != null) {
            throw Failure.usage(other + " and --if-generation exclude each other");
        }
    }
}
