package io.hourglass.lab.explorer;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Page;
import io.hourglass.Autoencoder;
import io.hourglass.Dataset;
import io.hourglass.lab.Chromium;
import io.hourglass.lab.text.Language;
import io.hourglass.nn.Architecture;
import io.hourglass.nn.Layer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/**
 * Measures how smoothly the explorer moves 70,000 points at 1280 pixels, without a graphics processor; BENCHMARKS.md
 * tells how it is run. It asserts no times, which depend on the machine and on what else it does.
 */
@Tag("once")
@EnabledIfSystemProperty(named = "explorer.frames", matches = "\\d+", disabledReason = "measures only when asked to")
class ExplorerFramesTest {
    private static final int POINTS = 70_000;
    private static final int VALUES = 16;

    @TempDir
    Path folder;

    @Test
    void pansAndZooms() throws IOException {
        int frames = Integer.getInteger("explorer.frames");
        Path file = folder.resolve("many.html");
        Autoencoder model = model(Architecture.of(VALUES, List.of(8), 2));
        Items items = Items.of(model, clouds(), null, POINTS);
        ExplorerModel shown = new ExplorerModel("many", model, items, List.of(PlaneMap.direct(items, null)));
        ExplorerPage.write(file, List.of(shown), Language.ENGLISH, false, null);
        try (Chromium chromium = Chromium.start()) {
            Page page = chromium.open(file, 1280);
            page.evaluate("window.hourglass.then(h => { window.h = h; return h.measure(60); })"); // to warm up
            for (int round = 0; round < 3; round++) {
                String lists = (String) page.evaluate("h.measure(" + frames + ").then(m => [m.renderer, "
                        + "`${h.map.overlay.width} x ${h.map.overlay.height}`, m.between, m.drawing].join(';'))");
                String[] parts = lists.split(";", -1);
                double[] between = sorted(parts[2]);
                double[] drawing = sorted(parts[3]);
                assertThat(between).hasSize(frames);
                System.out.printf(
                        Locale.ROOT,
                        "%s, %s, %d frames: between frames %.1f ms at the median, %.1f at 95 %%, %.1f at 99 %%; "
                                + "drawing %.1f, %.1f, %.1f%n",
                        parts[0],
                        parts[1],
                        frames,
                        at(between, 0.5),
                        at(between, 0.95),
                        at(between, 0.99),
                        at(drawing, 0.5),
                        at(drawing, 0.95),
                        at(drawing, 0.99));
            }
        }
    }

    private static double[] sorted(String list) {
        return Arrays.stream(list.split(",", -1))
                .mapToDouble(Double::parseDouble)
                .sorted()
                .toArray();
    }

    private static double at(double[] sorted, double share) {
        return sorted[(int) Math.ceil(share * sorted.length) - 1];
    }

    /** Ten labels, each a cloud. */
    private static Dataset clouds() {
        Random random = new Random(1);
        double[] middles = random.doubles(10L * VALUES, -3, 3).toArray();
        float[] values = new float[POINTS * VALUES];
        int[] labels = new int[POINTS];
        for (int row = 0; row < POINTS; row++) {
            labels[row] = random.nextInt(10);
            for (int j = 0; j < VALUES; j++) {
                values[row * VALUES + j] = (float) (middles[labels[row] * VALUES + j] + random.nextGaussian());
            }
        }
        return Dataset.ofFloats("clouds", values, VALUES)
                .withLabels(labels)
                .withLabelNames(List.of("0", "1", "2", "3", "4", "5", "6", "7", "8", "9"));
    }

    private static Autoencoder model(Architecture architecture) {
        Random random = new Random(5);
        Map<String, float[]> tensors = new LinkedHashMap<>();
        for (Layer layer : architecture.layers()) {
            float[] weights = new float[(int) layer.weights()];
            for (int i = 0; i < weights.length; i++) {
                weights[i] = (float) (random.nextGaussian() / Math.sqrt(layer.fanIn()) / 2);
            }
            tensors.put(layer.weight(), weights);
            tensors.put(layer.bias(), new float[layer.biases()]);
        }
        return Autoencoder.of(architecture, tensors, Map.of());
    }
}
