/// Measurements, side by side with peers.
module dev.ephor.benchmark {
    requires dev.ephor.client;
    requires HdrHistogram;
    requires static org.jspecify;
}
