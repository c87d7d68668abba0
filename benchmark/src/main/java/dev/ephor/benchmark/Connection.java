package dev.ephor.benchmark;

/// A session with a peer, opened through the peer's own client library. The files are numbered from
/// 0.
interface Connection extends AutoCloseable {
    /// Does the operation and waits for the answer.
    ///
    /// @param contents what a write writes; reads ignore it
    /// @throws Exception as the peer's library throws; the operation counts as an error
    void call(Operation operation, int file, byte[] contents) throws Exception;

    /// Begins the operation.
    void submit(Operation operation, int file, byte[] contents, Done done);

    /// Makes the file with these contents, or gives an existing file these contents.
    void create(int file, byte[] contents) throws Exception;

    @Override
    void close() throws Exception;

    /// Is told how an operation ended, once, on any thread.
    interface Done {
        void succeeded();

        void failed(Throwable why);
    }
}
