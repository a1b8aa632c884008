package io.hourglass.lab.report;

import io.hourglass.Autoencoder;
import io.hourglass.Dataset;
import io.hourglass.ImageShape;
import io.hourglass.Scaler;
import io.hourglass.lab.data.WholeFolder;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/**
 * Pictures of where a model reconstructs images badly: original, reconstruction and squared error of each pixel, side
 * by side. The error is the sum over the channels in the network's units, from black for none over red and yellow to
 * white for the largest of the picture.
 */
public final class Heatmaps {
    /** The longest part of a label in a file's name. */
    private static final int LONGEST = 40;

    private Heatmaps() {}

    /** A row of a data set, and its number in the name of its picture. */
    public record Row(Dataset data, int row, int number) {
        /** For instance {@code row-00017-label-9.png}; names sort by the number. */
        String fileName() {
            String label = data.hasLabels() ? data.labelName(data.label(row)).replaceAll("[^\\w.-]+", "_") : "";
            return String.format(
                    Locale.ROOT,
                    "row-%05d%s.png",
                    number,
                    label.isEmpty() ? "" : "-label-" + label.substring(0, Math.min(LONGEST, label.length())));
        }

        float[] values() {
            return data.row(row);
        }
    }

    /**
     * Writes a picture for each row to a folder, in place of those that an earlier call has left there: all of them or,
     * if one cannot be written, none (see {@link WholeFolder}). No rows leave a missing folder missing.
     *
     * @param rows that the model has matched
     * @param shape of the rows
     * @throws IOException if a file cannot be written
     */
    public static void write(Path folder, Autoencoder model, List<Row> rows, ImageShape shape) throws IOException {
        if (!rows.isEmpty()) {
            draw(folder, model, rows, shape);
        }
        if (Files.isDirectory(folder)) {
            List<String> drawn = rows.stream().map(Row::fileName).toList();
            try (DirectoryStream<Path> pictures = Files.newDirectoryStream(folder, "row-[0-9]*.png")) {
                for (Path picture : pictures) {
                    if (!Files.isDirectory(picture) && !drawn.contains(String.valueOf(picture.getFileName()))) {
                        Files.delete(picture);
                    }
                }
            }
        }
    }

    private static void draw(Path folder, Autoencoder model, List<Row> rows, ImageShape shape) throws IOException {
        Light light = Light.of(model, rows);
        Pictures pictures = new Pictures(new ImageShape(shape.height(), shape.width(), 3), false);
        WholeFolder.write(folder, whole -> {
            for (Row row : rows) {
                float[] heat = new float[3 * shape.height() * shape.width()];
                model.errors(
                        row.data().slice(row.row(), row.row() + 1),
                        (only, error, squares) -> heat(squares, shape.channels(), heat));
                List<float[]> sides = List.of(
                        light.rgb(row.values(), shape.channels()),
                        light.rgb(model.reconstruct(row.values()), shape.channels()),
                        heat);
                Files.write(whole.resolve(row.fileName()), Pictures.png(pictures.strip(sides)));
            }
        });
    }

    /** The values drawn as black and as white. */
    private record Light(float black, float white) {
        /** 0 and 1 or, for numbers that go further, the smallest and the largest of the rows. */
        static Light of(Autoencoder model, List<Row> rows) {
            float black = 0;
            float white = model.scaler().kind() == Scaler.Kind.PIXEL ? 255 : 1;
            for (Row row : rows) {
                for (float value : row.values()) {
                    black = Math.min(black, value);
                    white = Math.max(white, value);
                }
            }
            return new Light(black, white);
        }

        float[] rgb(float[] row, int channels) {
            float[] rgb = new float[row.length / channels * 3];
            for (int i = 0; i < rgb.length; i++) {
                rgb[i] = (row[i / 3 * channels + i % 3 % channels] - black) / (white - black);
            }
            return rgb;
        }
    }

    /**
     * Colours of the errors. Black, red, yellow and white become lighter in this order, so the pictures can be read
     * without telling colours apart.
     *
     * @param squares squared errors of the values
     * @param heat gets red, green and blue of each pixel
     */
    private static void heat(double[] squares, int channels, float[] heat) {
        double[] pixels = new double[squares.length / channels];
        double most = 0;
        for (int p = 0; p < pixels.length; p++) {
            for (int c = 0; c < channels; c++) {
                pixels[p] += Math.min(squares[p * channels + c], Double.MAX_VALUE / channels); // no infinity
            }
            most = Math.max(most, pixels[p]);
        }
        for (int i = 0; i < heat.length; i++) {
            double part = most == 0 ? 0 : pixels[i / 3] / most;
            heat[i] = (float) Math.max(0, Math.min(1, 3 * part - i % 3));
        }
    }
}
