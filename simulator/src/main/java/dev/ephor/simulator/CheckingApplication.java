package dev.ephor.simulator;

import dev.ephor.log.Application;
import dev.ephor.log.Mastership;
import dev.ephor.log.SnapshotHandle;
import dev.ephor.paxos.Bytes;
import dev.ephor.paxos.Epoch;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/// An application whose only purpose is to notice: every replica must be told the same, in the same
/// order. As a master it speculates like the lock service does: each command names the state that
/// it was made for, and where its epoch still holds that must be the state that it meets.
final class CheckingApplication implements Application<CheckingApplication.Applied> {
    private final LogCell cell;
    private final LogNode node;
    private State state = State.EMPTY;
    private @Nullable Mastership mastership;
    private long speculative;

    /// What applying a command gives.
    record Applied(long instance, boolean effective) {}

    /// @param instance the last one
    /// @param digest of everything that was told
    /// @param effects digest of the commands that took effect
    /// @param epoch its number
    record State(long instance, long digest, long effects, long epoch) {
        static final State EMPTY = new State(0, 0, 0, 0);

        State with(long word) {
            return new State(instance, Rng.mix(digest ^ word) + 1, effects, epoch);
        }
    }

    CheckingApplication(LogCell cell, LogNode node) {
        this.cell = cell;
        this.node = node;
    }

    State state() {
        return state;
    }

    @Nullable Mastership mastership() {
        return mastership;
    }

    /// The next command of this reign.
    LogCommand speculate(long ticket, int size) {
        Mastership mine = mastership;
        if (mine == null) {
            return new LogCommand(ticket, 0, 0, size);
        }
        LogCommand command = new LogCommand(ticket, mine.epoch(), speculative, size);
        speculative = after(speculative, ticket);
        return command;
    }

    /// The command was refused on the spot, so nothing was made after it.
    void refused(LogCommand command) {
        if (command.epoch() != 0) {
            speculative = command.before();
        }
    }

    private static long after(long effects, long ticket) {
        return Rng.mix(effects ^ ticket * 0x9E3779B97F4A7C15L);
    }

    @Override
    public void restore(SnapshotHandle handle, Object restored) {
        state = (State) restored;
        mastership = null;
        cell.world.note(node.name, "restore", handle);
        cell.world.check(
                state.instance() == handle.instance() && state.epoch() == handle.epoch().number(),
                "a snapshot is what its handle says",
                () -> node.name + ": " + state + " and " + handle);
        cell.checker.applied(node, state);
        cell.world.marks.reach("snapshot restored");
    }

    @Override
    public Object read(SnapshotHandle handle, InputStream in) throws IOException {
        DataInputStream data = new DataInputStream(in);
        State read = new State(data.readLong(), data.readLong(), data.readLong(), data.readLong());
        for (byte padding : data.readAllBytes()) {
            cell.world.check(padding == 0, "a snapshot is read as it was written", () -> node.name);
        }
        return read;
    }

    @Override
    public void epochChanged(Epoch epoch) {
        cell.world.note(node.name, "epoch", epoch);
        state = state.with(epoch.number());
        state = new State(state.instance(), state.digest(), state.effects(), epoch.number());
        if (epoch.owner().isNone()) {
            cell.world.marks.reach("epoch ended by a value of another origin");
        }
    }

    @Override
    public Applied apply(long instance, Bytes bytes) {
        LogCommand command = LogCommand.of(bytes);
        state = state.with(bytes.hashCode());
        cell.world.note(node.name, "apply", command);
        cell.book.chosen(command, instance);
        boolean effective = command.epoch() != 0 && command.epoch() == state.epoch();
        if (effective) {
            cell.world.check(
                    command.before() == state.effects(),
                    "speculation holds within an epoch",
                    () ->
                            node.name
                                    + ": command "
                                    + command.ticket()
                                    + " at "
                                    + instance
                                    + " meets another state than it was made for");
            state =
                    new State(
                            state.instance(),
                            state.digest(),
                            after(state.effects(), command.ticket()),
                            state.epoch());
        } else if (command.epoch() != 0) {
            cell.world.marks.reach("command chosen without effect");
        }
        return new Applied(instance, effective);
    }

    @Override
    public void applied(long instance) {
        cell.world.check(
                instance == state.instance() + 1,
                "applied in order",
                () -> node.name + " applied " + instance + " after " + state.instance());
        state = new State(instance, state.with(instance).digest(), state.effects(), state.epoch());
        cell.world.note(node.name, "applied", state);
        cell.checker.applied(node, state);
    }

    @Override
    public SnapshotWriter snapshot() {
        State held = state;
        int padding = cell.snapshotPadding;
        return out -> {
            DataOutputStream data = new DataOutputStream(out);
            data.writeLong(held.instance());
            data.writeLong(held.digest());
            data.writeLong(held.effects());
            data.writeLong(held.epoch());
            data.write(new byte[padding]);
            data.flush();
        };
    }

    @Override
    public OptionalLong checksum() {
        return OptionalLong.of(state.digest());
    }

    @Override
    public void masterStarted(Mastership started) {
        cell.world.note(node.name, "master", started.epoch());
        mastership = started;
        speculative = state.effects();
        cell.checker.masterStarted(node, started, state);
    }

    @Override
    public void masterStopped() {
        cell.world.note(node.name, "no master", "");
        mastership = null;
    }
}
