package dev.ephor.client;

import com.google.protobuf.ByteString;
import dev.ephor.api.CheckSequencerRequest;
import dev.ephor.api.CloseRequest;
import dev.ephor.api.DeleteRequest;
import dev.ephor.api.Error;
import dev.ephor.api.ListReply;
import dev.ephor.api.ListRequest;
import dev.ephor.api.NodeRef;
import dev.ephor.api.OpenRequest;
import dev.ephor.api.ReadRequest;
import dev.ephor.api.ReleaseRequest;
import dev.ephor.api.Reply;
import dev.ephor.api.Request;
import dev.ephor.api.SetSequencerRequest;
import dev.ephor.api.StatRequest;
import dev.ephor.api.WriteRequest;
import java.util.function.Function;

/// Makes the calls of a session: what each request says and what its reply means. Every read goes
/// through [#read], [#stat] or [#list], the one place where a cache can answer instead.
final class Calls {
    private final Session session;

    Calls(Session session) {
        this.session = session;
    }

    /// What a call is about: a path, or a handle whose bytes are taken when the request is sent.
    sealed interface Target {
        String path();

        NodeRef ref();

        /// Says of the call that it is about this.
        default <T> Call<T> of(Call<T> call) {
            return call;
        }

        record ByPath(String path) implements Target {
            @Override
            public NodeRef ref() {
                return NodeRef.newBuilder().setPath(path).build();
            }
        }

        record ByHandle(OpenHandle handle) implements Target {
            @Override
            public String path() {
                return handle.path();
            }

            @Override
            public NodeRef ref() {
                return NodeRef.newBuilder().setHandle(handle.bytes()).build();
            }

            @Override
            public <T> Call<T> of(Call<T> call) {
                call.handle = handle;
                return call;
            }
        }
    }

    Call<Contents> read(Target target) {
        return target.of(
                new Simple<>(
                        session,
                        Call.Kind.READS,
                        Request.newBuilder()
                                .setRead(ReadRequest.newBuilder().setNode(target.ref())),
                        "read",
                        target.path(),
                        reply -> Translate.contents(reply.getRead())));
    }

    Call<Stat> stat(Target target) {
        return target.of(
                new Simple<>(
                        session,
                        Call.Kind.READS,
                        Request.newBuilder()
                                .setStat(StatRequest.newBuilder().setNode(target.ref())),
                        "stat",
                        target.path(),
                        reply -> Translate.stat(reply.getStat().getStat())));
    }

    /// One page of a directory.
    Call<ListReply> list(Target target, String after) {
        return target.of(
                new Simple<>(
                        session,
                        Call.Kind.READS,
                        Request.newBuilder()
                                .setList(
                                        ListRequest.newBuilder()
                                                .setNode(target.ref())
                                                .setAfter(after)),
                        "list",
                        target.path(),
                        Reply::getList));
    }

    Call<Stat> write(Target target, ByteString contents, WriteOptions options) {
        WriteRequest.Builder write =
                WriteRequest.newBuilder().setNode(target.ref()).setContents(contents);
        options.applyTo(write, target instanceof Target.ByPath);
        Call<Stat> call =
                new Simple<>(
                        session,
                        Call.Kind.CHANGES,
                        Request.newBuilder().setWrite(write),
                        "write",
                        target.path(),
                        reply -> Translate.stat(reply.getWrite().getStat()));
        call.contentBytes = contents.size();
        return target.of(call);
    }

    Call<Boolean> delete(Target target, WriteOptions options) {
        DeleteRequest.Builder delete = DeleteRequest.newBuilder().setNode(target.ref());
        options.applyTo(delete);
        return target.of(
                new Simple<>(
                        session,
                        Call.Kind.CHANGES,
                        Request.newBuilder().setDelete(delete),
                        "delete",
                        target.path(),
                        reply -> true));
    }

    Call<NodeHandle> open(Ephor ephor, String path, OpenOptions options) {
        return new Open(ephor, session, path, options);
    }

    Call<Boolean> close(OpenHandle handle) {
        return new Close(handle);
    }

    Call<Boolean> release(OpenHandle handle) {
        return new Release(handle);
    }

    Call<Boolean> checkSequencer(String sequencer) {
        return new Simple<>(
                session,
                Call.Kind.READS,
                Request.newBuilder()
                        .setCheckSequencer(
                                CheckSequencerRequest.newBuilder().setSequencer(sequencer)),
                "check the sequencer",
                sequencer,
                reply -> reply.getCheckSequencer().getValid());
    }

    Call<Boolean> setSequencer(OpenHandle handle, String sequencer) {
        return new Simple<>(
                session,
                Call.Kind.CHANGES,
                Request.newBuilder()
                        .setSetSequencer(
                                SetSequencerRequest.newBuilder()
                                        .setHandle(handle.bytes())
                                        .setSequencer(sequencer)),
                "set the sequencer of",
                handle.path(),
                reply -> {
                    handle.replace(reply.getSetSequencer().getHandle());
                    return true;
                });
    }

    /// A call whose reply only needs translation.
    private static final class Simple<T> extends Call<T> {
        private final String verb;
        private final String object;
        private final Function<Reply, T> decoder;

        Simple(
                Session session,
                Kind kind,
                Request.Builder request,
                String verb,
                String object,
                Function<Reply, T> decoder) {
            super(session, kind, request);
            this.verb = verb;
            this.object = object;
            this.decoder = decoder;
        }

        @Override
        T decode(Reply reply) {
            return decoder.apply(reply);
        }

        @Override
        String what() {
            return verb + " " + object;
        }
    }

    private static final class Open extends Call<NodeHandle> {
        private final Ephor ephor;
        private final String path;
        private final OpenOptions options;

        Open(Ephor ephor, Session session, String path, OpenOptions options) {
            super(session, Kind.CHANGES, Request.newBuilder());
            OpenRequest.Builder open = options.request(path);
            contentBytes = open.getContents().size();
            request.setOpen(open);
            this.ephor = ephor;
            this.path = path;
            this.options = options;
        }

        @Override
        NodeHandle decode(Reply reply) {
            OpenHandle handle =
                    new OpenHandle(
                            session,
                            path,
                            reply.getOpen().getHandle(),
                            options.listener(),
                            reply.getOpen().getStat().getEphemeral());
            if (firstEpoch != session.epoch()) {
                // The answer may be one that an earlier master left: the present one has yet to
                // hear who wants the events.
                session.handles().present(handle);
            }
            return new NodeHandle(
                    ephor,
                    handle,
                    reply.getOpen().getCreated(),
                    Translate.stat(reply.getOpen().getStat()));
        }

        @Override
        void discarded(NodeHandle handle) {
            handle.closeAsync();
        }

        @Override
        String what() {
            return "open " + path;
        }
    }

    /// Gives something back to the cell, which this client does not count as its own from the
    /// beginning of the call on. So nobody could ask again where the cell has no room for it: it is
    /// made again until the cell has it back, or the session is over.
    private abstract static class GiveBack extends Call<Boolean> {
        final OpenHandle given;

        GiveBack(OpenHandle given, Request.Builder request) {
            super(given.session(), Kind.CHANGES, request);
            this.given = given;
        }

        @Override
        boolean isOwed() {
            return true;
        }
    }

    private static final class Close extends GiveBack {
        Close(OpenHandle handle) {
            super(
                    handle,
                    Request.newBuilder()
                            .setClose(CloseRequest.newBuilder().setHandle(handle.bytes())));
        }

        @Override
        void begin() {
            given.close();
            super.begin();
        }

        @Override
        Boolean decode(Reply reply) {
            return true;
        }

        @Override
        Boolean decodeError(Error error) {
            // Gone before it was closed: what was wanted.
            return error.getCode() == Error.Code.HANDLE_INVALID
                    ? Boolean.TRUE
                    : super.decodeError(error);
        }

        @Override
        String what() {
            return "close " + given.path();
        }
    }

    private static final class Release extends GiveBack {
        Release(OpenHandle handle) {
            super(
                    handle,
                    Request.newBuilder()
                            .setRelease(ReleaseRequest.newBuilder().setHandle(handle.bytes())));
        }

        @Override
        void begin() {
            given.releaseBegins();
            super.begin();
        }

        @Override
        void done() {
            given.releaseDone();
        }

        @Override
        Boolean decode(Reply reply) {
            return true;
        }

        @Override
        Boolean decodeError(Error error) {
            return switch (error.getCode()) {
                // Lost before it was released: there is nothing left to give back.
                case NOT_HELD, HANDLE_INVALID -> false;
                default -> super.decodeError(error);
            };
        }

        @Override
        String what() {
            return "release " + given.path();
        }
    }
}
