package dev.ephor.log;

import dev.ephor.paxos.Membership;
import dev.ephor.paxos.ReplicaId;
import java.io.IOException;
import java.util.random.RandomGenerator;

/// Whose a data directory is. Written once, when the replica is bootstrapped, and compared at every
/// start and with every peer, so that a replica pointed at a wrong directory, or two replicas under
/// one name, are found before they do harm.
///
/// @param cell the cell's name, the same at all its replicas: 1 to 64 letters, digits, `.`, `_` or
///   `-`
/// @param replica which replica of the cell it is, and which incarnation
/// @param members the members for the first instance, the same at all replicas
/// @param store a random number that no other directory has
public record Identity(String cell, ReplicaId replica, Membership members, long store) {
    /// Makes an empty directory the disk of a replica: the one way in which a replica comes into
    /// being. Never call it again for a replica that lost its disk: the new one could break the
    /// promises of the old.
    ///
    /// @throws WrongDiskException the directory has an identity, or a log, already
    /// @throws IOException the disk cannot be read or written
    public static Identity bootstrap(
            Disk disk, String cell, ReplicaId replica, Membership members, RandomGenerator random)
            throws IOException {
        throw new UnsupportedOperationException();
    }

    /// Reads the identity of a directory that was bootstrapped.
    ///
    /// @param cell the expected cell
    /// @param number the expected replica number; which incarnation it is the directory says
    /// @throws WrongDiskException it is empty, of another cell, of another replica, or of an
    ///   unknown format
    /// @throws DamagedException the identity file fails its checksum
    /// @throws IOException the disk cannot be read
    public static Identity load(Disk disk, String cell, int number) throws IOException {
        throw new UnsupportedOperationException();
    }
}
