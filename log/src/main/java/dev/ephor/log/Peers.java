package dev.ephor.log;

import dev.ephor.paxos.Bytes;
import dev.ephor.paxos.Membership;
import dev.ephor.paxos.Message;
import dev.ephor.paxos.ReplicaId;
import dev.ephor.paxos.SequenceNumber;
import java.io.IOException;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/// Keeps the [PeerBook]: on disk, the same at all replicas, and in use by the network; says of a
/// replica that was started whether its disk can be the one that it had. Confined to the loop,
/// except [#endpoints].
final class Peers {
    private static final long GOSSIP_EVERY = 5_000_000_000L;
    private static final long SILENT = 60_000_000_000L;
    private static final long SAVE_EVERY = 30_000_000_000L;

    private final Environment environment;
    private final Seat seat;
    private final PeerBook book;
    private final TreeMap<ReplicaId, Long> heardAt = new TreeMap<>();
    private Membership members = Membership.NOBODY;
    private boolean news;
    private boolean unsaved;
    private boolean saving;
    private long gossipedAt = Long.MIN_VALUE;
    private long savedAt = Long.MIN_VALUE;
    private volatile SortedMap<Integer, Endpoint> endpoints = Collections.emptySortedMap();

    private volatile BiConsumer<ReplicaId, Bytes> notes = (from, note) -> {};

    /// What this replica sent last as coordinator: an acknowledgement below `base` says nothing.
    private SequenceNumber proposing = SequenceNumber.NONE;

    private long base;

    /// What this replica has said of its own disk since it was started, as far as that reaches.
    private @Nullable PeerEntry said;

    Peers(Environment environment, Seat seat, Collection<PeerEntry> known) {
        this.environment = environment;
        this.seat = seat;
        this.book = new PeerBook(known);
        publish();
        for (PeerEntry entry : known) {
            environment.network().locate(entry.replica(), entry.address());
        }
    }

    /// Who hears, on the loop, what other replicas have to say beside the log. Any thread.
    void onNote(BiConsumer<ReplicaId, Bytes> listener) {
        notes = listener;
    }

    void noted(ReplicaId from, Bytes note) {
        notes.accept(from, note);
    }

    /// Where everybody is. Any thread.
    SortedMap<Integer, Endpoint> endpoints() {
        return endpoints;
    }

    /// This replica was started from this disk, and has said nothing yet.
    void started(PeerEntry self) {
        said = self;
    }

    /// This replica runs, and has said nothing yet.
    void begin(PeerEntry self) {
        said = self;
        book.merge(self);
        changed();
    }

    /// This replica says so; what follows of its disk is true once the message leaves.
    void says(Message message) {
        PeerEntry own = said;
        if (own == null) {
            return;
        }
        if (message instanceof Message.Promise promise) {
            said = own.with(promise.sequence(), 0);
        } else if (message instanceof Message.Acknowledge acknowledge) {
            said = own.with(SequenceNumber.NONE, acknowledge.upTo());
        } else if (message instanceof Message.Grant grant) {
            said = own.with(SequenceNumber.NONE, grant.upTo());
        }
    }

    /// Why this replica's disk cannot be the one that it had, as the frame proves; empty where it
    /// does not. What is remembered counts only where it is more than this run has said itself:
    /// frames overtake each other where a connection is replaced, so what somebody heard of this
    /// run may have reached him before its announcement.
    Optional<String> objection(ReplicaId from, Frame frame) {
        PeerEntry own = said;
        if (own == null) {
            return Optional.empty();
        }
        String objection = "";
        if (frame instanceof Frame.Attest(ReplicaId replica, long run, String text)
                && replica.equals(own.replica())
                && run == own.run()) {
            objection = text;
        } else if (frame
                        instanceof
                        Frame.Remembered(ReplicaId replica, long run, var promised, long highest)
                && replica.equals(own.replica())
                && run == own.run()) {
            objection = own.forgot(promised, highest);
        }
        return Optional.of(objection)
                .filter(text -> !text.isEmpty())
                .map(text -> "replica " + from + " remembers more: " + text);
    }

    void heard(ReplicaId from) {
        heardAt.put(from, environment.nanoTime());
    }

    /// True where the replica was heard within the time.
    boolean isHeard(ReplicaId replica, long within) {
        Long at = heardAt.get(replica);
        return at != null && environment.nanoTime() - at <= within;
    }

    /// A replica has started; it is told whether this one knows anything against its disk.
    void announced(ReplicaId from, PeerEntry started) {
        if (!from.equals(started.replica()) || from.number() == seat.number()) {
            return;
        }
        environment.network().locate(from, started.address());
        Frame answer = answerTo(started);
        if (answer instanceof Frame.Attest attest
                && attest.objection().isEmpty()
                && book.merge(started)) {
            changed();
        }
        environment.network().send(List.of(started.replica()), FrameCodec.encode(answer));
    }

    private Frame answerTo(PeerEntry started) {
        ReplicaId replica = started.replica();
        long run = started.run();
        boolean sameRun =
                book.get(replica.number())
                        .filter(known -> known.replica().equals(replica) && known.run() == run)
                        .isPresent();
        if (sameRun) {
            // It goes on, and may have got further since it was started.
            return new Frame.Attest(replica, run, "");
        }
        String objection = book.objectionTo(started);
        if (!objection.isEmpty()) {
            environment
                    .reporter()
                    .warn("replica " + replica + " runs on an old disk: " + objection);
            return new Frame.Attest(replica, run, objection);
        }
        return book.remembered(started)
                .<Frame>map(known ->
                        new Frame.Remembered(replica, run, known.promised(), known.highest()))
                .orElseGet(() -> new Frame.Attest(replica, run, ""));
    }

    /// Somebody says what he knows. Nothing is held against a replica by hearsay: what this one has
    /// heard from it may be of the very start that it is told of only now.
    void gossiped(Collection<PeerEntry> entries) {
        boolean any = false;
        for (PeerEntry told : entries) {
            if (isGone(told.replica())) {
                continue;
            }
            String before =
                    book.get(told.replica().number())
                            .map(known -> known.endpoint().toString())
                            .orElse("");
            if (book.merge(told)) {
                unsaved = true;
                any |= !told.endpoint().toString().equals(before);
            }
        }
        if (any) {
            changed();
        }
    }

    private void changed() {
        news = true;
        unsaved = true;
        savedAt = Long.MIN_VALUE;
        for (PeerEntry entry : book.entries()) {
            environment.network().locate(entry.replica(), entry.address());
        }
        publish();
    }

    private void publish() {
        TreeMap<Integer, Endpoint> all = new TreeMap<>();
        book.entries().forEach(entry -> all.put(entry.replica().number(), entry.endpoint()));
        endpoints = Collections.unmodifiableSortedMap(all);
    }

    private void forget(int number) {
        book.forget(number);
        environment.network().forget(number);
        unsaved = true;
        publish();
    }

    /// Forgets those who are no members any more, and silent.
    void keepTo(Membership now) {
        members = now;
        for (PeerEntry entry : book.entries()) {
            if (isGone(entry.replica())) {
                forget(entry.replica().number());
            }
        }
    }

    private boolean isGone(ReplicaId replica) {
        return members.isRemoved(replica)
                && replica.number() != seat.number()
                && members.memberWith(replica.number()).isEmpty()
                && !isHeard(replica, SILENT);
    }

    /// What this replica proposes from.
    void proposing(Message.Accept accept) {
        proposing = accept.sequence();
        base = accept.base();
    }

    /// A message says what its sender has on its disk. Only a promise says that it promised: what
    /// is acknowledged or granted may be chosen values that came by catch-up, and the promise may
    /// be on its way to the disk still.
    void witness(ReplicaId from, Message message) {
        if (message instanceof Message.Promise promise) {
            witness(from, promise.sequence(), 0);
        } else if (message instanceof Message.Acknowledge(SequenceNumber sequence, long upTo)) {
            witness(from, SequenceNumber.NONE, reached(sequence, upTo));
        } else if (message instanceof Message.Grant grant) {
            witness(from, SequenceNumber.NONE, reached(grant.sequence(), grant.upTo()));
        }
    }

    private long reached(SequenceNumber sequence, long upTo) {
        return sequence.equals(proposing) && upTo >= base ? upTo : 0;
    }

    private void witness(ReplicaId from, SequenceNumber promised, long highest) {
        unsaved |= book.witness(from, promised, highest);
    }

    void tick(long now) {
        if (news || gossipedAt == Long.MIN_VALUE || now - gossipedAt >= GOSSIP_EVERY) {
            news = false;
            gossipedAt = now;
            Frame gossip = new Frame.Gossip(List.copyOf(book.entries()));
            environment.network().sendToAll(FrameCodec.encode(gossip));
        }
        if (unsaved && !saving && (savedAt == Long.MIN_VALUE || now - savedAt >= SAVE_EVERY)) {
            save(now);
        }
    }

    private void save(long now) {
        unsaved = false;
        saving = true;
        savedAt = now;
        Collection<PeerEntry> entries = book.entries();
        environment
                .background()
                .execute(() -> {
                    try {
                        PeerCodec.save(environment.disk(), seat.cell(), entries);
                    } catch (IOException e) {
                        environment
                                .reporter()
                                .warn(
                                        "cannot note where the other replicas are: "
                                                + e.getMessage());
                    }
                    environment.loop().execute(() -> saving = false);
                });
    }
}
