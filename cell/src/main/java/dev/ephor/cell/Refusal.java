package dev.ephor.cell;

/// A request cannot be done; nothing of it was. Thrown while a request is evaluated and caught
/// where it is answered, so that evaluation reads as what happens when all is well. Carries no
/// stack.
final class Refusal extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final ErrorCode code;

    Refusal(ErrorCode code, String detail) {
        super(detail, null, false, false);
        this.code = code;
    }

    Answer.Failed answer() {
        return new Answer.Failed(code, String.valueOf(getMessage()));
    }
}
