package dev.ephor.client;

import dev.ephor.api.ListReply;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;

/// Calls that are made of several.
final class Listing {
    private Listing() {}

    static List<Child> all(Calls calls, Calls.Target target) {
        ArrayList<Child> children = new ArrayList<>();
        String after = "";
        while (true) {
            ListReply page = calls.list(target, after).await();
            String last = add(page, children);
            if (!page.getMore() || page.getChildrenCount() == 0) {
                return List.copyOf(children);
            }
            after = last;
        }
    }

    static CompletableFuture<List<Child>> allAsync(Calls calls, Calls.Target target) {
        return next(calls, target, "", new ArrayList<>());
    }

    private static CompletableFuture<List<Child>> next(
            Calls calls, Calls.Target target, String after, ArrayList<Child> children) {
        return calls.list(target, after)
                .start()
                .thenCompose(page -> {
                    String last = add(page, children);
                    CompletionStage<List<Child>> rest =
                            page.getMore() && page.getChildrenCount() > 0
                                    ? next(calls, target, last, children)
                                    : CompletableFuture.completedFuture(List.copyOf(children));
                    return rest;
                });
    }

    private static String add(ListReply page, List<Child> children) {
        String last = "";
        for (ListReply.Child child : page.getChildrenList()) {
            children.add(Translate.child(child));
            last = child.getName();
        }
        return last;
    }

    /// The end of a session does what the call was to do.
    static CompletableFuture<Void> ignoringTheEnd(CompletableFuture<?> call) {
        return call.handle((result, failure) -> {
            if (failure == null
                    || failure instanceof EphorException.SessionOver
                    || failure instanceof EphorException.OutcomeUnknown) {
                return null;
            }
            throw new CompletionException(failure);
        });
    }

    /// Opens a handle and waits for its lock; whatever goes wrong, or if the result is cancelled,
    /// nothing stays behind. Closing the lock closes the handle.
    static CompletableFuture<HeldLock> lock(
            CompletableFuture<NodeHandle> opening,
            java.util.function.Function<NodeHandle, CompletableFuture<HeldLock>> acquire) {
        Linked<HeldLock> result = new Linked<>();
        result.follow(opening);
        opening.whenComplete((handle, failure) -> {
            if (failure != null) {
                result.completeExceptionally(failure);
                return;
            }
            CompletableFuture<HeldLock> acquiring = acquire.apply(handle);
            result.follow(acquiring);
            acquiring.whenComplete((lock, lockFailure) -> {
                if (lockFailure != null) {
                    handle.closeAsync();
                    result.completeExceptionally(lockFailure);
                } else {
                    lock.ownsHandle();
                    if (!result.complete(lock)) {
                        lock.closeAsync();
                    }
                }
            });
        });
        return result;
    }

    /// A future whose cancelling cancels what it waits for.
    private static final class Linked<T> extends CompletableFuture<T> {
        private volatile CompletableFuture<?> inner = this;

        void follow(CompletableFuture<?> next) {
            inner = next;
            if (isCancelled()) {
                next.cancel(true);
            }
        }

        @Override
        public boolean cancel(boolean mayInterruptIfRunning) {
            boolean cancelled = super.cancel(mayInterruptIfRunning);
            if (cancelled && inner != this) {
                inner.cancel(mayInterruptIfRunning);
            }
            return cancelled;
        }

        @Override
        public <U> CompletableFuture<U> newIncompleteFuture() {
            return new CompletableFuture<>();
        }
    }
}
