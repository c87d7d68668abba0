package dev.ephor.cli;

import dev.ephor.api.Member;
import dev.ephor.api.StatusReply;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/// What the views of all replicas together mean, in words.
///
/// @param verdict how the cell is, in a sentence
/// @param findings what is wrong, worst first; each a sentence
/// @param works a master serves
record Diagnosis(String verdict, List<String> findings, boolean works) {
    /// A replica that is behind by less is on its way.
    private static final long NOTABLE_LAG = 1_000;

    /// Roles of replicas that count for no majority.
    private static final Set<String> WITHOUT_VOTE = Set.of("applicant", "learner", "removed");

    /// The role of one that has a vote, and may not use it yet.
    private static final String RECOVERING = "recovering";

    Diagnosis {
        findings = List.copyOf(findings);
    }

    /// Nothing is wrong.
    boolean isHealthy() {
        return works && findings.isEmpty();
    }

    /// @param views of every replica of the cell, one each
    static Diagnosis of(List<ReplicaView> views) {
        List<StatusReply> replies = new ArrayList<>();
        for (ReplicaView view : views) {
            if (view.reply() != null) {
                replies.add(view.reply());
            }
        }
        List<String> findings = new ArrayList<>();
        strangers(replies, findings);
        silent(views, findings);
        masters(replies, findings);
        behind(replies, findings);
        messages(replies, findings);
        versions(replies, findings);
        boolean works =
                replies.stream().anyMatch(reply -> reply.getRole().equals(ReplicaView.MASTER));
        return new Diagnosis(
                verdict(voters(views.size(), replies), replies, works), findings, works);
    }

    /// As many as the master says; where none does, all whose addresses are known.
    private static int voters(int addresses, List<StatusReply> replies) {
        return replies.stream()
                .filter(reply -> reply.getRole().equals(ReplicaView.MASTER))
                .max(Comparator.comparingLong(StatusReply::getEpoch))
                .map(Diagnosis::voters)
                .filter(voters -> voters > 0)
                .orElse(addresses);
    }

    private static int voters(StatusReply master) {
        return (int)
                master.getMembersList().stream()
                        .filter(member -> member.getKind() == Member.Kind.VOTER)
                        .count();
    }

    private static String verdict(int all, List<StatusReply> replies, boolean works) {
        int recovering = count(replies, reply -> reply.getRole().equals(RECOVERING));
        int answering = count(replies, reply -> !WITHOUT_VOTE.contains(reply.getRole()));
        int voting = answering - recovering;
        int majority = all / 2 + 1;
        if (replies.isEmpty()) {
            return "No replica answers: the cell is down, or this is not its address.";
        }
        if (!works && answering < majority) {
            int others = replies.size() - answering;
            return "The cell is down: %d of %d replicas answer%s, and a majority of %d is needed."
                    .formatted(
                            answering,
                            all,
                            others == 0 ? "" : " (and " + replicas(others) + " without a vote)",
                            majority);
        }
        if (!works && voting < majority) {
            return ("There is no master at this moment: %d of %d replicas answer, and %s to take"
                            + " part. That takes a second where nothing is lost.")
                    .formatted(
                            answering,
                            all,
                            recovering == 1 ? "one has yet" : recovering + " have yet");
        }
        if (!works) {
            return ("There is no master at this moment, though %d of %d replicas answer."
                            + " An election takes a few seconds.")
                    .formatted(answering, all);
        }
        int spare = voting - majority;
        if (spare < 0) {
            return "A master answers, but only %d of the %d addresses do.".formatted(voting, all);
        }
        return voting == all
                ? "The cell is well: it survives the loss of " + replicas(spare) + "."
                : "The cell works with %d of %d replicas: it survives the loss of %s."
                        .formatted(voting, all, spare == 0 ? "no more" : replicas(spare) + " more");
    }

    private static int count(List<StatusReply> replies, Predicate<StatusReply> which) {
        return (int) replies.stream().filter(which).count();
    }

    private static String replicas(int count) {
        return switch (count) {
            case 0 -> "no replica";
            case 1 -> "one replica";
            case 2 -> "two replicas";
            default -> count + " replicas";
        };
    }

    private static void strangers(List<StatusReply> replies, List<String> findings) {
        TreeSet<String> cells = new TreeSet<>();
        TreeMap<Integer, Integer> times = new TreeMap<>();
        for (StatusReply reply : replies) {
            cells.add(reply.getCell());
            times.merge(reply.getReplica(), 1, Integer::sum);
        }
        if (cells.size() > 1) {
            findings.add(
                    "The addresses belong to different cells: " + String.join(", ", cells) + ".");
            return;
        }
        for (Map.Entry<Integer, Integer> entry : times.entrySet()) {
            if (entry.getValue() > 1) {
                findings.add(
                        "Replica "
                                + entry.getKey()
                                + " answers at "
                                + entry.getValue()
                                + " of the addresses: one of them is named twice, or two processes"
                                + " believe that they are the same replica.");
            }
        }
    }

    private static void silent(List<ReplicaView> views, List<String> findings) {
        for (ReplicaView view : views) {
            if (!view.answers()) {
                findings.add(
                        "The replica at "
                                + view.address()
                                + " does not answer: "
                                + view.error()
                                + ".");
            }
        }
    }

    private static void masters(List<StatusReply> replies, List<String> findings) {
        List<StatusReply> masters =
                replies.stream()
                        .filter(reply -> reply.getRole().equals(ReplicaView.MASTER))
                        .toList();
        if (masters.size() > 1) {
            long newest = masters.stream().mapToLong(StatusReply::getEpoch).max().orElse(0);
            findings.add(
                    "More than one replica calls itself master ("
                            + names(masters)
                            + "). The one of epoch "
                            + newest
                            + " is; another's lease has run out, and it will notice.");
        }
    }

    private static void behind(List<StatusReply> replies, List<String> findings) {
        for (StatusReply reply : replies) {
            if (reply.getLag() >= NOTABLE_LAG) {
                findings.add(
                        "Replica "
                                + reply.getReplica()
                                + " is "
                                + reply.getLag()
                                + " instances behind and catches up.");
            }
        }
    }

    private static void messages(List<StatusReply> replies, List<String> findings) {
        for (StatusReply reply : replies) {
            if (!reply.getMessage().isEmpty()) {
                findings.add("Replica " + reply.getReplica() + " says: " + reply.getMessage());
            }
        }
    }

    private static void versions(List<StatusReply> replies, List<String> findings) {
        TreeMap<String, List<StatusReply>> versions = new TreeMap<>();
        for (StatusReply reply : replies) {
            versions.computeIfAbsent(reply.getVersion(), version -> new ArrayList<>()).add(reply);
        }
        if (versions.size() > 1) {
            findings.add(
                    "Replicas run different versions: "
                            + versions.entrySet().stream()
                                    .map(entry ->
                                            entry.getKey() + " (" + names(entry.getValue()) + ")")
                                    .collect(Collectors.joining(", "))
                            + ". That is right during an upgrade only.");
        }
    }

    private static String names(List<StatusReply> replies) {
        return replies.stream()
                .map(reply -> "replica " + reply.getReplica())
                .collect(Collectors.joining(", "));
    }
}
