package dev.ephor.log;

import dev.ephor.paxos.Bytes;

/// What a frame says, in words, for those who watch the wires of a cell: traces, tests, tools.
public final class FrameText {
    private FrameText() {}

    /// The frame's message; where it is none, what is wrong with it.
    public static String of(Bytes frame) {
        try {
            return switch (FrameCodec.decode(frame)) {
                case Frame.Paxos paxos -> paxos.message().toString();
                case Frame.SnapshotPiece piece ->
                        "SnapshotPiece[instance="
                                + piece.instance()
                                + ", offset="
                                + piece.offset()
                                + " of "
                                + piece.size()
                                + "]";
                case Frame.SnapshotRequest request -> request.toString();
                case Frame.SnapshotGone gone -> gone.toString();
                case Frame.ChecksumReport report -> report.toString();
                case Frame.Announce announce -> announce.toString();
                case Frame.Attest attest -> attest.toString();
                case Frame.Remembered remembered -> remembered.toString();
                case Frame.Gossip gossip -> gossip.toString();
                case Frame.Apply apply -> apply.toString();
                case Frame.Wait wait -> wait.toString();
                case Frame.Admitted admitted -> admitted.toString();
                case Frame.Note note -> note.toString();
            };
        } catch (MalformedException e) {
            return "malformed: " + e.getMessage();
        }
    }
}
