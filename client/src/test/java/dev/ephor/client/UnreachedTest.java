package dev.ephor.client;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class UnreachedTest {
    private final Unreached unreached = new Unreached();

    @Test
    void whereNothingIsMissedNothingIsTold() {
        unreached.named("b:1", "a:1");
        assertThat(unreached.tell("b:1")).isEmpty();
    }

    @Test
    void whoNamedNobodyHearsOfTheLastOne() {
        unreached.missed("a:1", 5);
        assertThat(unreached.tell("b:1")).contains(new Unreached.Missed("a:1", 5));
        unreached.named("b:1", "");
        assertThat(unreached.tell("b:1")).contains(new Unreached.Missed("a:1", 5));
    }

    @Test
    void whoNamedOneHearsOfThatOne() {
        unreached.named("b:1", "a:1");
        unreached.named("c:1", "gone:1");
        unreached.missed("a:1", 5);
        unreached.missed("gone:1", 7);
        assertThat(unreached.tell("b:1")).contains(new Unreached.Missed("a:1", 5));
        assertThat(unreached.tell("c:1")).contains(new Unreached.Missed("gone:1", 7));

        unreached.named("c:1", "a:1");
        assertThat(unreached.tell("c:1")).contains(new Unreached.Missed("a:1", 5));
    }

    /// However often it is tried again, and others in between.
    @Test
    void whatIsMissedIsMissedSinceTheFirstTime() {
        unreached.missed("a:1", 5);
        unreached.missed("gone:1", 7);
        unreached.missed("a:1", 9);
        assertThat(unreached.tell("b:1")).contains(new Unreached.Missed("a:1", 5));
    }

    @Test
    void whatIsHeardIsNotMissed() {
        unreached.named("b:1", "a:1");
        unreached.missed("a:1", 5);
        unreached.heard("a:1");
        assertThat(unreached.tell("b:1")).isEmpty();
        unreached.missed("a:1", 9);
        assertThat(unreached.tell("b:1")).contains(new Unreached.Missed("a:1", 9));
    }

    @Test
    void nobodyHearsOfItself() {
        unreached.missed("a:1", 5);
        assertThat(unreached.tell("a:1")).isEmpty();
    }

    @Test
    void withAMasterNothingIsMissed() {
        unreached.named("b:1", "a:1");
        unreached.missed("a:1", 5);
        unreached.clear();
        assertThat(unreached.tell("b:1")).isEmpty();
    }
}
