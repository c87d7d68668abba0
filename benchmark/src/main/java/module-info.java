/// Measurements, side by side with peers.
///
/// ZooKeeper is not named: its two jars share packages, so they cannot be read as modules. They
/// stay on the class path, which the build lets this module read.
module dev.ephor.benchmark {
    exports dev.ephor.benchmark;

    opens dev.ephor.benchmark to
            info.picocli;

    requires dev.ephor.cli;
    requires dev.ephor.client;
    requires dev.ephor.server;
    requires io.grpc;
    requires info.picocli;
    requires tools.jackson.databind;
    requires org.slf4j;
    requires ch.qos.logback.classic;
    requires HdrHistogram;
    requires static org.jspecify;

    provides dev.ephor.cli.CommandProvider with
            dev.ephor.benchmark.BenchmarkProvider;
}
