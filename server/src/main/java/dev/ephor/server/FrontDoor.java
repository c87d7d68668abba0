package dev.ephor.server;

import dev.ephor.api.Goodbye;
import dev.ephor.api.Hello;
import dev.ephor.api.Reply;
import dev.ephor.api.Request;
import dev.ephor.cell.Answer;
import dev.ephor.cell.Call;
import dev.ephor.cell.Cell;
import dev.ephor.cell.ClientMessage;
import dev.ephor.cell.ErrorCode;
import dev.ephor.cell.Outbox;
import dev.ephor.cell.ServerMessage;
import dev.ephor.cell.StreamId;
import dev.ephor.log.Environment;
import dev.ephor.log.ReplicatedLog;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/// The master's front door: between the streams of clients, whatever carries them, and the cell.
///
/// A message of a client is translated on the thread that brings it and handed to the loop, where
/// the cell is; a read of a session that has nothing under way is answered on that very thread from
/// the committed state (PML §5.2). What the cell says in one turn of the loop to one client goes
/// out in as few messages as its order allows.
public final class FrontDoor implements Outbox {
    /// A stream that has not said Hello by then is ended.
    private static final long HELLO_PATIENCE = 10_000_000_000L;

    private static final String REMOVED = "this replica was removed from the cell";

    private final Environment environment;
    private final Directory directory;
    private final AtomicLong numbers = new AtomicLong();

    /// Null until the replica is up; clients are sent on until then. Written once.
    private volatile @Nullable Cell cell;

    private volatile boolean shuttingDown;

    /// The open streams. Loop only.
    private final TreeMap<StreamId, ClientStream> streams = new TreeMap<>();

    /// Those with something to send at the end of this turn of the loop. Loop only.
    private final ArrayList<ClientStream> talking = new ArrayList<>();

    private boolean flushPosted;

    /// Loop only.
    private final WaitingRoom waiting;

    /// Null until [#watchOverClients].
    private volatile @Nullable Stranded stranded;

    /// The way back to one client. Called on the loop, and by [ClientStream#received]; must not
    /// block.
    public interface Line {
        /// Queues a message.
        void send(dev.ephor.api.ServerMessage message);

        /// Ends the stream after what was queued.
        void end(Goodbye goodbye);
    }

    /// Who is where. Any thread.
    public interface Directory {
        /// Client address of the master as far as this replica knows; empty where it does not, or
        /// is it itself.
        String masterAddress();

        /// Client addresses of all replicas.
        List<String> clientAddresses();

        /// Whether this replica was a member of the cell and is none any more. Then it hears of no
        /// master.
        boolean isRemoved();
    }

    public FrontDoor(Environment environment, Directory directory) {
        this.environment = environment;
        this.directory = directory;
        waiting = new WaitingRoom(environment, this::isUndecided, this::serve);
    }

    private boolean isUndecided() {
        Cell served = cell;
        return served != null
                && !served.isMaster()
                && !shuttingDown
                && !directory.isRemoved()
                && directory.masterAddress().isEmpty();
    }

    /// The cell is there: serve. Once, any thread.
    public void attach(Cell served) {
        cell = served;
    }

    /// From now on clients that do not reach the master may say so here, and this replica, while it
    /// is master, hands over where others tell it that it is cut off from all clients. Once, any
    /// thread.
    ///
    /// @param leaseMillis of a session: what says nothing for half of it is not there
    public void watchOverClients(ReplicatedLog<?> log, int leaseMillis) {
        Stranded watch = new Stranded(environment, Stranded.others(log, directory), leaseMillis);
        stranded = watch;
        log.onNote(watch::noted);
        environment.loop().execute(watch::begin);
    }

    /// A client said something. Any thread.
    void heard() {
        Stranded watch = stranded;
        if (watch != null) {
            watch.heard();
        }
    }

    /// What a client says of another replica. Any thread.
    void hears(Hello hello) {
        Stranded watch = stranded;
        if (watch != null && hello.getUnreachedMs() != 0) {
            String address = hello.getUnreachedMaster();
            long millis = Integer.toUnsignedLong(hello.getUnreachedMs());
            environment.loop().execute(() -> watch.complained(address, millis));
        }
    }

    /// A client opened a stream. Any thread.
    public ClientStream open(Line line) {
        ClientStream stream = new ClientStream(this, new StreamId(numbers.incrementAndGet()), line);
        environment.loop().execute(() -> streams.put(stream.id(), stream));
        environment.schedule(
                HELLO_PATIENCE,
                () -> {
                    if (!stream.greeted() && streams.containsKey(stream.id())) {
                        drop(stream, goodbye(Goodbye.Reason.PROTOCOL_ERROR, "no Hello came"));
                    }
                });
        return stream;
    }

    /// Sends every client away, those to come too. Any thread; `done` runs on the loop.
    public void shutDown(Runnable done) {
        shuttingDown = true;
        environment
                .loop()
                .execute(() -> {
                    for (ClientStream stream : List.copyOf(streams.values())) {
                        drop(stream, awayGoodbye(""));
                    }
                    done.run();
                });
    }

    // --- from the cell: loop only ---

    @Override
    public void send(StreamId id, ServerMessage message) {
        ClientStream stream = streams.get(id);
        if (stream == null) {
            return;
        }
        switch (message) {
            case ServerMessage.Reply(long request, Answer answer) ->
                    stream.queueReply(request, ToClient.reply(request, answer));
            case ServerMessage.Welcome welcome ->
                    stream.queue(
                            dev.ephor.api.ServerMessage.newBuilder()
                                    .setWelcome(
                                            ToClient.welcome(welcome, directory.clientAddresses()))
                                    .build());
            case ServerMessage.KeepAliveReply(long sequence, int held, int lease) ->
                    stream.queue(
                            dev.ephor.api.ServerMessage.newBuilder()
                                    .setKeepAliveReply(
                                            dev.ephor.api.KeepAliveReply.newBuilder()
                                                    .setSequence(sequence)
                                                    .setHeldMs(held)
                                                    .setLeaseMs(lease))
                                    .build());
            case ServerMessage.Event event ->
                    stream.queue(
                            dev.ephor.api.ServerMessage.newBuilder()
                                    .setEvent(ToClient.event(event))
                                    .build());
            case ServerMessage.Pong(long sequence) ->
                    stream.queue(
                            dev.ephor.api.ServerMessage.newBuilder()
                                    .setPong(dev.ephor.api.Pong.newBuilder().setSequence(sequence))
                                    .build());
        }
        if (stream.beginsToTalk()) {
            talking.add(stream);
            if (!flushPosted) {
                flushPosted = true;
                environment.loop().execute(this::flush);
            }
        }
    }

    @Override
    public void end(StreamId id, dev.ephor.cell.Goodbye goodbye) {
        ClientStream stream = streams.get(id);
        if (stream == null) {
            return;
        }
        end(
                stream,
                goodbye.reason() == dev.ephor.cell.Goodbye.Reason.NOT_MASTER
                        ? awayGoodbye(goodbye.detail())
                        : goodbye(ToClient.reason(goodbye.reason()), goodbye.detail()));
    }

    private void flush() {
        flushPosted = false;
        for (ClientStream stream : talking) {
            stream.flush();
        }
        talking.clear();
    }

    // --- from the streams ---

    /// Hands a client's words to the cell. Any thread.
    void post(ClientStream stream, List<ClientMessage> messages) {
        environment.loop().execute(() -> receive(stream, messages));
    }

    /// Answers a read at once, where that is possible. The stream's own thread.
    Optional<Answer> read(ClientStream stream, Call call) {
        Cell served = cell;
        return served == null ? Optional.empty() : served.read(stream.id(), call);
    }

    /// The stream sent what no correct client sends. Any thread.
    void refuse(ClientStream stream, String detail) {
        environment
                .loop()
                .execute(() -> drop(stream, goodbye(Goodbye.Reason.PROTOCOL_ERROR, detail)));
    }

    /// The stream broke, or its client ended it. Any thread.
    void closed(ClientStream stream) {
        environment
                .loop()
                .execute(() -> {
                    if (streams.remove(stream.id()) != null) {
                        forget(stream);
                    }
                });
    }

    private void receive(ClientStream stream, List<ClientMessage> messages) {
        if (!waiting.keeps(stream, messages)) {
            serve(stream, messages);
        }
    }

    private void serve(ClientStream stream, List<ClientMessage> messages) {
        Cell served = cell;
        for (ClientMessage message : messages) {
            if (!streams.containsKey(stream.id())) {
                return;
            }
            if (served == null || shuttingDown) {
                drop(stream, awayGoodbye(served == null ? "the replica is starting" : ""));
                return;
            }
            stream.handed(message);
            served.received(stream.id(), message);
        }
    }

    /// Ends a stream that the cell may know.
    private void drop(ClientStream stream, Goodbye goodbye) {
        if (streams.containsKey(stream.id())) {
            end(stream, goodbye);
            forget(stream);
        }
    }

    private void forget(ClientStream stream) {
        waiting.forget(stream);
        Cell served = cell;
        if (served != null && stream.greeted()) {
            served.closed(stream.id());
        }
    }

    private void end(ClientStream stream, Goodbye goodbye) {
        streams.remove(stream.id());
        stream.flush();
        stream.end(goodbye);
    }

    private Goodbye awayGoodbye(String detail) {
        return Goodbye.newBuilder()
                .setReason(shuttingDown ? Goodbye.Reason.SHUTTING_DOWN : Goodbye.Reason.NOT_MASTER)
                .setDetail(directory.isRemoved() ? REMOVED : detail)
                .setMasterAddress(directory.masterAddress())
                .addAllReplicas(directory.clientAddresses())
                .build();
    }

    private static Goodbye goodbye(Goodbye.Reason reason, String detail) {
        return Goodbye.newBuilder().setReason(reason).setDetail(detail).build();
    }

    static Reply refusal(Request request, String detail) {
        return ToClient.reply(request.getId(), new Answer.Failed(ErrorCode.BAD_REQUEST, detail));
    }
}
