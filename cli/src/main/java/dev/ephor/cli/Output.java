package dev.ephor.cli;

import java.io.PrintStream;
import picocli.CommandLine.Option;

/// Where results go: standard output, as text for people or as JSON, one object a line.
///
/// Results are on standard output and nothing else is; remarks and errors are on standard error.
final class Output {
    @Option(
            names = "--json",
            description = "Print one JSON object a line; errors too, on standard error.")
    private boolean json;

    boolean isJson() {
        return json;
    }

    /// Prints the result in the form that is wanted. Only that form is built.
    void print(Text text, Json object) {
        println(json ? object.line().toString() : text.line());
    }

    void println(String line) {
        stream().println(line);
    }

    PrintStream stream() {
        return System.out;
    }

    /// For people only: they see it even where standard output goes elsewhere.
    void remark(String line) {
        if (!json) {
            System.err.println(line);
        }
    }

    /// Builds a line for people.
    @FunctionalInterface
    interface Text {
        String line();
    }

    /// Builds an object for programs.
    @FunctionalInterface
    interface Json {
        JsonLine line();
    }
}
