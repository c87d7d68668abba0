package dev.ephor.log;

import dev.ephor.paxos.Membership;
import dev.ephor.paxos.ReplicaId;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.Consumer;
import java.util.function.Supplier;

/// Tells the others this replica's checksum, and hears theirs (PML §6.2). Confined to the loop.
final class ChecksumExchange {
    private final Environment environment;
    private final long interval;
    private final ReplicaId self;
    private final Supplier<OptionalLong> checksum;
    private final Supplier<Membership> members;
    private final Consumer<String> diverged;
    private final ChecksumAudit audit;

    /// @param checksum of the application's state as it is when called
    /// @param diverged told where it is this replica whose state differs
    ChecksumExchange(
            Environment environment,
            LogSettings settings,
            ReplicaId self,
            Supplier<OptionalLong> checksum,
            Supplier<Membership> members,
            Consumer<String> diverged) {
        this.environment = environment;
        this.interval = settings.checksumInterval();
        this.self = self;
        this.checksum = checksum;
        this.members = members;
        this.diverged = diverged;
        this.audit = new ChecksumAudit(self);
    }

    /// The application has everything up to this instance, and nothing more.
    void applied(long instance) {
        if ((instance & (interval - 1)) != 0) {
            return;
        }
        OptionalLong mine = checksum.get();
        if (mine.isPresent()) {
            List<ReplicaId> others =
                    members.get().everybody().stream()
                            .filter(replica -> !replica.equals(self))
                            .toList();
            Frame.ChecksumReport report = new Frame.ChecksumReport(instance, mine.getAsLong());
            environment.network().send(others, FrameCodec.encode(report));
            received(self, report);
        }
    }

    void received(ReplicaId from, Frame.ChecksumReport report) {
        for (ChecksumAudit.Divergence found :
                audit.report(from, report.instance(), report.checksum(), members.get())) {
            String what =
                    "after instance "
                            + found.instance()
                            + " the state has the checksum "
                            + Long.toHexString(found.checksum())
                            + ", but a majority has "
                            + Long.toHexString(found.expected());
            if (audit.isSelf(found)) {
                diverged.accept(what);
                return;
            }
            environment
                    .reporter()
                    .warn("the state of replica " + found.odd() + " differs: " + what);
        }
    }
}
