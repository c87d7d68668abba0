package dev.ephor.paxos;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/// Plays the scripts in `src/test/resources/interactions` on a [BareCell] and compares what happens
/// with what they say. `mvn test -pl paxos -Dinteractions.rewrite=true` writes down what happens
/// instead: then read the diff.
///
/// A script is made of blocks: commands, a line `----`, and what they cause. The commands:
///
/// - `cell 3` begins with three replicas that never ran; `window=N`, `tail=N` change settings
/// - `pass 100` lets 100 ms pass for all; `pass 100 1 3` for these two only
/// - `deliver`, `deliver 1>2`, `lose`, `lose 1>2`: messages that are under way now
/// - `flush`, `flush 2`: disks; `settle`: flush and deliver until nothing is under way
/// - `submit 1 a b`, `crash 1`, `restart 1`, `cut 1` (off the network), `heal`, `step-down 1`
/// - `snapshot 1` (and truncate), `install 1>2`, `state`
/// - `join 4`: a replica that knows of no members; `admit 1 4`, `admit 1 4 3` (to replace 3),
///   `promote 1 4`, `remove 1 3`, `voters 1 4 5 6`: 1 is asked to change the members; with
///   `based=0` as if they were those that instance 0 defined
/// - `transfer 1`, `transfer 1 2`: hands over, to 2
/// - `hush`: nothing is said of what happened so far in this block
/// - `stable 1`: makes 1 coordinator and says nothing of how; `disk 2 3 x 1.1` puts on the disk of
///   2, which is down, that it accepted x at instance 3 under 1.1
class InteractionTest {
    private static final boolean REWRITE = Boolean.getBoolean("interactions.rewrite");

    @TestFactory
    Stream<DynamicTest> scripts() throws IOException {
        Path folder = Path.of("src/test/resources/interactions");
        try (Stream<Path> files = Files.list(folder)) {
            List<Path> scripts =
                    files.filter(file -> file.toString().endsWith(".txt")).sorted().toList();
            assertThat(scripts).isNotEmpty();
            return scripts.stream()
                    .map(script ->
                            DynamicTest.dynamicTest(
                                    script.getFileName().toString(), () -> play(script)));
        }
    }

    private void play(Path script) throws IOException {
        String expected = Files.readString(script);
        String actual = new Player().play(expected.lines().toList());
        if (REWRITE) {
            Files.writeString(script, actual);
        } else {
            assertThat(actual).isEqualTo(expected);
        }
    }

    private static final class Player {
        private BareCell cell = new BareCell(1, Settings.DEFAULT);

        String play(List<String> lines) {
            List<String> out = new ArrayList<>();
            boolean inOutput = false;
            for (String line : lines) {
                if (line.equals("----")) {
                    inOutput = true;
                    out.add(line);
                    out.addAll(cell.drain());
                    out.add("");
                } else if (line.isBlank()) {
                    if (!inOutput) {
                        out.add(line);
                    }
                    inOutput = false;
                } else if (!inOutput) {
                    out.add(line);
                    if (!line.startsWith("#")) {
                        perform(line.split(" +"));
                    }
                }
            }
            while (out.getLast().isEmpty()) {
                out.removeLast();
            }
            return String.join("\n", out) + "\n";
        }

        private void perform(String[] words) {
            switch (words[0]) {
                case "cell" -> cell = new BareCell(Integer.parseInt(words[1]), settings(words));
                case "pass" -> cell.pass(Long.parseLong(words[1]), replicas(words, 2));
                case "deliver" -> cell.deliver(link(words), false);
                case "lose" -> cell.deliver(link(words), true);
                case "flush" -> replicas(words, 1).forEach(cell::flush);
                case "settle" -> settle();
                case "submit" ->
                        cell.submit(number(words), Arrays.asList(words).subList(2, words.length));
                case "crash" -> cell.crash(number(words));
                case "restart" -> cell.restart(number(words));
                case "cut" -> cell.cut(number(words));
                case "heal" -> cell.heal();
                case "step-down" -> cell.step(number(words), new Input.StepDown("asked to"));
                case "join" -> cell.join(number(words));
                case "admit", "promote", "remove", "voters" -> change(words);
                case "transfer" ->
                        cell.step(
                                number(words),
                                new Input.TransferTo(
                                        words.length > 2
                                                ? Optional.of(replica(words[2]))
                                                : Optional.empty(),
                                        "asked to"));
                case "snapshot" -> cell.snapshot(number(words));
                case "install" -> {
                    int[] link = link(words).orElseThrow();
                    cell.install(link[0], link[1]);
                }
                case "stable" -> stable(number(words));
                case "disk" -> cell.write(number(words), accepted(words));
                case "state" -> cell.state();
                case "hush" -> cell.drain();
                default -> throw new IllegalArgumentException("no such command: " + words[0]);
            }
        }

        /// Makes the replica coordinator, all others content; nothing of it is shown.
        private void stable(int id) {
            cell.pass(100, Set.of(id));
            settle();
            cell.pass(200, Set.of(id));
            settle();
            cell.drain();
        }

        private void change(String[] words) {
            int id = number(words);
            Membership members = cell.members(id);
            long basedOn = members.since();
            List<ReplicaId> named = new ArrayList<>();
            for (String word : Arrays.asList(words).subList(2, words.length)) {
                if (word.startsWith("based=")) {
                    basedOn = Long.parseLong(word.substring(6));
                } else {
                    named.add(replica(word));
                }
            }
            ReplicaId first = named.getFirst();
            Membership next =
                    switch (words[0]) {
                        case "admit" ->
                                members.admitting(
                                        first, new Learner(1, named.stream().skip(1).findFirst()));
                        case "promote" -> members.promoting(first);
                        case "remove" -> members.without(first);
                        default ->
                                new Membership(
                                        new TreeSet<>(named),
                                        new TreeMap<>(),
                                        members.incarnations(),
                                        0);
                    };
            cell.change(id, basedOn, next);
        }

        private static ReplicaId replica(String word) {
            return ReplicaId.of(Integer.parseInt(word));
        }

        /// `disk 2 3 x 1.1`: replica 2 has accepted x at instance 3 under 1.1.
        private static Record accepted(String[] words) {
            String[] number = words[4].split("\\.");
            SequenceNumber sequence =
                    new SequenceNumber(
                            Long.parseLong(number[0]), ReplicaId.of(Integer.parseInt(number[1])));
            return new Record.Accepted(
                    Long.parseLong(words[2]),
                    sequence,
                    new Value.Commands(sequence, List.of(Bytes.utf8(words[3]))));
        }

        private void settle() {
            for (int round = 0; !cell.quiet(); round++) {
                assertThat(round).as("rounds until nothing is under way").isLessThan(100);
                cell.flushAll();
                cell.deliver(Optional.empty(), false);
            }
        }

        private static Settings settings(String[] words) {
            Settings d = Settings.DEFAULT;
            int window = d.window();
            int tail = d.tailEntries();
            for (String word : words) {
                if (word.startsWith("window=")) {
                    window = Integer.parseInt(word.substring(7));
                } else if (word.startsWith("tail=")) {
                    tail = Integer.parseInt(word.substring(5));
                }
            }
            return new Settings(
                    d.lease(),
                    d.driftDivisor(),
                    d.heartbeat(),
                    d.backoff(),
                    d.attempt(),
                    d.retransmit(),
                    window,
                    d.batchBytes(),
                    d.queueBytes(),
                    tail,
                    d.tailBytes());
        }

        private static int number(String[] words) {
            return Integer.parseInt(words[1]);
        }

        private static Optional<int[]> link(String[] words) {
            if (words.length == 1) {
                return Optional.empty();
            }
            String[] ends = words[1].split(">");
            return Optional.of(new int[] {Integer.parseInt(ends[0]), Integer.parseInt(ends[1])});
        }

        private Set<Integer> replicas(String[] words, int from) {
            if (words.length == from) {
                return cell.running();
            }
            TreeSet<Integer> named = new TreeSet<>();
            for (int i = from; i < words.length; i++) {
                named.add(Integer.parseInt(words[i]));
            }
            return named;
        }
    }
}
