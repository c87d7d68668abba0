package dev.ephor.paxos;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class CommandQueueTest {
    private static Input.Command command(long ticket, int length) {
        return new Input.Command(ticket, Bytes.wrap(new byte[length]));
    }

    private static CommandQueue queue(int maxBytes, int... lengths) {
        CommandQueue queue = new CommandQueue(maxBytes);
        for (int i = 0; i < lengths.length; i++) {
            assertThat(queue.offer(command(i + 1, lengths[i]))).isTrue();
        }
        return queue;
    }

    private static List<Long> batch(CommandQueue queue, int bytes) {
        return queue.takeBatch(bytes).stream().map(Input.Command::ticket).toList();
    }

    @Test
    void anEmptyQueueTakesAnyCommand() {
        CommandQueue queue = queue(10, 1_000);

        assertThat(queue.isEmpty()).isFalse();
        assertThat(queue.offer(command(2, 1))).isFalse();
        assertThat(queue.drainTickets()).containsExactly(1L);
    }

    @Test
    void itIsBoundedInBytes() {
        CommandQueue queue = queue(10, 4, 6);

        assertThat(queue.offer(command(3, 1))).isFalse();
        assertThat(queue.offer(command(4, 0))).isTrue();
        assertThat(batch(queue, 4)).containsExactly(1L);
        assertThat(queue.offer(command(5, 5))).isFalse();
        assertThat(queue.offer(command(6, 4))).isTrue();
    }

    @Test
    void aBatchIsBoundedInBytesButNeverEmpty() {
        CommandQueue queue = queue(100, 3, 3, 9, 2);

        assertThat(batch(queue, 6)).containsExactly(1L, 2L);
        assertThat(batch(queue, 6)).containsExactly(3L);
        assertThat(batch(queue, 6)).containsExactly(4L);
        assertThat(batch(queue, 6)).isEmpty();
        assertThat(queue.isEmpty()).isTrue();
    }

    @Test
    void afterItIsDrainedThereIsRoom() {
        CommandQueue queue = queue(10, 4, 6);

        assertThat(queue.drainTickets()).containsExactly(1L, 2L);
        assertThat(queue.isEmpty()).isTrue();
        assertThat(queue.offer(command(3, 4))).isTrue();
        assertThat(queue.offer(command(4, 6))).isTrue();
    }
}
