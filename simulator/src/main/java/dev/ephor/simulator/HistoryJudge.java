package dev.ephor.simulator;

import dev.ephor.simulator.Model.Timed;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;

/// Judges a whole history: each register and each lock by itself, which is as good as all at once.
final class HistoryJudge {
    /// What came of one object.
    ///
    /// @param name the key, and whether it is the lock or the contents
    record Finding(String name, Contradiction contradiction) {}

    private HistoryJudge() {}

    /// The objects that something is wrong with, or that could not be decided.
    static List<Finding> judge(History history) {
        return judge(history, OrderSearch.MOST_STATES);
    }

    /// @param most so many states of each object are looked at before it counts as undecided
    static List<Finding> judge(History history, int most) {
        List<Finding> findings = new ArrayList<>();
        judge("", new RegisterModel(null), history.registers, most, findings);
        judge("the lock of ", new LockModel(), history.locks, most, findings);
        return findings;
    }

    private static <S, O> void judge(
            String kind,
            Model<S, O> model,
            SortedMap<String, List<Timed<O>>> objects,
            int most,
            List<Finding> findings) {
        objects.forEach((key, operations) -> {
            Contradiction contradiction = Contradiction.find(model, operations, most);
            if (!(contradiction instanceof Contradiction.None)) {
                findings.add(new Finding(kind + key, contradiction));
            }
        });
    }
}
