package dev.ephor.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AddressTest {
    @ParameterizedTest
    @CsvSource({
        "localhost, localhost:7400",
        "' a.example:1 ', a.example:1",
        "10.0.0.7:65535, 10.0.0.7:65535",
        "[::1], [::1]:7400",
        "[::1]:9000, [::1]:9000"
    })
    void reads(String text, String address) {
        assertThat(Address.parse(text, "--server")).hasToString(address);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                ":7400",
                "a:",
                "a:0",
                "a:65536",
                "a:x",
                "a:1:2",
                "::1",
                "a b:1",
                "http://a:1"
            })
    void refuses(String text) {
        assertThatExceptionOfType(Failure.class)
                .isThrownBy(() -> Address.parse(text, "--server"))
                .satisfies(failure -> assertThat(failure.exitCode()).isEqualTo(ExitCode.USAGE))
                .withMessage("--server: '" + text + "' is not an address");
    }
}
