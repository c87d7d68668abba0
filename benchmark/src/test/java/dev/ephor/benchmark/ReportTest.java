package dev.ephor.benchmark;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.Test;

class ReportTest {
    private static Summary summary(
            String peer, String placement, boolean compared, double rate, double cpu) {
        return new Summary(
                "read-100x128",
                peer,
                "read",
                placement,
                compared,
                rate,
                rate - 1,
                rate + 1,
                500,
                900,
                1500,
                0,
                cpu,
                0.5,
                0.4,
                0.3,
                0.2,
                0.1,
                0);
    }

    private static final List<Summary> SUMMARIES =
            List.of(
                    summary("Ephor", "leader", true, 3000, 50),
                    summary("ZooKeeper", "leader", true, 1500, 100),
                    summary("ZooKeeper", "spread", true, 2000, 75),
                    summary("ZooKeeper", "spread", false, 9000, 10));

    private static List<String> print(BiConsumer<Report, List<Summary>> how) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        how.accept(new Report(new PrintStream(bytes, true, StandardCharsets.UTF_8)), SUMMARIES);
        return bytes.toString(StandardCharsets.UTF_8).lines().toList();
    }

    @Test
    void theTableComparesWithTheBetterOfThePeersVariants() {
        List<String> lines = print(Report::table);

        assertThat(lines.get(0)).startsWith("case").endsWith("ratio  cpu_ratio");
        assertThat(lines.get(1).split(" +"))
                .containsExactly(
                        "read-100x128",
                        "3000/s",
                        "2999-3001",
                        "500",
                        "900",
                        "50",
                        "2000/s",
                        "1999-2001",
                        "500",
                        "900",
                        "75",
                        "1.50",
                        "1.50");
    }

    @Test
    void theTableShowsEveryVariantBelow() {
        List<String> lines = print(Report::table);

        assertThat(lines.get(2)).isEmpty();
        assertThat(lines).hasSize(3 + 1 + SUMMARIES.size());
        assertThat(lines.getLast()).contains("9000");
    }

    @Test
    void tabSeparatedValuesHaveAsManyColumnsAsTheHeader() {
        List<String> lines = print(Report::tsv);

        int columns = lines.getFirst().split("\t").length;
        assertThat(lines)
                .hasSize(1 + SUMMARIES.size())
                .allSatisfy(line -> assertThat(line.split("\t")).hasSize(columns));
    }

    @Test
    void jsonIsOneObjectALine() {
        List<String> lines = print(Report::json);

        assertThat(lines).hasSize(SUMMARIES.size());
        assertThat(lines.getFirst())
                .startsWith("{")
                .contains("\"peer\":\"Ephor\"", "\"rate\":3000.0")
                .endsWith("}");
    }
}
