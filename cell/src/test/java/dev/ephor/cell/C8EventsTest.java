package dev.ephor.cell;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ephor.paxos.Bytes;
import org.junit.jupiter.api.Test;

/// PAPER C8: events, delivered after what they speak of has taken effect.
class C8EventsTest {
    private static final String PATH = "/ls/local/d/f";
    private static final EventType[] ALL = {
        EventType.CONTENT_CHANGED,
        EventType.CHILD_ADDED,
        EventType.CHILD_REMOVED,
        EventType.CHILD_CHANGED,
        EventType.LOCK_ACQUIRED,
        EventType.CONFLICTING_LOCK_REQUEST
    };

    private final World world = new World(CellSettings.DEFAULT, 2);
    private final Client a = world.client();
    private final Client b = world.client();

    C8EventsTest() {
        a.handle(Client.directory("/ls/local/d"));
        a.write(PATH, "x");
    }

    @Test
    void contentChanged() {
        Bytes handle = b.handle(Client.watching(PATH, ALL));
        a.write(PATH, "y");
        assertThat(b.events)
                .containsExactly(
                        new ServerMessage.Event(
                                1, EventType.CONTENT_CHANGED, handle, "/ls/main/d/f", "", 2));
    }

    /// The answer waits for the lease; what happens to the node meanwhile is told behind it.
    @Test
    void noEventOvertakesTheAnswerThatOpensItsHandle() {
        world.lease = false;
        long open = b.start(Client.watching(PATH, ALL));
        a.start(Client.writing(PATH, "y"));
        assertThat(b.answers).doesNotContainKey(open);
        assertThat(b.events).isEmpty();
        world.lease = true;
        world.advance(1_000);
        assertThat(b.answers).containsKey(open);
        assertThat(b.eventTypes()).containsExactly(EventType.CONTENT_CHANGED);
    }

    @Test
    void childrenAddedChangedAndRemoved() {
        Bytes handle = b.handle(Client.watching("/ls/local/d", ALL));
        a.write("/ls/local/d/g", "1");
        a.write("/ls/local/d/g", "2");
        a.expect(Client.deleting("/ls/local/d/g"), Answer.Deleted.class);
        assertThat(b.eventTypes())
                .containsExactly(
                        EventType.CHILD_ADDED, EventType.CHILD_CHANGED, EventType.CHILD_REMOVED);
        assertThat(b.events)
                .allSatisfy(event -> {
                    assertThat(event.handle()).isEqualTo(handle);
                    assertThat(event.path()).isEqualTo("/ls/main/d");
                    assertThat(event.child()).isEqualTo("g");
                })
                .extracting(ServerMessage.Event::sequence)
                .containsExactly(1L, 2L, 3L);
    }

    @Test
    void anEphemeralFileThatGoesIsAChildRemoved() {
        a.handle(Client.ephemeral("/ls/local/d/alive"));
        b.handle(Client.watching("/ls/local/d", EventType.CHILD_REMOVED));
        a.lively = false;
        world.advance(30_000);
        assertThat(b.events).extracting(ServerMessage.Event::child).containsExactly("alive");
    }

    @Test
    void lockAcquired() {
        b.handle(Client.watching(PATH, EventType.LOCK_ACQUIRED));
        Bytes handle = a.open(PATH);
        a.lock(handle, LockMode.SHARED);
        Bytes second = a.open(PATH);
        a.lock(second, LockMode.SHARED);
        assertThat(b.eventTypes()).containsExactly(EventType.LOCK_ACQUIRED);
    }

    @Test
    void conflictingLockRequestIsForTheHolders() {
        Bytes holding = a.handle(Client.watching(PATH, ALL));
        a.handle(Client.watching(PATH, ALL));
        a.lock(holding, LockMode.EXCLUSIVE);
        a.events.clear();
        Bytes theirs = b.handle(Client.watching(PATH, ALL));
        b.refusal(Client.trying(theirs, LockMode.SHARED));
        b.start(Client.locking(theirs, LockMode.EXCLUSIVE));
        assertThat(a.events)
                .hasSize(2)
                .allSatisfy(event -> {
                    assertThat(event.type()).isEqualTo(EventType.CONFLICTING_LOCK_REQUEST);
                    assertThat(event.handle()).isEqualTo(holding);
                });
        assertThat(b.events).isEmpty();
    }

    @Test
    void everyKnownHandleHearsThatItIsInvalid() {
        Bytes wantsNothing = b.handle(Client.watching(PATH));
        Bytes second = b.handle(Client.watching(PATH, EventType.CONTENT_CHANGED));
        a.expect(Client.deleting(PATH), Answer.Deleted.class);
        assertThat(b.eventTypes())
                .containsExactly(EventType.HANDLE_INVALID, EventType.HANDLE_INVALID);
        assertThat(b.events)
                .extracting(ServerMessage.Event::handle)
                .containsExactly(wantsNothing, second);
        a.write(PATH, "a new node");
        assertThat(b.events).hasSize(2);
    }

    @Test
    void whatNobodyWantsIsNotSent() {
        b.handle(Client.watching(PATH, EventType.LOCK_ACQUIRED));
        a.write(PATH, "y");
        assertThat(b.events).isEmpty();
    }

    @Test
    void aClientHearsOfItsOwnChangesToo() {
        b.handle(Client.watching(PATH, EventType.CONTENT_CHANGED));
        b.write(PATH, "mine");
        assertThat(b.eventTypes()).containsExactly(EventType.CONTENT_CHANGED);
    }

    @Test
    void aClosedHandleHearsNothing() {
        Bytes handle = b.handle(Client.watching(PATH, ALL));
        b.expect(new Call.Close(handle), Answer.Closed.class);
        a.write(PATH, "y");
        assertThat(b.events).isEmpty();
    }

    @Test
    void anEventComesAfterItsChangeAndNotBefore() {
        b.handle(Client.watching(PATH, ALL));
        world.prompt = false;
        a.start(Client.writing(PATH, "y"));
        assertThat(b.events).isEmpty();
        world.chooseAll();
        assertThat(b.eventTypes()).containsExactly(EventType.CONTENT_CHANGED);
    }

    /// What was done before the handle was opened is in what Open found.
    @Test
    void aHandleHearsOnlyOfWhatComesAfterItsOpen() {
        world.prompt = false;
        a.start(Client.writing(PATH, "before"));
        long open = b.start(Client.watching(PATH, ALL));
        a.start(Client.writing(PATH, "after"));
        world.chooseAll();
        assertThat(((Answer.Opened) b.answers.get(open)).stat().contentGeneration()).isEqualTo(2);
        assertThat(b.events).extracting(ServerMessage.Event::contentGeneration).containsExactly(3L);
    }

    @Test
    void eventsWaitForAClientThatIsAway() {
        b.handle(Client.watching(PATH, ALL));
        b.disconnect();
        a.write(PATH, "1");
        a.write(PATH, "2");
        assertThat(b.events).isEmpty();
        b.connect();
        assertThat(b.eventTypes())
                .containsExactly(EventType.CONTENT_CHANGED, EventType.CONTENT_CHANGED);
        b.say(new ClientMessage.EventAck(1));
        b.events.clear();
        b.reconnect();
        assertThat(b.events).extracting(ServerMessage.Event::sequence).containsExactly(2L);
    }

    @Test
    void tooManyEventsBecomeOneWord() {
        b.handle(Client.watching(PATH, ALL));
        b.disconnect();
        int most = CellSettings.DEFAULT.sessionEvents();
        for (int i = 0; i < most + 5; i++) {
            a.write(PATH, "" + i);
        }
        b.connect();
        assertThat(b.events).hasSizeLessThan(most);
        assertThat(b.eventTypes()).startsWith(EventType.MASTER_FAILED_OVER);
        assertThat(b.eventTypes().getLast()).isEqualTo(EventType.CONTENT_CHANGED);
    }

    @Test
    void anEventAnswersTheKeepAlive() {
        b.handle(Client.watching(PATH, ALL));
        world.advance(1_000);
        int before = b.keepAlives.size();
        a.write(PATH, "y");
        assertThat(b.keepAlives).hasSize(before + 1);
        assertThat(b.keepAlives.getLast().heldMillis()).isEqualTo(1_000);
    }

    @Test
    void aNewMasterTellsOfTheFailOverAndLearnsWhoWatchesFromTheirHandles() {
        Bytes handle = b.handle(Client.watching(PATH, ALL));
        world.elect(2);
        a.connect();
        b.connect();
        assertThat(b.eventTypes()).containsExactly(EventType.MASTER_FAILED_OVER);
        assertThat(b.events.getFirst().sequence()).isEqualTo(1);
        a.write(PATH, "not heard");
        assertThat(b.events).hasSize(1);
        b.expect(new Call.GetStat(new NodeRef.ByHandle(handle)), Answer.NodeStat.class);
        a.write(PATH, "heard");
        assertThat(b.eventTypes())
                .containsExactly(EventType.MASTER_FAILED_OVER, EventType.CONTENT_CHANGED);
        assertThat(b.events.getLast().handle()).isEqualTo(handle);
    }
}
