/// The algorithm and nothing else: Multi-Paxos as a pure state machine.
module dev.ephor.paxos {
    exports dev.ephor.paxos;

    requires static org.jspecify;
}
