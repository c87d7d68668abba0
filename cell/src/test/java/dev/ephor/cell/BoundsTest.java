package dev.ephor.cell;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ephor.paxos.Bytes;
import org.junit.jupiter.api.Test;

/// Memory is bounded, and whoever is refused for that learns it, without effect.
class BoundsTest {
    /// 8 sessions, 4 requests of a session, 6 in all, 3 waiters, 4 outcomes, 5 events, 6 handles.
    private static final CellSettings SMALL =
            new CellSettings(
                    1_000, 100, 10, 3, 12_000, 1_000, 60_000, 100, 60_000, 8, 4, 6, 8_000, 3, 4, 5,
                    6);

    private final World world = new World(SMALL, 1);
    private final Client a = world.client();

    private static ErrorCode code(Client client, long request) {
        return client.answers.get(request) instanceof Answer.Failed(ErrorCode code, String _)
                ? code
                : null;
    }

    @Test
    void sessions() {
        for (int i = 0; i < 7; i++) {
            assertThat(world.client().goodbye).isNull();
        }
        assertThat(world.client().goodbye.reason()).isEqualTo(Goodbye.Reason.OVERLOADED);
        a.expect(new Call.CloseSession(), Answer.SessionClosed.class);
        assertThat(world.client().goodbye).isNull();
    }

    @Test
    void requestsOfASessionAndInAll() {
        Client b = world.client();
        world.prompt = false;
        for (int i = 0; i < 4; i++) {
            a.start(Client.writing("/ls/local/f", "x"));
        }
        long fifth = a.start(Client.writing("/ls/local/f", "x"));
        b.start(Client.writing("/ls/local/g", "x"));
        b.start(Client.writing("/ls/local/g", "x"));
        long seventh = b.start(Client.writing("/ls/local/g", "x"));
        assertThat(world.waiting).hasSize(6);
        world.chooseAll();
        assertThat(code(a, fifth)).isEqualTo(ErrorCode.OVERLOADED);
        assertThat(code(b, seventh)).isEqualTo(ErrorCode.OVERLOADED);
        world.prompt = true;
        a.write("/ls/local/f", "y");
        assertThat(a.stat("/ls/local/f").contentGeneration()).isEqualTo(5);
    }

    @Test
    void bytes() {
        world.prompt = false;
        Client b = world.client();
        world.chooseAll();
        for (Client client : new Client[] {a, b}) {
            for (int i = 0; i < 3; i++) {
                client.start(Client.writing("/ls/local/f", "x".repeat(1_000)));
            }
        }
        assertThat(world.waiting).hasSize(6);
        world.chooseAll();
        CellSettings tight =
                new CellSettings(
                        1_000, 100, 10, 3, 12_000, 1_000, 60_000, 100, 60_000, 8, 4, 6, 2_500, 3, 4,
                        5, 6);
        World narrow = new World(tight, 1);
        Client c = narrow.client();
        narrow.prompt = false;
        for (int i = 0; i < 4; i++) {
            c.start(Client.writing("/ls/local/f", "x".repeat(1_000)));
        }
        assertThat(narrow.waiting).hasSize(2);
        narrow.chooseAll();
        assertThat(c.answers.values()).filteredOn(Answer.Failed.class::isInstance).hasSize(2);
    }

    @Test
    void waitersDoNotCountAsRequestsAndHaveABoundOfTheirOwn() {
        Client b = world.client();
        for (int i = 0; i < 4; i++) {
            Bytes mine = a.open("/ls/local/l" + i);
            a.lock(mine, LockMode.EXCLUSIVE);
            Bytes theirs = b.open("/ls/local/l" + i);
            long waits = b.start(Client.locking(theirs, LockMode.EXCLUSIVE));
            assertThat(code(b, waits)).isEqualTo(i < 3 ? null : ErrorCode.OVERLOADED);
        }
        for (int i = 0; i < 6; i++) {
            b.write("/ls/local/f", "x");
        }
    }

    @Test
    void outcomesOfAClientThatNeverSaysWhatItHas() {
        for (int i = 1; i <= 6; i++) {
            a.say(new ClientMessage.Request(i, 0, Client.writing("/ls/local/f", "x")));
        }
        assertThat(code(a, 4)).isNull();
        assertThat(code(a, 5)).isEqualTo(ErrorCode.OVERLOADED);
        assertThat(code(a, 6)).isEqualTo(ErrorCode.OVERLOADED);
        assertThat(world.view().node(NodePath.of("/f")).contentGeneration()).isEqualTo(4);
    }

    @Test
    void handles() {
        Bytes first = a.open("/ls/local/f");
        for (int i = 0; i < 5; i++) {
            a.open("/ls/local/f");
        }
        assertThat(a.refusal(Client.opening("/ls/local/f"))).isEqualTo(ErrorCode.OVERLOADED);
        a.expect(new Call.Close(first), Answer.Closed.class);
        a.open("/ls/local/f");
    }

    @Test
    void childrenInAReply() {
        for (int i = 0; i < 5; i++) {
            a.write("/ls/local/" + i, "x");
        }
        Answer.Children part =
                a.expect(
                        new Call.ListChildren(new NodeRef.ByPath("/ls/local"), "", 100),
                        Answer.Children.class);
        assertThat(part.children()).hasSize(3);
        assertThat(part.more()).isTrue();
    }
}
