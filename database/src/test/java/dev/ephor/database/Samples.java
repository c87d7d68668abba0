package dev.ephor.database;

import dev.ephor.paxos.Bytes;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/// Random operations over few keys, so that they meet.
final class Samples {
    private final Random random;

    Samples(long seed) {
        random = new Random(seed);
    }

    String key() {
        String key = "k" + random.nextInt(12);
        return random.nextInt(10) == 0 ? key + "/\u00e9\u20ac\ud83d\ude00" : key;
    }

    Bytes value() {
        byte[] bytes = new byte[random.nextInt(4) == 0 ? random.nextInt(100) : random.nextInt(2)];
        random.nextBytes(bytes);
        return Bytes.wrap(bytes);
    }

    Op op() {
        return switch (random.nextInt(4)) {
            case 0 -> new Op.Delete(key());
            case 1 -> new Op.Lookup(key());
            default -> new Op.Insert(key(), value());
        };
    }

    Guard guard(long epoch) {
        return switch (random.nextInt(7)) {
            case 0 -> new Guard.Absent(key());
            case 1, 2 -> new Guard.Present(key());
            case 3 -> new Guard.EpochIs(random.nextInt(8) == 0 ? epoch + 1 : epoch);
            default -> new Guard.Equals(key(), value());
        };
    }

    MultiOp multiOp(long epoch) {
        List<Guard> guards = new ArrayList<>();
        for (int i = random.nextInt(3); i > 0; i--) {
            guards.add(guard(epoch));
        }
        return new MultiOp(guards, ops(), ops());
    }

    private List<Op> ops() {
        List<Op> ops = new ArrayList<>();
        for (int i = random.nextInt(4); i > 0; i--) {
            ops.add(op());
        }
        return ops;
    }

    int below(int bound) {
        return random.nextInt(bound);
    }
}
