package dev.ephor.simulator;

import dev.ephor.api.ClientMessage;
import dev.ephor.api.Reply;
import dev.ephor.api.Request;
import dev.ephor.api.ServerMessage;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Judges answers by what was told before: whoever answers a client, or lets its session live on,
/// must know all that any client had been told when the question came. A master that has the lease
/// does; one that was deposed may still have clients, and does not.
final class AnswerBook {
    private final Atlas atlas;

    /// The last instance that anything rested on which a client was told.
    private long told;

    AnswerBook(Atlas atlas) {
        this.atlas = atlas;
    }

    /// The questions of one stream, by what their answers will say, and what had been told when
    /// each came.
    static final class Questions {
        private final Map<Long, Long> requests = new HashMap<>();
        private final Map<Long, Long> keepAlives = new HashMap<>();
        private @Nullable Long hello;
    }

    /// A client's message has arrived.
    void came(Questions questions, ClientMessage message) {
        switch (message.getMessageCase()) {
            case REQUEST -> questions.requests.put(message.getRequest().getId(), told);
            case REQUESTS -> {
                for (Request request : message.getRequests().getRequestsList()) {
                    questions.requests.put(request.getId(), told);
                }
            }
            case KEEP_ALIVE -> questions.keepAlives.put(message.getKeepAlive().getSequence(), told);
            case HELLO -> questions.hello = told;
            case CANCEL, EVENT_ACK, PING, MESSAGE_NOT_SET -> {}
        }
    }

    /// A replica sends this.
    void answers(ServiceNode node, Questions questions, ServerMessage message) {
        switch (message.getMessageCase()) {
            case REPLY -> replies(node, questions, message.getReply());
            case REPLIES ->
                    message.getReplies()
                            .getRepliesList()
                            .forEach(reply -> replies(node, questions, reply));
            case KEEP_ALIVE_REPLY -> {
                long sequence = message.getKeepAliveReply().getSequence();
                isCurrent(node, "a KeepAlive", questions.keepAlives.remove(sequence));
            }
            case WELCOME -> isCurrent(node, "a Hello", questions.hello);
            case GOODBYE, EVENT, PONG, MESSAGE_NOT_SET -> {}
        }
    }

    private void replies(ServiceNode node, Questions questions, Reply reply) {
        Long before = questions.requests.remove(reply.getId());
        if (!reply.hasError()) {
            isCurrent(node, "a request", before);
            told = Math.max(told, node.applied());
        }
    }

    private void isCurrent(ServiceNode node, String question, @Nullable Long before) {
        atlas.checkTimed(
                before == null || node.applied() >= before,
                "answers are current",
                () ->
                        node.name
                                + " answers "
                                + question
                                + " as of "
                                + node.applied()
                                + ", after clients were told of "
                                + before);
    }
}
