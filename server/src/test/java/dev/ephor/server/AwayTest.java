package dev.ephor.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ephor.api.ClientMessage;
import dev.ephor.api.Goodbye;
import dev.ephor.api.Hello;
import dev.ephor.cell.Cell;
import dev.ephor.cell.CellSettings;
import dev.ephor.cell.Clock;
import dev.ephor.database.Database;
import dev.ephor.database.DatabaseLimits;
import dev.ephor.database.DatabaseListener;
import dev.ephor.log.Reporter;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/// Clients that come to a replica which is not master.
class AwayTest {
    private static final long MILLI = 1_000_000;

    private final StillTime time = new StillTime();
    private final LoneMaster.Told told = new LoneMaster.Told();
    private String master = "";
    private boolean removed;

    private final class Knowledge implements FrontDoor.Directory {
        @Override
        public String masterAddress() {
            return master;
        }

        @Override
        public List<String> clientAddresses() {
            return List.of("one:1", "two:1");
        }

        @Override
        public boolean isRemoved() {
            return removed;
        }
    }

    private static final class Still implements Clock {
        @Override
        public long nanoTime() {
            return 1;
        }

        @Override
        public void wakeAt(long nanoTime) {}
    }

    private static final class Silence implements Reporter {
        @Override
        public void info(String message) {}

        @Override
        public void warn(String message) {}
    }

    private void come() {
        FrontDoor door = new FrontDoor(time, new Knowledge());
        Database database = new Database(DatabaseLimits.DEFAULT, new DatabaseListener() {});
        door.attach(
                new Cell(
                        CellSettings.DEFAULT,
                        "main",
                        database,
                        door,
                        new Still(),
                        new Random(1),
                        new Silence()));
        door.open(told)
                .received(
                        ClientMessage.newBuilder()
                                .setHello(Hello.newBuilder().setProtocolVersion(1))
                                .build());
        time.pass(MILLI);
    }

    @Test
    void areSentToTheMasterThatItKnows() {
        master = "two:1";
        come();
        assertThat(told.goodbye).extracting(Goodbye::getMasterAddress).isEqualTo("two:1");
    }

    @Test
    void waitWhereItMayKnowInAMoment() {
        come();
        assertThat(told.goodbye).isNull();
        time.pass(400 * MILLI);
        assertThat(told.goodbye)
                .extracting(Goodbye::getReason)
                .isEqualTo(Goodbye.Reason.NOT_MASTER);
    }

    /// It will not know, but the others do.
    @Test
    void areSentToTheOthersAtOnceWhereItWasRemoved() {
        removed = true;
        come();
        assertThat(told.goodbye)
                .isEqualTo(
                        Goodbye.newBuilder()
                                .setReason(Goodbye.Reason.NOT_MASTER)
                                .setDetail("this replica was removed from the cell")
                                .addAllReplicas(List.of("one:1", "two:1"))
                                .build());
    }
}
