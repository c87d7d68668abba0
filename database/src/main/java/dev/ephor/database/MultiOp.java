package dev.ephor.database;

import dev.ephor.paxos.Bytes;
import java.util.List;

/// The database's one operation (PML §5.6): if all guards hold, the operations of `then` (the
/// paper's t_op) run, else those of `otherwise` (its f_op), in order and as one.
public record MultiOp(List<Guard> guards, List<Op> then, List<Op> otherwise) {
    public MultiOp {
        guards = List.copyOf(guards);
        then = List.copyOf(then);
        otherwise = List.copyOf(otherwise);
    }

    /// Runs whatever the rows hold.
    public static MultiOp of(List<Op> ops) {
        return new MultiOp(List.of(), ops, List.of());
    }

    public static MultiOp of(Op... ops) {
        return of(List.of(ops));
    }

    public static MultiOp insert(String key, Bytes value) {
        return of(new Op.Insert(key, value));
    }

    public static MultiOp delete(String key) {
        return of(new Op.Delete(key));
    }

    /// Puts `update` where `expected` is. The result holds the row's value before, either way.
    public static MultiOp compareAndSwap(String key, Bytes expected, Bytes update) {
        return new MultiOp(
                List.of(new Guard.Equals(key, expected)),
                List.of(new Op.Insert(key, update)),
                List.of(new Op.Lookup(key)));
    }

    /// Inserts a row that is not there yet. The result holds the row's value before, either way.
    public static MultiOp insertIfAbsent(String key, Bytes value) {
        return new MultiOp(
                List.of(new Guard.Absent(key)),
                List.of(new Op.Insert(key, value)),
                List.of(new Op.Lookup(key)));
    }
}
