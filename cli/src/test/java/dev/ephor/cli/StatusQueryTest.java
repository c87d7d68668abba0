package dev.ephor.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ephor.api.StatusReply;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Which replicas are asked, and how often each is shown.
class StatusQueryTest {
    private static final List<String> CELL = List.of("a:1", "b:1", "c:1");

    private final List<Address> asked = new ArrayList<>();

    private static Address address(String text) {
        return Address.parse(text, "test");
    }

    private static ReplicaView answers(String at, String official) {
        StatusReply reply =
                StatusReply.newBuilder()
                        .setReplica(CELL.indexOf(official) + 1)
                        .setClientAddress(official)
                        .addAllReplicas(CELL)
                        .build();
        return new ReplicaView(address(at), reply, "");
    }

    private static ReplicaView silent(String at) {
        return new ReplicaView(address(at), null, "no answer");
    }

    private List<String> shown(List<ReplicaView> given, ReplicaView... others) {
        return StatusQuery.wholeCell(
                        given,
                        addresses -> {
                            asked.addAll(addresses);
                            return List.of(others);
                        })
                .stream()
                .map(view -> view.address() + (view.answers() ? "" : " silent"))
                .toList();
    }

    private void alsoAsked(String... addresses) {
        assertThat(asked.stream().map(Address::toString)).containsExactly(addresses);
    }

    @Test
    void oneAddressIsEnough() {
        assertThat(shown(List.of(answers("b:1", "b:1")), answers("a:1", "a:1"), silent("c:1")))
                .containsExactly("a:1", "b:1", "c:1 silent");
        alsoAsked("a:1", "c:1");
    }

    /// It may be the first that is asked, and names those that are gone by now.
    @Test
    void whoWasRemovedDoesNotSayWhoTheOthersAre() {
        StatusReply old =
                StatusReply.newBuilder()
                        .setReplica(9)
                        .setRole("removed")
                        .setClientAddress("old:1")
                        .addAllReplicas(List.of("gone:1", "a:1"))
                        .build();
        assertThat(
                        shown(
                                List.of(
                                        new ReplicaView(address("old:1"), old, ""),
                                        answers("a:1", "a:1")),
                                answers("b:1", "b:1"),
                                answers("c:1", "c:1")))
                .containsExactly("a:1", "b:1", "c:1", "old:1");
        alsoAsked("b:1", "c:1");
    }

    @Test
    void anotherNameOfAReplicaIsNoOtherReplica() {
        assertThat(
                        shown(
                                List.of(answers("tunnel:9", "a:1"), answers("b:1", "b:1")),
                                answers("c:1", "c:1")))
                .containsExactly("tunnel:9", "b:1", "c:1");
        alsoAsked("c:1");
    }

    @Test
    void aSilentNameIsMostLikelyThatOfASilentReplica() {
        assertThat(
                        shown(
                                List.of(answers("a:1", "a:1"), silent("tunnel:9")),
                                answers("b:1", "b:1"),
                                silent("c:1")))
                .containsExactly("a:1", "b:1", "c:1 silent");
    }

    @Test
    void anAddressThatDoesNotBelongIsShown() {
        List<ReplicaView> given =
                List.of(
                        answers("a:1", "a:1"),
                        answers("b:1", "b:1"),
                        answers("c:1", "c:1"),
                        silent("d:1"),
                        new ReplicaView(address("e:1"), StatusReply.getDefaultInstance(), ""));

        assertThat(shown(given)).containsExactly("a:1", "b:1", "c:1", "d:1 silent", "e:1");
        alsoAsked();
    }

    @Test
    void whereNobodyAnswersTheAddressesAreAllThatIsKnown() {
        assertThat(shown(List.of(silent("a:1"), silent("b:1"))))
                .containsExactly("a:1 silent", "b:1 silent");
    }
}
