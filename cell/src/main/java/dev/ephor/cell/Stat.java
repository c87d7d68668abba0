package dev.ephor.cell;

/// A node's metadata (Chubby §2.2).
///
/// @param kind file or directory
/// @param ephemeral gone when no session has it open
/// @param instanceNumber greater than that of any earlier node of the same name
/// @param contentGeneration rises with each write of the contents; 1 for a new file, 0 for
///   directories
/// @param lockGeneration rises when the lock goes from free to held, also over deletion and new
///   creation of a node of the same name
/// @param aclGeneration rises when the ACL names are written
/// @param contentChecksum XXH64 of the contents
/// @param contentLength bytes of contents
/// @param children how many, for directories
public record Stat(
        NodeKind kind,
        boolean ephemeral,
        long instanceNumber,
        long contentGeneration,
        long lockGeneration,
        long aclGeneration,
        long contentChecksum,
        int contentLength,
        int children) {}
