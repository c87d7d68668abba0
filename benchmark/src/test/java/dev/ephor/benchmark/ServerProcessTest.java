package dev.ephor.benchmark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ServerProcessTest {
    @TempDir private Path directory;

    @Test
    void oneThatEndedSaysItsLastWords() throws Exception {
        ServerProcess server = ServerProcess.start(3, directory, List.of("no.such.Main"));

        server.handle().onExit().get(30, TimeUnit.SECONDS);

        assertThatThrownBy(server::mustLive)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("server 3 ended")
                .hasMessageContaining("no.such.Main");
    }

    @Test
    void oneThatIsKilledIsGone() throws Exception {
        ServerProcess server =
                ServerProcess.start(1, directory, List.of(WaitingMain.class.getName()));
        server.mustLive();

        server.kill();

        assertThat(server.handle().isAlive()).isFalse();
    }

    /// Ends with the pipe from the process that started it.
    static final class WaitingMain {
        public static void main(String[] arguments) throws Exception {
            while (System.in.read() >= 0) {
                continue;
            }
        }
    }
}
