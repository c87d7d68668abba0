package dev.ephor.cell;

import dev.ephor.paxos.Bytes;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Takes requests in: evaluates each one against the newest speculative state and sees to it that
/// it is answered when that is true, and that it takes effect once however often it comes. Confined
/// to the loop.
final class Requests {
    private final CellSettings settings;
    private final Paths paths;
    private final Pipeline pipeline;
    private final Mailbox mailbox;
    private final Handles handles;
    private final Reads reads;
    private final Nodes nodes;
    private final Locks locks;
    private final Sessions sessions;

    Requests(
            CellSettings settings,
            Paths paths,
            Pipeline pipeline,
            Mailbox mailbox,
            Handles handles,
            Reads reads,
            Nodes nodes,
            Locks locks,
            Sessions sessions) {
        this.settings = settings;
        this.paths = paths;
        this.pipeline = pipeline;
        this.mailbox = mailbox;
        this.handles = handles;
        this.reads = reads;
        this.nodes = nodes;
        this.locks = locks;
        this.sessions = sessions;
    }

    void received(Session session, ClientMessage.Request request) {
        long id = request.id();
        if (session.active.contains(id)) {
            // It came on an earlier stream, and is being worked upon.
            return;
        }
        session.acknowledged = Math.max(session.acknowledged, request.oldestOutstanding());
        session.active.add(id);
        try {
            evaluate(session, request);
        } catch (Refusal refusal) {
            pipeline.whenSettled(() -> mailbox.answer(session, id, refusal.answer()));
        }
    }

    private void evaluate(Session session, ClientMessage.Request request) {
        Call call = request.call();
        long id = request.id();
        boolean repeated = session.outcomes.contains(id);
        if (repeated && !(call instanceof Call.Release)) {
            Answer before = new View(pipeline.newest()).outcome(session.id(), id);
            if (before != null) {
                answerAgain(session, id, before);
                return;
            }
        }
        if (!repeated && id < session.acknowledged && !(call instanceof Call.Acquire)) {
            throw new Refusal(
                    ErrorCode.OUTCOME_FORGOTTEN,
                    "the client said that it has the answer to request " + id);
        }
        checkRoom(session, call);
        Draft draft = pipeline.draft();
        switch (call) {
            case Call.Write write ->
                    conclude(session, id, draft, nodes.write(draft, session, write));
            case Call.Open open ->
                    conclude(session, id, draft, nodes.open(draft, session, id, open));
            case Call.Delete delete ->
                    conclude(session, id, draft, nodes.delete(draft, session, delete));
            case Call.Close close ->
                    conclude(session, id, draft, nodes.close(draft, session, close));
            case Call.Release release ->
                    conclude(session, id, draft, locks.release(draft, session, id, release));
            case Call.SetSequencer set ->
                    conclude(session, id, draft, setSequencer(draft, session, set));
            case Call.Acquire acquire -> locks.acquire(session, id, acquire);
            case Call.GetSequencer(Bytes handle) ->
                    settled(session, id, locks.sequencer(draft.view(), session, handle));
            case Call.CloseSession _ -> {
                if (!sessions.close(session, id)) {
                    throw overloaded("too much is in flight");
                }
            }
            case Call.Read _, Call.GetStat _, Call.ListChildren _, Call.CheckSequencer _ ->
                    settled(session, id, read(session, call, draft.view()));
        }
    }

    private void checkRoom(Session session, Call call) {
        if (session.active.size() - session.waiting.size() > settings.sessionRequests()) {
            throw overloaded(
                    "the session has " + settings.sessionRequests() + " requests in flight");
        }
        if (pipeline.inFlight() >= settings.requests()) {
            throw overloaded("the cell has " + settings.requests() + " changes in flight");
        }
    }

    private void answerAgain(Session session, long request, Answer before) {
        if (before instanceof Answer.Opened opened) {
            try {
                handles.resolve(session, opened.handle(), new View(pipeline.newest()));
            } catch (Refusal gone) {
                // Its node was deleted since; using the handle will say so.
            }
        }
        settled(session, request, before);
    }

    private static Refusal overloaded(String why) {
        return new Refusal(ErrorCode.OVERLOADED, why + "; nothing was done, try again");
    }

    private void settled(Session session, long request, Answer answer) {
        pipeline.whenSettled(() -> mailbox.answer(session, request, answer));
    }

    private Answer read(Session session, Call call, View view) {
        Answer answer =
                reads.answer(call, view, form -> handles.resolve(session, form, view).handle());
        if (answer == null) {
            throw new IllegalStateException("not a read: " + call);
        }
        return answer;
    }

    private Answer setSequencer(Draft draft, Session session, Call.SetSequencer call) {
        Handles.Shown shown = handles.resolve(session, call.handle(), draft.view());
        String text = call.sequencer();
        if (!text.isEmpty()
                && Sequencer.parse(text, paths).filter(draft.view()::isValid).isEmpty()) {
            throw new Refusal(
                    ErrorCode.SEQUENCER_INVALID, "the lock is not held as the sequencer says");
        }
        Handle next = shown.handle().withSequencer(text);
        Bytes form = handles.seal(next);
        draft.whenAccepted(() -> handles.reshaped(shown.open(), next, form));
        return new Answer.SequencerSet(form);
    }

    /// The request is evaluated: proposes its change, if it has one, and answers when it has taken
    /// effect.
    private void conclude(Session session, long request, Draft draft, Answer answer) {
        if (draft.isEmpty()) {
            draft.accepted().forEach(Runnable::run);
            settled(session, request, answer);
            return;
        }
        if (Outcomes.isKept(answer)) {
            keepOutcome(session, request, draft, answer);
        }
        if (!pipeline.propose(draft, () -> mailbox.answer(session, request, answer))) {
            throw overloaded("too much is in flight");
        }
    }

    /// The outcome goes with the change; those that the client has the answers of are forgotten.
    private void keepOutcome(Session session, long request, Draft draft, Answer answer) {
        if (session.outcomes.size() >= settings.sessionOutcomes()
                && session.outcomes.first() >= session.acknowledged) {
            throw overloaded("the client does not say which answers it has");
        }
        List<Long> answered = List.copyOf(session.outcomes.headSet(session.acknowledged));
        for (long known : answered) {
            draft.delete(Keys.outcome(session.id(), known));
        }
        draft.put(Keys.outcome(session.id(), request), Outcomes.encode(answer));
        draft.whenAccepted(() -> {
            answered.forEach(session.outcomes::remove);
            session.outcomes.add(request);
        });
    }

    /// Answers from committed rows on any thread, if that is possible there.
    @Nullable Answer readBeside(Session session, Call call, View view) {
        try {
            return reads.answer(call, view, session::known);
        } catch (Refusal refusal) {
            return refusal.answer();
        }
    }
}
