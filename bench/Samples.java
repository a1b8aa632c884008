import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.BufferedWriter;
import java.io.DataInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Random;
import java.util.zip.GZIPInputStream;
import javax.imageio.ImageIO;

/**
 * Writes the data that {@code bench/all} measures the commands on: the same bytes in every run.
 *
 * <pre>
 * java bench/Samples.java table FILE ROWS
 * java bench/Samples.java images MNIST-FOLDER FOLDER COUNT
 * </pre>
 */
public final class Samples {
    private static final int MIXED = 20;
    private static final int COLUMNS = 30;
    private static final int CAUSES = 5;
    private static final int WIDTH = 64;
    private static final int HEIGHT = 48;

    private Samples() {}

    public static void main(String[] args) throws IOException {
        if (args.length == 3 && args[0].equals("table")) {
            table(Path.of(args[1]), Integer.parseInt(args[2]));
        } else if (args.length == 4 && args[0].equals("images")) {
            images(Path.of(args[1]), Path.of(args[2]), Integer.parseInt(args[3]));
        } else {
            System.err.println("usage: Samples table FILE ROWS, or Samples images MNIST-FOLDER FOLDER COUNT");
            System.exit(2);
        }
    }

    /**
     * A table of 30 columns. The first 20 mix five hidden causes, with noise of a tenth, on scales from 0.001 to
     * 2,000,000; the last 10 are noise.
     */
    private static void table(Path file, int rows) throws IOException {
        Random random = new Random(0);
        double[][] weights = new double[MIXED][CAUSES];
        double[] scales = new double[COLUMNS];
        for (int c = 0; c < COLUMNS; c++) {
            scales[c] = 0.001 * Math.pow(2e9, (c % MIXED) / (MIXED - 1.0));
            for (int k = 0; c < MIXED && k < CAUSES; k++) {
                weights[c][k] = random.nextGaussian();
            }
        }
        try (BufferedWriter out = Files.newBufferedWriter(file)) {
            for (int c = 0; c < COLUMNS; c++) {
                out.write((c == 0 ? "" : ",") + "sensor_" + (c + 1));
            }
            out.write("\n");
            double[] causes = new double[CAUSES];
            for (int r = 0; r < rows; r++) {
                for (int k = 0; k < CAUSES; k++) {
                    causes[k] = random.nextGaussian();
                }
                for (int c = 0; c < COLUMNS; c++) {
                    double value = random.nextGaussian() * (c < MIXED ? 0.1 : 1);
                    for (int k = 0; c < MIXED && k < CAUSES; k++) {
                        value += weights[c][k] * causes[k];
                    }
                    out.write(String.format(Locale.ROOT, "%s%.6g", c == 0 ? "" : ",", scales[c] * value));
                }
                out.write("\n");
            }
        }
    }

    /** PNG files of 64 x 48 pixels in ten folders: MNIST's test digits, enlarged, each in a colour of its own. */
    private static void images(Path mnist, Path folder, int count) throws IOException {
        try (DataInputStream images = open(mnist, "t10k-images-idx3-ubyte.gz");
                DataInputStream labels = open(mnist, "t10k-labels-idx1-ubyte.gz")) {
            images.skipNBytes(16);
            labels.skipNBytes(8);
            Random random = new Random(0);
            byte[] pixels = new byte[28 * 28];
            for (int i = 0; i < count; i++) {
                images.readFully(pixels);
                float[] tint = {0.3f + 0.7f * random.nextFloat(), 0.3f + 0.7f * random.nextFloat(), random.nextFloat()};
                BufferedImage digit = new BufferedImage(28, 28, BufferedImage.TYPE_INT_RGB);
                for (int p = 0; p < pixels.length; p++) {
                    int rgb = 0;
                    for (float part : tint) {
                        rgb = rgb << 8 | Math.round((pixels[p] & 255) * part);
                    }
                    digit.setRGB(p % 28, p / 28, rgb);
                }
                BufferedImage image = new BufferedImage(WIDTH, HEIGHT, BufferedImage.TYPE_INT_RGB);
                Graphics2D graphics = image.createGraphics();
                graphics.drawImage(digit, 0, 0, WIDTH, HEIGHT, null);
                graphics.dispose();
                Path target = Files.createDirectories(folder.resolve(Integer.toString(labels.readUnsignedByte())));
                ImageIO.write(image, "png", target.resolve(i + ".png").toFile());
            }
        }
    }

    private static DataInputStream open(Path folder, String name) throws IOException {
        return new DataInputStream(new GZIPInputStream(Files.newInputStream(folder.resolve(name))));
    }
}
