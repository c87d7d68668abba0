package dev.ephor.database;

import dev.ephor.log.ReplicatedLog;
import dev.ephor.paxos.Bytes;
import java.util.concurrent.CompletableFuture;

/// The log as the database needs it.
public interface Submitter {
    /// As [ReplicatedLog#submit].
    CompletableFuture<MultiOpResult> submit(Bytes command);

    /// As [ReplicatedLog#stepDown].
    void stepDown(String why);

    static Submitter of(ReplicatedLog<MultiOpResult> log) {
        return new Submitter() {
            @Override
            public CompletableFuture<MultiOpResult> submit(Bytes command) {
                return log.submit(command);
            }

            @Override
            public void stepDown(String why) {
                log.stepDown(why);
            }
        };
    }
}
