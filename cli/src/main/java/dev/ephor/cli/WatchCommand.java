package dev.ephor.cli;

import dev.ephor.client.Ephor;
import dev.ephor.client.Event;
import dev.ephor.client.NodeHandle;
import dev.ephor.client.SessionState;
import java.time.LocalTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.LinkedBlockingQueue;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "watch",
        description = {
            "Print what happens to files and directories, until Ctrl-C.",
            "An event says that something changed; what it is now is read with get or ls.",
        },
        footer = {
            "",
            "Examples:",
            "  ephor watch /ls/local/greeting",
            "  ephor watch /ls/local/jobs            what is added, removed, changed in it",
            "  ephor watch -n 1 /ls/local/greeting   waits for one event",
            "  ephor watch --locks /ls/local/jobs/x  who wants the lock, too",
            "",
            "Exit codes: 3 there is no such node, or it was deleted; 7 the cell fell silent.",
        })
final class WatchCommand implements Callable<Integer> {
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("HH:mm:ss.SSS");

    @Mixin private final Target target = new Target();
    @Mixin private final Output output = new Output();

    @Option(names = "-n", paramLabel = "N", description = "End after N events.")
    private @Nullable Integer limit;

    @Option(names = "--locks", description = "Events of the lock, too.")
    private boolean locks;

    @Parameters(arity = "1..*", paramLabel = "PATH", description = "As in /ls/local/greeting.")
    private List<String> paths = new ArrayList<>();

    private final BlockingQueue<Happening> happenings = new LinkedBlockingQueue<>();
    private int printed;

    /// What the loop is told of.
    private sealed interface Happening {
        record Changed(Event event) implements Happening {}

        record Expired() implements Happening {}
    }

    @Override
    public Integer call() throws InterruptedException {
        if (limit != null && limit < 1) {
            throw Failure.usage("-n " + limit + " is less than 1");
        }
        try (Ephor ephor = target.connect("watch")) {
            ephor.onState(state -> {
                if (state == SessionState.EXPIRED) {
                    happenings.add(new Happening.Expired());
                }
            });
            try (FarewellHook hook = FarewellHook.closing(ephor)) {
                for (String path : paths) {
                    NodeHandle handle = watch(ephor, NodeText.path(path));
                    output.remark("watching " + handle.path() + " (Ctrl-C ends it)");
                }
                return loop(hook);
            }
        }
    }

    private NodeHandle watch(Ephor ephor, String path) {
        List<Event.Type> types =
                new ArrayList<>(
                        List.of(
                                Event.Type.CONTENT_CHANGED,
                                Event.Type.CHILD_ADDED,
                                Event.Type.CHILD_REMOVED,
                                Event.Type.CHILD_CHANGED));
        if (locks) {
            types.addAll(
                    Arrays.asList(Event.Type.LOCK_ACQUIRED, Event.Type.CONFLICTING_LOCK_REQUEST));
        }
        return ephor.watch(
                path,
                event -> happenings.add(new Happening.Changed(event)),
                types.toArray(Event.Type[]::new));
    }

    private int loop(FarewellHook hook) throws InterruptedException {
        int left = paths.size();
        while (true) {
            switch (happenings.take()) {
                case Happening.Changed(Event event) -> {
                    print(event);
                    if (event.type() == Event.Type.HANDLE_INVALID && --left == 0) {
                        return ExitCode.NOT_FOUND;
                    }
                }
                case Happening.Expired() -> {
                    if (hook.isRunning()) {
                        return ExitCode.INTERRUPTED;
                    }
                    throw new Failure(
                            ExitCode.UNREACHABLE,
                            "the session is over: no master renewed it in time",
                            "`ephor status` shows how the cell is.");
                }
            }
            if (limit != null && printed >= limit || output.stream().checkError()) {
                return ExitCode.OK;
            }
        }
    }

    private void print(Event event) {
        if (event.type() != Event.Type.MASTER_FAILED_OVER) {
            printed++;
        }
        output.print(
                () -> "%s  %s".formatted(LocalTime.now().format(TIME), words(event)),
                () ->
                        new JsonLine()
                                .put(
                                        "event",
                                        event.type().name().toLowerCase(java.util.Locale.ROOT))
                                .put("path", event.path())
                                .put("child", event.child())
                                .put("generation", event.contentGeneration()));
    }

    private static String words(Event event) {
        String path = event.path();
        return switch (event.type()) {
            case CONTENT_CHANGED ->
                    "changed   " + path + " (generation " + event.contentGeneration() + ")";
            case CHILD_ADDED -> "added     " + NodeText.child(path, event.child());
            case CHILD_REMOVED -> "removed   " + NodeText.child(path, event.child());
            case CHILD_CHANGED -> "changed   " + NodeText.child(path, event.child());
            case MASTER_FAILED_OVER ->
                    "fail-over a new master: events may have been missed, look again";
            case HANDLE_INVALID -> "deleted   " + path;
            case LOCK_ACQUIRED -> "locked    " + path;
            case CONFLICTING_LOCK_REQUEST ->
                    "wanted    " + path + " (somebody else asks for its lock)";
        };
    }
}
