package io.hourglass.lab.codec;

import io.hourglass.Autoencoder;
import io.hourglass.Dataset;
import io.hourglass.ImageShape;
import io.hourglass.engine.Random;
import io.hourglass.nn.Architecture;
import io.hourglass.nn.Layer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;

/** Small models, rows and files, made of nothing but exact arithmetic: the same on every machine. */
final class SmallCodec {
    private SmallCodec() {}

    /** A model of that form, for instance {@code 12-6-2}, with random weights. */
    static Autoencoder model(String architecture, long seed) {
        Architecture form = Architecture.parse(architecture);
        Random random = new Random(seed, 0);
        Map<String, float[]> tensors = new LinkedHashMap<>();
        for (Layer layer : form.layers()) {
            tensors.put(layer.name() + ".weight", random(random, layer.inputs() * layer.outputs()));
            tensors.put(layer.name() + ".bias", random(random, layer.outputs()));
        }
        return Autoencoder.of(form, tensors, Map.of());
    }

    private static float[] random(Random random, int length) {
        float[] values = new float[length];
        for (int i = 0; i < length; i++) {
            values[i] = (random.below(2001) - 1000) / 1024f;
        }
        return values;
    }

    /** Random images of 3 x 4 pixels. */
    static Dataset pixels(int rows) {
        Random random = new Random(5, 0);
        byte[] pixels = new byte[rows * 12];
        for (int i = 0; i < pixels.length; i++) {
            pixels[i] = (byte) random.below(256);
        }
        return Dataset.ofPixels("small", pixels, 12).withShape(new ImageShape(3, 4, 1));
    }

    /** Random codes. */
    static float[][] codes(int rows, int latent) {
        Random random = new Random(rows, latent);
        float[][] codes = new float[rows][latent];
        for (float[] code : codes) {
            for (int d = 0; d < latent; d++) {
                code[d] = (float) (random.gaussian() * (d + 1) - d);
            }
        }
        return codes;
    }

    /** A header of rows of 12 floats. */
    static HgzHeader header(int bits, int latent, long rows, int blockRows) {
        return new HgzHeader(HgzHeader.VERSION, bits, false, 12, latent, rows, blockRows, null, "ab".repeat(32), 7);
    }

    /** A whole file. */
    static byte[] file(HgzHeader header, float[][] codes) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        HgzWriter writer = new HgzWriter(bytes, header);
        for (float[] code : codes) {
            writer.add(code);
        }
        writer.finish();
        return bytes.toByteArray();
    }
}
