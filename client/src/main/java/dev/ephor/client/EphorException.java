package dev.ephor.client;

/// What can go wrong, as far as a program can do something about it. Unchecked; the subclasses are
/// all there are. A lost connection or a fail-over is not among them: the client rides over both.
///
/// Unless the type says otherwise ([OutcomeUnknown], [Interrupted]), the call had no effect.
public abstract sealed class EphorException extends RuntimeException {
    private static final long serialVersionUID = 1;

    private EphorException(String message) {
        super(message);
    }

    /// The session ended, or the call's time ran out, while the call was under way: it may have
    /// taken effect or not. Whoever needs to know looks in a new session.
    public static final class OutcomeUnknown extends EphorException {
        private static final long serialVersionUID = 1;

        OutcomeUnknown(String message) {
            super(message);
        }
    }

    /// The session is over (expired, or closed by this program). Its locks and ephemeral files are
    /// gone.
    public static final class SessionOver extends EphorException {
        private static final long serialVersionUID = 1;

        SessionOver(String message) {
            super(message);
        }
    }

    /// No master answered in the time that was given.
    public static final class Unreachable extends EphorException {
        private static final long serialVersionUID = 1;

        Unreachable(String message) {
            super(message);
        }
    }

    /// The thread was interrupted while it waited. A lock that was waited for is not held; anything
    /// else may take effect or not. The thread's interrupt flag is set.
    public static final class Interrupted extends EphorException {
        private static final long serialVersionUID = 1;

        Interrupted(String message) {
            super(message);
        }
    }

    /// There is no such node.
    public static final class NotFound extends EphorException {
        private static final long serialVersionUID = 1;

        NotFound(String message) {
            super(message);
        }
    }

    /// There is such a node already.
    public static final class AlreadyExists extends EphorException {
        private static final long serialVersionUID = 1;

        AlreadyExists(String message) {
            super(message);
        }
    }

    /// A directory where a file is needed, or a file where a directory is needed.
    public static final class WrongKind extends EphorException {
        private static final long serialVersionUID = 1;

        WrongKind(String message) {
            super(message);
        }
    }

    /// The directory has children.
    public static final class NotEmpty extends EphorException {
        private static final long serialVersionUID = 1;

        NotEmpty(String message) {
            super(message);
        }
    }

    /// The file was written by somebody else: its content generation is another.
    public static final class GenerationMismatch extends EphorException {
        private static final long serialVersionUID = 1;

        GenerationMismatch(String message) {
            super(message);
        }
    }

    /// The lock that the call relied upon is not held any more.
    public static final class SequencerInvalid extends EphorException {
        private static final long serialVersionUID = 1;

        SequencerInvalid(String message) {
            super(message);
        }
    }

    /// The lock was not granted in the time that was given; the waiter has left the queue.
    public static final class LockTimeout extends EphorException {
        private static final long serialVersionUID = 1;

        LockTimeout(String message) {
            super(message);
        }
    }

    /// The handle's node is gone, or the handle was closed.
    public static final class HandleInvalid extends EphorException {
        private static final long serialVersionUID = 1;

        HandleInvalid(String message) {
            super(message);
        }
    }

    /// The lock is not held.
    public static final class NotHeld extends EphorException {
        private static final long serialVersionUID = 1;

        NotHeld(String message) {
            super(message);
        }
    }

    /// The cell has too much to do; try again later. Nothing was done. What gives a lock or a
    /// handle back is tried again by the session itself.
    public static final class Overloaded extends EphorException {
        private static final long serialVersionUID = 1;

        Overloaded(String message) {
            super(message);
        }
    }

    /// The path, the contents or the combination of options is not allowed; trying again does not
    /// help.
    public static final class BadRequest extends EphorException {
        private static final long serialVersionUID = 1;

        BadRequest(String message) {
            super(message);
        }
    }
}
