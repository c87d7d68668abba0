package dev.ephor.cli;

import java.util.Locale;

/// Tells a story as it happens, each sentence with the time since the beginning.
final class Narrator {
    private static final String BOLD = "\u001b[1m";
    private static final String DIM = "\u001b[2m";
    private static final String RED = "\u001b[31;1m";
    private static final String GREEN = "\u001b[32;1m";
    private static final String PLAIN = "\u001b[0m";

    private final Output output;
    private final boolean colours = Terminal.hasColours();
    private final long began = System.nanoTime();

    Narrator(Output output) {
        this.output = output;
    }

    /// Something that matters.
    void tell(String sentence) {
        line("tell", sentence, BOLD);
    }

    /// A detail.
    void note(String sentence) {
        line("note", "  " + sentence, "");
    }

    /// For people only, without a time.
    void plain(String line) {
        if (!output.isJson()) {
            output.println(line);
        }
    }

    void good(String line) {
        plain(coloured(line, GREEN));
    }

    void bad(String line) {
        plain(coloured(line, RED));
    }

    private void line(String event, String sentence, String colour) {
        double seconds = (System.nanoTime() - began) / 1e9;
        output.print(
                () ->
                        coloured(String.format(Locale.ROOT, "%6.1f s", seconds), DIM)
                                + "  "
                                + coloured(sentence, colour),
                () ->
                        new JsonLine()
                                .put("event", event)
                                .putMillis("at_ms", System.nanoTime() - began)
                                .put("text", sentence.strip()));
        output.stream().flush();
    }

    private String coloured(String text, String colour) {
        return colours && !colour.isEmpty() ? colour + text + PLAIN : text;
    }
}
