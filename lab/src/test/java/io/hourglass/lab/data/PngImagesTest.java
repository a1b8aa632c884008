package io.hourglass.lab.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hourglass.ImageShape;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PngImagesTest {
    @TempDir
    Path folder;

    private BufferedImage read(String name) throws IOException {
        return ImageIO.read(folder.resolve("out").resolve(name).toFile());
    }

    @Test
    void greyPixelsAreExact() throws IOException {
        float[][] rows = new float[2][256];
        for (int i = 0; i < 256; i++) {
            rows[0][i] = i / 255f;
        }
        PngImages.write(folder.resolve("out"), rows, new ImageShape(2, 128, 1), done -> {});
        BufferedImage image = read("00000.png");
        assertThat(image.getWidth()).isEqualTo(128);
        assertThat(image.getHeight()).isEqualTo(2);
        assertThat(image.getColorModel().getNumComponents()).isEqualTo(1);
        for (int i = 0; i < 256; i++) {
            assertThat(image.getRaster().getSample(i % 128, i / 128, 0)).isEqualTo(i);
        }
        assertThat(read("00001.png").getRaster().getSample(127, 1, 0)).isZero();
    }

    @Test
    void coloursAreExact() throws IOException {
        float[][] rows = {{1, 0, 0, 0, 1, 0, 0, 0, 1, 0.2f, 0.4f, 0.6f}};
        PngImages.write(folder.resolve("out"), rows, new ImageShape(2, 2, 3), done -> {});
        BufferedImage image = read("00000.png");
        assertThat(image.getRGB(0, 0)).isEqualTo(0xffff0000);
        assertThat(image.getRGB(1, 0)).isEqualTo(0xff00ff00);
        assertThat(image.getRGB(0, 1)).isEqualTo(0xff0000ff);
        assertThat(image.getRGB(1, 1)).isEqualTo(0xff336699);
    }

    @Test
    void valuesAreRoundedAndClamped() {
        assertThat(Pixels.ofRows(new float[][] {{-1, 0, 0.5f / 255}, {1, 2, Float.POSITIVE_INFINITY}}))
                .containsExactly(0, 0, 1, 255, 255, 255);
        for (int i = 0; i < 256; i++) {
            assertThat(Pixels.of(i / 255f)).isEqualTo((byte) i);
        }
        assertThatThrownBy(() -> Pixels.of(Float.NaN)).isInstanceOf(IllegalArgumentException.class);
    }

    /** The folder of images is there as a whole, or as it was. */
    @Test
    void aFailedWriteLeavesTheOldImages() throws IOException {
        float[][] rows = {{0.25f}, {0.5f}};
        Path out = folder.resolve("out");
        PngImages.write(out, rows, new ImageShape(1, 1, 1), done -> {});
        byte[] old = Files.readAllBytes(out.resolve("00000.png"));
        rows[0][0] = 1;
        rows[1][0] = Float.NaN;
        assertThatThrownBy(() -> PngImages.write(out, rows, new ImageShape(1, 1, 1), done -> {}))
                .isInstanceOf(IllegalArgumentException.class);
        assertThat(out.resolve("00000.png")).hasBinaryContent(old);
        PngImages.write(out, new float[][] {{1}}, new ImageShape(1, 1, 1), done -> {});
        assertThat(read("00000.png").getRaster().getSample(0, 0, 0)).isEqualTo(255);
        assertThat(read("00001.png").getRaster().getSample(0, 0, 0)).isEqualTo(128);
        try (Stream<Path> files = Files.list(folder)) {
            assertThat(files).containsExactly(out);
        }
        Path file = Files.writeString(folder.resolve("file"), "a file");
        assertThatThrownBy(() -> PngImages.write(file, rows, new ImageShape(1, 1, 1), done -> {}))
                .hasMessageContaining("is a file, expected a folder");
    }

    @Test
    void refusesRowsOfAnotherWidth() {
        assertThatThrownBy(() -> PngImages.write(folder, new float[1][5], new ImageShape(2, 2, 1), done -> {}))
                .hasMessageContaining("rows of 5 values");
        assertThat(folder).isEmptyDirectory();
    }
}
