package dev.ephor.client;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ephor.api.Hello;
import java.util.List;
import java.util.stream.IntStream;
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

    /// One that does not know better names a master that is long gone; another one can help, if it
    /// hears of the master that it knows.
    @Test
    void tellsEachReplicaOfTheMasterThatItNamedItself() {
        world.connect();
        cell.mistaken.put("b:1", "gone:1");
        cell.down.add("gone:1");
        cell.silent.add("a:1");
        world.passMillis(20_000);

        assertThat(complaintsTo("b:1")).hasSizeGreaterThan(3);
        assertThat(complaintsTo("b:1")).containsOnly("gone:1");
        assertThat(complaintsTo("c:1")).hasSizeGreaterThan(3).containsOnly("a:1");
        assertThat(cell.greetings.get(cell.greetings.size() - 1).getUnreachedMs())
                .isGreaterThan(10_000);
    }

    /// But the first, when that one had named nobody yet.
    private List<String> complaintsTo(String address) {
        return IntStream.range(0, cell.hellos.size())
                .filter(i -> cell.hellos.get(i).equals(address))
                .mapToObj(i -> cell.greetings.get(i).getUnreachedMaster())
                .filter(master -> !master.isEmpty())
                .skip(1)
                .toList();
    }

    /// A removed replica does not know who is master, but whom to ask.
    @Test
    void asksThoseThatAReplicaNamesWhichKnowsOfNoMaster() {
        cell.master = "d:1";
        for (String address : List.of("a:1", "b:1", "c:1")) {
            cell.mistaken.put(address, "");
        }
        cell.replicas.add("d:1");

        assertThat(world.connect().state()).isEqualTo(SessionState.SAFE);
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
