/// The fault-tolerant log: replay log, snapshots, transport, and the loop that performs the core's
/// effects.
module dev.ephor.log {
    exports dev.ephor.log;

    requires transitive dev.ephor.paxos;
    requires io.netty.buffer;
    requires io.netty.codec;
    requires io.netty.common;
    requires io.netty.transport;
    requires io.netty.transport.classes.epoll;
    requires static org.jspecify;
}
