package io.hourglass.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.hourglass.Assumptions;
import io.hourglass.Autoencoder;
import io.hourglass.Dataset;
import io.hourglass.Recipe;
import io.hourglass.Trainer;
import io.hourglass.lab.data.Npy;
import io.hourglass.nn.Activation;
import io.hourglass.nn.Architecture;
import io.hourglass.nn.Variant;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Models go to the PyTorch classes of the report's Listings, in full size, and come from them: both compute the same.
 */
class PyTorchTest {
    private static final int ROWS = 500;

    @TempDir
    Path folder;

    private PyTorch pytorch;
    private Dataset rows;

    @BeforeEach
    void findPyTorch() throws IOException, InterruptedException {
        Optional<PyTorch> found = PyTorch.find();
        assumeTrue(found.isPresent(), "skipped: no python3 with PyTorch here (Debian's package python3-torch)");
        pytorch = found.get();
        rows = Mnist.test().slice(0, ROWS);
        float[][] x = new float[ROWS][];
        for (int row = 0; row < ROWS; row++) {
            x[row] = rows.row(row);
        }
        Npy.write(folder.resolve("x.npy"), x);
    }

    @ParameterizedTest
    @CsvSource({
        "1, 784-128-2, PLAIN",
        "2, 784-128-16, PLAIN",
        "4, 784-256-128-8, PLAIN",
        "4, 784-256-128-8, TIED",
        "variational, 784-256-128-8, VARIATIONAL"
    })
    void oursLoadIntoTheClassOfTheListing(String listing, Architecture widths, Variant variant) throws Exception {
        Architecture architecture = widths.withVariant(variant);
        Path file = folder.resolve("ours.safetensors");
        Autoencoder model = new Trainer(architecture, Recipe.paper().with(r -> r.epochs(2)))
                .fit(Mnist.train().slice(0, 2000))
                .model();
        model.save(file);
        String said = pytorch.run("exchange.py", "read", listing, architecture.latent(), file, folder);
        compare("to " + said, model);
    }

    @ParameterizedTest
    @CsvSource({
        "1, 784-128-2, PLAIN",
        "2, 784-128-16, PLAIN",
        "4, 784-256-128-8, PLAIN",
        "variational, 784-256-128-8, VARIATIONAL"
    })
    void theListingsFilesLoadHere(String listing, Architecture widths, Variant variant) throws Exception {
        Architecture architecture = widths.withVariant(variant); // read from the tensors' shapes
        Path file = folder.resolve("theirs.safetensors");
        String said = pytorch.run("exchange.py", "write", listing, architecture.latent(), file, folder);
        Autoencoder model = Autoencoder.load(file);
        assertThat(model.architecture()).isEqualTo(architecture);
        compare("from " + said, model);
    }

    /** A network of PyTorch's modules, each by the name that the activation gives. */
    @ParameterizedTest
    @EnumSource
    void activationsArePyTorchs(Activation activation) throws Exception {
        Path file = folder.resolve("theirs.safetensors");
        String modules = String.join(",", activation.pytorch(), activation.pytorch(), activation.pytorch());
        String said = pytorch.run("exchange.py", "write", modules, 6, file, folder);
        Assumptions stated = new Assumptions(activation, activation, activation, Map.of());
        Autoencoder model = Autoencoder.load(file, stated);
        compare(activation.pytorch() + " from " + said, model);
    }

    private void compare(String what, Autoencoder model) throws IOException {
        double latent = difference("torch-latent.npy", model.encode(rows));
        double reconstruction = difference("torch-reconstruction.npy", model.reconstruct(rows));
        System.out.printf(
                "%s %s, %s: largest difference %.1e in codes, %.1e in reconstructions of %d images%n",
                model.architecture().variant().label(), model.architecture(), what, latent, reconstruction, ROWS);
    }

    /** The largest one, relative to values above 1, which must be below what different orders of summing give. */
    private double difference(String file, float[][] ours) throws IOException {
        Npy.Array theirs = Npy.read(folder.resolve(file));
        assertThat(theirs.shape()).containsExactly(ours.length, ours[0].length);
        float[] values = theirs.values(); // a copy
        double most = 0;
        for (int i = 0; i < values.length; i++) {
            double apart = Math.abs(ours[i / ours[0].length][i % ours[0].length] - values[i]);
            most = Math.max(most, apart / Math.max(1, Math.abs(values[i])));
        }
        assertThat(most).as(file).isLessThan(1e-5);
        return most;
    }
}
