package io.hourglass.lab.codec;

import io.hourglass.Autoencoder;
import io.hourglass.Dataset;
import io.hourglass.ImageShape;
import io.hourglass.Scaler;
import io.hourglass.lab.analysis.ColumnPca;
import io.hourglass.lab.analysis.Evaluation;
import io.hourglass.lab.data.PngImages;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The size and the error of compressed rows for each number of bits of the quantiser, for a model and for PCA with as
 * many components. Bytes count complete .hgz files with headers; the model, which a reader also needs, is counted
 * separately.
 *
 * @param data name of the rows
 * @param rows number of rows
 * @param excluded rows that are not in the errors, because the model's error is too large for a number even without a
 *     quantiser
 * @param inputs width of a row
 * @param latent values in a code
 * @param perColumn whether errors are means over columns, because some are categories; then nothing has a peak
 * @param pixels whether the rows are bytes; if so, errors are measured on the decoded bytes, clipped and rounded, as
 *     values in [0, 1]; otherwise on the values as written, in the network's (scaled) units
 * @param peak the peak of the peak signal-to-noise ratio: 1 for bytes, otherwise the range of the scaled values; NaN
 *     for errors per column
 * @param modelBytes size of the model file
 * @param pcaBytes size of the mean and the components as floats
 * @param pngBytes size of all rows as PNG files; null if they are not images of bytes
 * @param original size of the rows without loss
 * @param points one for each number of bits
 */
public record RateDistortion(
        String data,
        int rows,
        int excluded,
        int inputs,
        int latent,
        boolean perColumn,
        boolean pixels,
        double peak,
        long modelBytes,
        long pcaBytes,
        @Nullable Long pngBytes,
        Original original,
        List<Point> points) {

    /**
     * Results for one number of bits.
     *
     * @param bits of the quantiser
     * @param model the autoencoder's result
     * @param pca PCA's result
     */
    public record Point(int bits, Side model, Side pca) {}

    /**
     * Size and error.
     *
     * @param bytes length of the file
     * @param mse mean squared error per value, or the error per column; not finite if no row has an error, or PCA's
     *     error is too large for a number
     */
    public record Side(long bytes, double mse) {}

    /** Decodes codes to rows in the user's units. */
    private interface Decoder {
        double[][] decode(float[][] codes);
    }

    /**
     * Peak signal-to-noise ratio in decibels; not finite if nothing is lost, all values are equal, no row has an
     * error, or errors are per column.
     */
    public double psnr(Side side) {
        return 10 * Math.log10(peak * peak / side.mse());
    }

    /** What errors are called. */
    public String errorName() {
        return Evaluation.errorName(perColumn);
    }

    /**
     * The number of rows from which an 8-bit file together with the model is smaller than a gzip file; empty if it
     * never is.
     */
    public OptionalLong worthwhileRows() {
        long saved = points.stream()
                .filter(point -> point.bits() == 8)
                .mapToLong(point -> original.gzipBytes() - point.model().bytes())
                .sum();
        return saved > 0 ? OptionalLong.of((long) Math.ceil((double) modelBytes * rows / saved)) : OptionalLong.empty();
    }

    /**
     * Measures sizes and errors.
     *
     * @param train rows that PCA is fitted to
     * @param data rows to compress
     * @param original size of those rows without loss
     * @param modelBytes size of the model file
     * @param progress receives a line before each part of the work
     * @throws IllegalArgumentException if the rows are not as wide as the model's inputs
     */
    public static RateDistortion measure(
            Autoencoder model,
            Dataset train,
            Dataset data,
            Original original,
            long modelBytes,
            Consumer<String> progress)
            throws IOException {
        Scaler scaler = model.scaler();
        int inputs = data.inputs();
        int latent = model.architecture().latent();
        int components = Math.min(latent, inputs);
        progress.accept(String.format(Locale.ROOT, "encoding %,d rows", data.rows()));
        float[][] codes = model.encode(data);
        progress.accept(String.format(Locale.ROOT, "fitting PCA to %,d rows", train.rows()));
        ColumnPca pca = ColumnPca.fit(train.scaled(scaler), model.table());
        float[][] coordinates = pca.project(data.scaled(scaler), components);
        Decoder pcaDecoder = rows -> decode(pca, rows, scaler);
        boolean[] counted = new boolean[data.rows()];
        Arrays.fill(counted, true);
        exclude(counted, codes, data, model);
        int excluded = 0;
        for (boolean in : counted) {
            excluded += in ? 0 : 1;
        }
        List<Point> points = new ArrayList<>();
        for (int bits = Quantizer.MIN_BITS; bits <= Quantizer.MAX_BITS; bits++) {
            progress.accept("measuring " + bits + " bits");
            points.add(new Point(
                    bits,
                    side(bits, codes, data, counted, model, model::decodeToDoubles),
                    side(bits, coordinates, data, counted, model, pcaDecoder)));
        }
        if (png(data)) {
            progress.accept("compressing the rows as PNG files");
        }
        return new RateDistortion(
                data.name(),
                data.rows(),
                excluded,
                inputs,
                latent,
                model.table().differ(),
                data.isPixels(),
                model.table().differ() ? Double.NaN : peak(data, counted, scaler),
                modelBytes,
                (components + 1L) * inputs * Float.BYTES,
                png(data) ? pngBytes(data, data.shape().orElseThrow()) : null,
                original,
                List.copyOf(points));
    }

    private static void exclude(boolean[] counted, float[][] codes, Dataset data, Autoencoder model) {
        int blockRows = HgzHeader.blockRows(codes[0].length);
        for (int from = 0; from < codes.length; from += blockRows) {
            double[][] rows =
                    model.decodeToDoubles(Arrays.copyOfRange(codes, from, Math.min(codes.length, from + blockRows)));
            for (int r = 0; r < rows.length; r++) {
                counted[from + r] &= Double.isFinite(ReconstructionError.of(model, data, from + r, rows[r]));
            }
        }
    }

    private static double[][] decode(ColumnPca pca, float[][] codes, Scaler scaler) {
        double[][] rows = new double[codes.length][];
        for (int r = 0; r < rows.length; r++) {
            rows[r] = scaler.unscale(pca.decode(codes[r]));
        }
        return rows;
    }

    /** Encodes the blocks of a file one by one, counts their bytes, and decodes them again. */
    private static Side side(
            int bits, float[][] codes, Dataset data, boolean[] counted, Autoencoder model, Decoder decoder)
            throws IOException {
        int latent = codes[0].length;
        BlockCodec codec = new BlockCodec(HgzHeader.VERSION, bits, latent);
        int blockRows = HgzHeader.blockRows(latent);
        long bytes = 2 * HgzHeader.BYTES;
        double sum = 0;
        long rowsCounted = 0;
        for (int from = 0; from < codes.length; from += blockRows) {
            int count = Math.min(blockRows, codes.length - from);
            byte[] block = codec.encode(Arrays.copyOfRange(codes, from, from + count), count);
            bytes += HgzWriter.BLOCK_HEADER + block.length;
            double[][] rows = decoder.decode(codec.decode(block, count));
            for (int r = 0; r < count; r++) {
                if (counted[from + r]) {
                    sum += ReconstructionError.of(model, data, from + r, rows[r]);
                    rowsCounted++;
                }
            }
        }
        return new Side(bytes, sum / rowsCounted);
    }

    private static double peak(Dataset data, boolean[] counted, Scaler scaler) {
        if (data.isPixels()) {
            return 1;
        }
        double low = Double.POSITIVE_INFINITY;
        double high = Double.NEGATIVE_INFINITY;
        for (int r = 0; r < data.rows(); r++) {
            for (float value : counted[r] ? data.row(r, scaler) : new float[0]) {
                low = Float.isNaN(value) ? low : Math.min(low, value);
                high = Float.isNaN(value) ? high : Math.max(high, value);
            }
        }
        return high - low;
    }

    private static boolean png(Dataset data) {
        return data.isPixels() && data.shape().isPresent();
    }

    private static long pngBytes(Dataset data, ImageShape shape) throws IOException {
        long bytes = 0;
        ByteArrayOutputStream png = new ByteArrayOutputStream();
        for (int r = 0; r < data.rows(); r++) {
            png.reset();
            PngImages.write(png, data.row(r), shape);
            bytes += png.size();
        }
        return bytes;
    }
}
