/// The composition root: configuration, threads, sockets, files, endpoints.
module dev.ephor.server {
    exports dev.ephor.server;

    requires transitive dev.ephor.api;
    requires transitive dev.ephor.cell;
    requires io.grpc.netty;
    requires io.grpc.services;
    requires io.netty.buffer;
    requires io.netty.common;
    requires io.netty.handler;
    requires io.netty.transport;
    requires io.netty.transport.classes.epoll;
    requires java.logging;
    requires org.slf4j;
    requires ch.qos.logback.classic;
    requires ch.qos.logback.core;
    requires static org.jspecify;
}
