package dev.ephor.benchmark;

import java.io.IOException;
import java.io.UncheckedIOException;

/// Ends this process when the one that started it ends, however that came: standard input is a pipe
/// from there, on which nothing is ever written.
final class ParentWatch {
    private ParentWatch() {}

    static void begin() {
        Thread.ofPlatform().daemon().name("parent").start(ParentWatch::await);
    }

    private static void await() {
        try {
            while (System.in.read() >= 0) {
                continue;
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            Runtime.getRuntime().halt(0);
        }
    }
}
