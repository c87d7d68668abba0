package dev.ephor.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class FinderTest {
    private static final List<String> ALL = List.of("a:1", "b:1", "c:1");

    private static Finder finder(int seed) {
        return new Finder(SessionSettings.DEFAULT, new Random(seed), ALL);
    }

    @Test
    void allAreAskedInTurn() {
        Finder finder = finder(1);
        List<String> asked = new ArrayList<>();
        for (int i = 0; i < 9; i++) {
            asked.add(finder.turn().address());
        }
        for (String each : ALL) {
            assertThat(Collections.frequency(asked, each)).isEqualTo(3);
        }
    }

    /// The one that answers may be master the next time.
    @Test
    void whoAnswersIsAskedAgainHoweverManyAreSilent() {
        for (int seed = 0; seed < 10; seed++) {
            Finder finder = finder(seed);
            int answers = 0;
            for (int i = 0; i < 60; i++) {
                String asked = finder.turn().address();
                if (asked.equals("c:1")) {
                    answers++;
                    finder.hint("a:1");
                } else {
                    finder.silent(asked);
                }
            }
            assertThat(answers).as("answers with seed %d", seed).isGreaterThanOrEqualTo(15);
        }
    }

    @Test
    void theMasterIsAskedFirstTheNextTime() {
        for (int seed = 0; seed < 10; seed++) {
            Finder finder = finder(seed);
            finder.turn();
            finder.found("b:1");
            assertThat(finder.turn().address()).isEqualTo("b:1");
        }
    }
}
