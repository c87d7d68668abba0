package dev.ephor.client;

import dev.ephor.api.Error;
import dev.ephor.api.EventType;
import dev.ephor.api.ListReply;
import dev.ephor.api.ReadReply;
import java.util.Optional;

/// Between what is on the wire and what users see.
final class Translate {
    private Translate() {}

    static Stat stat(dev.ephor.api.Stat stat) {
        return new Stat(
                stat.getKind() == dev.ephor.api.NodeKind.DIRECTORY
                        ? NodeKind.DIRECTORY
                        : NodeKind.FILE,
                stat.getEphemeral(),
                stat.getInstanceNumber(),
                stat.getContentGeneration(),
                stat.getLockGeneration(),
                stat.getAclGeneration(),
                stat.getContentChecksum(),
                stat.getContentLength(),
                stat.getChildren());
    }

    static Contents contents(ReadReply reply) {
        return new Contents(reply.getContents(), stat(reply.getStat()));
    }

    static Child child(ListReply.Child child) {
        return new Child(child.getName(), stat(child.getStat()));
    }

    static dev.ephor.api.NodeKind kind(NodeKind kind) {
        return switch (kind) {
            case FILE -> dev.ephor.api.NodeKind.FILE;
            case DIRECTORY -> dev.ephor.api.NodeKind.DIRECTORY;
        };
    }

    static dev.ephor.api.LockMode mode(LockMode mode) {
        return switch (mode) {
            case EXCLUSIVE -> dev.ephor.api.LockMode.EXCLUSIVE;
            case SHARED -> dev.ephor.api.LockMode.SHARED;
        };
    }

    static EventType eventType(Event.Type type) {
        return switch (type) {
            case CONTENT_CHANGED -> EventType.CONTENT_CHANGED;
            case CHILD_ADDED -> EventType.CHILD_ADDED;
            case CHILD_REMOVED -> EventType.CHILD_REMOVED;
            case CHILD_CHANGED -> EventType.CHILD_CHANGED;
            case MASTER_FAILED_OVER -> EventType.MASTER_FAILED_OVER;
            case HANDLE_INVALID -> EventType.HANDLE_INVALID_EVENT;
            case LOCK_ACQUIRED -> EventType.LOCK_ACQUIRED;
            case CONFLICTING_LOCK_REQUEST -> EventType.CONFLICTING_LOCK_REQUEST;
        };
    }

    /// Empty for a type that this client does not know: a newer cell may have more.
    static Optional<Event> event(dev.ephor.api.Event event) {
        Optional<Event.Type> type =
                switch (event.getType()) {
                    case CONTENT_CHANGED -> Optional.of(Event.Type.CONTENT_CHANGED);
                    case CHILD_ADDED -> Optional.of(Event.Type.CHILD_ADDED);
                    case CHILD_REMOVED -> Optional.of(Event.Type.CHILD_REMOVED);
                    case CHILD_CHANGED -> Optional.of(Event.Type.CHILD_CHANGED);
                    case MASTER_FAILED_OVER -> Optional.of(Event.Type.MASTER_FAILED_OVER);
                    case HANDLE_INVALID_EVENT -> Optional.of(Event.Type.HANDLE_INVALID);
                    case LOCK_ACQUIRED -> Optional.of(Event.Type.LOCK_ACQUIRED);
                    case CONFLICTING_LOCK_REQUEST ->
                            Optional.of(Event.Type.CONFLICTING_LOCK_REQUEST);
                    case EVENT_TYPE_UNSPECIFIED, UNRECOGNIZED -> Optional.empty();
                };
        return type.map(known ->
                new Event(known, event.getPath(), event.getChild(), event.getContentGeneration()));
    }

    /// @param what the call, for the message: "write /ls/local/x"
    static RuntimeException error(String what, Error error) {
        String message =
                what + ": " + (error.getDetail().isEmpty() ? words(error) : error.getDetail());
        return switch (error.getCode()) {
            case NOT_FOUND -> new EphorException.NotFound(message);
            case ALREADY_EXISTS -> new EphorException.AlreadyExists(message);
            case NOT_A_DIRECTORY, IS_A_DIRECTORY -> new EphorException.WrongKind(message);
            case NOT_EMPTY -> new EphorException.NotEmpty(message);
            case GENERATION_MISMATCH -> new EphorException.GenerationMismatch(message);
            case SEQUENCER_INVALID -> new EphorException.SequencerInvalid(message);
            case LOCK_HELD, LOCK_TIMEOUT -> new EphorException.LockTimeout(message);
            case HANDLE_INVALID -> new EphorException.HandleInvalid(message);
            case NOT_HELD -> new EphorException.NotHeld(message);
            case OVERLOADED -> new EphorException.Overloaded(message);
            case OUTCOME_FORGOTTEN -> new EphorException.OutcomeUnknown(message);
            case CANCELLED -> new java.util.concurrent.CancellationException(message);
            case BAD_REQUEST, BAD_PATH, TOO_LARGE, WRONG_MODE, CODE_UNSPECIFIED, UNRECOGNIZED ->
                    new EphorException.BadRequest(message);
        };
    }

    private static String words(Error error) {
        return error.getCode().name().toLowerCase(java.util.Locale.ROOT).replace('_', ' ');
    }
}
