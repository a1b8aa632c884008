package io.hourglass;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The programs of the README's chapter on the library, in {@code src/test/examples}: compiled and run as a user does,
 * one after another.
 */
class ExamplesTest {
    private static final Path HERE = Path.of(System.getProperty("basedir", "."));

    @TempDir
    Path folder;

    @Test
    void theReadmesProgramsPrintWhatItShows() throws Exception {
        Path data = HERE.resolveSibling("data");
        if (!Files.exists(data)) {
            data = HERE.resolve("../data");
        }
        Files.createSymbolicLink(folder.resolve("data"), data.toRealPath());
        String readme = Files.readString(data.resolveSibling("README.md"), StandardCharsets.UTF_8);
        for (String name : List.of("FitAndEncode", "LoadAndScore", "Decode")) {
            Path file = HERE.resolve("src/test/examples/" + name + ".java");
            String program = Files.readString(file, StandardCharsets.UTF_8);
            assertThat(program.lines().count()).as("lines of %s", name).isLessThanOrEqualTo(25);
            assertThat(readme).as("%s in README.md", name).contains("```java\n" + program + "```\n");
            String output = run(file.toRealPath());
            assertThat(readme).as("output of %s in README.md", name).contains(output);
        }
        BufferedImage image = ImageIO.read(folder.resolve("between.png").toFile());
        assertThat(image.getWidth()).isEqualTo(28);
        Autoencoder model = Autoencoder.load(folder.resolve("digits.safetensors"));
        Dataset test = Idx.readImages(folder.resolve("data/mnist/t10k-images-idx3-ubyte.gz"));
        float[] code = model.encode(test.row(0));
        float[] other = model.encode(test.row(1));
        for (int i = 0; i < code.length; i++) {
            code[i] = (code[i] + other[i]) / 2;
        }
        float[] between = model.decode(code);
        int brightest = 0;
        for (int i = 0; i < 28 * 28; i++) {
            int pixel = image.getRaster().getSample(i % 28, i / 28, 0);
            assertThat(pixel).as("pixel %d", i).isEqualTo(Math.round(255 * between[i]));
            brightest = Math.max(brightest, pixel);
        }
        assertThat(brightest).isGreaterThan(50);
    }

    /**
     * Compiles and runs a program in one go, as the README tells, in the temporary folder; what it prints but the JVM's
     * warnings.
     */
    private String run(Path program) throws IOException, InterruptedException {
        Path java = Path.of(System.getProperty("java.home"), "bin", "java");
        Path classes = Path.of(Autoencoder.class
                .getProtectionDomain()
                .getCodeSource()
                .getLocation()
                .getPath());
        Process process = new ProcessBuilder(
                        java.toString(), ChildJvm.VECTOR_MODULE, "-cp", classes.toString(), program.toString())
                .directory(folder.toFile())
                .redirectError(folder.resolve("errors.txt").toFile())
                .start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(3, TimeUnit.MINUTES)).isTrue();
        assertThat(process.exitValue())
                .as(() -> "%s: %s".formatted(program, errors()))
                .isZero();
        return output;
    }

    private String errors() {
        try {
            return Files.readString(folder.resolve("errors.txt"), StandardCharsets.UTF_8);
        } catch (IOException e) {
            return e.toString();
        }
    }
}
