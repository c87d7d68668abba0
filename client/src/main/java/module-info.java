/// The Java client: sessions, KeepAlive, locks, master discovery.
module dev.ephor.client {
    exports dev.ephor.client;

    requires transitive dev.ephor.api;
    requires io.grpc.netty;
    requires io.netty.common;
    requires io.netty.transport;
    requires static org.jspecify;
}
