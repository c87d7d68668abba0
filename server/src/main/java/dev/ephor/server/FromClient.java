package dev.ephor.server;

import com.google.protobuf.ByteString;
import dev.ephor.api.AcquireRequest;
import dev.ephor.api.DeleteRequest;
import dev.ephor.api.ListRequest;
import dev.ephor.api.OpenRequest;
import dev.ephor.api.Request;
import dev.ephor.api.WriteRequest;
import dev.ephor.cell.Call;
import dev.ephor.cell.ClientMessage;
import dev.ephor.cell.EventType;
import dev.ephor.cell.EventTypes;
import dev.ephor.cell.LockMode;
import dev.ephor.cell.NodeKind;
import dev.ephor.cell.NodeRef;
import dev.ephor.paxos.Bytes;
import java.util.EnumSet;
import java.util.OptionalLong;

/// From what a client puts on the wire to what the cell understands. What makes no sense in itself
/// is refused here, with words for the client; what depends on the state is the cell's business.
final class FromClient {
    private FromClient() {}

    /// A message that no correct client sends.
    static final class Refused extends Exception {
        private static final long serialVersionUID = 1;

        Refused(String message) {
            super(message, null, false, false);
        }

        String detail() {
            String detail = getMessage();
            return detail == null ? "" : detail;
        }
    }

    static ClientMessage.Hello hello(dev.ephor.api.Hello hello) {
        return new ClientMessage.Hello(
                hello.getProtocolVersion(),
                hello.getSessionId(),
                bytes(hello.getSessionSecret()),
                hello.getClientName(),
                natural(hello.getLeaseMs()),
                hello.getEpoch());
    }

    /// What the request asks for.
    static Call call(Request request) throws Refused {
        return switch (request.getBodyCase()) {
            case OPEN -> open(request.getOpen());
            case CLOSE -> new Call.Close(bytes(request.getClose().getHandle()));
            case READ -> new Call.Read(node(request.getRead().getNode()));
            case STAT -> new Call.GetStat(node(request.getStat().getNode()));
            case LIST -> list(request.getList());
            case WRITE -> write(request.getWrite());
            case DELETE -> delete(request.getDelete());
            case ACQUIRE -> acquire(request.getAcquire());
            case RELEASE -> new Call.Release(bytes(request.getRelease().getHandle()));
            case GET_SEQUENCER ->
                    new Call.GetSequencer(bytes(request.getGetSequencer().getHandle()));
            case CHECK_SEQUENCER ->
                    new Call.CheckSequencer(request.getCheckSequencer().getSequencer());
            case SET_SEQUENCER ->
                    new Call.SetSequencer(
                            bytes(request.getSetSequencer().getHandle()),
                            request.getSetSequencer().getSequencer());
            case CLOSE_SESSION -> new Call.CloseSession();
            case BODY_NOT_SET ->
                    throw new Refused("a request of a kind that this cell does not know");
        };
    }

    private static Call open(OpenRequest open) throws Refused {
        Call.Create create =
                switch (open.getCreate()) {
                    case NEVER -> Call.Create.NEVER;
                    case IF_ABSENT -> Call.Create.IF_ABSENT;
                    case ALWAYS -> Call.Create.ALWAYS;
                    case UNRECOGNIZED -> throw new Refused("an unknown way to create");
                };
        NodeKind kind =
                switch (open.getKind()) {
                    case FILE, NODE_KIND_UNSPECIFIED -> NodeKind.FILE;
                    case DIRECTORY -> NodeKind.DIRECTORY;
                    case UNRECOGNIZED -> throw new Refused("an unknown kind of node");
                };
        return new Call.Open(
                open.getPath(),
                open.getWrite(),
                events(open),
                natural(open.getLockDelayMs()),
                create,
                kind,
                open.getEphemeral(),
                bytes(open.getContents()),
                open.getParents());
    }

    private static EventTypes events(OpenRequest open) throws Refused {
        if (open.getEventsCount() == 0) {
            return EventTypes.NONE;
        }
        EnumSet<EventType> types = EnumSet.noneOf(EventType.class);
        for (dev.ephor.api.EventType type : open.getEventsList()) {
            types.add(
                    switch (type) {
                        case CONTENT_CHANGED -> EventType.CONTENT_CHANGED;
                        case CHILD_ADDED -> EventType.CHILD_ADDED;
                        case CHILD_REMOVED -> EventType.CHILD_REMOVED;
                        case CHILD_CHANGED -> EventType.CHILD_CHANGED;
                        case MASTER_FAILED_OVER -> EventType.MASTER_FAILED_OVER;
                        case HANDLE_INVALID_EVENT -> EventType.HANDLE_INVALID;
                        case LOCK_ACQUIRED -> EventType.LOCK_ACQUIRED;
                        case CONFLICTING_LOCK_REQUEST -> EventType.CONFLICTING_LOCK_REQUEST;
                        case EVENT_TYPE_UNSPECIFIED, UNRECOGNIZED ->
                                throw new Refused("an unknown type of event");
                    });
        }
        return EventTypes.of(types);
    }

    private static Call list(ListRequest list) throws Refused {
        return new Call.ListChildren(
                node(list.getNode()), list.getAfter(), natural(list.getLimit()));
    }

    private static Call write(WriteRequest write) throws Refused {
        return new Call.Write(
                node(write.getNode()),
                bytes(write.getContents()),
                write.hasIfGeneration()
                        ? OptionalLong.of(write.getIfGeneration())
                        : OptionalLong.empty(),
                write.getSequencer(),
                write.getCreate(),
                write.getParents());
    }

    private static Call delete(DeleteRequest delete) throws Refused {
        return new Call.Delete(
                node(delete.getNode()),
                delete.hasIfGeneration()
                        ? OptionalLong.of(delete.getIfGeneration())
                        : OptionalLong.empty(),
                delete.getSequencer());
    }

    private static Call acquire(AcquireRequest acquire) throws Refused {
        LockMode mode =
                switch (acquire.getMode()) {
                    case EXCLUSIVE -> LockMode.EXCLUSIVE;
                    case SHARED -> LockMode.SHARED;
                    case LOCK_MODE_UNSPECIFIED, UNRECOGNIZED ->
                            throw new Refused("a lock is exclusive or shared");
                };
        return new Call.Acquire(
                bytes(acquire.getHandle()), mode, acquire.getWait(), natural(acquire.getWaitMs()));
    }

    private static NodeRef node(dev.ephor.api.NodeRef node) throws Refused {
        return switch (node.getRefCase()) {
            case HANDLE -> new NodeRef.ByHandle(bytes(node.getHandle()));
            case PATH -> new NodeRef.ByPath(node.getPath());
            case REF_NOT_SET -> throw new Refused("a node is named by a handle or by a path");
        };
    }

    private static Bytes bytes(ByteString bytes) {
        return bytes.isEmpty() ? Bytes.EMPTY : Bytes.wrap(bytes.toByteArray());
    }

    /// An unsigned number as an int; what is too large for one is as large as can be.
    private static int natural(int unsigned) {
        return unsigned < 0 ? Integer.MAX_VALUE : unsigned;
    }
}
