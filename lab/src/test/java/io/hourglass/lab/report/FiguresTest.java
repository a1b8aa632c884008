package io.hourglass.lab.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hourglass.Dataset;
import io.hourglass.lab.analysis.Pca;
import io.hourglass.lab.study.StudyResults;
import java.awt.image.BufferedImage;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
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
                    folder.resolve("figures/figure" + figure + ".png").toFile());
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
            BufferedImage image = ConvergencePng.draw(Curve.of(all));
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
                .doesNotContain("Figures 1 to 5");
        assertThat(folder.resolve("figures/figure1.png")).doesNotExist();
        assertThat(folder.resolve("figures/convergence.png")).isNotEmptyFile();
    }

    @Test
    void aStudyWithoutRunsIsRefused() {
        StudyResults none = SyntheticStudy.results(List.of());
        assertThatThrownBy(() -> write(none, TEST))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("the study has no runs to report on");
    }

    private void write(StudyResults results, Dataset test) throws Exception {
        StudyReport.write(folder, results, test, PCA, SyntheticStudy.models(results), Map.of());
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
