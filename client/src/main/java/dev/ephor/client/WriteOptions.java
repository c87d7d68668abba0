package dev.ephor.client;

import dev.ephor.api.DeleteRequest;
import dev.ephor.api.WriteRequest;
import java.util.OptionalLong;

/// What a write (or a delete) depends on, and what a write by path may make. Immutable: each method
/// gives a changed copy.
///
/// ```java
/// ephor.put(path, bytes, WriteOptions.DEFAULT.ifGeneration(seen.generation()));
/// ```
///
/// @param generation only where the content generation is this one
/// @param sequencer only while this sequencer's lock is held; empty: whatever is held
/// @param create by path: make the file where there is none
/// @param parents by path: make the missing directories above it too
public record WriteOptions(
        OptionalLong generation, String sequencer, boolean create, boolean parents) {
    /// No condition; a write by path makes the file where there is none.
    public static final WriteOptions DEFAULT =
            new WriteOptions(OptionalLong.empty(), "", true, false);

    /// Only where the content generation is this one: nobody has written since it was read.
    public WriteOptions ifGeneration(long generation) {
        return new WriteOptions(OptionalLong.of(generation), sequencer, create, parents);
    }

    /// By path: only where there is no such file.
    public WriteOptions ifAbsent() {
        return ifGeneration(0);
    }

    /// Only while this sequencer's lock is held as it says (Chubby §2.4).
    public WriteOptions ifHeld(String sequencer) {
        return new WriteOptions(generation, sequencer, create, parents);
    }

    /// By path: the file must exist.
    public WriteOptions existing() {
        return new WriteOptions(generation, sequencer, false, parents);
    }

    /// By path: missing directories above the file are made too.
    public WriteOptions makeParents() {
        return new WriteOptions(generation, sequencer, create, true);
    }

    void applyTo(WriteRequest.Builder request, boolean byPath) {
        generation.ifPresent(request::setIfGeneration);
        request.setSequencer(sequencer);
        if (byPath) {
            request.setCreate(create).setParents(parents);
        }
    }

    void applyTo(DeleteRequest.Builder request) {
        generation.ifPresent(request::setIfGeneration);
        request.setSequencer(sequencer);
    }
}
