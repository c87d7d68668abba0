package dev.ephor.server;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import dev.ephor.api.AcquireReply;
import dev.ephor.api.CheckSequencerReply;
import dev.ephor.api.CloseReply;
import dev.ephor.api.CloseSessionReply;
import dev.ephor.api.DeleteReply;
import dev.ephor.api.Error;
import dev.ephor.api.GetSequencerReply;
import dev.ephor.api.Limits;
import dev.ephor.api.ListReply;
import dev.ephor.api.OpenReply;
import dev.ephor.api.ReadReply;
import dev.ephor.api.ReleaseReply;
import dev.ephor.api.Reply;
import dev.ephor.api.SetSequencerReply;
import dev.ephor.api.StatReply;
import dev.ephor.api.WriteReply;
import dev.ephor.cell.Answer;
import dev.ephor.cell.CellSettings;
import dev.ephor.cell.ErrorCode;
import dev.ephor.cell.EventType;
import dev.ephor.cell.Goodbye;
import dev.ephor.cell.NodeKind;
import dev.ephor.cell.ServerMessage;
import dev.ephor.cell.Stat;
import dev.ephor.paxos.Bytes;
import java.util.List;

/// From what the cell says to what goes to a client over the wire.
final class ToClient {
    private ToClient() {}

    static Reply reply(long id, Answer answer) {
        Reply.Builder reply = Reply.newBuilder().setId(id);
        switch (answer) {
            case Answer.Failed(ErrorCode code, String detail) ->
                    reply.setError(Error.newBuilder().setCode(code(code)).setDetail(detail));
            case Answer.Opened(Bytes handle, boolean created, Stat stat) ->
                    reply.setOpen(
                            OpenReply.newBuilder()
                                    .setHandle(bytes(handle))
                                    .setCreated(created)
                                    .setStat(stat(stat)));
            case Answer.Closed() -> reply.setClose(CloseReply.getDefaultInstance());
            case Answer.Contents(Bytes contents, Stat stat) ->
                    reply.setRead(
                            ReadReply.newBuilder()
                                    .setContents(bytes(contents))
                                    .setStat(stat(stat)));
            case Answer.NodeStat(Stat stat) ->
                    reply.setStat(StatReply.newBuilder().setStat(stat(stat)));
            case Answer.Children(List<Answer.Child> children, boolean more, Stat stat) ->
                    reply.setList(children(children, more, stat));
            case Answer.Written(Stat stat, boolean created) ->
                    reply.setWrite(WriteReply.newBuilder().setStat(stat(stat)).setCreated(created));
            case Answer.Deleted() -> reply.setDelete(DeleteReply.getDefaultInstance());
            case Answer.Acquired(String sequencer, long generation) ->
                    reply.setAcquire(
                            AcquireReply.newBuilder()
                                    .setSequencer(sequencer)
                                    .setLockGeneration(generation));
            case Answer.Released() -> reply.setRelease(ReleaseReply.getDefaultInstance());
            case Answer.Sequencer(String sequencer) ->
                    reply.setGetSequencer(GetSequencerReply.newBuilder().setSequencer(sequencer));
            case Answer.SequencerChecked(boolean valid) ->
                    reply.setCheckSequencer(CheckSequencerReply.newBuilder().setValid(valid));
            case Answer.SequencerSet(Bytes handle) ->
                    reply.setSetSequencer(SetSequencerReply.newBuilder().setHandle(bytes(handle)));
            case Answer.SessionClosed() ->
                    reply.setCloseSession(CloseSessionReply.getDefaultInstance());
        }
        return reply.build();
    }

    private static ListReply children(List<Answer.Child> children, boolean more, Stat stat) {
        ListReply.Builder list = ListReply.newBuilder().setMore(more).setStat(stat(stat));
        for (Answer.Child child : children) {
            list.addChildren(
                    ListReply.Child.newBuilder().setName(child.name()).setStat(stat(child.stat())));
        }
        return list.build();
    }

    static dev.ephor.api.Welcome welcome(ServerMessage.Welcome welcome, List<String> replicas) {
        CellSettings limits = welcome.limits();
        return dev.ephor.api.Welcome.newBuilder()
                .setSessionId(welcome.session())
                .setSessionSecret(bytes(welcome.secret()))
                .setLeaseMs(welcome.leaseMillis())
                .setEpoch(welcome.epoch())
                .setCell(welcome.cell())
                .setResumed(welcome.resumed())
                .setLimits(
                        Limits.newBuilder()
                                .setFileBytes(limits.fileBytes())
                                .setPathBytes(limits.pathBytes())
                                .setPathLevels(limits.pathLevels())
                                .setRequests(limits.sessionRequests()))
                .addAllReplicas(replicas)
                .build();
    }

    static dev.ephor.api.Event event(ServerMessage.Event event) {
        return dev.ephor.api.Event.newBuilder()
                .setSequence(event.sequence())
                .setType(type(event.type()))
                .setHandle(bytes(event.handle()))
                .setPath(event.path())
                .setChild(event.child())
                .setContentGeneration(event.contentGeneration())
                .build();
    }

    static dev.ephor.api.Goodbye.Reason reason(Goodbye.Reason reason) {
        return switch (reason) {
            case NOT_MASTER -> dev.ephor.api.Goodbye.Reason.NOT_MASTER;
            case SESSION_EXPIRED -> dev.ephor.api.Goodbye.Reason.SESSION_EXPIRED;
            case PROTOCOL_ERROR -> dev.ephor.api.Goodbye.Reason.PROTOCOL_ERROR;
            case OVERLOADED -> dev.ephor.api.Goodbye.Reason.OVERLOADED;
            case SUPERSEDED -> dev.ephor.api.Goodbye.Reason.SUPERSEDED;
            case CLOSED -> dev.ephor.api.Goodbye.Reason.CLOSED;
        };
    }

    private static dev.ephor.api.Stat stat(Stat stat) {
        return dev.ephor.api.Stat.newBuilder()
                .setKind(
                        stat.kind() == NodeKind.FILE
                                ? dev.ephor.api.NodeKind.FILE
                                : dev.ephor.api.NodeKind.DIRECTORY)
                .setEphemeral(stat.ephemeral())
                .setInstanceNumber(stat.instanceNumber())
                .setContentGeneration(stat.contentGeneration())
                .setLockGeneration(stat.lockGeneration())
                .setAclGeneration(stat.aclGeneration())
                .setContentChecksum(stat.contentChecksum())
                .setContentLength(stat.contentLength())
                .setChildren(stat.children())
                .build();
    }

    private static dev.ephor.api.EventType type(EventType type) {
        return switch (type) {
            case CONTENT_CHANGED -> dev.ephor.api.EventType.CONTENT_CHANGED;
            case CHILD_ADDED -> dev.ephor.api.EventType.CHILD_ADDED;
            case CHILD_REMOVED -> dev.ephor.api.EventType.CHILD_REMOVED;
            case CHILD_CHANGED -> dev.ephor.api.EventType.CHILD_CHANGED;
            case MASTER_FAILED_OVER -> dev.ephor.api.EventType.MASTER_FAILED_OVER;
            case HANDLE_INVALID -> dev.ephor.api.EventType.HANDLE_INVALID_EVENT;
            case LOCK_ACQUIRED -> dev.ephor.api.EventType.LOCK_ACQUIRED;
            case CONFLICTING_LOCK_REQUEST -> dev.ephor.api.EventType.CONFLICTING_LOCK_REQUEST;
        };
    }

    private static Error.Code code(ErrorCode code) {
        return switch (code) {
            case BAD_REQUEST -> Error.Code.BAD_REQUEST;
            case BAD_PATH -> Error.Code.BAD_PATH;
            case NOT_FOUND -> Error.Code.NOT_FOUND;
            case ALREADY_EXISTS -> Error.Code.ALREADY_EXISTS;
            case NOT_A_DIRECTORY -> Error.Code.NOT_A_DIRECTORY;
            case IS_A_DIRECTORY -> Error.Code.IS_A_DIRECTORY;
            case NOT_EMPTY -> Error.Code.NOT_EMPTY;
            case TOO_LARGE -> Error.Code.TOO_LARGE;
            case GENERATION_MISMATCH -> Error.Code.GENERATION_MISMATCH;
            case SEQUENCER_INVALID -> Error.Code.SEQUENCER_INVALID;
            case LOCK_HELD -> Error.Code.LOCK_HELD;
            case LOCK_TIMEOUT -> Error.Code.LOCK_TIMEOUT;
            case CANCELLED -> Error.Code.CANCELLED;
            case HANDLE_INVALID -> Error.Code.HANDLE_INVALID;
            case WRONG_MODE -> Error.Code.WRONG_MODE;
            case NOT_HELD -> Error.Code.NOT_HELD;
            case OVERLOADED -> Error.Code.OVERLOADED;
            case OUTCOME_FORGOTTEN -> Error.Code.OUTCOME_FORGOTTEN;
        };
    }

    private static ByteString bytes(Bytes bytes) {
        return bytes.isEmpty()
                ? ByteString.EMPTY
                : UnsafeByteOperations.unsafeWrap(bytes.toByteArray());
    }
}
