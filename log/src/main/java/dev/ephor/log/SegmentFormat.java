package dev.ephor.log;

import java.util.Arrays;
import java.util.Optional;

/// How a segment of the replay log is written, from its header to its last batch. Replicas read all
/// of them, next to each other too; which one they write the settings say.
enum SegmentFormat {
    /// Whether all of a batch was written is told from its sectors: none may be zeros.
    ONE(1, 0x45504231, 36),

    /// A batch lists the sectors that are zeros by content ([ZeroSectors]), so that what clients
    /// store can make no batch look torn.
    TWO(2, 0x45504232, 40);

    private final int version;
    private final int magic;
    private final int checked;

    /// @param magic what a batch begins with: "EPB" and the version
    /// @param checked bytes of a batch's header that its checksum is over
    SegmentFormat(int version, int magic, int checked) {
        this.version = version;
        this.magic = magic;
        this.checked = checked;
    }

    /// The format that has this number in the header of a segment; empty for one of a later
    /// release.
    static Optional<SegmentFormat> of(int version) {
        return Arrays.stream(values()).filter(format -> format.version == version).findFirst();
    }

    static SegmentFormat newest() {
        return values()[values().length - 1];
    }

    int version() {
        return version;
    }

    int magic() {
        return magic;
    }

    /// Where the checksum of a batch's header is, and how much it is over.
    int checked() {
        return checked;
    }

    /// Length of a batch's header: what is checked, the checksum, a seal.
    int headerBytes() {
        return checked + Integer.BYTES + 1;
    }

    /// Whether batches say which of their sectors are zeros.
    boolean listsZeros() {
        return this != ONE;
    }
}
