/// A whole cell with its clients in one deterministic process, by seed.
module dev.ephor.simulator {
    requires dev.ephor.server;
    requires dev.ephor.client;
    requires static org.jspecify;
}
