package dev.ephor.cli;

import dev.ephor.api.StatusReply;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// What `ephor up` shows: to a person at a terminal, to a file, or to a program.
interface UpView {
    void starting(CellDirectory.Plan plan, CellDirectory directory);

    /// There is a master for the first time.
    void up(CellDirectory.Plan plan, CellDirectory directory, Duration took);

    /// It takes long until there is a master.
    void slow(Diagnosis diagnosis);

    void refresh(List<ReplicaView> views);

    void ended(int replica, String how, Duration pause);

    void restarted(int replica, long pid);

    void stopping();

    /// @param forced replicas that did not end by themselves
    void stopped(List<Integer> forced);

    static UpView forPeople(Output output) {
        return Terminal.isInteractive() ? new Live(output) : new Lines(output);
    }

    /// Remarks above, and below them a line per replica.
    abstract sealed class People implements UpView {
        abstract void say(String line);

        @Override
        public void starting(CellDirectory.Plan plan, CellDirectory directory) {
            say(
                    "Starting %d replicas, data in %s ..."
                            .formatted(plan.replicas(), directory.path()));
        }

        @Override
        public void up(CellDirectory.Plan plan, CellDirectory directory, Duration took) {
            say("The cell \"%s\" is up after %s:".formatted(plan.cell(), Durations.show(took)));
            for (int replica : plan.numbers()) {
                say("  replica " + replica + "  " + plan.clientAddress(replica));
            }
            say("");
            say("In another terminal:");
            say("  " + SelfStart.name() + " put /ls/local/greeting hello");
            say("  " + SelfStart.name() + " get /ls/local/greeting");
            say(
                    "From another directory, first: export "
                            + Target.VARIABLE
                            + "="
                            + UpCommand.servers(plan));
            say("Ctrl-C stops the cell; its data stays.");
            say("");
        }

        @Override
        public void slow(Diagnosis diagnosis) {
            say("Still no master. " + diagnosis.verdict());
            diagnosis.findings().forEach(finding -> say("- " + finding));
        }

        @Override
        public void ended(int replica, String how, Duration pause) {
            say(
                    "Replica "
                            + replica
                            + " "
                            + how
                            + ". It is started again in "
                            + Durations.show(pause)
                            + ".");
        }

        @Override
        public void restarted(int replica, long pid) {
            say("Replica " + replica + " runs again (process " + pid + ").");
        }

        @Override
        public void stopping() {
            say("Stopping ...");
        }

        @Override
        public void stopped(List<Integer> forced) {
            forced.forEach(
                    replica -> say("Replica " + replica + " did not stop in time and was killed."));
            say(SelfStart.inUsersWords("Stopped. `ephor up` goes on with the same data."));
        }
    }

    /// Lines that are refreshed in place.
    final class Live extends People {
        private final Terminal terminal;

        Live(Output output) {
            terminal = new Terminal(output.stream());
        }

        @Override
        void say(String line) {
            terminal.print(line);
        }

        @Override
        public void refresh(List<ReplicaView> views) {
            Table table =
                    new Table(
                            "REPLICA",
                            "ADDRESS",
                            "ROLE",
                            ">EPOCH",
                            ">CHOSEN",
                            ">APPLIED",
                            ">LAG",
                            ">PROCESS");
            int number = 0;
            for (ReplicaView view : views) {
                number++;
                table.row(
                        number,
                        view.address(),
                        view.answers() ? view.show(StatusReply::getRole) : "down",
                        view.show(StatusReply::getEpoch),
                        view.show(StatusReply::getChosen),
                        view.show(StatusReply::getApplied),
                        view.show(StatusReply::getLag),
                        view.show(StatusReply::getProcess));
            }
            terminal.show(table.lines());
        }
    }

    /// A line when a replica's role or epoch changes, and now and then while it goes forward.
    final class Lines extends People {
        private static final long BETWEEN_NANOS = 10_000_000_000L;

        private final Output output;
        private final Map<Integer, String> standing = new TreeMap<>();
        private final Map<Integer, Long> applied = new TreeMap<>();
        private long lastNumbers = System.nanoTime();

        Lines(Output output) {
            this.output = output;
        }

        @Override
        void say(String line) {
            output.println(line);
            output.stream().flush();
        }

        @Override
        public void refresh(List<ReplicaView> views) {
            boolean timeForNumbers = System.nanoTime() - lastNumbers >= BETWEEN_NANOS;
            int number = 0;
            for (ReplicaView view : views) {
                number++;
                StatusReply reply = view.reply();
                String now =
                        reply == null ? "down" : reply.getRole() + ", epoch " + reply.getEpoch();
                long instance = reply == null ? -1 : reply.getApplied();
                boolean changed = !now.equals(standing.put(number, now));
                boolean moved = timeForNumbers && instance != applied.getOrDefault(number, -1L);
                if (changed || moved) {
                    applied.put(number, instance);
                    say("replica %d  %s%s".formatted(number, now, numbers(reply)));
                }
            }
            if (timeForNumbers) {
                lastNumbers = System.nanoTime();
            }
        }

        private static String numbers(@org.jspecify.annotations.Nullable StatusReply reply) {
            return reply == null
                    ? ""
                    : ", chosen %d, applied %d, lag %d"
                            .formatted(reply.getChosen(), reply.getApplied(), reply.getLag());
        }
    }

    /// An object for everything that happens, and for a replica when its role or epoch changes.
    final class Json implements UpView {
        private final Output output;
        private final Map<Address, String> standing =
                new TreeMap<>(java.util.Comparator.comparing(Address::toString));

        Json(Output output) {
            this.output = output;
        }

        private void print(JsonLine line) {
            output.println(line.toString());
            output.stream().flush();
        }

        @Override
        public void starting(CellDirectory.Plan plan, CellDirectory directory) {
            print(
                    new JsonLine()
                            .put("event", "starting")
                            .put("cell", plan.cell())
                            .put("directory", directory.path().toString())
                            .put("replicas", plan.replicas()));
        }

        @Override
        public void up(CellDirectory.Plan plan, CellDirectory directory, Duration took) {
            List<String> servers = new ArrayList<>();
            plan.servers().forEach(address -> servers.add(address.toString()));
            print(
                    new JsonLine()
                            .put("event", "up")
                            .put("servers", servers)
                            .putMillis("took_ms", took.toNanos()));
        }

        @Override
        public void slow(Diagnosis diagnosis) {
            print(
                    new JsonLine()
                            .put("event", "slow")
                            .put("verdict", diagnosis.verdict())
                            .put("findings", diagnosis.findings()));
        }

        @Override
        public void refresh(List<ReplicaView> views) {
            for (ReplicaView view : views) {
                String now = view.show(StatusReply::getRole) + view.show(StatusReply::getEpoch);
                if (!now.equals(standing.put(view.address(), now))) {
                    print(StatusCommand.json(view));
                }
            }
        }

        @Override
        public void ended(int replica, String how, Duration pause) {
            print(
                    new JsonLine()
                            .put("event", "ended")
                            .put("replica", replica)
                            .put("how", how)
                            .putMillis("restart_after_ms", pause.toNanos()));
        }

        @Override
        public void restarted(int replica, long pid) {
            print(new JsonLine().put("event", "restarted").put("replica", replica).put("pid", pid));
        }

        @Override
        public void stopping() {
            print(new JsonLine().put("event", "stopping"));
        }

        @Override
        public void stopped(List<Integer> forced) {
            List<String> names = forced.stream().map(String::valueOf).toList();
            print(new JsonLine().put("event", "stopped").put("forced", names));
        }
    }
}
