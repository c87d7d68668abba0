package dev.ephor.server;

import dev.ephor.log.Reporter;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One line an event, for operators. Remembers the newest warning for Status.
final class LogReporter implements Reporter {
    private final Logger logger;
    private volatile String warning = "";

    LogReporter(int replica) {
        logger = LoggerFactory.getLogger("dev.ephor.replica-" + replica);
    }

    @Override
    public void info(String message) {
        logger.info(message);
    }

    @Override
    public void warn(String message) {
        warning = message;
        logger.warn(message);
    }

    void error(String message, Throwable cause) {
        warning = message;
        logger.error(message, cause);
    }

    String warning() {
        return warning;
    }
}
