package dev.ephor.cell;

/// Begins sessions, keeps them alive, and finds out that they died (Chubby §2.8). Confined to the
/// loop.
///
/// A lease is extended only while the master's own lease is valid. So when another replica becomes
/// master, all that this one promised was promised before, and the new master promises the longest
/// that it may have been. Likewise a session dies only by the word of a master whose lease is
/// valid.
final class Sessions {
    private static final long NANOS = 1_000_000;
    private static final long RETRY_NANOS = 50 * NANOS;
    private static final int MAX_NAME = 200;

    /// A KeepAlive is answered when this fraction of the lease is left: that is what a fail-over
    /// may take without any client noticing, so it is more than a third.
    private static final int MARGIN = 2;

    private final CellSettings settings;
    private final String cell;
    private final long epoch;
    private final Seal seal;
    private final SessionTable table;
    private final Pipeline pipeline;
    private final Mailbox mailbox;
    private final Locks locks;
    private final Endings endings;
    private final Deadlines deadlines;
    private final Clock clock;

    Sessions(
            CellSettings settings,
            String cell,
            long epoch,
            Seal seal,
            SessionTable table,
            Pipeline pipeline,
            Mailbox mailbox,
            Locks locks,
            Endings endings,
            Deadlines deadlines,
            Clock clock) {
        this.settings = settings;
        this.cell = cell;
        this.epoch = epoch;
        this.seal = seal;
        this.table = table;
        this.pipeline = pipeline;
        this.mailbox = mailbox;
        this.locks = locks;
        this.endings = endings;
        this.deadlines = deadlines;
        this.clock = clock;
    }

    /// Takes over the sessions of earlier masters, each with the longest lease that it may have.
    void recover(View view) {
        long now = clock.nanoTime();
        for (SessionRow row : view.sessions()) {
            Session session = new Session(row, now + row.longestLeaseMillis() * NANOS);
            String outcomes = Keys.outcomes(row.id());
            for (String key : view.rows().range(outcomes, Keys.end(outcomes)).keySet()) {
                session.outcomes.add(Keys.numberAfter(key, outcomes.length()));
            }
            table.add(session);
            if (session.isEnding()) {
                endings.goOn(session);
            } else {
                deadlines.at(session.leaseUntil, () -> leaseOver(session));
            }
        }
    }

    void hello(StreamId stream, ClientMessage.Hello hello) {
        if (hello.protocolVersion() != ClientMessage.Hello.PROTOCOL_VERSION) {
            mailbox.end(
                    stream,
                    Goodbye.Reason.PROTOCOL_ERROR,
                    "this cell speaks version "
                            + ClientMessage.Hello.PROTOCOL_VERSION
                            + " of the protocol, the client version "
                            + hello.protocolVersion());
        } else if (hello.session() == 0) {
            begin(stream, hello);
        } else {
            resume(stream, hello);
        }
    }

    private void begin(StreamId stream, ClientMessage.Hello hello) {
        if (table.size() >= settings.sessions()) {
            tooMany(stream, "the cell has " + table.size() + " sessions, as many as it may");
            return;
        }
        Draft draft = pipeline.draft();
        int lease = baseLease(hello.leaseMillis());
        SessionRow row =
                new SessionRow(
                        draft.nextNumber(),
                        shortened(hello.clientName()),
                        lease,
                        lease,
                        SessionRow.Phase.ALIVE);
        draft.put(Keys.session(row.id()), row.encode());
        Session session = new Session(row, clock.nanoTime() + lease * NANOS);
        draft.whenAccepted(() -> {
            table.add(session);
            table.attach(session, stream);
            deadlines.at(session.leaseUntil, () -> leaseOver(session));
        });
        if (!pipeline.propose(draft, () -> welcome(session, stream, false, false))) {
            tooMany(stream, "too much is in flight");
        }
    }

    private void tooMany(StreamId stream, String why) {
        mailbox.end(stream, Goodbye.Reason.OVERLOADED, why + "; come back later");
    }

    private int baseLease(int wish) {
        return wish <= 0
                ? settings.leaseMillis()
                : Math.clamp(wish, settings.minLeaseMillis(), settings.maxLeaseMillis());
    }

    private static String shortened(String name) {
        return name.length() <= MAX_NAME ? name : name.substring(0, MAX_NAME);
    }

    private void resume(StreamId stream, ClientMessage.Hello hello) {
        Session session = table.get(hello.session());
        if (session == null || session.isEnding()) {
            // Said only when it is certain: when the end that was proposed has taken effect.
            table.greets(stream);
            pipeline.whenSettled(() -> expired(stream));
            return;
        }
        if (!Hmac.same(seal.sessionSecret(session.id()), hello.secret())) {
            mailbox.end(
                    stream,
                    Goodbye.Reason.PROTOCOL_ERROR,
                    "the secret is not that of session " + session.id());
            return;
        }
        StreamId old = session.stream;
        table.detach(session);
        if (old != null) {
            mailbox.end(old, Goodbye.Reason.SUPERSEDED, "the session goes on on another stream");
        }
        table.attach(session, stream);
        boolean failedOver = hello.epoch() != epoch;
        welcome(session, stream, true, failedOver);
    }

    private void expired(StreamId stream) {
        if (table.greeted(stream)) {
            mailbox.end(stream, Goodbye.Reason.SESSION_EXPIRED, "the session is over");
        }
    }

    private void welcome(Session session, StreamId stream, boolean resumed, boolean failedOver) {
        pipeline.whenLeased(now -> {
            if (!stream.equals(session.stream) || session.isEnding()) {
                return;
            }
            int lease = extend(session, now);
            session.welcomed = true;
            mailbox.send(
                    session,
                    new ServerMessage.Welcome(
                            session.id(),
                            seal.sessionSecret(session.id()),
                            lease,
                            epoch,
                            cell,
                            resumed,
                            settings));
            mailbox.resend(session);
            if (failedOver) {
                mailbox.failedOver(session);
            }
        });
    }

    void closed(StreamId stream) {
        table.greeted(stream);
        Session session = table.on(stream);
        if (session != null) {
            table.detach(session);
            locks.cancelAll(session);
        }
    }

    /// Keeps the KeepAlive until the lease is nearly out.
    void keepAlive(Session session, long sequence) {
        deadlines.cancel(session.keepAliveDue);
        session.keepAlive = sequence;
        session.keepAliveSince = clock.nanoTime();
        long margin = session.leaseMillis * NANOS / MARGIN;
        session.keepAliveDue =
                deadlines.at(session.leaseUntil - margin, () -> answerKeepAlive(session));
    }

    /// Answers the KeepAlive that the session's client waits for, if it does, now or as soon as the
    /// master has its lease.
    void answerKeepAlive(Session session) {
        long sequence = session.keepAlive;
        if (sequence == 0) {
            return;
        }
        pipeline.whenLeased(now -> {
            if (session.keepAlive != sequence || session.isEnding()) {
                return;
            }
            deadlines.cancel(session.keepAliveDue);
            session.keepAlive = 0;
            int held = (int) ((now - session.keepAliveSince) / NANOS);
            int lease = extend(session, now);
            mailbox.send(session, new ServerMessage.KeepAliveReply(sequence, held, lease));
        });
    }

    /// Extends the session's lease.
    ///
    /// @param from a time at which the master's own lease was valid: what is promised counts from
    ///   there, even if this process stood still since
    /// @return the lease in milliseconds
    private int extend(Session session, long from) {
        int wanted = leaseUnderLoad(session.row.leaseMillis());
        if (wanted > session.row.longestLeaseMillis()) {
            allowLonger(session, wanted);
        }
        int lease = Math.min(wanted, session.longestLeaseMillis);
        session.leaseMillis = lease;
        session.leaseUntil = Math.max(session.leaseUntil, from + lease * NANOS);
        return lease;
    }

    /// The more sessions, the longer the leases, so that there are not more KeepAlives.
    private int leaseUnderLoad(int base) {
        int busy = settings.busySessions();
        long scaled = table.size() <= busy ? base : (long) base * table.size() / busy;
        return (int) Math.max(base, Math.min(scaled, settings.maxLeaseMillis()));
    }

    /// A longer lease than ever before must be known to whoever may be master next before it is
    /// given: so not now, but the next time.
    private void allowLonger(Session session, int millis) {
        Draft draft = pipeline.draft();
        SessionRow row = session.row.withLongestLease(millis);
        draft.put(Keys.session(session.id()), row.encode());
        draft.whenAccepted(() -> session.row = row);
        pipeline.propose(
                draft,
                () -> session.longestLeaseMillis = Math.max(session.longestLeaseMillis, millis));
    }

    /// The lease as it was when this was arranged is over; it may have been extended.
    private void leaseOver(Session session) {
        if (session.isEnding() || table.get(session.id()) != session) {
            return;
        }
        long now = clock.nanoTime();
        if (now < session.leaseUntil) {
            deadlines.at(session.leaseUntil, () -> leaseOver(session));
        } else if (!pipeline.leaseValid()) {
            deadlines.at(now + RETRY_NANOS, () -> leaseOver(session));
        } else if (session.keepAlive != 0) {
            // It lives, and could not be answered while this master had no lease. The answer may
            // have to wait still, behind what waits for the lease already.
            answerKeepAlive(session);
            long again = Math.max(session.leaseUntil, now + RETRY_NANOS);
            deadlines.at(again, () -> leaseOver(session));
        } else if (!endings.begin(session, SessionRow.Phase.DIED, null)) {
            deadlines.at(now + RETRY_NANOS, () -> leaseOver(session));
        }
    }

    /// Ends the session as its client asks.
    ///
    /// @return false where there is no room in the pipeline: nothing has happened
    boolean close(Session session, long request) {
        return endings.begin(
                session,
                SessionRow.Phase.CLOSED,
                () -> mailbox.answer(session, request, new Answer.SessionClosed()));
    }
}
