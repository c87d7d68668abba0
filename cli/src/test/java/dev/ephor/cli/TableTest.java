package dev.ephor.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;

class TableTest {
    @Test
    void columnsAreAsWideAsTheirWidestCell() {
        Table table = new Table("NAME", ">LENGTH", "");
        table.row("a", 5, "").row("longer", 12345678, "x");

        assertThat(table.lines())
                .containsExactly("NAME      LENGTH", "a              5", "longer  12345678  x");
        assertThat(table.body()).containsExactly("a              5", "longer  12345678  x");
    }

    @Test
    void aRowHasACellForEachColumn() {
        assertThatIllegalArgumentException().isThrownBy(() -> new Table("a", "b").row(1));
    }
}
