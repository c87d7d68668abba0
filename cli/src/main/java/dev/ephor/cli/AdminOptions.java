package dev.ephor.cli;

import dev.ephor.api.AdminRequest;
import java.time.Duration;
import picocli.CommandLine.Mixin;

/// What commands have in common that change a cell: they tell how the change proceeds, and end when
/// it is done.
final class AdminOptions {
    @Mixin private final Target target = new Target();
    @Mixin private final Output output = new Output();

    /// @param done what to say in the end
    int run(AdminRequest request, String done) {
        long began = System.nanoTime();
        try (Signals signals = Signals.catching();
                Administration administration =
                        new Administration(target.addresses(), target.timeout())) {
            signals.onSignal(name -> administration.interrupt());
            administration.run(request, this::progress);
        }
        Duration took = Duration.ofNanos(System.nanoTime() - began);
        output.print(
                () -> done + " (" + Durations.show(took) + ")",
                () ->
                        new JsonLine()
                                .put("event", "done")
                                .put("detail", done)
                                .putMillis("took_ms", took.toNanos()));
        return ExitCode.OK;
    }

    /// @throws Failure it is not a replica's number
    static int number(int given) {
        if (given < 1 || given > 65_535) {
            throw Failure.usage(given + " is not the number of a replica (1 to 65535)");
        }
        return given;
    }

    private void progress(String detail) {
        if (output.isJson()) {
            output.println(
                    new JsonLine().put("event", "progress").put("detail", detail).toString());
            output.stream().flush();
        } else {
            output.remark(detail);
        }
    }
}
