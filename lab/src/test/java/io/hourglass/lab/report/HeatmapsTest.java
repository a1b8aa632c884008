package io.hourglass.lab.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.hourglass.Autoencoder;
import io.hourglass.Dataset;
import io.hourglass.ImageShape;
import io.hourglass.nn.Architecture;
import io.hourglass.nn.Layer;
import java.awt.Color;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HeatmapsTest {
    @TempDir
    Path folder;

    /** A model whose reconstruction is grey: its weights are 0. */
    private static Autoencoder grey(String architecture) {
        Map<String, float[]> tensors = new HashMap<>();
        for (Layer layer : Architecture.parse(architecture).layers()) {
            tensors.put(layer.weight(), new float[(int) layer.weights()]);
            tensors.put(layer.bias(), new float[layer.biases()]);
        }
        return Autoencoder.of(Architecture.parse(architecture), tensors, Map.of());
    }

    /** A convolutional network: the errors of a pixel's colours are summed, each image is in its own colours. */
    @Test
    void errorsOfColoursAreSummed() throws IOException {
        // red, grey and nearly white pixels: squared errors of 0.75, 0 and 0.25 with a reconstruction of 0.5
        float[] image = {1, 0, 0, 0.5f, 0.5f, 0.5f, 1, 0.5f, 0.5f, 0.5f, 0.5f, 0.5f};
        Dataset data = Dataset.ofFloats("colours", image, 12)
                .withShape(new ImageShape(2, 2, 3))
                .withLabels(new int[] {0})
                .withLabelNames(List.of("../up & away"));
        Heatmaps.write(
                folder.resolve("maps"),
                grey("2x2x3-2c3s1-4-1"),
                List.of(new Heatmaps.Row(data, 0, 123_456)),
                data.shape().orElseThrow());
        Path file = folder.resolve("maps/row-123456-label-.._up_away.png");
        BufferedImage picture = ImageIO.read(file.toFile());
        int step = 112 + 8;
        assertThat(picture.getHeight()).isEqualTo(112);
        assertThat(picture.getWidth()).isEqualTo(2 * step + 112);
        assertThat(picture.getRGB(28, 28)).isEqualTo(Color.RED.getRGB());
        assertThat(picture.getRGB(28, 84)).isEqualTo(new Color(255, 128, 128).getRGB());
        assertThat(picture.getRGB(step + 28, 28)).isEqualTo(new Color(128, 128, 128).getRGB());
        assertThat(picture.getRGB(2 * step + 28, 28)).isEqualTo(Color.WHITE.getRGB());
        assertThat(picture.getRGB(2 * step + 84, 28)).isEqualTo(Color.BLACK.getRGB());
        assertThat(picture.getRGB(2 * step + 28, 84)).isEqualTo(Color.RED.getRGB());
    }

    @Test
    void enormousErrorsAreDrawnToo() throws IOException {
        Architecture architecture = Architecture.parse("4-1").withOutputActivation(io.hourglass.nn.Activation.IDENTITY);
        Map<String, float[]> tensors = grey("4-1").tensors();
        Autoencoder model = Autoencoder.of(architecture, tensors, Map.of());
        Dataset data = Dataset.ofFloats("large", new float[] {Float.MAX_VALUE, 0, 0, 0, 0, 0, 0, 0}, 4);
        ImageShape shape = new ImageShape(2, 2, 1);
        Heatmaps.write(folder, model, List.of(new Heatmaps.Row(data, 0, 0), new Heatmaps.Row(data, 1, 1)), shape);
        BufferedImage picture = ImageIO.read(folder.resolve("row-00000.png").toFile());
        assertThat(picture.getRGB(28, 28)).isEqualTo(Color.WHITE.getRGB());
        assertThat(picture.getRGB(240 + 28, 28)).isEqualTo(Color.WHITE.getRGB());
        assertThat(picture.getRGB(240 + 84, 28)).isEqualTo(Color.BLACK.getRGB());
        BufferedImage perfect = ImageIO.read(folder.resolve("row-00001.png").toFile());
        assertThat(perfect.getRGB(240 + 28, 28)).isEqualTo(Color.BLACK.getRGB());
        try (Stream<Path> files = Files.list(folder)) {
            assertThat(files).hasSize(2);
        }
    }
}
