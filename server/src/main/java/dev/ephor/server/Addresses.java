package dev.ephor.server;

import dev.ephor.log.Address;
import dev.ephor.log.Endpoint;
import dev.ephor.log.ReplicaStatus;
import dev.ephor.log.ReplicatedLog;
import dev.ephor.paxos.Membership;
import dev.ephor.paxos.ReplicaId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentSkipListMap;
import org.jspecify.annotations.Nullable;

/// Where clients reach the replicas of the cell: as each replica says of itself, else as the
/// configuration has it. Thread-safe.
final class Addresses implements FrontDoor.Directory {
    private final int self;
    private final Map<Integer, Address> configured = new ConcurrentSkipListMap<>();
    private volatile @Nullable ReplicatedLog<?> log;

    Addresses(int self) {
        this.self = self;
    }

    void put(int number, Address client) {
        configured.put(number, client);
    }

    /// The replica is up: it knows who is master, who the members are and what they said.
    void follow(ReplicatedLog<?> opened) {
        log = opened;
    }

    String own() {
        Address own = configured.get(self);
        return own == null ? "" : own.toString();
    }

    String address(int number) {
        ReplicatedLog<?> opened = log;
        Endpoint said = opened == null || number == self ? null : opened.endpoints().get(number);
        if (said != null && !said.service().isEmpty()) {
            return said.service();
        }
        Address address = configured.get(number);
        return address == null ? "" : address.toString();
    }

    /// Where the other replicas reach it, as it says; empty where nobody heard of it.
    String replicaAddress(int number) {
        ReplicatedLog<?> opened = log;
        Endpoint said = opened == null ? null : opened.endpoints().get(number);
        return said == null ? "" : said.address().toString();
    }

    /// Number of the master as far as this replica knows; 0 where it does not.
    int master() {
        ReplicatedLog<?> opened = log;
        return opened == null
                ? 0
                : Optional.of(opened.status())
                        .flatMap(ReplicaStatus::master)
                        .map(ReplicaId::number)
                        .orElse(0);
    }

    @Override
    public boolean isRemoved() {
        ReplicatedLog<?> opened = log;
        return opened != null && opened.status().role() == ReplicaStatus.Role.REMOVED;
    }

    @Override
    public String masterAddress() {
        int master = master();
        return master == self ? "" : address(master);
    }

    /// Of the members; of all that are configured where the members are not known.
    @Override
    public List<String> clientAddresses() {
        ReplicatedLog<?> opened = log;
        SortedSet<Integer> numbers = new TreeSet<>();
        if (opened != null) {
            Membership members = opened.status().membership();
            members.voters().forEach(id -> numbers.add(id.number()));
            members.learners().keySet().forEach(id -> numbers.add(id.number()));
        }
        if (numbers.isEmpty()) {
            numbers.addAll(configured.keySet());
        }
        List<String> addresses = new ArrayList<>();
        for (int number : numbers) {
            String address = address(number);
            if (!address.isEmpty()) {
                addresses.add(address);
            }
        }
        return addresses;
    }
}
