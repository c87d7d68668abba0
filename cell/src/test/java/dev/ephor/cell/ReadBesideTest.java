package dev.ephor.cell;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ephor.paxos.Bytes;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/// Reads that do not pass through the loop.
class ReadBesideTest {
    private final World world = new World(CellSettings.DEFAULT, 2);
    private final Client client = world.client();

    private Optional<Answer> read(Call call) {
        return world.master().cell.read(client.stream, call);
    }

    private static Call.Read file() {
        return new Call.Read(new NodeRef.ByPath("/ls/local/f"));
    }

    @Test
    void theyAreTheSameAsThroughTheLoop() {
        Bytes handle = client.open("/ls/local/f");
        String sequencer = client.lock(handle, LockMode.SHARED).sequencer();
        Call[] calls = {
            file(),
            new Call.Read(new NodeRef.ByHandle(handle)),
            new Call.GetStat(new NodeRef.ByHandle(handle)),
            new Call.GetStat(new NodeRef.ByPath("/ls/local/none")),
            new Call.GetStat(new NodeRef.ByPath("nonsense")),
            new Call.ListChildren(new NodeRef.ByPath("/ls/local"), "", 0),
            new Call.CheckSequencer(sequencer),
            new Call.CheckSequencer("nonsense"),
        };
        for (Call call : calls) {
            assertThat(read(call)).contains(client.call(call));
        }
    }

    @Test
    void theySeeWhatIsAppliedAndNothingElse() {
        client.write("/ls/local/f", "1");
        world.prompt = false;
        client.start(Client.writing("/ls/local/f", "2"));
        assertThat(((Answer.Contents) read(file()).orElseThrow()).contents())
                .isEqualTo(Bytes.utf8("1"));
        world.chooseAll();
        assertThat(((Answer.Contents) read(file()).orElseThrow()).contents())
                .isEqualTo(Bytes.utf8("2"));
    }

    @Test
    void whatOnlyTheLoopKnowsIsLeftToIt() {
        client.write("/ls/local/f", "1");
        Bytes handle = client.open("/ls/local/f");
        assertThat(read(Client.writing("/ls/local/f", "2"))).isEmpty();
        assertThat(read(new Call.GetSequencer(handle))).isEmpty();
        assertThat(world.master().cell.read(new StreamId(999), file())).isEmpty();
        world.lease = false;
        assertThat(read(file())).isEmpty();
        world.lease = true;
        assertThat(world.replicas.get(1).cell.read(client.stream, file())).isEmpty();
        client.expect(new Call.Close(handle), Answer.Closed.class);
        assertThat(read(new Call.GetStat(new NodeRef.ByHandle(handle)))).isEmpty();
        world.elect(2);
        assertThat(read(file())).isEmpty();
        client.disconnect();
        assertThat(read(file())).isEmpty();
    }

    @Test
    void aNewMasterLearnsAHandleBeforeItReadsThroughIt() {
        Bytes handle = client.open("/ls/local/f");
        Call.GetStat stat = new Call.GetStat(new NodeRef.ByHandle(handle));
        world.elect(2);
        client.connect();
        assertThat(read(stat)).isEmpty();
        client.expect(stat, Answer.NodeStat.class);
        assertThat(read(stat)).isPresent();
    }

    @Test
    void theCensusCountsAtEveryReplica() {
        client.write("/ls/local/f", "1");
        assertThat(world.replicas.get(1).cell.census()).isEqualTo(new Cell.Census(1, 2));
    }
}
