package dev.ephor.server;

import dev.ephor.api.Goodbye;
import dev.ephor.api.Replies;
import dev.ephor.api.Reply;
import dev.ephor.api.Request;
import dev.ephor.cell.Answer;
import dev.ephor.cell.Call;
import dev.ephor.cell.ClientMessage;
import dev.ephor.cell.StreamId;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;

/// One stream of a client, as the front door sees it. [#received] and [#closed] are for whatever
/// carries the stream, one call at a time; everything else is for the loop.
public final class ClientStream {
    private static final int BATCH_BYTES = 256 << 10;

    private final FrontDoor door;
    private final StreamId id;
    private final FrontDoor.Line line;

    /// Requests that were handed to the loop and have no reply yet, Acquires that wait excepted.
    /// While it is zero, everything that the session did on this stream is in the committed state.
    private final AtomicInteger underWay = new AtomicInteger();

    private volatile boolean greeted;

    // Loop only:
    /// The numbers of the requests that [#underWay] counts and that have reached the loop.
    private final Set<Long> counted = new HashSet<>();

    private final ArrayList<dev.ephor.api.ServerMessage> ready = new ArrayList<>();
    private final ArrayList<Reply> replies = new ArrayList<>();
    private int replyBytes;
    private boolean talking;

    ClientStream(FrontDoor door, StreamId id, FrontDoor.Line line) {
        this.door = door;
        this.id = id;
        this.line = line;
    }

    StreamId id() {
        return id;
    }

    /// The client said Hello. Any thread.
    boolean greeted() {
        return greeted;
    }

    /// The client sent a message.
    public void received(dev.ephor.api.ClientMessage message) {
        door.heard();
        switch (message.getMessageCase()) {
            case HELLO -> {
                greeted = true;
                door.hears(message.getHello());
                post(FromClient.hello(message.getHello()));
            }
            case KEEP_ALIVE ->
                    post(new ClientMessage.KeepAlive(message.getKeepAlive().getSequence()));
            case REQUEST -> requests(List.of(message.getRequest()));
            case REQUESTS -> requests(message.getRequests().getRequestsList());
            case CANCEL -> post(new ClientMessage.Cancel(message.getCancel().getId()));
            case EVENT_ACK -> post(new ClientMessage.EventAck(message.getEventAck().getSequence()));
            case PING -> post(new ClientMessage.Ping(message.getPing().getSequence()));
            case MESSAGE_NOT_SET ->
                    door.refuse(this, "a message of a kind that this cell does not know");
        }
    }

    /// The stream broke, or its client ended it.
    public void closed() {
        door.closed(this);
    }

    private void post(ClientMessage message) {
        if (greeted) {
            door.post(this, List.of(message));
        } else {
            door.refuse(this, "the first message is Hello");
        }
    }

    private void requests(List<Request> requests) {
        if (!greeted) {
            door.refuse(this, "the first message is Hello");
            return;
        }
        ArrayList<Reply> answered = new ArrayList<>(requests.size());
        ArrayList<ClientMessage> handed = new ArrayList<>(requests.size());
        for (Request request : requests) {
            Call call;
            try {
                call = FromClient.call(request);
            } catch (FromClient.Refused e) {
                answered.add(FrontDoor.refusal(request, e.detail()));
                continue;
            }
            Optional<Answer> answer =
                    isRead(call) && handed.isEmpty() && underWay.get() == 0
                            ? door.read(this, call)
                            : Optional.empty();
            if (answer.isPresent()) {
                answered.add(ToClient.reply(request.getId(), answer.get()));
            } else {
                handed.add(
                        new ClientMessage.Request(
                                request.getId(), request.getOldestOutstanding(), call));
            }
        }
        if (!handed.isEmpty()) {
            underWay.addAndGet(countedIn(handed));
            door.post(this, handed);
        }
        for (dev.ephor.api.ServerMessage message : inBatches(answered)) {
            line.send(message);
        }
    }

    private static int countedIn(List<ClientMessage> messages) {
        int count = 0;
        for (ClientMessage message : messages) {
            count += isCounted(message) ? 1 : 0;
        }
        return count;
    }

    /// An Acquire that waits may wait for long, and changes nothing that is read until it is
    /// answered.
    private static boolean isCounted(ClientMessage message) {
        return message instanceof ClientMessage.Request request
                && !(request.call() instanceof Call.Acquire acquire && acquire.blocking());
    }

    private static boolean isRead(Call call) {
        return switch (call) {
            case Call.Read read -> true;
            case Call.GetStat stat -> true;
            case Call.ListChildren list -> true;
            case Call.CheckSequencer check -> true;
            case Call.Open open -> false;
            case Call.Close close -> false;
            case Call.Write write -> false;
            case Call.Delete delete -> false;
            case Call.Acquire acquire -> false;
            case Call.Release release -> false;
            case Call.GetSequencer get -> false;
            case Call.SetSequencer set -> false;
            case Call.CloseSession close -> false;
        };
    }

    // --- loop only ---

    /// The message goes to the cell now.
    void handed(ClientMessage message) {
        if (isCounted(message)
                && message instanceof ClientMessage.Request request
                && !counted.add(request.id())) {
            underWay.decrementAndGet();
        }
    }

    /// A request that came on an earlier stream may be answered on this one, too.
    void queueReply(long request, Reply reply) {
        if (counted.remove(request)) {
            underWay.decrementAndGet();
        }
        replies.add(reply);
        replyBytes += reply.getSerializedSize();
        if (replyBytes > BATCH_BYTES) {
            sealReplies();
        }
    }

    void queue(dev.ephor.api.ServerMessage message) {
        sealReplies();
        ready.add(message);
    }

    /// True for the first message since the last flush.
    boolean beginsToTalk() {
        boolean begins = !talking;
        talking = true;
        return begins;
    }

    void flush() {
        talking = false;
        sealReplies();
        for (dev.ephor.api.ServerMessage message : ready) {
            line.send(message);
        }
        ready.clear();
    }

    void end(Goodbye goodbye) {
        line.end(goodbye);
    }

    private void sealReplies() {
        if (!replies.isEmpty()) {
            ready.add(message(replies));
            replies.clear();
            replyBytes = 0;
        }
    }

    private static List<dev.ephor.api.ServerMessage> inBatches(List<Reply> replies) {
        ArrayList<dev.ephor.api.ServerMessage> messages = new ArrayList<>(1);
        ArrayList<Reply> batch = new ArrayList<>(replies.size());
        int bytes = 0;
        for (Reply reply : replies) {
            batch.add(reply);
            bytes += reply.getSerializedSize();
            if (bytes > BATCH_BYTES) {
                messages.add(message(batch));
                batch.clear();
                bytes = 0;
            }
        }
        if (!batch.isEmpty()) {
            messages.add(message(batch));
        }
        return messages;
    }

    private static dev.ephor.api.ServerMessage message(List<Reply> replies) {
        return replies.size() == 1
                ? dev.ephor.api.ServerMessage.newBuilder().setReply(replies.getFirst()).build()
                : dev.ephor.api.ServerMessage.newBuilder()
                        .setReplies(Replies.newBuilder().addAllReplies(replies))
                        .build();
    }
}
