package dev.ephor.client;

import com.google.protobuf.ByteString;
import dev.ephor.api.OpenRequest;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// How a node is opened, and made where that is wanted. Immutable: each method gives a changed
/// copy. [#DEFAULT] opens an existing node for everything.
///
/// ```java
/// OpenOptions.CREATE.ephemeral().parents().contents("10.0.0.7:8080")
/// ```
public final class OpenOptions {
    /// The node must exist.
    public static final OpenOptions DEFAULT = new OpenOptions(new Fields());

    /// The node is made where it does not exist: a permanent file, unless said otherwise.
    public static final OpenOptions CREATE =
            DEFAULT.with(f -> f.create = OpenRequest.Create.IF_ABSENT);

    /// The node must not exist and is made.
    public static final OpenOptions CREATE_NEW =
            DEFAULT.with(f -> f.create = OpenRequest.Create.ALWAYS);

    private final Fields fields;

    private OpenOptions(Fields fields) {
        this.fields = fields;
    }

    /// The handle reads, watches and locks, but does not write or delete.
    public OpenOptions readOnly() {
        return with(f -> f.write = false);
    }

    /// What is made is a directory.
    public OpenOptions directory() {
        return with(f -> f.kind = NodeKind.DIRECTORY);
    }

    /// What is made is a file that goes when no session has it open (Chubby §2.3): it says "I
    /// live".
    public OpenOptions ephemeral() {
        return with(f -> f.ephemeral = true);
    }

    /// What is made has these contents from the start.
    public OpenOptions contents(byte[] contents) {
        ByteString copy = ByteString.copyFrom(contents);
        return with(f -> f.contents = copy);
    }

    /// What is made has this text, as UTF-8, from the start.
    public OpenOptions contents(String contents) {
        return contents(contents.getBytes(StandardCharsets.UTF_8));
    }

    /// Missing directories above what is made are made too.
    public OpenOptions parents() {
        return with(f -> f.parents = true);
    }

    /// How long nobody else gets this handle's lock after its holder died without releasing it
    /// (Chubby §2.4); the cell has an upper bound. Default: none.
    public OpenOptions lockDelay(Duration delay) {
        long millis = Times.millis(delay, "lock-delay");
        return with(f -> f.lockDelayMillis = (int) Math.min(Integer.MAX_VALUE, millis));
    }

    /// The listener is told of these, and of [Event.Type#HANDLE_INVALID] and
    /// [Event.Type#MASTER_FAILED_OVER] in any case, for as long as the handle is open.
    public OpenOptions watch(Event.Listener listener, Event.Type... types) {
        EnumSet<Event.Type> wanted = EnumSet.noneOf(Event.Type.class);
        wanted.addAll(Arrays.asList(types));
        return with(f -> {
            f.listener = listener;
            f.events = wanted;
        });
    }

    OpenRequest.Builder request(String path) {
        OpenRequest.Builder request =
                OpenRequest.newBuilder()
                        .setPath(path)
                        .setWrite(fields.write)
                        .setCreate(fields.create)
                        .setKind(Translate.kind(fields.kind))
                        .setEphemeral(fields.ephemeral)
                        .setContents(fields.contents)
                        .setParents(fields.parents)
                        .setLockDelayMs(fields.lockDelayMillis);
        for (Event.Type type : fields.events) {
            request.addEvents(Translate.eventType(type));
        }
        return request;
    }

    Event.@Nullable Listener listener() {
        return fields.listener;
    }

    private OpenOptions with(java.util.function.Consumer<Fields> change) {
        Fields copy = fields.copy();
        change.accept(copy);
        return new OpenOptions(copy);
    }

    /// Changed only before it is published in an [OpenOptions].
    private static final class Fields {
        boolean write = true;
        OpenRequest.Create create = OpenRequest.Create.NEVER;
        NodeKind kind = NodeKind.FILE;
        boolean ephemeral;
        boolean parents;
        ByteString contents = ByteString.EMPTY;
        int lockDelayMillis;
        Event.@Nullable Listener listener;
        Set<Event.Type> events = EnumSet.noneOf(Event.Type.class);

        Fields copy() {
            Fields copy = new Fields();
            copy.write = write;
            copy.create = create;
            copy.kind = kind;
            copy.ephemeral = ephemeral;
            copy.parents = parents;
            copy.contents = contents;
            copy.lockDelayMillis = lockDelayMillis;
            copy.listener = listener;
            copy.events = events;
            return copy;
        }
    }
}
