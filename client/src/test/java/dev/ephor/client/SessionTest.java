package dev.ephor.client;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.ephor.api.ClientMessage;
import dev.ephor.api.Goodbye;
import dev.ephor.api.Request;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/// A session over fail-overs (PAPER C10, C11, C12), in virtual time.
class SessionTest {
    private final VirtualWorld world = new VirtualWorld();
    private final FakeCell cell = world.cell;

    @Test
    void followsTheRedirectToTheMaster() {
        cell.master = "c:1";

        Ephor ephor = world.connect();

        assertThat(ephor.state()).isEqualTo(SessionState.SAFE);
        assertThat(ephor.cell()).isEqualTo("fake");
        assertThat(cell.hellos.size()).isLessThanOrEqualTo(2);
    }

    @Test
    void findsTheMasterAmongReplicasThatAreDownOrSilent() {
        cell.master = "c:1";
        cell.down.add("a:1");
        cell.silent.add("b:1");

        long before = world.nanoTime();
        Ephor ephor = world.connect();

        assertThat(ephor.state()).isEqualTo(SessionState.SAFE);
        assertThat(world.nanoTime() - before).isLessThan(700 * VirtualWorld.MILLI);
    }

    @Test
    void saysWhyThereIsNoSession() {
        cell.down.addAll(List.of("a:1", "b:1", "c:1"));

        CompletableFuture<Ephor> connecting =
                Ephor.builder().environment(world).connectAsync("a:1", "b:1", "c:1");
        world.pass(Duration.ofSeconds(14));
        assertThat(connecting).isNotDone();
        world.pass(Duration.ofSeconds(2));

        assertThat(connecting)
                .failsWithin(Duration.ZERO)
                .withThrowableThat()
                .havingCause()
                .isInstanceOf(EphorException.Unreachable.class)
                .withMessageContaining("connection refused");
        assertThat(world.released).isTrue();
    }

    @Test
    void aRequestWhoseReplyWasLostIsSentAgainAndTakesEffectOnce() {
        Ephor ephor = world.connect();
        List<SessionState> states = new ArrayList<>();
        ephor.onState(states::add);

        cell.mute = true;
        CompletableFuture<Stat> write = put(ephor, "x");
        world.passMillis(10);
        assertThat(cell.effects).containsExactly("write x");
        cell.mute = false;
        cell.failOver("b:1", 1_500);

        assertThat(world.result(write)).isNotNull();
        assertThat(cell.effects).containsExactly("write x");
        assertThat(cell.requests).extracting(Request::getId).containsExactly(1L, 1L);
        assertThat(states).isEmpty();
    }

    @Test
    void finishesSoonAfterTheNewMasterServes() {
        Ephor ephor = world.connect();
        cell.failOver("c:1", 1_500);
        CompletableFuture<Stat> write = put(ephor, "x");

        world.passMillis(1_500);
        assertThat(write).isNotDone();
        world.passMillis(250);
        assertThat(write).isCompleted();
    }

    @Test
    void callsMadeWhileThereIsNoMasterGoOutInOrder() {
        Ephor ephor = world.connect();
        cell.failOver("b:1", 3_000);
        world.passMillis(10);
        List<CompletableFuture<Stat>> writes = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            writes.add(put(ephor, "" + i));
        }

        writes.forEach(world::result);

        assertThat(cell.effects)
                .containsExactly("write 0", "write 1", "write 2", "write 3", "write 4");
    }

    @Test
    void aSilentMasterIsNoticed() {
        Ephor ephor = world.connect();
        world.passMillis(20);
        cell.silent.add("a:1");
        cell.master = "b:1";
        cell.epoch++;
        CompletableFuture<Stat> write = put(ephor, "x");

        world.passMillis(4_000);

        assertThat(write).isCompleted();
        assertThat(ephor.state()).isEqualTo(SessionState.SAFE);
    }

    @Test
    void aQuietMasterIsAskedAndKept() {
        Ephor ephor = world.connect();
        int hellos = cell.hellos.size();
        world.pass(Duration.ofMinutes(5));

        assertThat(cell.hellos).hasSize(hellos);
        assertThat(ephor.state()).isEqualTo(SessionState.SAFE);
        assertThat(cell.messages.stream().filter(ClientMessage::hasPing)).isNotEmpty();
    }

    @Test
    void jeopardyThenSafe() {
        Ephor ephor = world.connect();
        List<SessionState> states = new ArrayList<>();
        ephor.onState(states::add);
        cell.failOver("b:1", 30_000);
        CompletableFuture<Stat> write = put(ephor, "x");

        world.pass(Duration.ofSeconds(29));
        assertThat(states).containsExactly(SessionState.JEOPARDY);
        assertThat(ephor.state()).isEqualTo(SessionState.JEOPARDY);
        assertThat(write).isNotDone();
        world.pass(Duration.ofSeconds(2));

        assertThat(states).containsExactly(SessionState.JEOPARDY, SessionState.SAFE);
        assertThat(write).isCompleted();
    }

    @Test
    void jeopardyThenExpired() {
        Ephor ephor = world.connect(Ephor.builder().gracePeriod(Duration.ofSeconds(20)));
        List<SessionState> states = new ArrayList<>();
        ephor.onState(states::add);
        cell.mute = true;
        CompletableFuture<Stat> sent = put(ephor, "sent");
        CompletableFuture<Contents> read = ephor.getAsync("/ls/local/x");
        world.passMillis(10);
        cell.failOver("b:1", 100_000);
        world.passMillis(10);
        CompletableFuture<Stat> unsent = put(ephor, "unsent");

        world.pass(Duration.ofSeconds(35));

        assertThat(states).containsExactly(SessionState.JEOPARDY, SessionState.EXPIRED);
        assertFails(sent, EphorException.OutcomeUnknown.class);
        assertFails(read, EphorException.SessionOver.class);
        assertFails(unsent, EphorException.SessionOver.class);
        CompletableFuture<Stat> later = put(ephor, "later");
        world.passMillis(10);
        assertFails(later, EphorException.SessionOver.class);
        assertThat(world.released).isTrue();
    }

    @Test
    void theCellSaysThatTheSessionIsOver() {
        Ephor ephor = world.connect();
        cell.forgotten = true;
        cell.failOver("b:1", 1_000);
        world.pass(Duration.ofSeconds(3));

        assertThat(ephor.state()).isEqualTo(SessionState.EXPIRED);
    }

    @Test
    void theLeaseIsCountedShort() {
        Ephor ephor = world.connect();
        cell.holdKeepAlives = true;
        cell.failOver("b:1", 500);
        world.pass(Duration.ofSeconds(2));
        cell.failOver("c:1", 100_000);
        long remaining = ephor.leaseRemaining().toMillis();

        // The Hello of the second master was sent 0.5 to 2 s ago and gave 12 s, less 5 %.
        assertThat(remaining).isBetween(9_400L, 10_950L);
        world.passMillis(remaining + 1);
        assertThat(ephor.state()).isEqualTo(SessionState.JEOPARDY);
    }

    @Test
    void aPausedProcessKnowsThatItsLeaseIsOver() {
        Ephor ephor = world.connect();

        world.pause(Duration.ofSeconds(20));

        assertThat(ephor.state()).isEqualTo(SessionState.JEOPARDY);
    }

    @Test
    void requestsOfOneTurnShareAMessage() {
        Ephor ephor = world.connect();
        List<CompletableFuture<Stat>> writes = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            writes.add(put(ephor, "" + i));
        }
        writes.forEach(world::result);

        assertThat(cell.messages.stream().filter(ClientMessage::hasRequests)).hasSize(1);
        assertThat(cell.effects).hasSize(50);
    }

    @Test
    void noMoreThanTheWindowIsInFlight() {
        cell.window = 10;
        Ephor ephor = world.connect();
        cell.mute = true;
        for (int i = 0; i < 50; i++) {
            put(ephor, "" + i);
        }
        world.passMillis(10);

        assertThat(cell.requests).hasSize(10);
        cell.mute = false;
        cell.failOver("b:1", 100);
        world.passMillis(1_000);
        assertThat(cell.effects).hasSize(50).doesNotHaveDuplicates();
    }

    @Test
    void acknowledgesWhatItHas() {
        Ephor ephor = world.connect();
        cell.heldByAnother("/ls/local/l");
        NodeHandle handle = world.result(ephor.openAsync("/ls/local/l", OpenOptions.DEFAULT));
        handle.lockAsync(LockMode.EXCLUSIVE);
        for (int i = 0; i < 3; i++) {
            world.result(put(ephor, "" + i));
        }

        // The waiting Acquire (2) holds nothing back.
        assertThat(cell.requests)
                .extracting(Request::getOldestOutstanding)
                .containsExactly(1L, 2L, 3L, 4L, 5L);
    }

    @Test
    void contentsThatAreTooLargeAreRefusedWithoutBeingSent() {
        Ephor ephor = world.connect();
        CompletableFuture<Stat> write = ephor.putAsync("/ls/local/x", new byte[1001]);
        world.passMillis(10);

        assertFails(write, EphorException.BadRequest.class);
        assertThat(cell.requests).isEmpty();
    }

    @Test
    void aCallThatTakesTooLongSaysWhetherItMayHaveTakenEffect() {
        Ephor ephor = world.connect(Ephor.builder().requestTimeout(Duration.ofSeconds(1)));
        cell.mute = true;
        CompletableFuture<Stat> sent = put(ephor, "sent");
        world.passMillis(100);
        cell.failOver("b:1", 5_000);
        cell.mute = false;
        world.passMillis(100);
        CompletableFuture<Stat> unsent = put(ephor, "unsent");
        world.passMillis(1_100);

        assertFails(sent, EphorException.OutcomeUnknown.class);
        assertFails(unsent, EphorException.Unreachable.class);
        world.pass(Duration.ofSeconds(6));
        assertThat(cell.effects).containsExactly("write sent");
    }

    @Test
    void closingEndsTheSessionInTheCell() {
        Ephor ephor = world.connect();
        world.result(ephor.closeAsync());

        assertThat(cell.effects).containsExactly("close session");
        assertThat(ephor.state()).isEqualTo(SessionState.EXPIRED);
        assertThat(world.result(ephor.closeAsync())).isNull();
    }

    @Test
    void closingDoesNotWaitForeverForAMaster() {
        Ephor ephor = world.connect();
        cell.failOver("b:1", 100_000);
        world.passMillis(100);
        CompletableFuture<Void> closing = ephor.closeAsync();
        world.pass(Duration.ofSeconds(4));

        assertThat(closing).isCompleted();
    }

    @Test
    void aMasterThatShutsDownNamesTheNext() {
        Ephor ephor = world.connect();
        cell.master = "c:1";
        cell.epoch++;
        cell.hellos.clear();
        cell.current().goodbye(Goodbye.Reason.SHUTTING_DOWN, "c:1");
        CompletableFuture<Stat> write = put(ephor, "x");
        world.passMillis(10);

        assertThat(write).isCompleted();
        assertThat(cell.hellos).containsExactly("c:1");
    }

    @Test
    void replicasThatNameEachOtherAreNotAskedWithoutPause() {
        Ephor ephor = world.connect();
        cell.master = null;
        int before = cell.hellos.size();
        cell.current().goodbye(Goodbye.Reason.NOT_MASTER, "");
        world.pass(Duration.ofSeconds(5));

        assertThat(cell.hellos.size() - before).isBetween(40, 120);
        assertThat(ephor.state()).isEqualTo(SessionState.SAFE);
    }

    @Test
    void aHandleIsPresentedToTheNewMasterBeforeAnythingNew() {
        Ephor ephor = world.connect();
        List<Event> events = new ArrayList<>();
        world.result(ephor.watchAsync("/ls/local/x", events::add, Event.Type.CONTENT_CHANGED));
        world.result(ephor.openAsync("/ls/local/plain", OpenOptions.DEFAULT));
        cell.failOver("b:1", 500);
        world.passMillis(50);
        CompletableFuture<Stat> write = put(ephor, "new");
        world.result(write);

        List<Request> last = cell.requests.subList(cell.requests.size() - 2, cell.requests.size());
        assertThat(last.get(0).getStat().getNode().getHandle())
                .isEqualTo(ByteString.copyFromUtf8("1 /ls/local/x"));
        assertThat(last.get(1).hasWrite()).isTrue();
    }

    @Test
    void eventsFindTheirListenerOnce() {
        Ephor ephor = world.connect();
        List<Event> events = new ArrayList<>();
        world.result(ephor.watchAsync("/ls/local/x", events::add, Event.Type.CONTENT_CHANGED));

        cell.event(FakeCell.contentChanged(1, "1 /ls/local/x"));
        cell.event(FakeCell.contentChanged(2, "1 /ls/local/x"));
        cell.event(FakeCell.contentChanged(2, "1 /ls/local/x"));
        cell.event(FakeCell.contentChanged(3, "9 /ls/local/other"));
        world.passMillis(10);

        assertThat(events).extracting(Event::contentGeneration).containsExactly(1L, 2L);
        assertThat(
                        cell.messages.stream()
                                .filter(ClientMessage::hasEventAck)
                                .mapToLong(m -> m.getEventAck().getSequence())
                                .max())
                .hasValue(3);
    }

    @Test
    void aHandleWhoseNodeWentDuringTheFailOverIsInvalid() {
        Ephor ephor = world.connect();
        List<Event> events = new ArrayList<>();
        world.result(ephor.watchAsync("/ls/local/x", events::add, Event.Type.CONTENT_CHANGED));
        cell.gone.add("/ls/local/x");
        cell.failOver("b:1", 500);
        world.passMillis(2_000);

        assertThat(events).extracting(Event::type).containsExactly(Event.Type.HANDLE_INVALID);
    }

    static CompletableFuture<Stat> put(Ephor ephor, String text) {
        return ephor.putAsync(
                "/ls/local/x", text.getBytes(java.nio.charset.StandardCharsets.UTF_8));
    }

    static void assertFails(CompletableFuture<?> future, Class<? extends Throwable> type) {
        assertThat(future)
                .failsWithin(Duration.ZERO)
                .withThrowableThat()
                .havingCause()
                .isInstanceOf(type);
    }
}
