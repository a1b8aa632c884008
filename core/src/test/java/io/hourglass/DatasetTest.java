package io.hourglass;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.hourglass.compute.Kernels;
import io.hourglass.compute.Matrix;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DatasetTest {
    private static final Dataset PIXELS =
            Dataset.ofPixels("pixels", new byte[] {0, 1, (byte) 128, (byte) 255, 51, 2}, 3);
    private static final Dataset FLOATS = Dataset.ofFloats("floats", new float[] {-1, 2, 0.5f, 1e30f}, 2);

    @Test
    void bytesStandForUnsigned255ths() {
        assertThat(PIXELS.rows()).isEqualTo(2);
        assertThat(PIXELS.inputs()).isEqualTo(3);
        assertThat(PIXELS.row(0)).containsExactly(0, 1 / 255f, 128 / 255f);
        assertThat(PIXELS.row(1)).containsExactly(1, 0.2f, 2 / 255f);
    }

    @Test
    void floatsAreTakenAsTheyAre() {
        assertThat(FLOATS.row(0)).containsExactly(-1, 2);
        assertThat(FLOATS.row(1)).containsExactly(0.5f, 1e30f);
    }

    @Test
    void copyRowsWritesTheRowsAndNoMore() {
        for (Kernels kernels : new Kernels[] {Kernels.SCALAR, Kernels.best()}) {
            for (Dataset data : new Dataset[] {TestData.pixels(5, 67, 1), TestData.floats(5, 67, 1)}) {
                float[] target = new float[160];
                java.util.Arrays.fill(target, 7);
                data.copyRows(kernels, Scaler.none(), 3, new Matrix(target, 5, 2, 67, 70));
                for (int i = 0; i < target.length; i++) {
                    int row = (i - 5) / 70;
                    int column = (i - 5) % 70;
                    boolean written = i >= 5 && row < 2 && column < 67;
                    assertThat(target[i]).isEqualTo(written ? data.row(3 + row)[column] : 7);
                }
            }
        }
        assertThatThrownBy(() -> PIXELS.copyRows(Kernels.SCALAR, Scaler.none(), 1, new Matrix(new float[9], 0, 2, 3)))
                .isInstanceOf(IndexOutOfBoundsException.class);
    }

    @Test
    void selectsRowsInAnyOrderAndSeveralTimes() {
        Dataset labelled = PIXELS.withLabels(new int[] {4, 2}).withShape(new ImageShape(1, 1, 3));
        Dataset some = labelled.select(new int[] {1, 0, 1});
        assertThat(some.rows()).isEqualTo(3);
        assertThat(some.row(0)).isEqualTo(PIXELS.row(1)).isEqualTo(some.row(2));
        assertThat(some.row(1)).isEqualTo(PIXELS.row(0));
        assertThat(new int[] {some.label(0), some.label(1), some.label(2)}).containsExactly(2, 4, 2);
        assertThat(some.shape()).isEqualTo(labelled.shape());
        assertThat(FLOATS.select(new int[] {1}).row(0)).isEqualTo(FLOATS.row(1));
        assertThat(PIXELS.select(new int[] {0}).hasLabels()).isFalse();
        assertThatThrownBy(() -> PIXELS.select(new int[] {0, 2})).isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> PIXELS.select(new int[] {-1})).isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> PIXELS.select(new int[0]))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("pixels: 0 rows");
    }

    @Test
    void labelsAndShape() {
        assertThat(PIXELS.hasLabels()).isFalse();
        assertThatThrownBy(() -> PIXELS.label(0))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("pixels");
        Dataset all = PIXELS.withLabels(new int[] {4, 2}).withShape(new ImageShape(1, 1, 3));
        assertThat(all.label(1)).isEqualTo(2);
        assertThat(all.shape()).contains(new ImageShape(1, 1, 3));
        assertThatThrownBy(() -> PIXELS.withLabels(new int[3])).hasMessageContaining("3 labels, expected 2");
        assertThatThrownBy(() -> PIXELS.withShape(new ImageShape(2, 2, 1)))
                .hasMessageContaining("2x2x1")
                .hasMessageContaining("expected 3");
    }

    @Test
    void labelsCanBeRead() {
        int[] given = {4, 2};
        Dataset labelled = PIXELS.withLabels(given);
        int[] labels = labelled.labels();
        assertThat(labels).containsExactly(4, 2);
        labels[0] = 9;
        assertThat(labelled.labels()).as("a copy").containsExactly(4, 2);
        assertThatThrownBy(PIXELS::labels)
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("pixels has no labels");
    }

    @Test
    void rowsOfArrays() {
        Dataset floats = Dataset.of(new float[][] {{1, 2, 3}, {4, 5, 6}});
        assertThat(floats.sha256())
                .isEqualTo(
                        Dataset.ofFloats("f", new float[] {1, 2, 3, 4, 5, 6}, 3).sha256());
        double[][] rows = {{1, 2}, {1e9 + 1, 5}};
        Dataset doubles = Dataset.of(rows);
        rows[1][0] = 7;
        assertThat(doubles.doubles(1)).as("a copy").containsExactly(1e9 + 1, 5);
        assertThat(doubles).hasToString("rows: 2 x 2 values");
        assertThat(PIXELS.withLabels(new int[2]).withName("named")).hasToString("named: 2 x 3 pixels, with labels");
        assertThatThrownBy(() -> Dataset.of(new float[][] {{1, 2}, {3, 4}, {5}}))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("row 2 has 1 values, expected 2 as in row 0");
        assertThatThrownBy(() -> Dataset.of(new double[][] {{1, 2}, {3, Double.NaN}}))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("rows: row 1, column 1 is NaN, expected a finite number");
        for (float[][] none : new float[][][] {{}, {{}, {}}}) {
            assertThatThrownBy(() -> Dataset.of(none))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("expected one or more complete rows");
        }
        float[][] huge = new float[3000][];
        java.util.Arrays.fill(huge, new float[1_000_000]);
        assertThatThrownBy(() -> Dataset.of(huge))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "3000 rows of 1000000 values, expected at most 2147483639 values; a RowSource may have more");
    }

    @Test
    void sliceTakesRowsWithTheirLabels() {
        Dataset slice = PIXELS.withLabels(new int[] {4, 2})
                .withShape(new ImageShape(3, 1, 1))
                .slice(1, 2);
        assertThat(slice.rows()).isEqualTo(1);
        assertThat(slice.row(0)).containsExactly(1, 0.2f, 2 / 255f);
        assertThat(slice.label(0)).isEqualTo(2);
        assertThat(slice.shape()).contains(new ImageShape(3, 1, 1));
        assertThat(FLOATS.slice(1, 2).row(0)).containsExactly(0.5f, 1e30f);
    }

    @ParameterizedTest
    @CsvSource({"-1, 1", "0, 3", "1, 1", "2, 1", "2, 2"})
    void sliceRefusesOtherRanges(int from, int to) {
        assertThatThrownBy(() -> PIXELS.slice(from, to)).isInstanceOf(IndexOutOfBoundsException.class);
    }

    @ParameterizedTest
    @CsvSource({"0, 3", "5, 3", "6, 0", "6, -2", "2, 3"})
    void wholeRowsOnly(int length, int inputs) {
        assertThatThrownBy(() -> Dataset.ofPixels("p", new byte[length], inputs))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(length + " values in rows of " + inputs);
        assertThatThrownBy(() -> Dataset.ofFloats("f", new float[length], inputs))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @CsvSource({"NaN", "Infinity", "-Infinity"})
    void valuesThatAreNotFiniteAreNamed(float value) {
        assertThatThrownBy(() -> Dataset.ofFloats("data", new float[] {1, 2, 3, 4, 5, value}, 2))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("data: row 2, column 1 is " + value + ", expected a finite number");
    }

    @Test
    void rowsThatAreNotThere() {
        for (int row : new int[] {-1, 2}) {
            assertThatThrownBy(() -> PIXELS.row(row)).isInstanceOf(IndexOutOfBoundsException.class);
            assertThatThrownBy(() -> FLOATS.row(row)).isInstanceOf(IndexOutOfBoundsException.class);
        }
    }

    /** The bytes in hexadecimal: pixels as they are, floats in little-endian order. */
    @Test
    void hashIsThatOfTheValues() throws Exception {
        assertThat(PIXELS.sha256()).isEqualTo(sha256("000180ff3302"));
        assertThat(FLOATS.sha256()).isEqualTo(sha256("000080bf000000400000003fcaf24971"));
        assertThat(PIXELS.withLabels(new int[2]).sha256()).isEqualTo(PIXELS.sha256());
    }

    private static String sha256(String hex) throws Exception {
        return HexFormat.of()
                .formatHex(java.security.MessageDigest.getInstance("SHA-256")
                        .digest(HexFormat.of().parseHex(hex)));
    }

    @ParameterizedTest
    @CsvSource({"0, 1, 1", "1, 0, 1", "1, 1, 2", "1, 1, 0", "-1, -1, 1"})
    void imageShapesOutOfRange(int height, int width, int channels) {
        assertThatThrownBy(() -> new ImageShape(height, width, channels)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void imageShapeCountsWithoutOverflow() {
        assertThat(new ImageShape(1 << 20, 1 << 20, 3).values()).isEqualTo(3L << 40);
        assertThat(new ImageShape(28, 27, 1)).hasToString("28x27x1");
    }

    @Test
    void negativeLabelsAreRefused() {
        Dataset rows = Dataset.ofPixels("rows", new byte[6], 2);
        assertThatThrownBy(() -> rows.withLabels(new int[] {0, 1, -1}))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("rows: row 2 has label -1, expected 0 or more");
        assertThat(rows.withLabels(new int[] {0, 1, Integer.MAX_VALUE}).label(2))
                .isEqualTo(Integer.MAX_VALUE);
    }

    /** Two gigabytes: in a JVM of its own, where the machine has them. */
    @Tag("once")
    @Test
    void aMiniBatchAtTheVeryEndOfTheLargestPixelSet() throws Exception {
        Path free = Path.of("/proc/meminfo");
        assumeTrue(Files.exists(free), "tells how much memory is free");
        long available = Files.readAllLines(free).stream()
                .filter(line -> line.startsWith("MemAvailable:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
                .findFirst()
                .orElse(0);
        assumeTrue(available > 4_000_000, "4 GB of memory free");
        ChildJvm.Outcome outcome = ChildJvm.run(LastRow.class, "-Xmx2500m", "-Xmn100m", "-XX:+UseSerialGC");
        assertThat(outcome.output()).isEqualTo("1.0\n");
        assertThat(outcome.exit()).isZero();
    }

    /** Prints the last value of a set of nearly 2<sup>31</sup> pixels, as a mini-batch has it. */
    static final class LastRow {
        public static void main(String[] args) {
            int inputs = 1_050_628; // 64 n + 4
            byte[] pixels = new byte
                    [inputs * 2044]; // 2^31 - 16: the next multiple of 64 after the last row's beginning is too large
            pixels[pixels.length - 1] = (byte) 255;
            float[] target = new float[inputs];
            Dataset.ofPixels("pixels", pixels, inputs)
                    .copyRows(Kernels.SCALAR, Scaler.none(), 2043, new Matrix(target, 0, 1, inputs));
            System.out.println(target[inputs - 1]);
        }
    }
}
