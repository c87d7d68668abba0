package dev.ephor.cli;

import java.io.Console;
import java.io.PrintStream;
import java.util.List;

/// The terminal: whether there is one, and a block of lines that is refreshed in place.
final class Terminal {
    private static final String UP = "\u001b[%dA";
    private static final String CLEAR_LINE = "\u001b[2K";
    private static final String CLEAR_BELOW = "\u001b[J";
    private static final String NO_WRAP = "\u001b[?7l";
    private static final String WRAP = "\u001b[?7h";

    private final PrintStream out;
    private int shown;

    Terminal(PrintStream out) {
        this.out = out;
    }

    /// True where standard input and output are a person's.
    static boolean isInteractive() {
        Console console = System.console();
        return console != null && console.isTerminal() && !"dumb".equals(System.getenv("TERM"));
    }

    static boolean hasColours() {
        return isInteractive() && System.getenv("NO_COLOR") == null;
    }

    /// Shows the lines in place of those that were shown before. Long ones are cut at the edge.
    void show(List<String> lines) {
        StringBuilder text = new StringBuilder(back());
        text.append(NO_WRAP);
        for (String line : lines) {
            text.append(CLEAR_LINE).append(line).append('\n');
        }
        text.append(WRAP);
        out.print(text);
        out.flush();
        shown = lines.size();
    }

    /// Prints a line above the block, for good; the block is gone until it is shown again.
    void print(String line) {
        out.print(back() + line + "\n");
        out.flush();
        shown = 0;
    }

    private String back() {
        return shown == 0 ? "" : UP.formatted(shown) + "\r" + CLEAR_BELOW;
    }
}
