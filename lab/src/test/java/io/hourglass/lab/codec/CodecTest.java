package io.hourglass.lab.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hourglass.Autoencoder;
import io.hourglass.Dataset;
import io.hourglass.Idx;
import io.hourglass.format.FormatException;
import io.hourglass.lab.data.Npy;
import io.hourglass.lab.data.NpyType;
import io.hourglass.lab.data.Output;
import io.hourglass.lab.data.TableColumns;
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
            Codec.decompress(
                    "name",
                    reader,
                    model,
                    condition,
                    RowTarget.of(Output.of(target)).orElseThrow(),
                    TableColumns.of(model),
                    cell -> cell,
                    done -> {});
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
        long bytes = Codec.compress(model, RowStream.of(data), bits, file, done -> told[0] = done);
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
        Codec.compress(model, RowStream.of(data), 16, file, done -> {});
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

    /**
     * The bits must be these on every machine, JDK and kernel. The file was written by the first version of the format;
     * of the floats, the last bits are the engine's.
     */
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

    /** As {@link #aCommittedFileDecodesToTheCommittedBits}, by version 2 of the format, with two escapes. */
    @Test
    void aCommittedFileWithEscapesDecodesToTheCommittedBits() throws Exception {
        Path file = folder.resolve("golden2.hgz");
        try (InputStream in = Objects.requireNonNull(CodecTest.class.getResourceAsStream("golden2.hgz"))) {
            Files.copy(in, file);
        }
        float[][] codes = codes(file);
        assertThat(codes).hasNumberOfRows(77);
        assertThat(codes[9][0]).isEqualTo(1e6f);
        assertThat(codes[70][2]).isEqualTo(-3e38f);
        Npy.write(folder.resolve("floats.npy"), codes);
        assertThat(sha256(Files.readAllBytes(folder.resolve("floats.npy"))))
                .isEqualTo("f4a4bf5eedc4667f545677271b8a5d5042551f11da1cf69969671296e6dfcdac");
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 4, 8, 12, 16})
    void anOutlierIsKeptAndCostsTheOthersNothing(int bits) throws IOException {
        float[][] codes = SmallCodec.codes(2000, 3);
        Path plain = folder.resolve("plain.hgz");
        Files.write(plain, SmallCodec.file(SmallCodec.header(bits, 3, 2000, 4096), codes));
        float[][] expected = codes(plain);
        for (int row : new int[] {0, 999}) {
            codes[row] = new float[] {1e6f, -1e30f, 3e38f};
            expected[row] = codes[row];
        }
        Path file = folder.resolve("outlier.hgz");
        Files.write(file, SmallCodec.file(SmallCodec.header(bits, 3, 2000, 4096), codes));
        assertThat(codes(file)).isDeepEqualTo(expected);
        assertThat(Files.size(file)).isBetween(Files.size(plain), Files.size(plain) + 6 * 8 + 100);
    }

    /**
     * What is quantised well needs no escapes: not normal numbers, nor the few ones among zeros that have a level of
     * their own.
     */
    @Test
    void onlyOutliersAreEscapes() {
        Quantizer quantizer = new Quantizer(8);
        io.hourglass.engine.Random random = new io.hourglass.engine.Random(1, 0);
        float[] normal = new float[4096];
        float[] ones = new float[4096];
        for (int r = 0; r < 4096; r++) {
            normal[r] = (float) random.gaussian();
            ones[r] = r < 4090 ? 0 : 1;
        }
        Arrays.sort(normal);
        assertThat(RobustRange.of(normal, quantizer)).isEqualTo(new RobustRange(normal[0], normal[4095]));
        assertThat(RobustRange.of(ones, quantizer)).isEqualTo(new RobustRange(0, 1));
        float[] far = normal.clone();
        for (int r = 0; r < 10; r++) {
            far[r] = -1000 - r;
            far[4095 - r] = 4095 - r;
        }
        Arrays.sort(far);
        assertThat(RobustRange.of(far, quantizer)).isEqualTo(new RobustRange(normal[10], normal[4085]));
        far = normal.clone();
        for (int r = 0; r < 1024; r++) { // a quarter is no outlier
            far[r] = 1000 + r;
        }
        Arrays.sort(far);
        assertThat(RobustRange.of(far, quantizer)).isEqualTo(new RobustRange(far[0], far[4095]));
        float[] equal = {5, 5, 5};
        assertThat(RobustRange.of(equal, quantizer)).isEqualTo(new RobustRange(5, 5));
        float[] few = {-1, -0.5f, -0.25f, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0.125f, 0.25f, 0.5f, 1, 1e9f};
        assertThat(RobustRange.of(few, quantizer)).isEqualTo(new RobustRange(-1, 1));
    }

    @Test
    void theErrorIsThatOfWhatComesOut() throws IOException {
        Autoencoder model = SmallCodec.model("12-6-2", 1);
        for (Dataset data : List.of(SmallCodec.pixels(5000), floats(300))) {
            Path file = folder.resolve("e.hgz");
            Codec.compress(model, RowStream.of(data), 4, file, done -> {});
            ReconstructionError error;
            try (HgzReader reader = HgzReader.open(file)) {
                error = ReconstructionError.measure(model, reader, RowStream.of(data), done -> {});
            }
            float[][] kept = model.decode(codes(file));
            float[][] exact = model.reconstruct(data);
            double[] sums = new double[2];
            long doubled = 0;
            for (int r = 0; r < data.rows(); r++) {
                double before = squared(data.row(r), exact[r], data.isPixels());
                double after = squared(data.row(r), kept[r], data.isPixels());
                sums[0] += before;
                sums[1] += after;
                doubled += after > 2 * before ? 1 : 0;
            }
            assertThat(error.rows()).isEqualTo(data.rows());
            assertThat(error.excluded()).isZero();
            double values = 12.0 * data.rows();
            assertThat(error.exact()).isCloseTo(sums[0] / values, org.assertj.core.api.Assertions.within(1e-8));
            assertThat(error.quantised()).isCloseTo(sums[1] / values, org.assertj.core.api.Assertions.within(1e-8));
            assertThat(error.doubled()).isEqualTo(doubled);
            Files.delete(file);
        }
    }

    private static Dataset floats(int rows) {
        float[] values = new float[rows * 12];
        io.hourglass.engine.Random random = new io.hourglass.engine.Random(3, 0);
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) random.gaussian();
        }
        return Dataset.ofFloats("floats", values, 12);
    }

    private static double squared(float[] row, float[] decoded, boolean pixels) {
        double sum = 0;
        for (int j = 0; j < row.length; j++) {
            double out = pixels ? Math.round(255 * Math.max(0, Math.min(1, decoded[j]))) / 255.0 : decoded[j];
            sum += (row[j] - out) * (row[j] - out);
        }
        return sum;
    }

    @Test
    void whatARowTakesWithoutLoss() throws IOException {
        Path text = folder.resolve("a.csv");
        Files.writeString(text, "1.5,2.5\n".repeat(1000));
        Original file = Original.ofFile(text);
        assertThat(file.what()).isEqualTo(text.toString());
        assertThat(file.bytes()).isEqualTo(8000);
        assertThat(file.gzipBytes()).isBetween(20L, 100L);
        Path packed = folder.resolve("a.csv.gz");
        try (var out = new java.util.zip.GZIPOutputStream(Files.newOutputStream(packed))) {
            Files.copy(text, out);
        }
        assertThat(file.gzipBytes()).isEqualTo(Files.size(packed));
        assertThat(Original.ofFile(packed))
                .isEqualTo(new Original(packed.toString(), Files.size(packed), Files.size(packed)));
        assertThat(Original.ofValues(RowStream.of(SmallCodec.pixels(100))).bytes())
                .isEqualTo(1200);
        Original floats = Original.ofValues(RowStream.of(Dataset.ofFloats("zeros", new float[5000], 5)));
        assertThat(floats.bytes()).isEqualTo(20_000);
        assertThat(floats.gzipBytes()).isBetween(20L, 100L);
    }

    @Test
    void anotherModelIsRefusedNamingBoth() throws IOException {
        Autoencoder model = SmallCodec.model("12-6-2", 1);
        Autoencoder other = SmallCodec.model("12-6-2", 2);
        Path file = folder.resolve("a.hgz");
        Codec.compress(model, RowStream.of(SmallCodec.pixels(5)), 8, file, done -> {});
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
        assertThatThrownBy(() -> Codec.compress(model, RowStream.of(wide), 8, file, done -> {}))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("wide has rows of 13 values, but the model takes 12");
        assertThatThrownBy(() -> Codec.compress(model, RowStream.of(SmallCodec.pixels(1)), 17, file, done -> {}))
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
        RowStream failing = new FailingRows(() -> {
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

    /** What is measured of a file is measured before it is there. */
    @Test
    void aFailedCheckLeavesTheOldFileOrNone() throws IOException {
        Autoencoder model = SmallCodec.model("12-6-2", 1);
        Path old = Files.writeString(folder.resolve("old.hgz"), "old");
        for (Path file : List.of(old, folder.resolve("new.hgz"))) {
            assertThatThrownBy(() ->
                            Codec.compress(model, RowStream.of(SmallCodec.pixels(5)), 8, file, done -> {}, written -> {
                                HgzReader.open(written).close();
                                throw new IOException("no measure");
                            }))
                    .isInstanceOf(IOException.class)
                    .hasMessage("no measure");
        }
        assertThat(old).hasContent("old");
        try (Stream<Path> files = Files.list(folder)) {
            assertThat(files).containsExactly(old);
        }
    }

    /** A process of its own, killed by SIGKILL while it writes. */
    @Test
    @Timeout(value = 300, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
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
        assertThat(process.waitFor(3, TimeUnit.MINUTES)).isTrue();
        assertThat(file).hasContent("old");
    }
}
