package dev.ephor.benchmark;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/// A peer without servers, which answers at once on the calling thread.
final class FakePeer implements Peer {
    private final String name;
    final List<String> calls = Collections.synchronizedList(new ArrayList<>());
    volatile boolean failing;
    volatile int open;

    FakePeer(String name) {
        this.name = name;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public void start() {}

    @Override
    public List<Variant> variants(Case one) {
        Operation operation = one.writes() ? Operation.WRITE : Operation.READ;
        return List.of(new Variant(this, Placement.LEADER, operation, true));
    }

    @Override
    public synchronized Connection connect(Placement placement, int worker) {
        open++;
        return new FakeConnection();
    }

    @Override
    public int leader() {
        return 1;
    }

    @Override
    public List<ServerProcess> servers() {
        return List.of();
    }

    @Override
    public void close() {}

    private synchronized void closed() {
        open--;
    }

    private final class FakeConnection implements Connection {
        @Override
        public void call(Operation operation, int file, byte[] contents) throws Exception {
            if (failing) {
                throw new IllegalStateException("refused");
            }
            if (calls.size() < 10_000) {
                calls.add(operation + " " + file);
            }
        }

        @Override
        public void submit(Operation operation, int file, byte[] contents, Done done) {
            Thread.ofVirtual()
                    .start(() -> {
                        try {
                            call(operation, file, contents);
                            done.succeeded();
                        } catch (Exception e) {
                            done.failed(e);
                        }
                    });
        }

        @Override
        public void create(int file, byte[] contents) {
            calls.add("create " + file);
        }

        @Override
        public void close() {
            closed();
        }
    }
}
