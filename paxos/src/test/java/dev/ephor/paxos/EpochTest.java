package dev.ephor.paxos;

import static dev.ephor.paxos.Given.MEMBERS;
import static dev.ephor.paxos.Given.number;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// PML §5.3.
class EpochTest {
    private static final SequenceNumber OWNER = number(3, 1);
    private static final SequenceNumber STRANGER = number(2, 2);

    static Stream<Value> ofOwner() {
        return valuesOf(OWNER);
    }

    static Stream<Value> ofStranger() {
        return valuesOf(STRANGER);
    }

    /// All that does not begin an epoch.
    private static Stream<Value> valuesOf(SequenceNumber origin) {
        return Stream.of(
                new Value.NoOp(origin),
                new Value.Commands(origin, List.of(Bytes.utf8("x"))),
                new Value.MembershipChange(origin, 0, MEMBERS));
    }

    @ParameterizedTest
    @MethodSource("ofOwner")
    void theOwnersValuesContinueIt(Value value) {
        Epoch epoch = new Epoch(5, OWNER);

        assertThat(epoch.after(6, value)).isSameAs(epoch);
    }

    @ParameterizedTest
    @MethodSource("ofStranger")
    void anotherOriginsValueEndsIt(Value value) {
        Epoch nobodys = new Epoch(6, SequenceNumber.NONE);

        assertThat(new Epoch(5, OWNER).after(6, value)).isEqualTo(nobodys);
        assertThat(nobodys.after(7, value)).isSameAs(nobodys);
        assertThat(Epoch.NONE.after(1, value)).isSameAs(Epoch.NONE);
    }

    @ParameterizedTest
    @MethodSource("ofStranger")
    void aNewMasterBeginsAnother(Value value) {
        Epoch begun = new Epoch(5, OWNER).after(8, new Value.EpochStart(value.origin()));

        assertThat(begun).isEqualTo(new Epoch(8, STRANGER));
        assertThat(begun.after(9, value)).isSameAs(begun);
    }
}
