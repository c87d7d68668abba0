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
        List<Finding> findings = new ArrayList<>();
        judge("", new RegisterModel(null), history.registers, findings);
        judge("the lock of ", new LockModel(), history.locks, findings);
        return findings;
    }

    private static <S, O> void judge(
            String kind,
            Model<S, O> model,
            SortedMap<String, List<Timed<O>>> objects,
            List<Finding> findings) {
        objects.forEach((key, operations) -> {
            Contradiction contradiction = Contradiction.find(model, operations);
            if (!(contradiction instanceof Contradiction.None)) {
                findings.add(new Finding(kind + key, contradiction));
            }
        });
    }
}
