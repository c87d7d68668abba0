package dev.ephor.client;

/// A node's metadata (Chubby §2.2).
///
/// @param kind file or directory
/// @param ephemeral true where the node goes when no session has it open
/// @param instanceNumber greater than that of any earlier node of the same name
/// @param contentGeneration rises with each write of the contents
/// @param lockGeneration rises when the lock goes from free to held
/// @param aclGeneration rises when the names of its ACLs are written
/// @param contentChecksum 64-bit checksum of the contents
/// @param contentLength bytes
/// @param children of a directory
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
