package dev.ephor.cell;

import dev.ephor.paxos.Bytes;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.TreeMap;

/// A client as the protocol wants it, that remembers everything that it was told.
final class Client {
    final List<ServerMessage.Event> events = new ArrayList<>();
    final List<ServerMessage.KeepAliveReply> keepAlives = new ArrayList<>();
    final TreeMap<Long, Answer> answers = new TreeMap<>();
    final TreeMap<Long, Call> outstanding = new TreeMap<>();
    ServerMessage.Welcome welcome;
    Goodbye goodbye;

    /// The last word on a stream that it had left.
    Goodbye earlierGoodbye;

    long pongs;

    /// Sends KeepAlives by itself.
    boolean lively = true;

    StreamId stream;

    long session;

    /// Until when it may rely on its session, by its own reckoning.
    long leaseUntil;

    private long saidAt;
    private long keepAliveAt;
    private final World world;
    private final int leaseMillis;
    private World.Replica at;
    private Bytes secret = Bytes.EMPTY;
    private long epoch;
    private long lastRequest;
    private long lastKeepAlive;

    Client(World world, int leaseMillis) {
        this.world = world;
        this.leaseMillis = leaseMillis;
    }

    /// Opens a stream to the master and says Hello.
    void connect() {
        connect(secret);
    }

    void connect(Bytes shownSecret) {
        at = world.master();
        stream = world.open(this);
        welcome = null;
        goodbye = null;
        say(new ClientMessage.Hello(1, session, shownSecret, "test client", leaseMillis, epoch));
    }

    /// Loses the stream and opens another.
    void reconnect() {
        disconnect();
        connect();
        resend();
    }

    void disconnect() {
        world.close(at, stream);
    }

    /// Sends everything again that has no answer.
    void resend() {
        List.copyOf(outstanding.keySet()).forEach(this::send);
    }

    void say(ClientMessage message) {
        world.deliver(at, stream, message);
    }

    long start(Call call) {
        outstanding.put(++lastRequest, call);
        send(lastRequest);
        return lastRequest;
    }

    void send(long id) {
        Call call = outstanding.get(id);
        if (call != null) {
            say(new ClientMessage.Request(id, oldestOutstanding(), call));
        }
    }

    private long oldestOutstanding() {
        return outstanding.entrySet().stream()
                .filter(entry -> !(entry.getValue() instanceof Call.Acquire))
                .mapToLong(java.util.Map.Entry::getKey)
                .findFirst()
                .orElse(lastRequest + 1);
    }

    /// The answer to a request that is answered at once.
    Answer call(Call call) {
        long id = start(call);
        Answer answer = answers.get(id);
        if (answer == null) {
            throw new AssertionError("not answered: " + call);
        }
        return answer;
    }

    void cancel(long id) {
        say(new ClientMessage.Cancel(id));
    }

    void receive(ServerMessage message) {
        switch (message) {
            case ServerMessage.Welcome hi -> {
                welcome = hi;
                session = hi.session();
                secret = hi.secret();
                epoch = hi.epoch();
                leaseUntil = saidAt + hi.leaseMillis() * World.MILLI;
                keepAlive();
            }
            case ServerMessage.Reply(long id, Answer answer) -> {
                outstanding.remove(id);
                if (answers.put(id, answer) != null) {
                    throw new AssertionError("answered twice: " + id);
                }
            }
            case ServerMessage.KeepAliveReply reply -> {
                keepAlives.add(reply);
                leaseUntil = keepAliveAt + (reply.heldMillis() + reply.leaseMillis()) * World.MILLI;
                keepAlive();
            }
            case ServerMessage.Event event -> events.add(event);
            case ServerMessage.Pong _ -> pongs++;
        }
    }

    private void keepAlive() {
        if (lively) {
            // A real client is elsewhere: its message does not arrive before the cell's call ends.
            StreamId on = stream;
            world.later(() -> {
                if (on.equals(stream)) {
                    keepAliveAt = world.now;
                    say(new ClientMessage.KeepAlive(++lastKeepAlive));
                }
            });
        }
    }

    void ended(StreamId ended, Goodbye last) {
        if (ended.equals(stream)) {
            goodbye = last;
        } else {
            earlierGoodbye = last;
        }
    }

    List<EventType> eventTypes() {
        return events.stream().map(ServerMessage.Event::type).toList();
    }

    // What tests do often.

    static Call.Open opening(String path) {
        return new Call.Open(
                path,
                true,
                EventTypes.NONE,
                0,
                Call.Create.IF_ABSENT,
                NodeKind.FILE,
                false,
                Bytes.EMPTY,
                false);
    }

    static Call.Open watching(String path, EventType... events) {
        return new Call.Open(
                path,
                true,
                EventTypes.of(events),
                0,
                Call.Create.NEVER,
                NodeKind.FILE,
                false,
                Bytes.EMPTY,
                false);
    }

    static Call.Open ephemeral(String path) {
        return new Call.Open(
                path,
                true,
                EventTypes.NONE,
                0,
                Call.Create.IF_ABSENT,
                NodeKind.FILE,
                true,
                Bytes.EMPTY,
                false);
    }

    static Call.Open withLockDelay(String path, int millis) {
        return new Call.Open(
                path,
                true,
                EventTypes.NONE,
                millis,
                Call.Create.IF_ABSENT,
                NodeKind.FILE,
                false,
                Bytes.EMPTY,
                false);
    }

    static Call.Open directory(String path) {
        return new Call.Open(
                path,
                true,
                EventTypes.NONE,
                0,
                Call.Create.IF_ABSENT,
                NodeKind.DIRECTORY,
                false,
                Bytes.EMPTY,
                false);
    }

    static Call.Write writing(String path, String contents) {
        return new Call.Write(
                new NodeRef.ByPath(path),
                Bytes.utf8(contents),
                OptionalLong.empty(),
                "",
                true,
                false);
    }

    static Call.Delete deleting(String path) {
        return new Call.Delete(new NodeRef.ByPath(path), OptionalLong.empty(), "");
    }

    static Call.Acquire locking(Bytes handle, LockMode mode) {
        return new Call.Acquire(handle, mode, true, 0);
    }

    static Call.Acquire trying(Bytes handle, LockMode mode) {
        return new Call.Acquire(handle, mode, false, 0);
    }

    Bytes open(String path) {
        return handle(opening(path));
    }

    Bytes handle(Call.Open call) {
        return expect(call, Answer.Opened.class).handle();
    }

    void write(String path, String contents) {
        expect(writing(path, contents), Answer.Written.class);
    }

    String read(String path) {
        return expect(new Call.Read(new NodeRef.ByPath(path)), Answer.Contents.class)
                .contents()
                .utf8();
    }

    Stat stat(String path) {
        return expect(new Call.GetStat(new NodeRef.ByPath(path)), Answer.NodeStat.class).stat();
    }

    boolean exists(String path) {
        return call(new Call.GetStat(new NodeRef.ByPath(path))) instanceof Answer.NodeStat;
    }

    Answer.Acquired lock(Bytes handle, LockMode mode) {
        return expect(trying(handle, mode), Answer.Acquired.class);
    }

    boolean isValid(String sequencer) {
        return expect(new Call.CheckSequencer(sequencer), Answer.SequencerChecked.class).valid();
    }

    <T extends Answer> T expect(Call call, Class<T> type) {
        Answer answer = call(call);
        if (!type.isInstance(answer)) {
            throw new AssertionError(call + " was answered with " + answer);
        }
        return type.cast(answer);
    }

    ErrorCode refusal(Call call) {
        return expect(call, Answer.Failed.class).code();
    }
}
