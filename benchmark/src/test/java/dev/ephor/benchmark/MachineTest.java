package dev.ephor.benchmark;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

class MachineTest {
    @Test
    @EnabledOnOs(OS.LINUX)
    void countersOnlyRise() {
        Machine before = Machine.read();
        Machine after = Machine.read();

        assertThat(before.busySeconds()).isPositive();
        assertThat(after.busySeconds()).isGreaterThanOrEqualTo(before.busySeconds());
        assertThat(after.idleSeconds()).isGreaterThanOrEqualTo(before.idleSeconds());
        assertThat(after.flushes()).isGreaterThanOrEqualTo(before.flushes());
    }
}
