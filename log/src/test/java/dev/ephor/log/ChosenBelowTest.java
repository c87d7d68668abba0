package dev.ephor.log;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ephor.log.Disk.DiskFile;
import dev.ephor.log.VirtualCell.Node;
import dev.ephor.paxos.Epoch;
import dev.ephor.paxos.Record;
import dev.ephor.paxos.Value;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/// PROTOCOL.md S11: what the log holds below a snapshot goes to others only where it is what was
/// chosen. Below one that was fetched it need not be, and the machine may stop before the log says
/// so.
class ChosenBelowTest {
    private static final long BASE = 10;

    /// Where the log of a replica begins that has these records, and a snapshot.
    private static long logStart(List<Stored> records) throws IOException {
        VirtualCell cell = new VirtualCell(3, LogSettings.DEFAULT, 1);
        Node node = cell.node(1);
        Identity identity = Identity.load(node.disk, "test", 1);
        TestLog.Opened opened = TestLog.open(node.disk);
        opened.log().append(records);
        opened.log().close();
        try (DiskFile file = node.disk.open(SnapshotFile.fileName(BASE))) {
            SnapshotHandle handle = new SnapshotHandle(BASE, identity.members(), Epoch.NONE);
            SnapshotFile.Writer out = new SnapshotFile.Writer(file, identity.cell(), handle);
            new ListApplication().snapshot().write(out);
            out.finish();
            file.flush();
        }
        node.disk.flushDirectory();
        node.start();
        long first = node.status().logStart();
        node.crash();
        node.start();
        assertThat(node.status().logStart()).isEqualTo(first);
        return first;
    }

    private static List<Stored> accepted(long from, long to) {
        List<Stored> records = new ArrayList<>();
        for (long instance = from; instance <= to; instance++) {
            records.add(TestLog.accepted(instance, "at " + instance));
        }
        return records;
    }

    private static Stored chosen(long instance) {
        return new Stored.Core(new Record.Chosen(instance, new Value.NoOp(TestLog.SEQUENCE)));
    }

    private static Stored chosenUpTo(long instance) {
        return new Stored.Core(new Record.ChosenUpTo(instance));
    }

    @Test
    void whatWasOnlyAcceptedIsNotServed() throws IOException {
        assertThat(logStart(accepted(1, 3))).isEqualTo(BASE);
        List<Stored> nearly = accepted(1, 12);
        nearly.add(chosenUpTo(9));
        assertThat(logStart(nearly)).isEqualTo(BASE);
    }

    @Test
    void aGapIsNotServed() throws IOException {
        List<Stored> gap = accepted(1, 4);
        gap.addAll(accepted(6, 12));
        gap.add(chosenUpTo(12));
        assertThat(logStart(gap)).isEqualTo(BASE);
    }

    @Test
    void whatIsKnownToBeChosenStays() throws IOException {
        List<Stored> told = accepted(1, 12);
        told.add(chosenUpTo(10));
        assertThat(logStart(told)).isZero();
        List<Stored> known = accepted(1, 12);
        known.add(chosenUpTo(8));
        known.add(chosen(9));
        known.add(chosen(10));
        assertThat(logStart(known)).isZero();
    }

    /// The newest record of an instance is the one that counts.
    @Test
    void whatWasAcceptedAfterAnInstanceWasLearnedIsOnlyAccepted() throws IOException {
        List<Stored> records = new ArrayList<>(List.of(chosen(10)));
        records.addAll(accepted(1, 10));
        records.add(chosenUpTo(9));
        assertThat(logStart(records)).isEqualTo(BASE);
    }
}
