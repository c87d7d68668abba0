package dev.ephor.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.ephor.fuzzing.FreshInputs;
import dev.ephor.fuzzing.Seeds;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/// Whatever stands in a configuration file: it is a configuration, or its mistakes are named.
class ConfigFuzzTest {
    private static final Path HERE = Path.of("/etc/ephor");

    @TestFactory
    Stream<DynamicTest> freshInputs() {
        return FreshInputs.of(this);
    }

    @Test
    void seedsAreConfigurations() throws IOException {
        Seeds.of(ConfigFuzzTest.class)
                .add("config", "short", ConfigTest.GOOD.getBytes(StandardCharsets.UTF_8))
                .check();
    }

    @FuzzTest
    void config(byte[] input) {
        String text = new String(input, StandardCharsets.UTF_8);
        ServerConfig config;
        try {
            config = ServerConfig.parse(text, "fuzz", HERE);
        } catch (ConfigException refused) {
            assertThat(refused).hasMessageContaining("fuzz").hasMessageNotContaining("null");
            return;
        }
        try {
            assertThat(ServerConfig.parse(config.toText(), "again", HERE)).isEqualTo(config);
        } catch (ConfigException e) {
            throw new AssertionError(config.toText(), e);
        }
    }
}
