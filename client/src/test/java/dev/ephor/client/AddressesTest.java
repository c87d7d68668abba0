package dev.ephor.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AddressesTest {
    @Test
    void severalInOneTextAndSeveralTexts() {
        assertThat(Addresses.parse("a:1, b:2", "[::1]:3", "a:1"))
                .containsExactly("a:1", "b:2", "[::1]:3");
        assertThat(Addresses.host("[::1]:3")).isEqualTo("::1");
        assertThat(Addresses.port("[::1]:3")).isEqualTo(3);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "a", "a:", ":1", "a:0", "a:65536", "a:x", "a:-1", "a:1,", "a:99999999"})
    void othersAreRefusedByName(String address) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Addresses.parse(address))
                .withMessageContaining("host:port");
    }
}
