package io.hourglass.lab.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.hourglass.Autoencoder;
import io.hourglass.Dataset;
import io.hourglass.Idx;
import io.hourglass.Scaler;
import io.hourglass.lab.analysis.Pca;
import io.hourglass.lab.codec.RateDistortion.Point;
import io.hourglass.lab.data.Output;
import io.hourglass.lab.data.TableColumns;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RateDistortionTest {
    @TempDir
    Path folder;

    /** What it says is what compress and decompress do. */
    @Test
    void saysWhatTheFilesAre() throws IOException {
        Autoencoder model = SmallCodec.model("12-6-2", 1);
        Dataset data = SmallCodec.pixels(4200); // two blocks
        List<String> said = new ArrayList<>();
        RateDistortion result =
                RateDistortion.measure(model, data, data, Original.ofValues(RowStream.of(data)), 1234, said::add);
        assertThat(said).contains("measuring 2 bits", "measuring 16 bits");
        assertThat(result.points())
                .extracting(Point::bits)
                .containsExactly(2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16);
        for (int bits : new int[] {2, 8, 11}) {
            Path file = folder.resolve("a.hgz");
            Point point = result.points().get(bits - 2);
            assertThat(Codec.compress(model, RowStream.of(data), bits, file, done -> {}))
                    .isEqualTo(point.model().bytes());
            try (HgzReader reader = HgzReader.open(file)) {
                RowTarget target =
                        RowTarget.of(Output.of(folder.resolve("a.idx"))).orElseThrow();
                Codec.decompress(
                        "a",
                        reader,
                        model,
                        Codec.check(reader),
                        target,
                        TableColumns.of(model),
                        cell -> cell,
                        done -> {});
            }
            Dataset decoded = Idx.readImages(folder.resolve("a.idx"));
            double sum = 0;
            for (int r = 0; r < data.rows(); r++) {
                for (int j = 0; j < 12; j++) {
                    double difference = (double) data.row(r)[j] - decoded.row(r)[j];
                    sum += difference * difference;
                }
            }
            assertThat(point.model().mse()).isCloseTo(sum / data.rows() / 12, within(1e-8));
            assertThat(result.psnr(point.model()))
                    .isCloseTo(-10 * Math.log10(point.model().mse()), within(1e-9));
            Files.delete(file);
        }
        assertThat(result.modelBytes()).isEqualTo(1234);
        assertThat(result.pcaBytes()).isEqualTo(3 * 12 * 4);
        assertThat(result.original().gzipBytes()).isBetween(4200L * 12, 4200L * 12 + 200); // noise
        assertThat(result.pngBytes()).isGreaterThan(4200L * 60);
        long saved =
                result.original().gzipBytes() - result.points().get(6).model().bytes();
        assertThat(result.worthwhileRows().orElseThrow()).isBetween(1L, 4200L).satisfies(rows -> {
            assertThat(saved * rows).isGreaterThanOrEqualTo(1234 * 4200L);
            assertThat(saved * (rows - 1)).isLessThan(1234 * 4200L);
        });
    }

    /** With many bits what is left is the error of model and PCA without a quantiser. */
    @Test
    void inTheUnitsOfTheNetworkForFloats() throws IOException {
        float[] values = new float[300 * 6];
        io.hourglass.engine.Random random = new io.hourglass.engine.Random(3, 0);
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) (1000 * (i % 6) + 50 * random.gaussian());
        }
        Dataset data = Dataset.ofFloats("sensors", values, 6);
        Scaler scaler = Scaler.fit(Scaler.Kind.STANDARD, data);
        Autoencoder model = SmallCodec.model("6-4-3", 1).withMetadata(scaler.metadata());
        RateDistortion result =
                RateDistortion.measure(model, data, data, Original.ofValues(RowStream.of(data)), 1, said -> {});
        Point last = result.points().get(14);
        assertThat(last.model().mse()).isCloseTo(model.error(data), within(1e-4));
        float[] scaled = new float[values.length];
        for (int r = 0; r < 300; r++) {
            System.arraycopy(data.row(r), 0, scaled, 6 * r, 6);
            scaler.scaleInPlace(scaled, 6 * r);
        }
        Dataset inside = Dataset.ofFloats("scaled", scaled, 6);
        assertThat(last.pca().mse()).isCloseTo(Pca.fit(inside).mse(inside, 3), within(1e-4));
        assertThat(result.points().get(0).pca().mse()).isGreaterThan(last.pca().mse());
        assertThat(result.pngBytes()).isNull();
        assertThat(result.peak()).isBetween(5.0, 9.0);
    }
}
