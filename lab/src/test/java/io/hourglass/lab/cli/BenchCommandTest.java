package io.hourglass.lab.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

@Tag("once")
class BenchCommandTest {
    private Path data;

    @BeforeEach
    void writeData(@TempDir Path folder) throws IOException {
        data = TinyData.write(folder.resolve("tiny"), 4);
    }

    @Test
    void json() {
        Cli cli = Cli.ok("bench", "--quick", "--json", "--data", data, "--threads", 1, "--batch", 100);
        JsonNode results = JsonMapper.shared().readTree(cli.out());
        assertThat(results.get("peakGflops").propertyNames()).containsExactly("1");
        assertThat(results.get("peakGflops").get("1").asDouble()).isPositive();
        assertThat(results.get("machine").get("cores").asInt()).isPositive();
        assertThat(results.get("data").get("rows").asInt()).isEqualTo(TinyData.TRAIN);

        assertThat(results.get("training").valueStream().map(BenchCommandTest::name))
                .containsExactly("16-128-16 1", "16-256-128-16 1", "4x4x1-16c3s2-32c3s2-128-16 1", "30-24-12-6 1");
        for (JsonNode entry : results.get("training")) {
            boolean narrow = name(entry).startsWith("30-");
            int rows = narrow ? 81_000 : TinyData.TRAIN;
            assertThat(entry.get("rows").asInt()).isEqualTo(rows);
            assertThat(entry.get("batch").asInt()).isEqualTo(100);
            assertThat(entry.get("epochs").asInt()).isEqualTo(3);
            double seconds = entry.get("secondsPerEpoch").asDouble();
            assertThat(seconds).isPositive();
            assertThat(entry.get("bestSecondsPerEpoch").asDouble()).isPositive().isLessThanOrEqualTo(seconds);
            assertThat(entry.get("imagesPerSecond").asDouble() * seconds)
                    .isCloseTo(rows, org.assertj.core.data.Offset.offset(1e-6));
            assertThat(entry.get("gflops").asDouble()).isPositive();
            assertThat(entry.get("fractionOfPeak").asDouble()).isPositive(); // how much is no matter for a test
            assertThat(entry.get("bytesPerStep").asDouble()).isNotNegative();
        }
        for (String use : new String[] {"encode", "decode", "score"}) {
            assertThat(results.get(use).valueStream().map(BenchCommandTest::name))
                    .hasSize(4);
            for (JsonNode entry : results.get(use)) {
                assertThat(entry.get("imagesPerSecond").asDouble()).isPositive();
                assertThat(entry.get("gflops").asDouble()).isPositive();
                assertThat(entry.get("fractionOfPeak").asDouble()).isPositive(); // how much is no matter for a test
                assertThat(entry.get("singleImageMicros").asDouble()).isPositive();
            }
        }
    }

    private static String name(JsonNode entry) {
        return entry.get("architecture").asString() + " " + entry.get("threads").asInt();
    }

    @Test
    void table() {
        Cli cli = Cli.ok(
                "bench",
                "--quick",
                "--data",
                data,
                "--threads",
                "2,1",
                "--architecture",
                "16-3",
                "--architecture",
                "16-5-2");
        assertThat(cli.out())
                .contains("Multiply-add peak", "Training", " 200 ", "Encoding", "Decoding", "Scoring")
                .contains("16-3 ", "16-5-2 ")
                .doesNotContain("NaN", "16-128", "30-24");
        assertThat(cli.err()).contains("16-5-2: decoding on 1 thread");
    }

    @Test
    void wrongUsage() {
        Cli.run("bench", "--threads", "0").failed(2, "threads = 0");
        Cli.run("bench", "--batch", "0").failed(2, "batch size = 0");
        Cli.run("bench", "--architecture", "wide").failed(2, "wide", "784-256-128-16");
        Cli.run("bench", "--data", data, "--architecture", "784-3").failed(1, "784", "16");
    }
}
