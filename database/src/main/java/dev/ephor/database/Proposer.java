package dev.ephor.database;

import java.util.concurrent.CompletableFuture;

/// The database as a layer sees it that evaluates its own operations: it keeps a speculative state
/// in front of the replicated one, and proposes the changes in the order in which it made them.
public interface Proposer {
    /// The newest state that is applied here. Any thread.
    DatabaseState state();

    /// Proposes the next change of this mastership. It takes effect only in this mastership's epoch
    /// and only directly after the change that was proposed before, so on exactly the state that
    /// the caller speculated upon, or not at all: once one of them has no effect, none after it
    /// has.
    ///
    /// On the loop executor, while master. The future completes there, in the order of proposals,
    /// with [MultiOpResult.Applied] (whose `before` is empty) once it took effect here; or
    /// otherwise, which means that the speculation is to be dropped. What became of the change is
    /// then unknown, unless the result or the exception says that it had no effect.
    ///
    /// A future that has failed already when it is returned says that nothing was proposed; the
    /// next proposal takes this one's place.
    CompletableFuture<MultiOpResult> propose(MultiOp multiOp);

    /// Gives mastership up, so that another replica, or this one anew, can go on from what is
    /// replicated.
    void stepDown(String why);
}
