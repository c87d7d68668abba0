package dev.ephor.client;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ephor.api.Hello;
import java.util.List;
import org.junit.jupiter.api.Test;

/// What a client says of a master that it does not reach, in virtual time.
class UnreachedMasterTest {
    private final VirtualWorld world = new VirtualWorld();
    private final FakeCell cell = world.cell;

    /// It may be that others reach it, and that it is master still.
    @Test
    void tellsOtherReplicasOfAMasterThatItDoesNotReach() {
        world.connect();
        assertThat(cell.greetings).extracting(Hello::getUnreachedMs).containsOnly(0);

        cell.silent.add("a:1");
        world.passMillis(10_000);
        List<Hello> complaints =
                cell.greetings.stream().filter(hello -> hello.getUnreachedMs() > 0).toList();
        assertThat(complaints).hasSizeGreaterThan(2);
        assertThat(complaints).extracting(Hello::getUnreachedMaster).containsOnly("a:1");
        assertThat(complaints.get(0).getUnreachedMs()).isBetween(1_000, 4_000);
        assertThat(complaints.get(complaints.size() - 1).getUnreachedMs()).isBetween(5_000, 10_000);
    }

    /// A replica that is down is not the master, or not any more.
    @Test
    void saysNothingOfReplicasThatNobodyCallsMaster() {
        cell.master = "c:1";
        cell.silent.add("a:1");
        cell.down.add("b:1");
        world.connect();
        cell.failOver("b:1", 1_000);
        cell.down.remove("b:1");
        world.passMillis(5_000);
        assertThat(cell.greetings).extracting(Hello::getUnreachedMaster).doesNotContain("a:1");
    }
}
