package dev.ephor.cell;

import dev.ephor.database.Proposer;
import dev.ephor.log.Mastership;
import dev.ephor.paxos.Bytes;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// Everything that a master has in memory, and that is gone when it is not master any more:
/// dropping this object is all there is to stepping down. Confined to the loop, except [#read].
final class Reign {
    private static final int LAYOUT = 1;

    private final Proposer proposer;
    private final Mastership mastership;
    private final Consumer<String> abandoned;
    private final Bytes secret;
    private final Deadlines deadlines;
    private final SessionTable table = new SessionTable();
    private final Pipeline pipeline;
    private final Mailbox mailbox;
    private final Locks locks;
    private final Sessions sessions;
    private final Requests requests;

    /// @param abandoned told if a change had no effect, so that this reign is void
    Reign(
            CellSettings settings,
            String cell,
            Proposer proposer,
            Mastership mastership,
            Outbox outbox,
            Clock clock,
            RandomGenerator random,
            Consumer<String> abandoned) {
        this.proposer = proposer;
        this.mastership = mastership;
        this.abandoned = abandoned;
        Paths paths = new Paths(cell, settings);
        deadlines = new Deadlines(clock);
        mailbox = new Mailbox(outbox, paths, settings.sessionEvents(), this::answerKeepAlive);
        Watchers watchers = new Watchers(mailbox);
        pipeline =
                new Pipeline(
                        proposer,
                        mastership,
                        deadlines,
                        clock,
                        settings.requestBytes(),
                        watchers::tell,
                        abandoned);
        secret = secret(random);
        Seal seal = new Seal(secret);
        long epoch = mastership.epoch();
        Handles handles = new Handles(seal, pipeline, watchers, epoch, settings.sessionHandles());
        locks =
                new Locks(
                        pipeline,
                        table,
                        handles,
                        mailbox,
                        deadlines,
                        clock,
                        paths,
                        settings.sessionWaiters());
        Nodes nodes = new Nodes(settings, paths, handles, locks);
        Endings endings = new Endings(table, pipeline, mailbox, nodes, locks, watchers, deadlines);
        sessions =
                new Sessions(
                        settings, cell, epoch, seal, table, pipeline, mailbox, locks, endings,
                        deadlines, clock);
        Reads reads = new Reads(paths, settings.childrenPerReply());
        requests =
                new Requests(
                        settings, paths, pipeline, mailbox, handles, reads, nodes, locks, sessions);
    }

    /// The secret that handles are sealed with: made by the first master of the cell.
    private Bytes secret(RandomGenerator random) {
        Bytes known = pipeline.newest().get(Keys.SECRET);
        if (known != null) {
            Bytes layout = pipeline.newest().get(Keys.VERSION);
            Formats.check("database", layout == null ? 0 : layout.byteAt(0), LAYOUT);
            return known;
        }
        byte[] key = new byte[Seal.KEY_BYTES];
        random.nextBytes(key);
        return Bytes.wrap(key);
    }

    /// What every cell begins with.
    private void lay() {
        Draft draft = pipeline.draft();
        draft.put(Keys.VERSION, Bytes.wrap((byte) LAYOUT));
        draft.put(Keys.SECRET, secret);
        draft.put(Keys.node(NodePath.ROOT), NodeRow.directory(draft.nextNumber()).encode());
        if (!pipeline.propose(draft, () -> {})) {
            abandoned.accept("the foundation of the cell could not be laid");
        }
    }

    /// Takes over from earlier masters.
    ///
    /// @return how many sessions there are
    int recover() {
        if (!pipeline.newest().contains(Keys.SECRET)) {
            lay();
        }
        View view = new View(pipeline.newest());
        locks.recover(view);
        sessions.recover(view);
        locks.settle();
        return table.size();
    }

    void received(StreamId stream, ClientMessage message) {
        Session session = table.on(stream);
        if (session != null) {
            received(stream, session, message);
        } else if (message instanceof ClientMessage.Hello hello) {
            sessions.hello(stream, hello);
        } else if (!table.isGreeting(stream)) {
            mailbox.end(stream, Goodbye.Reason.PROTOCOL_ERROR, "the first message must be Hello");
        }
        locks.settle();
    }

    private void received(StreamId stream, Session session, ClientMessage message) {
        if (session.isEnding()) {
            return;
        }
        switch (message) {
            case ClientMessage.Request request -> {
                if (request.id() > 0) {
                    requests.received(session, request);
                } else {
                    protocolError(stream, session, "requests are numbered from 1");
                }
            }
            case ClientMessage.KeepAlive(long sequence) -> {
                if (sequence > 0) {
                    sessions.keepAlive(session, sequence);
                } else {
                    protocolError(stream, session, "KeepAlives are numbered from 1");
                }
            }
            case ClientMessage.Cancel(long id) -> locks.cancel(session, id);
            case ClientMessage.EventAck(long sequence) -> mailbox.acknowledged(session, sequence);
            case ClientMessage.Ping(long sequence) ->
                    mailbox.send(session, new ServerMessage.Pong(sequence));
            case ClientMessage.Hello _ ->
                    protocolError(stream, session, "a second Hello on one stream");
        }
    }

    private void protocolError(StreamId stream, Session session, String why) {
        table.detach(session);
        locks.cancelAll(session);
        mailbox.end(stream, Goodbye.Reason.PROTOCOL_ERROR, why);
    }

    private void answerKeepAlive(Session session) {
        sessions.answerKeepAlive(session);
    }

    void closed(StreamId stream) {
        sessions.closed(stream);
        locks.settle();
    }

    void tick() {
        deadlines.run();
        locks.settle();
    }

    /// Sends everybody away and forgets everything.
    void end() {
        pipeline.end();
        for (StreamId stream : table.streams()) {
            mailbox.end(stream, Goodbye.Reason.NOT_MASTER, "this replica is not the master");
        }
    }

    /// See [Cell#read]. Any thread.
    @Nullable Answer read(StreamId stream, Call call) {
        Session session = table.on(stream);
        if (session == null) {
            return null;
        }
        View view = new View(proposer.state().rows());
        Answer answer = requests.readBeside(session, call, view);
        // Asked last: if the lease is valid now, the rows were the newest when they were taken.
        return answer != null && mastership.leaseValid() ? answer : null;
    }
}
