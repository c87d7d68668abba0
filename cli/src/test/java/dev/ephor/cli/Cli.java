package dev.ephor.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;

/// Runs commands in this process, as `main` would, and keeps what they print.
record Cli(int code, byte[] bytes, String err) {
    static Cli run(String... args) {
        return runWithInput("", args);
    }

    static synchronized Cli runWithInput(String input, String... args) {
        PrintStream out = System.out;
        PrintStream err = System.err;
        InputStream in = System.in;
        ByteArrayOutputStream newOut = new ByteArrayOutputStream();
        ByteArrayOutputStream newErr = new ByteArrayOutputStream();
        System.setOut(new PrintStream(newOut, true, StandardCharsets.UTF_8));
        System.setErr(new PrintStream(newErr, true, StandardCharsets.UTF_8));
        System.setIn(new ByteArrayInputStream(input.getBytes(StandardCharsets.UTF_8)));
        try {
            int code = Main.run(args);
            return new Cli(code, newOut.toByteArray(), newErr.toString(StandardCharsets.UTF_8));
        } finally {
            System.setOut(out);
            System.setErr(err);
            System.setIn(in);
        }
    }

    String out() {
        return new String(bytes, StandardCharsets.UTF_8);
    }

    Cli endsWith(int exitCode) {
        assertThat(code).as("exit code; it printed:%n%s%s", out(), err).isEqualTo(exitCode);
        return this;
    }

    /// All of standard output, and nothing on standard error.
    Cli prints(String text) {
        assertThat(out()).isEqualTo(text);
        assertThat(err).isEmpty();
        return this;
    }

    /// On standard error, and nothing on standard output.
    Cli complains(String text) {
        assertThat(err).contains(text);
        assertThat(out()).isEmpty();
        return this;
    }
}
