package dev.ephor.client;

import org.jspecify.annotations.Nullable;

/// Calls by their request number, which rises by one: a ring, so that the oldest outstanding one, a
/// look-up and a removal cost a few instructions each. Confined to the loop.
final class InFlight {
    private @Nullable Call<?>[] ring = new Call<?>[64];
    private long oldest = 1;
    private long next = 1;
    private int size;

    /// Gives the call the next number. A call that only waits is not kept here.
    long number(Call<?> call, boolean keep) {
        if (next - oldest == ring.length) {
            grow();
        }
        long id = next++;
        if (keep) {
            ring[slot(id)] = call;
            size++;
        } else {
            skip();
        }
        return id;
    }

    @Nullable Call<?> remove(long id) {
        if (id < oldest || id >= next) {
            return null;
        }
        Call<?> call = ring[slot(id)];
        if (call != null) {
            ring[slot(id)] = null;
            size--;
            skip();
        }
        return call;
    }

    /// The number below which every call that is kept here has its reply.
    long oldest() {
        return oldest;
    }

    int size() {
        return size;
    }

    void forEach(java.util.function.Consumer<Call<?>> action) {
        for (long id = oldest; id < next; id++) {
            Call<?> call = ring[slot(id)];
            if (call != null) {
                action.accept(call);
            }
        }
    }

    private void skip() {
        while (oldest < next && ring[slot(oldest)] == null) {
            oldest++;
        }
    }

    private int slot(long id) {
        return (int) id & (ring.length - 1);
    }

    private void grow() {
        @Nullable Call<?>[] larger = new Call<?>[ring.length * 2];
        for (long id = oldest; id < next; id++) {
            larger[(int) id & (larger.length - 1)] = ring[slot(id)];
        }
        ring = larger;
    }
}
