package io.hourglass.lab.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.hourglass.Autoencoder;
import io.hourglass.Scaler;
import io.hourglass.format.Safetensors;
import io.hourglass.lab.data.Npy;
import io.hourglass.nn.Architecture;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Convolutional networks on the command line. */
class ConvolutionsTest {
    @TempDir
    Path folder;

    private Path data;
    private Path model;

    @BeforeEach
    void write() throws IOException {
        data = TinyData.write(folder.resolve("data"), 9);
        model = folder.resolve("model.safetensors");
    }

    private static Object[] train(Path data, Path model, Object... options) {
        List<Object> words = new ArrayList<>(List.of("train", "--data", data, "-o", model, "--epochs", 2));
        words.addAll(List.of(options));
        return words.toArray();
    }

    private Cli train(Object... options) {
        return Cli.run(train(data, model, options));
    }

    private Architecture trained(Object... options) throws IOException {
        Cli.ok(train(data, model, options));
        return Autoencoder.load(model).architecture();
    }

    private static Path tensorsOf(Path model, Path bare) throws IOException {
        Safetensors.write(bare, Map.of(), Safetensors.read(model).tensors());
        return bare;
    }

    @Test
    void infoShowsTheLayers() throws IOException {
        assertThat(trained("--conv", "3,4", "--latent", 5)).hasToString("9x9x1-3c3s2-4c3s2-128-5");
        assertThat(Cli.ok("info", model).out()).contains("""
                layers
                  name       kind             input  output  kernel  stride  padding      activation  parameters
                  encoder.0  Conv2d           9x9x1  5x5x3   3       2       1            tanh                30
                  encoder.2  Conv2d           5x5x3  3x3x4   3       2       1            tanh               112
                  encoder.5  Linear           3x3x4  128                                  tanh             4,736
                  encoder.7  Linear           128    5                                    identity           645
                  decoder.0  Linear           5      128                                  tanh               768
                  decoder.2  Linear           128    3x3x4                                tanh             4,644
                  decoder.5  ConvTranspose2d  3x3x4  5x5x3   3       2       1, output 0  tanh               111
                  decoder.7  ConvTranspose2d  5x5x3  9x9x1   3       2       1, output 0  sigmoid             28
                """);
        assertThat(Cli.ok("info", model, "--json").out()).contains("""
                  "layers" : [ {
                    "name" : "encoder.0",
                    "kind" : "Conv2d",
                    "inputs" : 81,
                    "outputs" : 75,
                    "inputShape" : "9x9x1",
                    "outputShape" : "5x5x3",
                    "convolution" : {
                      "kernel" : 3,
                      "stride" : 2,
                      "padding" : 1,
                      "outputPadding" : null
                    },
                    "activation" : "tanh",
                    "parameters" : 30
                  },""".indent(2).stripTrailing());
    }

    @Test
    void kernelsAndStridesAreOneForAllOrOneForEach() throws IOException {
        assertThat(trained("--conv", "2,3", "--kernel", 5, "--stride", "1,3", "--hidden", "none"))
                .hasToString("9x9x1-2c5s1-3c5s3-20");
        assertThat(trained("--conv", "2", "--kernel", 1, "--stride", 1, "--hidden", "7,6", "--latent", 2, "--force"))
                .hasToString("9x9x1-2c1s1-7-6-2");
    }

    @ParameterizedTest
    @CsvSource({
        "2, --kernel 3, '--kernel and --stride need --conv, the channels of convolutions'",
        "2, --stride 2, '--kernel and --stride need --conv, the channels of convolutions'",
        "2, --conv 4 --tied, --tied and --conv cannot be combined",
        "2, '--conv 4,4 --kernel 3,3,3', '--kernel has 3 numbers, expected one, or 2, one for each number of --conv'",
        "2, '--conv 4 --stride 2,2', '--stride has 2 numbers, expected one, or 1, one for each number of --conv'",
        "2, --conv 4 --kernel 4, '--kernel 4, expected an odd number from 1 to 31'",
        "2, --conv 4 --stride 4, '--stride 4, expected 1 to 3'",
        "2, --conv 0, '--conv 0, expected 1 to 16384'",
        "2, '--conv 4, --hidden 3', '--conv ''4,'': expected values with a comma between them, none of them empty'",
        "2, --conv=, '--conv '''': expected values'",
        "2, '--conv 4 --kernel ,3', '--kernel '',3'': expected values'",
        "2, '--stride=1,,2', '--stride ''1,,2'': expected values'",
        "2, '--map=a=b,', '--map ''a=b,'': expected values'",
        "2, --conv x, '--conv'",
        "1, '--conv 4,4,4,4,4', 'data: images of 9x9x1 are a single pixel after 4 convolutions before the last'",
        "1, --conv 4 --shape 8x8, 'data: rows of 81 values, expected 64 or three times as many for --shape 8x8'",
        "1, --conv 4 --shape 27x3, 'data: holds images of 9x9 pixels, expected --shape 27x3'"
    })
    void whatDoesNotFitIsRefused(int code, String options, String message) {
        train((Object[]) options.split(" ")).failed(code, message);
        assertThat(model).doesNotExist();
    }

    @Test
    void aTableNeedsAShape() throws IOException {
        Path table = folder.resolve("table.csv");
        StringBuilder text = new StringBuilder();
        Random random = new Random(1);
        for (int row = 0; row < 60; row++) {
            for (int column = 0; column < 48; column++) {
                text.append(column == 0 ? "" : ",").append(random.nextInt(256));
            }
            text.append('\n');
        }
        Files.writeString(table, text);
        Cli.run(train(table, model, "--conv", 2))
                .failed(
                        1,
                        "table.csv: states no image shape; if its rows of 48 values are images, give their width "
                                + "and height with --shape");
        Cli.ok(train(table, model, "--conv", 2, "--shape", "8x6"));
        assertThat(Autoencoder.load(model).architecture()).hasToString("6x8x1-2c3s2-6");
        Cli.ok(train(table, model, "--conv", 2, "--shape", "4x4", "--force"));
        assertThat(Autoencoder.load(model).architecture()).hasToString("4x4x3-2c3s2-6");
        Cli.ok("evaluate", model, "--data", table);

        Cli.ok(train(table, model, "--shape", "8x6", "--force")); // dense, of images all the same
        assertThat(Autoencoder.load(model).metadata()).containsEntry("data.image_shape", "6x8x1");
    }

    /** All values of an image are scaled alike: an image whose pixels were standardised one by one is none. */
    @ParameterizedTest
    @CsvSource({
        "0.004, 0, NONE, ''",
        "1, 0, PIXEL, 'scaler: pixel, the same for all values of an image'",
        "0.5, -3, STANDARD, 'scaler: standard, the same for all values of an image, so the output is linear'"
    })
    void arraysOfImagesAreScaledAsAWhole(float step, float first, Scaler.Kind kind, String said) throws IOException {
        ByteBuffer values = ByteBuffer.allocate(60 * 20 * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        Random random = new Random(1);
        while (values.hasRemaining()) {
            values.putFloat(first + step * random.nextInt(1 + values.position() / 4 % 20 * 12));
        }
        Path array = folder.resolve("array.npy");
        try (OutputStream out = Files.newOutputStream(array)) {
            out.write(Npy.header("<f4", List.of(60, 5, 4, 1)));
            out.write(values.array());
        }
        assertThat(Cli.ok(train(array, model, "--conv", 2)).err()).contains(said);
        Scaler scaler = Autoencoder.load(model).scaler();
        assertThat(scaler.kind()).isEqualTo(kind);
        assertThat(Arrays.stream(scaler.offset()).distinct().count()).isLessThan(2);
        assertThat(Arrays.stream(scaler.factor()).distinct().count()).isLessThan(2);
        if (kind == Scaler.Kind.STANDARD) {
            Cli.ok(train(array, model, "--conv", 2, "--scale", "standard", "--force"));
            assertThat(Arrays.stream(Autoencoder.load(model).scaler().offset()).distinct())
                    .hasSizeGreaterThan(10);
        }
    }

    /** The colours of a folder are kept, as bytes with the channels of a pixel side by side. */
    @Test
    void coloursAreKept() throws IOException {
        Path photos = folder.resolve("photos");
        photos(photos, 0xff8000);
        Cli.ok(train(photos, model, "--conv", 3, "--latent", 2));
        assertThat(Autoencoder.load(model).architecture()).hasToString("8x10x3-3c3s2-2");
        assertThat(Cli.ok("evaluate", model, "--data", photos).out()).contains("rows  20");
        Cli.ok(train(photos, model, "--conv", 3, "--latent", 2, "--no-rgb", "--force"));
        assertThat(Autoencoder.load(model).architecture()).hasToString("8x10x1-3c3s2-2");
        Cli.ok(train(photos, model, "--latent", 2, "--force")); // dense as before
        assertThat(Autoencoder.load(model).architecture().inputs()).isEqualTo(80);

        photos(photos, 0x808080);
        Cli.ok(train(photos, model, "--conv", 3, "--latent", 2, "--force"));
        assertThat(Autoencoder.load(model).architecture()).hasToString("8x10x1-3c3s2-2");
        Cli.ok(train(photos, model, "--conv", 3, "--latent", 2, "--rgb", "--force"));
        assertThat(Autoencoder.load(model).architecture()).hasToString("8x10x3-3c3s2-2");
    }

    private static void photos(Path photos, int colour) throws IOException {
        Files.createDirectories(photos);
        for (int i = 0; i < 20; i++) {
            BufferedImage image = new BufferedImage(10, 8, BufferedImage.TYPE_INT_RGB);
            image.setRGB(i % 10, i % 8, colour);
            ImageIO.write(image, "png", photos.resolve(i + ".png").toFile());
        }
    }

    @Test
    void trainingGoesOnAfterAStop() throws IOException {
        Path states = folder.resolve("states");
        Object[] options = {"--conv", "3,4", "--latent", 5, "--variational", "--seed", 3};
        Cli.ok(train(data, model, options));
        String whole = Autoencoder.load(model).weightsSha256();
        List<Object> stopped = new ArrayList<>(List.of(options));
        stopped.addAll(List.of("--checkpoint", states, "--force"));
        Cli.ok(train(data, model, stopped.toArray()));
        Files.delete(states.resolve("epoch-0000002.safetensors"));
        assertThat(Cli.ok("info", states.resolve("epoch-0000001.safetensors")).out())
                .contains("9x9x1-3c3s2-4c3s2-128-5, variational");
        stopped.add("--resume");
        assertThat(Cli.ok(train(data, model, stopped.toArray())).err()).contains("resuming after epoch 1");
        assertThat(Autoencoder.load(model).weightsSha256()).isEqualTo(whole);
    }

    /** A file of tensors: commands that read images find their size there, others need to be told. */
    @Test
    void bareTensorsAreReadWithTheirImages() throws IOException {
        trained("--conv", "3,4", "--latent", 5);
        Path bare = tensorsOf(model, folder.resolve("bare.safetensors"));
        String evaluated = Cli.ok("evaluate", model, "--data", data, "--json").out();
        String mse = evaluated.replaceAll("(?s).*(\"mse\" : [^,]*),.*", "$1");
        assertThat(Cli.ok("evaluate", bare, "--data", data, "--json").out()).contains(mse);
        Path codes = folder.resolve("codes.csv");
        Cli.ok("encode", bare, "--data", data, "-o", codes);
        Path pictures = folder.resolve("pictures.png");
        Cli.run("decode", bare, codes, "-o", pictures)
                .failed(
                        1,
                        bare + ": holds convolutions, but not the height and width of their images, expected to be "
                                + "told them (on the command line with --shape, such as --shape 28x28)");
        Cli.ok("decode", bare, codes, "--shape", "9x9", "-o", pictures);
        Cli.run("info", bare, "--shape", "8x8")
                .failed(
                        1,
                        bare + ": tensor encoder.5.weight takes 36 values, but images of 8x8x1 are 2x2x4 after "
                                + "convolutions with strides [2, 2], expected 16 values");
        assertThat(Cli.ok("info", bare, "--shape", "9x9").out()).contains("9x9x1-3c3s2-4c3s2-128-5");

        Path next = folder.resolve("next.safetensors");
        Cli.ok(train(data, next, "--init", bare));
        assertThat(Autoencoder.load(next).architecture()).hasToString("9x9x1-3c3s2-4c3s2-128-5");
        assertThat(Cli.ok(train(data, next, "--init", model, "--conv", "3,4", "--force"))
                        .err())
                .contains("training 9x9x1-3c3s2-4c3s2-128-5");
        Cli.run(train(data, next, "--init", model, "--conv", "3,5", "--force"))
                .failed(
                        1,
                        model + ": holds a network 9x9x1-3c3s2-4c3s2-128-5, but the options ask for "
                                + "9x9x1-3c3s2-5c3s2-128-5; leave out those that differ, or --init");
        Cli.run(train(data, next, "--init", model, "--kernel", 5, "--force"))
                .failed(1, "but the options ask for 9x9x1-3c5s2-4c5s2-128-5; leave out");
        for (String variant : new String[] {"--tied", "--variational"}) {
            Cli.run(train(data, next, "--init", model, variant, "--force"))
                    .failed(
                            1,
                            model + ": holds a network 9x9x1-3c3s2-4c3s2-128-5, which " + variant
                                    + " does not suit; leave it out, or --init");
        }
    }

    @Test
    void stridesOfBareTensorsAreGiven() throws IOException {
        trained("--conv", "3,4", "--stride", "1,2", "--hidden", "none", "--latent", 5);
        Path bare = tensorsOf(model, folder.resolve("bare.safetensors"));
        Cli.run("evaluate", bare, "--data", data)
                .failed(1, "takes 100 values, but images of 9x9x1 are 3x3x4 after convolutions with strides [2, 2]");
        assertThat(Cli.ok("info", bare, "--shape", "9x9", "--stride", "1,2").out())
                .contains("9x9x1-3c3s1-4c3s2-5");
        Cli.ok("evaluate", bare, "--data", data, "--stride", "1,2");
        Cli.run("evaluate", model, "--data", data, "--stride", 2)
                .failed(1, "with strides [1, 2], expected strides [2, 2] (on the command line, leave out --stride)");
        Path dense = folder.resolve("dense.safetensors");
        Cli.ok(train(data, dense, "--hidden", 7, "--latent", 2));
        Cli.run("evaluate", dense, "--data", data, "--stride", 2)
                .failed(1, "with no convolutions, expected strides [2]");
    }

    @Test
    void compressedRowsComeBackWithTheSameWeights() throws IOException {
        trained("--conv", "3,4", "--latent", 5);
        Path packed = folder.resolve("rows.hgz");
        Path first = folder.resolve("first.npy");
        Path second = folder.resolve("second.npy");
        Cli.ok("compress", model, "--data", data, "-o", packed);
        Cli.ok("decompress", model, packed, "-o", first);
        Path bare = tensorsOf(model, folder.resolve("bare.safetensors"));
        Cli.ok("decompress", bare, packed, "--shape", "9x9", "-o", second);
        assertThat(first).hasSameBinaryContentAs(second);
        Path other = folder.resolve("other.safetensors");
        Cli.ok(train(data, other, "--conv", "3,4", "--latent", 5, "--seed", 9));
        Cli.run("decompress", other, packed, "-o", second, "--force").failed(1, "rows.hgz");
    }

    /** As many values are not enough: the file is refused whether it is read as a whole or row by row. */
    @Test
    void imagesOfAnotherShapeAreRefused() throws IOException {
        trained("--conv", "3", "--latent", 5);
        ByteBuffer idx = ByteBuffer.allocate(16 + 2 * 81);
        idx.putInt(0x803).putInt(2).putInt(27).putInt(3);
        Path wide = Files.write(folder.resolve("wide-images-idx3-ubyte"), idx.array());
        String message = "the model takes rows of 81 values (images of 9x9x1), but those of ";
        Path packed = folder.resolve("rows.hgz");
        Cli.run("compress", model, "--data", wide, "-o", packed)
                .failed(1, message + wide + " have 81 (images of 27x3x1)");
        assertThat(packed).doesNotExist();
        Cli.run("evaluate", model, "--data", wide).failed(1, message, " have 81 (images of 27x3x1)");
        Path small = TinyData.write(folder.resolve("small"), 4);
        Cli.run("evaluate", model, "--data", small).failed(1, message, " have 16 (images of 4x4x1)");
    }
}
