package io.hourglass.lab.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hourglass.Autoencoder;
import io.hourglass.Dataset;
import io.hourglass.Idx;
import io.hourglass.io.FormatException;
import io.hourglass.lab.data.Npy;
import io.hourglass.lab.data.NpyType;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CodecTest {
    @TempDir
    Path folder;

    private static Codec.Condition decompress(Path file, Autoencoder model, Path target) throws IOException {
        try (HgzReader reader = HgzReader.open(file)) {
            Codec.Condition condition = Codec.check(reader);
            Codec.decompress("name", reader, model, condition, RowTarget.of(target), done -> {});
            return condition;
        }
    }

    private static float[][] codes(Path file) throws IOException {
        List<float[]> all = new ArrayList<>();
        try (HgzReader reader = HgzReader.open(file)) {
            reader.forEach(new HgzReader.Visitor() {
                @Override
                public void codes(long firstRow, float[][] codes) {
                    assertThat(firstRow).isEqualTo(all.size());
                    all.addAll(Arrays.asList(codes));
                }

                @Override
                public void damage(HgzReader.Damage damage) {
                    throw new AssertionError(damage.what());
                }
            });
        }
        return all.toArray(new float[0][]);
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16})
    void everyNumberOfBitsKeepsCodesToHalfAStep(int bits) throws IOException {
        for (int rows : new int[] {1, 2, 77, 4096, 4097}) {
            float[][] codes = SmallCodec.codes(rows, 3);
            Path file = folder.resolve(bits + "-" + rows + ".hgz");
            Files.write(file, SmallCodec.file(SmallCodec.header(bits, 3, rows, 4096), codes));
            float[][] read = codes(file);
            assertThat(read).hasNumberOfRows(rows);
            for (int d = 0; d < 3; d++) {
                double low = Double.POSITIVE_INFINITY;
                double high = Double.NEGATIVE_INFINITY;
                double worst = 0;
                for (int r = 0; r < rows; r++) {
                    low = Math.min(low, codes[r][d]);
                    high = Math.max(high, codes[r][d]);
                    worst = Math.max(worst, Math.abs((double) codes[r][d] - read[r][d]));
                }
                assertThat(worst).isLessThanOrEqualTo((high - low) / ((1 << bits) - 1) / 2 + Math.ulp((float) high));
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"1,2", "7,8", "43,8", "4099,11"})
    void rowsComeBackAsTheModelDecodesTheKeptCodes(int rows, int bits) throws IOException {
        Autoencoder model = SmallCodec.model("12-6-2", 1);
        Dataset data = SmallCodec.pixels(rows);
        Path file = folder.resolve("a.hgz");
        long[] told = new long[1];
        long bytes = Codec.compress(model, RowSource.of(data), bits, file, done -> told[0] = done);
        assertThat(bytes).isEqualTo(Files.size(file));
        assertThat(told[0]).isEqualTo(rows);

        float[][] kept = codes(file);
        float[][] exact = model.encode(data);
        for (int r = 0; r < rows; r++) {
            for (int d = 0; d < 2; d++) {
                assertThat((double) kept[r][d])
                        .isCloseTo(exact[r][d], org.assertj.core.api.Assertions.within(5.0 / (1 << bits)));
            }
        }
        float[][] expected = model.decode(kept);
        assertThat(decompress(file, model, folder.resolve("a.idx")).isWhole()).isTrue();
        Dataset decoded = Idx.readImages(folder.resolve("a.idx"));
        assertThat(decoded.rows()).isEqualTo(rows);
        assertThat(decoded.shape()).hasToString("Optional[3x4x1]");
        decompress(file, model, folder.resolve("a.npy"));
        Npy.Array array = Npy.read(folder.resolve("a.npy"));
        assertThat(array.type()).isEqualTo(NpyType.UINT8);
        assertThat(array.shape()).containsExactly(rows, 3, 4);
        decompress(file, model, folder.resolve("a.csv"));
        List<String> lines = Files.readAllLines(folder.resolve("a.csv"));
        assertThat(lines).hasSize(rows + 1);
        assertThat(lines.get(0)).isEqualTo("x0,x1,x2,x3,x4,x5,x6,x7,x8,x9,x10,x11");
        for (int r = 0; r < rows; r++) {
            String[] fields = lines.get(r + 1).split(",", -1);
            for (int j = 0; j < 12; j++) {
                int pixel = Math.round(expected[r][j] * 255);
                assertThat(Math.round(decoded.row(r)[j] * 255)).isEqualTo(pixel);
                assertThat(array.values()[12 * r + j]).isEqualTo(pixel);
                assertThat(fields[j]).isEqualTo(String.valueOf(pixel));
            }
        }
    }

    @Test
    void floatsComeBackAsFloats() throws IOException {
        Autoencoder model = SmallCodec.model("5-2", 3);
        Dataset data = Dataset.ofFloats("floats", new float[] {1, -2, 3, 4, 5, 6, 7, 8, 9, 10}, 5);
        Path file = folder.resolve("f.hgz");
        Codec.compress(model, RowSource.of(data), 16, file, done -> {});
        float[][] expected = model.decode(codes(file));
        decompress(file, model, folder.resolve("f.npy"));
        Npy.Array array = Npy.read(folder.resolve("f.npy"));
        assertThat(array.type()).isEqualTo(NpyType.FLOAT32);
        assertThat(array.shape()).containsExactly(2, 5);
        assertThat(Arrays.copyOfRange(array.values(), 5, 10)).isEqualTo(expected[1]);
        decompress(file, model, folder.resolve("f.csv"));
        assertThat(Files.readAllLines(folder.resolve("f.csv")).get(2))
                .startsWith(expected[1][0] + "," + expected[1][1] + ",");
        for (String name : List.of("f.idx", "pngs")) {
            assertThatThrownBy(() -> decompress(file, model, folder.resolve(name)))
                    .isInstanceOf(FormatException.class)
                    .hasMessageContaining("the rows are floats");
            assertThat(folder.resolve(name)).doesNotExist();
        }
    }

    /** The bits must be these on every machine, JDK and kernel. The file was written by the first version of the format; of the floats, the last bits are the engine's. */
    @Test
    void aCommittedFileDecodesToTheCommittedBits() throws Exception {
        Path file = folder.resolve("golden.hgz");
        try (InputStream in = Objects.requireNonNull(CodecTest.class.getResourceAsStream("golden.hgz"))) {
            Files.copy(in, file);
        }
        Autoencoder model = SmallCodec.model("12-6-2", 1);
        assertThat(decompress(file, model, folder.resolve("golden.idx")).rows()).isEqualTo(43);
        assertThat(sha256(Files.readAllBytes(folder.resolve("golden.idx"))))
                .isEqualTo("8a8fd4fb81bceb8b5f91e83d8cc931f8b6d1e0fbebbb36f2a9244deb0b1b61c5");
        float[][] rows = model.decode(codes(file));
        Npy.write(folder.resolve("floats.npy"), rows);
        assertThat(sha256(Files.readAllBytes(folder.resolve("floats.npy"))))
                .isEqualTo("8c68d677a9d25941b5bd0f8f196c9810286661d8ee81b1edba4a685df687f9b4");
    }

    private static String sha256(byte[] bytes) throws Exception {
        return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    }

    @Test
    void anotherModelIsRefusedNamingBoth() throws IOException {
        Autoencoder model = SmallCodec.model("12-6-2", 1);
        Autoencoder other = SmallCodec.model("12-6-2", 2);
        Path file = folder.resolve("a.hgz");
        Codec.compress(model, RowSource.of(SmallCodec.pixels(5)), 8, file, done -> {});
        assertThatThrownBy(() -> decompress(file, other, folder.resolve("a.idx")))
                .isInstanceOf(FormatException.class)
                .hasMessageContainingAll("name", model.weightsSha256(), other.weightsSha256());
        Autoencoder scaled =
                model.withMetadata(io.hourglass.Scaler.of(io.hourglass.Scaler.Kind.MIN_MAX, new double[12], filled(2))
                        .metadata());
        assertThatThrownBy(() -> decompress(file, scaled, folder.resolve("a.idx")))
                .isInstanceOf(FormatException.class)
                .hasMessageContainingAll("same weights", "another scaler");
        assertThat(folder.resolve("a.idx")).doesNotExist();
    }

    private static double[] filled(double value) {
        double[] values = new double[12];
        Arrays.fill(values, value);
        return values;
    }

    @Test
    void refusesRowsThatDoNotFit() {
        Autoencoder model = SmallCodec.model("12-6-2", 1);
        Path file = folder.resolve("a.hgz");
        Dataset wide = Dataset.ofFloats("wide", new float[13], 13);
        assertThatThrownBy(() -> Codec.compress(model, RowSource.of(wide), 8, file, done -> {}))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("wide has rows of 13 values, but the model takes 12");
        assertThatThrownBy(() -> Codec.compress(model, RowSource.of(SmallCodec.pixels(1)), 17, file, done -> {}))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("bits = 17");
        assertThat(file).doesNotExist();
    }

    @Test
    void aDimensionThatIsNotUsedCostsNearlyNothing() throws IOException {
        float[][] codes = SmallCodec.codes(4096, 2);
        float[][] wide = new float[4096][10];
        for (int r = 0; r < codes.length; r++) {
            System.arraycopy(codes[r], 0, wide[r], 0, 2);
        }
        int two = SmallCodec.file(SmallCodec.header(8, 2, 4096, 4096), codes).length;
        assertThat(SmallCodec.file(SmallCodec.header(8, 10, 4096, 4096), wide)).hasSizeLessThan(two + 8 * 40);
    }

    @Test
    void aFailedWriteLeavesTheOldFile() throws IOException {
        Path file = Files.writeString(folder.resolve("old.hgz"), "old");
        RowSource failing = new FailingRows(() -> {
            throw new IOException("no more");
        });
        assertThatThrownBy(() -> Codec.compress(SmallCodec.model("12-6-2", 1), failing, 8, file, done -> {}))
                .isInstanceOf(IOException.class)
                .hasMessage("no more");
        assertThat(file).hasContent("old");
        try (Stream<Path> files = Files.list(folder)) {
            assertThat(files).containsExactly(file);
        }
    }

    /** A process of its own, killed by SIGKILL while it writes. */
    @Test
    @Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void aKilledProcessLeavesTheOldFile() throws Exception {
        Path file = Files.writeString(folder.resolve("old.hgz"), "old");
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        FailingRows.class.getName(),
                        file.toString())
                .start();
        try (BufferedReader lines = process.inputReader()) {
            assertThat(lines.readLine()).isEqualTo("writing");
        } finally {
            process.destroyForcibly();
        }
        assertThat(process.waitFor(10, TimeUnit.SECONDS)).isTrue();
        assertThat(file).hasContent("old");
    }
}
