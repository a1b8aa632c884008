package io.hourglass.lab.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hourglass.Dataset;
import io.hourglass.ImageShape;
import io.hourglass.lab.PixelCount;
import io.hourglass.lab.analysis.ColumnPca;
import io.hourglass.lab.analysis.Pca;
import io.hourglass.lab.page.LabelColours;
import io.hourglass.lab.study.StudyResults;
import io.hourglass.lab.text.Language;
import java.awt.image.BufferedImage;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The picture files, and the report of data that is not like MNIST. */
class FiguresTest {
    private static final Dataset TEST = SyntheticStudy.images("mnist");
    private static final Pca PCA = Pca.fit(TEST);

    @TempDir
    Path folder;

    @Test
    void everyCellOfAReconstructionFigureShowsSomething() throws Exception {
        write(SyntheticStudy.results(5, "paper", "tuned"), TEST);

        for (int figure = 1; figure <= 5; figure++) {
            BufferedImage image = ImageIO.read(
                    folder.resolve("figures/reconstruction-" + figure + ".png").toFile());
            assertThat(image.getWidth())
                    .isEqualTo(2 * ReconstructionPng.MARGIN + ReconstructionPng.LABELS + 10 * 120 - 8);
            assertThat(image.getHeight())
                    .isEqualTo(2 * ReconstructionPng.MARGIN + ReconstructionPng.HEAD + 4 * 126 - 14);
            for (int row = 0; row < 4; row++) {
                int top = ReconstructionPng.MARGIN + ReconstructionPng.HEAD + 126 * row;
                assertThat(colours(image, ReconstructionPng.MARGIN, top, ReconstructionPng.LABELS - 20, 112))
                        .as("label of row %d", row)
                        .isGreaterThan(8);
                for (int column = 0; column < 10; column++) {
                    int left = ReconstructionPng.MARGIN + ReconstructionPng.LABELS + 120 * column;
                    assertThat(colours(image, left, top, 112, 112))
                            .as("row %d, column %d", row, column)
                            .isGreaterThan(4);
                }
            }
        }
    }

    @Test
    void convergenceShowsEveryColourEvenOfOneEpoch() {
        for (int epochs : new int[] {1, 2, 100}) {
            List<Configuration> all = Configuration.of(SyntheticStudy.results(epochs, "paper", "tuned"));
            BufferedImage image = CurvesPng.draw(Curve.of(all), "title", true, SyntheticStudy.ENGLISH)
                    .image();
            for (Configuration configuration : all) {
                int colour =
                        0xff000000 | Integer.parseInt(configuration.colour().substring(1), 16);
                int dots = 0;
                for (int y = 90; y < 800; y++) {
                    for (int x = 120; x < 1570; x++) {
                        dots += image.getRGB(x, y) == colour ? 1 : 0;
                    }
                }
                assertThat(dots)
                        .as("%s, %d epochs", configuration.architecture(), epochs)
                        .isGreaterThan(50);
            }
        }
    }

    @Test
    void inkOnPaperForStrokesOnBlackAlone() {
        Samples strokes = Samples.of(TEST);
        assertThat(strokes.rows()).hasSize(10);
        assertThat(Pictures.of(TEST.shape().orElseThrow(), strokes).ink()).isTrue();
        float[] bright = new float[784];
        java.util.Arrays.fill(bright, 0.8f);
        assertThat(Pictures.of(TEST.shape().orElseThrow(), new Samples(List.of(bright)))
                        .ink())
                .isFalse();
    }

    @Test
    void rowsThatAreNoImagesAndHaveNoLabels() throws Exception {
        float[] values = new float[50 * 784];
        for (int i = 0; i < values.length; i++) {
            values[i] = (i * 31 % 97) / 97f;
        }
        Dataset table = Dataset.ofFloats("table", values, 784);
        write(SyntheticStudy.results(2, "tuned"), table);

        String html = Files.readString(folder.resolve("report.html"));
        assertThat(html)
                .contains("there is nothing to draw")
                .doesNotContain("Error by true")
                .doesNotContain("Figures 1 to 5")
                .contains("are left out.", "There is no UMAP map", "How the networks use their codes");
        assertThat(folder.resolve("figures/map-1a.png")).isNotEmptyFile();
        assertThat(folder.resolve("figures/plane-decoded.png")).doesNotExist();
        assertThat(folder.resolve("figures/reconstruction-1.png")).doesNotExist();
        assertThat(folder.resolve("figures/convergence.png")).isNotEmptyFile();
    }

    /** 400 points around the corners of a square, a label each. */
    @Test
    void aMapShowsEveryLabelInItsColourWithItsNameAndImages() {
        byte[] pixels = new byte[400 * 784];
        int[] labels = new int[400];
        float[][] points = new float[400][2];
        Random random = new Random(2);
        for (int r = 0; r < 400; r++) {
            labels[r] = 3 + r % 4 * 5; // 3, 8, 13, 18: labels need not start at 0
            points[r][0] = (float) (r % 2 * 10 + random.nextGaussian() * 0.7);
            points[r][1] = (float) (r / 2 % 2 * 10 + random.nextGaussian() * 0.7);
            Arrays.fill(pixels, r * 784, r * 784 + 784, (byte) (60 * (r % 4)));
        }
        Dataset data =
                Dataset.ofPixels("squares", pixels, 784).withLabels(labels).withShape(new ImageShape(28, 28, 1));
        LabelStyle style = LabelStyle.of(data);
        Pictures pictures = Pictures.of(new ImageShape(28, 28, 1), Samples.of(data));
        BufferedImage with = new MapFigure(data, style, pictures, SyntheticStudy.ENGLISH)
                .draw(points, PlotFrame.equal(points), "title", "x", "y", true)
                .image();
        BufferedImage without = new MapFigure(data, style, null, SyntheticStudy.ENGLISH)
                .draw(points, PlotFrame.equal(points), "title", "x", "y", true)
                .image();
        for (int label : style.labels()) {
            int colour = style.colour(label).getRGB();
            // The disc alone has about 500 pixels, a hundred points 10 each.
            assertThat(PixelCount.of(without, colour)).as("label %d", label).isGreaterThan(800);
            // An image in that label's frame: its grey, on paper, a square of 56.
            int grey = 60 * (label - 3) / 5;
            BufferedImage image = new BufferedImage(56, 56, BufferedImage.TYPE_INT_RGB);
            float[] row = new float[784];
            Arrays.fill(row, grey / 255f);
            pictures.draw(image.createGraphics(), row, 0, 0, 56);
            assertThat(PixelCount.of(with, image.getRGB(5, 5)))
                    .as("images of %d", label)
                    .isGreaterThanOrEqualTo(56 * 56);
        }
    }

    /** As vectors, the points alone would take a megabyte and long to draw. */
    @Test
    void theVectorsOfAMapHoldItsPointsAsOnePicture() {
        int rows = MapFigure.MOST_POINTS;
        float[][] points = new float[rows][2];
        int[] labels = new int[rows];
        Random random = new Random(3);
        for (int r = 0; r < rows; r++) {
            labels[r] = r % 10;
            points[r][0] = (float) (random.nextGaussian() + labels[r] % 4);
            points[r][1] = (float) (random.nextGaussian() + labels[r] / 4 * 2);
        }
        Dataset data = Dataset.ofFloats("many", new float[rows], 1).withLabels(labels);
        byte[] svg = new MapFigure(data, LabelStyle.of(data), null, SyntheticStudy.ENGLISH)
                .draw(points, PlotFrame.equal(points), "title", "first axis", "second axis", true)
                .svg();
        String text = new String(svg, StandardCharsets.UTF_8);
        assertThat(svg.length).isLessThan(400_000);
        assertThat(text.split("<image", -1)).as("the points").hasSize(1 + 1);
        assertThat(text.split("<circle", -1)).as("three discs for each label").hasSize(1 + 3 * 10);
        assertThat(text).contains(">title<", ">first axis<", ">second axis<", ">0<", ">9<");
    }

    @Test
    void fortyLabelsAreToldApartByColourAndShape() {
        Dataset forty = Dataset.ofFloats("forty", new float[41], 1)
                .withLabels(IntStream.range(0, 41).map(r -> r % 40).toArray());
        LabelStyle style = LabelStyle.of(forty);
        Set<String> looks = new HashSet<>();
        for (int r = 0; r < 40; r++) {
            looks.add(
                    style.colour(forty, r) + " " + style.mark(forty, r, 0, 0, 5).getClass() + " "
                            + style.mark(forty, r, 0, 0, 5).contains(1.4, -2));
        }
        assertThat(looks).hasSize(40);
        Dataset more = Dataset.ofFloats("more", new float[41], 1)
                .withLabels(IntStream.range(0, 41).toArray());
        assertThat(LabelStyle.of(more).isLabelled()).isFalse();
    }

    @Test
    void everyColourStandsOutFromWhite() {
        for (String colour : LabelColours.ON_WHITE) {
            double luminance = 0; // as WCAG 2 defines it
            for (int c = 0; c < 3; c++) {
                double value = Integer.parseInt(colour.substring(2 * c, 2 * c + 2), 16) / 255.0;
                luminance += new double[] {0.2126, 0.7152, 0.0722}[c]
                        * (value <= 0.04045 ? value / 12.92 : Math.pow((value + 0.055) / 1.055, 2.4));
            }
            assertThat(1.05 / (luminance + 0.05)).as(colour).isGreaterThan(3);
        }
    }

    @Test
    void mapsOfOnePointAndOfEqualPoints() {
        for (int rows : new int[] {1, 5}) {
            Dataset data = Dataset.ofFloats("same", new float[rows], 1).withLabels(new int[rows]);
            float[][] points = new float[rows][2];
            BufferedImage image = new MapFigure(data, LabelStyle.of(data), null, SyntheticStudy.ENGLISH)
                    .draw(points, PlotFrame.filled(points), "title", "x", "y", true)
                    .image();
            assertThat(PixelCount.of(image, LabelStyle.of(data).colour(0).getRGB()))
                    .isGreaterThan(200);
        }
    }

    @Test
    void picturesKeepTheirFrequentColours() {
        BufferedImage image = new BufferedImage(100, 100, BufferedImage.TYPE_INT_RGB);
        for (int i = 0; i < 10_000; i++) {
            image.setRGB(i % 100, i / 100, i < 9_000 ? 0xffffff : i < 9_500 ? 0x12161c : i * 7919);
        }
        BufferedImage indexed = Pictures.indexed(image);
        assertThat(indexed.getType()).isEqualTo(BufferedImage.TYPE_BYTE_INDEXED);
        assertThat(indexed.getRGB(5, 5)).isEqualTo(0xffffffff);
        assertThat(indexed.getRGB(5, 92)).isEqualTo(0xff12161c);
        assertThat(PixelCount.of(indexed, 0xffffffff)).isEqualTo(9_000);
    }

    @Test
    void aRunWithoutItsModelIsRefused() {
        StudyResults results = SyntheticStudy.results(2, "tuned");
        assertThatThrownBy(
                        () -> StudyReport.write(folder, results, TEST, ColumnPca.of(PCA), Map.of(), Language.ENGLISH))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("no model for run 784-128-2-tuned");
    }

    @Test
    void aStudyWithoutRunsIsRefused() {
        StudyResults none = SyntheticStudy.results(List.of());
        assertThatThrownBy(() -> write(none, TEST))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("the study has no runs to report on");
    }

    private void write(StudyResults results, Dataset test) throws Exception {
        StudyReport.write(folder, results, test, ColumnPca.of(PCA), SyntheticStudy.models(results), Language.ENGLISH);
    }

    private static int colours(BufferedImage image, int left, int top, int width, int height) {
        Set<Integer> colours = new HashSet<>();
        for (int y = top; y < top + height; y++) {
            for (int x = left; x < left + width; x++) {
                colours.add(image.getRGB(x, y));
            }
        }
        return colours.size();
    }
}
