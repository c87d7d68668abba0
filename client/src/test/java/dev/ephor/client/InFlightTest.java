package dev.ephor.client;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ephor.api.Reply;
import dev.ephor.api.Request;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/// The ring against a sorted map that does the same slowly.
class InFlightTest {
    private final VirtualWorld world = new VirtualWorld();
    private final Session session =
            new Session(world, SessionSettings.DEFAULT, List.of("a:1"), null, null);

    @Test
    void agreesWithASortedMap() {
        for (int seed = 0; seed < 50; seed++) {
            Random random = new Random(seed);
            InFlight ring = new InFlight();
            TreeMap<Long, Call<?>> model = new TreeMap<>();
            long next = 1;
            for (int step = 0; step < 2_000; step++) {
                if (random.nextInt(100) < 55) {
                    boolean keep = random.nextInt(10) > 0;
                    Call<?> call = new Nothing(session);
                    assertThat(ring.number(call, keep)).isEqualTo(next);
                    if (keep) {
                        model.put(next, call);
                    }
                    next++;
                } else {
                    long id = 1 + random.nextLong(next);
                    assertThat(ring.remove(id)).isSameAs(model.remove(id));
                }
                assertThat(ring.size()).isEqualTo(model.size());
                assertThat(ring.oldest()).isEqualTo(model.isEmpty() ? next : model.firstKey());
            }
            List<Call<?>> all = new ArrayList<>();
            ring.forEach(all::add);
            assertThat(all).containsExactlyElementsOf(model.values());
        }
    }

    private static final class Nothing extends Call<Boolean> {
        Nothing(Session session) {
            super(session, Kind.READS, Request.newBuilder());
        }

        @Override
        Boolean decode(Reply reply) {
            return true;
        }

        @Override
        String what() {
            return "nothing";
        }
    }
}
