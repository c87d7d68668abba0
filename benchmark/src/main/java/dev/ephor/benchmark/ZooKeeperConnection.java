package dev.ephor.benchmark;

import java.io.IOException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.KeeperException.Code;
import org.apache.zookeeper.Watcher;
import org.apache.zookeeper.ZooDefs;
import org.apache.zookeeper.ZooKeeper;

/// A ZooKeeper session through ZooKeeper's own client.
final class ZooKeeperConnection implements Connection {
    private static final int SESSION_MILLIS = 30_000;
    private static final int ANY_VERSION = -1;
    static final String DIRECTORY = "/bench";

    private final ZooKeeper zooKeeper;

    private ZooKeeperConnection(ZooKeeper zooKeeper) {
        this.zooKeeper = zooKeeper;
    }

    /// @param address `host:port` of one server
    /// @throws IOException the server gave no session in time
    static ZooKeeperConnection open(String address, long timeoutMillis)
            throws IOException, InterruptedException {
        CountDownLatch connected = new CountDownLatch(1);
        ZooKeeper zooKeeper =
                new ZooKeeper(
                        address,
                        SESSION_MILLIS,
                        event -> {
                            if (event.getState() == Watcher.Event.KeeperState.SyncConnected) {
                                connected.countDown();
                            }
                        });
        if (!connected.await(timeoutMillis, TimeUnit.MILLISECONDS)) {
            zooKeeper.close();
            throw new IOException("no session with the ZooKeeper server at " + address);
        }
        return new ZooKeeperConnection(zooKeeper);
    }

    private static String path(int file) {
        return DIRECTORY + "/f" + file;
    }

    void makeDirectory() throws KeeperException, InterruptedException {
        create(DIRECTORY, new byte[0]);
    }

    @Override
    public void create(int file, byte[] contents) throws KeeperException, InterruptedException {
        if (!create(path(file), contents)) {
            zooKeeper.setData(path(file), contents, ANY_VERSION);
        }
    }

    private boolean create(String path, byte[] contents)
            throws KeeperException, InterruptedException {
        try {
            zooKeeper.create(path, contents, ZooDefs.Ids.OPEN_ACL_UNSAFE, CreateMode.PERSISTENT);
            return true;
        } catch (KeeperException.NodeExistsException e) {
            return false;
        }
    }

    @Override
    public void call(Operation operation, int file, byte[] contents)
            throws KeeperException, InterruptedException {
        switch (operation) {
            case WRITE -> zooKeeper.setData(path(file), contents, ANY_VERSION);
            case READ -> zooKeeper.getData(path(file), false, null);
            case SYNC_READ -> {
                sync(file);
                zooKeeper.getData(path(file), false, null);
            }
        }
    }

    /// The read that follows on the same session is answered after it, so nobody need wait for it.
    private void sync(int file) {
        zooKeeper.sync(path(file), (result, path, context) -> {}, null);
    }

    @Override
    public void submit(Operation operation, int file, byte[] contents, Done done) {
        switch (operation) {
            case WRITE ->
                    zooKeeper.setData(
                            path(file),
                            contents,
                            ANY_VERSION,
                            (result, path, context, stat) -> end(result, path, done),
                            null);
            case READ -> read(file, done);
            case SYNC_READ -> {
                sync(file);
                read(file, done);
            }
        }
    }

    private void read(int file, Done done) {
        zooKeeper.getData(
                path(file),
                false,
                (result, path, context, data, stat) -> end(result, path, done),
                null);
    }

    private static void end(int result, String path, Done done) {
        if (result == Code.OK.intValue()) {
            done.succeeded();
        } else {
            done.failed(KeeperException.create(Code.get(result), path));
        }
    }

    @Override
    public void close() throws InterruptedException {
        zooKeeper.close();
    }
}
