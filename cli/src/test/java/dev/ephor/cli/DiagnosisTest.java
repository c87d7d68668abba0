package dev.ephor.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ephor.api.Member;
import dev.ephor.api.StatusReply;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class DiagnosisTest {
    private final List<ReplicaView> views = new ArrayList<>();

    private DiagnosisTest replica(int number, Consumer<StatusReply.Builder> change) {
        StatusReply.Builder reply =
                StatusReply.newBuilder()
                        .setCell("local")
                        .setReplica(number)
                        .setRole(number == 1 ? "master" : "replica")
                        .setEpoch(7)
                        .setApplied(100)
                        .setChosen(100)
                        .setVersion("1");
        change.accept(reply);
        views.add(new ReplicaView(address(number), reply.build(), ""));
        return this;
    }

    private DiagnosisTest replicas(int... numbers) {
        for (int number : numbers) {
            replica(number, reply -> {});
        }
        return this;
    }

    private DiagnosisTest silent(int... numbers) {
        for (int number : numbers) {
            views.add(new ReplicaView(address(number), null, "nobody listens there"));
        }
        return this;
    }

    private static Address address(int number) {
        return new Address("h", 7400 + number);
    }

    private Diagnosis diagnosis() {
        return Diagnosis.of(views);
    }

    @Test
    void allIsWell() {
        assertThat(replicas(1, 2, 3, 4, 5).diagnosis())
                .isEqualTo(
                        new Diagnosis(
                                "The cell is well: it survives the loss of two replicas.",
                                List.of(),
                                true));
        assertThat(diagnosis().isHealthy()).isTrue();
    }

    @Test
    void whoHasNoVoteCountsForNoMajority() {
        Diagnosis rejoining =
                replicas(1, 2, 3, 4).replica(5, reply -> reply.setRole("learner")).diagnosis();

        assertThat(rejoining.verdict())
                .isEqualTo(
                        "The cell works with 4 of 5 replicas:"
                                + " it survives the loss of one replica more.");
    }

    /// Three vote, as the master says, and a fourth is being added.
    @Test
    void theMasterSaysHowManyVote() {
        replica(
                1,
                reply -> {
                    reply.setRole(ReplicaView.MASTER);
                    for (int number = 1; number <= 4; number++) {
                        reply.addMembersBuilder()
                                .setReplica(number)
                                .setKind(number < 4 ? Member.Kind.VOTER : Member.Kind.LEARNER);
                    }
                });
        replica(2, reply -> {}).replica(3, reply -> {});
        replica(4, reply -> reply.setRole("learner"));

        assertThat(diagnosis().verdict())
                .isEqualTo("The cell is well: it survives the loss of one replica.");
    }

    @Test
    void oneIsSilent() {
        Diagnosis diagnosis = replicas(1, 2, 3, 4).silent(5).diagnosis();

        assertThat(diagnosis.works()).isTrue();
        assertThat(diagnosis.isHealthy()).isFalse();
        assertThat(diagnosis.verdict())
                .isEqualTo(
                        "The cell works with 4 of 5 replicas:"
                                + " it survives the loss of one replica more.");
        assertThat(diagnosis.findings())
                .containsExactly("The replica at h:7405 does not answer: nobody listens there.");
    }

    @Test
    void noMoreMayBeLost() {
        assertThat(replicas(1, 2, 3).silent(4, 5).diagnosis().verdict())
                .isEqualTo("The cell works with 3 of 5 replicas: it survives the loss of no more.");
    }

    @Test
    void theMajorityIsSilent() {
        Diagnosis diagnosis = replicas(2, 3).silent(1, 4, 5).diagnosis();

        assertThat(diagnosis.works()).isFalse();
        assertThat(diagnosis.verdict())
                .isEqualTo(
                        "The cell is down: 2 of 5 replicas answer, and a majority of 3 is needed.");
    }

    @Test
    void whoLostTheDiskDoesNotMakeItAMajority() {
        replica(1, reply -> reply.setRole("recovering").setMessage("it waits"));
        replica(2, reply -> reply.setRole("applicant")).silent(3);

        assertThat(diagnosis().works()).isFalse();
        assertThat(diagnosis().verdict())
                .isEqualTo(
                        "The cell is down: 1 of 3 replicas answer (and one replica without a"
                                + " vote), and a majority of 2 is needed.");
        assertThat(diagnosis().findings()).contains("Replica 1 says: it waits");
    }

    @Test
    void aCellThatIsStartedAgainTakesAMoment() {
        replica(1, reply -> reply.setRole("recovering"));
        replica(2, reply -> reply.setRole("recovering")).replica(3, reply -> {});

        assertThat(diagnosis().verdict())
                .startsWith(
                        "There is no master at this moment: 3 of 3 replicas answer, and 2 have");
    }

    @Test
    void whoHasYetToTakePartIsNoneToSpare() {
        replicas(1, 2).replica(3, reply -> reply.setRole("recovering"));

        assertThat(diagnosis().verdict())
                .isEqualTo("The cell works with 2 of 3 replicas: it survives the loss of no more.");
    }

    @Test
    void allAreSilent() {
        assertThat(silent(1, 2, 3).diagnosis().verdict()).startsWith("No replica answers");
    }

    @Test
    void thereIsNoMaster() {
        Diagnosis diagnosis = replicas(2, 3, 4, 5).silent(1).diagnosis();

        assertThat(diagnosis.works()).isFalse();
        assertThat(diagnosis.verdict())
                .startsWith("There is no master at this moment, though 4 of 5");
    }

    @Test
    void thereAreTwoMasters() {
        replicas(1, 2, 3).replica(4, reply -> reply.setRole("master").setEpoch(9).setApplied(101));

        assertThat(diagnosis().findings())
                .singleElement()
                .asString()
                .startsWith("More than one replica calls itself master (replica 1, replica 4).")
                .contains("The one of epoch 9 is");
    }

    @Test
    void oneIsFarBehind() {
        replicas(1, 2).replica(3, reply -> reply.setLag(250_000).setApplied(3));

        assertThat(diagnosis().findings())
                .containsExactly("Replica 3 is 250000 instances behind and catches up.");
    }

    @Test
    void cellsAreMixedUp() {
        replicas(1, 2).replica(3, reply -> reply.setCell("other").setApplied(5));

        assertThat(diagnosis().findings())
                .containsExactly("The addresses belong to different cells: local, other.");
    }

    @Test
    void oneReplicaIsThereTwice() {
        replicas(1, 2, 2);

        assertThat(diagnosis().findings())
                .singleElement()
                .asString()
                .startsWith("Replica 2 answers at 2 of the addresses");
    }

    @Test
    void aReplicaSpeaksForItself() {
        replicas(1, 2).replica(3, reply -> reply.setMessage("the disk is slow"));

        assertThat(diagnosis().findings()).containsExactly("Replica 3 says: the disk is slow");
    }

    @Test
    void versionsAreMixed() {
        replicas(1, 2).replica(3, reply -> reply.setVersion("2"));

        assertThat(diagnosis().findings())
                .singleElement()
                .asString()
                .startsWith(
                        "Replicas run different versions:"
                                + " 1 (replica 1, replica 2), 2 (replica 3).");
    }
}
