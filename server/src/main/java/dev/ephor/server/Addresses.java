package dev.ephor.server;

import dev.ephor.log.Address;
import dev.ephor.log.ReplicaStatus;
import dev.ephor.paxos.ReplicaId;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.Supplier;

/// Where clients reach the replicas of the cell. Thread-safe.
final class Addresses implements FrontDoor.Directory {
    private final int self;
    private final Map<Integer, Address> clients = new ConcurrentSkipListMap<>();
    private volatile Supplier<Optional<ReplicaStatus>> status = Optional::empty;

    Addresses(int self) {
        this.self = self;
    }

    void put(int number, Address client) {
        clients.put(number, client);
    }

    /// Where to ask who is master.
    void follow(Supplier<Optional<ReplicaStatus>> source) {
        status = source;
    }

    String own() {
        return address(self);
    }

    String address(int number) {
        Address address = clients.get(number);
        return address == null ? "" : address.toString();
    }

    /// Number of the master as far as this replica knows; 0 where it does not.
    int master() {
        return status.get().flatMap(ReplicaStatus::master).map(ReplicaId::number).orElse(0);
    }

    @Override
    public String masterAddress() {
        int master = master();
        return master == self ? "" : address(master);
    }

    @Override
    public List<String> clientAddresses() {
        return clients.values().stream().map(Address::toString).toList();
    }
}
