package io.hourglass;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hourglass.compute.EachKernels;
import io.hourglass.format.FormatException;
import io.hourglass.format.Safetensors;
import io.hourglass.nn.Activation;
import io.hourglass.nn.Architecture;
import io.hourglass.nn.Loss;
import io.hourglass.nn.Objective;
import io.hourglass.nn.Optimizer;
import io.hourglass.nn.Variant;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The other variants, trained completely: as exact as the plain one, and each serves its purpose. */
class VariantsTest {
    private static final Architecture SMALL = Architecture.parse("37-19-5");
    private static final Recipe PLAIN = Recipe.paper().with(r -> r.epochs(4).batchSize(13));
    private static final Dataset TRAIN = TestData.pixels(60, 37, 1);

    /** One of each variant, with the hash of its weights for any number of threads, kernels and JDK. */
    private enum Kind {
        BCE(
                SMALL,
                PLAIN.with(r -> r.loss(Loss.BCE)),
                "66864cb4d25c956dc3cf3c4e1b75a311bb37e050210792643fc170bc021e4931"),
        NOISE(SMALL, PLAIN.with(r -> r.noise(0.3)), "9ac17617e36420b57da9053c845992697e26a8edfeb660f933bdaab8d9679abb"),
        MASK(SMALL, PLAIN.with(r -> r.mask(0.4)), "ecb7426b5e8954ff4dcfe0c38115f28addb2f53b749077ce0eee3e086c1fd868"),
        NOISE_AND_MASK(
                SMALL,
                PLAIN.with(r -> r.noise(0.1).mask(0.2).shuffle(false)),
                "16552d0276801b2808824f541ed3f9a2ae42193839b06c533ab0738552735673"),
        TIED(
                SMALL.withVariant(Variant.TIED),
                PLAIN.with(r -> r.optimizer(Optimizer.ADAMW).weightDecay(0.1)),
                "0234ac899b3167d498acf78bd3403783e47528d61381c7044f8b2d3a91ecc8cc"),
        VARIATIONAL(
                SMALL.withVariant(Variant.VARIATIONAL),
                PLAIN,
                "4c5c0c07f8aecb571b2663012b64628b07ddb2a88901271d2c35943d7bf0a83f"),
        BETA(
                Architecture.parse("37-5").withVariant(Variant.VARIATIONAL),
                PLAIN.with(r -> r.objective(new Objective(Loss.BCE, 0, 4)).noise(0.1)),
                "817764b5e8452799e1444f9a695ed7ec9b812bdcd8b78e4477e74bbed81a4a24"),
        SPARSE(
                SMALL,
                PLAIN.with(r -> r.sparsity(0.01)),
                "fdc5341271b9bbacd2472beaf7bece52556210ee8ffc768ee44c2850bfa27574");

        final Architecture architecture;
        final Recipe recipe;
        final String sha256;

        Kind(Architecture architecture, Recipe recipe, String sha256) {
            this.architecture = architecture;
            this.recipe = recipe;
            this.sha256 = sha256;
        }

        Trainer trainer() {
            return new Trainer(architecture, recipe);
        }
    }

    @TempDir
    Path folder;

    @ParameterizedTest
    @EnumSource
    @EachKernels
    void hasTheKnownHash(Kind kind) {
        for (int threads = 1; threads <= 4; threads++) {
            assertThat(kind.trainer().threads(threads).fit(TRAIN).model().weightsSha256())
                    .as("%d threads", threads)
                    .isEqualTo(kind.sha256);
        }
    }

    /** What stops an epoch's listener stops the run: its state is that of a killed one. */
    @ParameterizedTest
    @EnumSource
    void aResumedRunEqualsOneNeverStopped(Kind kind) {
        Trainer.Result whole = kind.trainer().fit(TRAIN);
        TrainingListener stop = new TrainingListener() {
            @Override
            public void onEpoch(History.Epoch epoch) {
                if (epoch.epoch() == 2) {
                    throw new IllegalStateException("stopped");
                }
            }
        };
        assertThatThrownBy(() ->
                        kind.trainer().checkpoints(folder, false).listener(stop).fit(TRAIN))
                .hasMessage("stopped");
        Trainer.Result resumed =
                kind.trainer().threads(3).checkpoints(folder, true).fit(TRAIN);
        assertThat(resumed.model().weightsSha256()).isEqualTo(whole.model().weightsSha256());
        assertThat(resumed.model().metadata()).isEqualTo(whole.model().metadata());
        assertThat(withoutSeconds(resumed)).isEqualTo(withoutSeconds(whole));
    }

    /** Records are equal where their numbers have the same bits. */
    private static List<History.Epoch> withoutSeconds(Trainer.Result result) {
        return result.history().epochs().stream()
                .map(e -> new History.Epoch(e.epoch(), e.trainMse(), e.testMse(), 0, e.trainLoss(), e.trainKl()))
                .toList();
    }

    /** No variant resumes from the state of another. */
    @ParameterizedTest
    @EnumSource
    void itsStateIsNotThatOfAPlainRun(Kind kind) {
        kind.trainer().checkpoints(folder, false).fit(TRAIN);
        assertThatThrownBy(() ->
                        new Trainer(SMALL, PLAIN).checkpoints(folder, true).fit(TRAIN))
                .hasMessageContaining("belongs to another run: ");
    }

    @Test
    void theLossIsTheErrorWhereThatIsAllThatIsMadeSmall() {
        History.Epoch last = new Trainer(SMALL, PLAIN).fit(TRAIN).history().last();
        assertThat(last.trainLoss()).isEqualTo(last.trainMse());
        assertThat(Kind.SPARSE.trainer().fit(TRAIN).history().last())
                .matches(epoch -> epoch.trainLoss() > epoch.trainMse());
    }

    /** What -(x ln y + (1 - x) ln(1 - y)) is for y = 1/2, whatever x is. */
    @Test
    void crossEntropyIsReportedInNatsPerValue() {
        Recipe still = Kind.BCE.recipe.with(r -> r.epochs(1).learningRate(1e-30));
        Architecture linear = Architecture.of(37, List.of(), 5)
                .withActivations(Activation.TANH, Activation.IDENTITY, Activation.SIGMOID);
        Autoencoder zero = Autoencoder.of(
                linear,
                java.util.Map.of(
                        "encoder.0.weight", new float[5 * 37],
                        "encoder.0.bias", new float[5],
                        "decoder.0.weight", new float[37 * 5],
                        "decoder.0.bias", new float[37]),
                Map.of());
        double loss = new Trainer(linear, still)
                .initial(zero)
                .fit(TRAIN)
                .history()
                .last()
                .trainLoss();
        assertThat(loss).isCloseTo(Math.log(2), org.assertj.core.api.Assertions.within(1e-6));
    }

    @Test
    void crossEntropyWantsASigmoidAndRowsFrom0To1() {
        Architecture linear = Architecture.of(37, List.of(), 5)
                .withActivations(Activation.TANH, Activation.IDENTITY, Activation.IDENTITY);
        assertThatThrownBy(() -> new Trainer(linear, Kind.BCE.recipe).fit(TRAIN))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("the output activation is identity, expected sigmoid for the loss bce");
        float[] values = new float[3 * 37];
        values[2 * 37 + 4] = 1.5f;
        Dataset rows = Dataset.ofFloats("table", values, 37);
        String refusal = "table: row 3 holds 1.5 as value 5, expected 0 to 1 for the loss bce";
        assertThatThrownBy(() -> Kind.BCE.trainer().fit(rows))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(refusal);
        Trainer inParts = Kind.BCE.trainer();
        assertThatThrownBy(() -> inParts.advance(inParts.begin(), rows, 1, 0, 1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(refusal);
        // A scaler brings them there.
        Kind.BCE.trainer().scaler(Scaler.fit(Scaler.Kind.MIN_MAX, rows)).fit(rows);
    }

    /** The decoder's weights are the encoder's to the last bit, in the file too, which PyTorch would load. */
    @Test
    void tiedWeightsStayTied() throws IOException {
        Autoencoder model = Kind.TIED.trainer().fit(TRAIN).model();
        for (String[] pair : new String[][] {
            {"encoder.0.weight", "decoder.2.weight"},
            {"encoder.2.weight", "decoder.0.weight"}
        }) {
            float[] weight = model.tensors().get(pair[0]);
            float[] mirrored = model.tensors().get(pair[1]);
            int outputs = pair[0].contains("0") ? 19 : 5;
            int inputs = weight.length / outputs;
            for (int o = 0; o < outputs; o++) {
                for (int i = 0; i < inputs; i++) {
                    assertThat(mirrored[i * outputs + o]).isEqualTo(weight[o * inputs + i]);
                }
            }
        }
        Path file = folder.resolve("tied.safetensors");
        model.save(file);
        assertThat(Autoencoder.load(file).architecture()).isEqualTo(model.architecture());
        assertThat(Autoencoder.load(file).weightsSha256()).isEqualTo(model.weightsSha256());

        Safetensors content = Safetensors.read(file);
        content.tensors().get("decoder.0.weight").values()[1] += 1;
        Map<String, String> metadata = new LinkedHashMap<>(content.metadata());
        metadata.remove("hourglass.sha256"); // changed on purpose
        Safetensors.write(file, metadata, content.tensors());
        assertThatThrownBy(() -> Autoencoder.load(file))
                .isInstanceOf(FormatException.class)
                .hasMessageContainingAll(file.toString(), "decoder.0.weight", "[0, 1]", "encoder.2.weight", "tied");
    }

    /**
     * The file has a layer of twice the code's width, as PyTorch's chunk(2, dim=1) wants it; the shapes alone tell it.
     */
    @Test
    void aVariationalModelsCodeIsTheMean() throws IOException {
        Autoencoder model = Kind.VARIATIONAL.trainer().fit(TRAIN).model();
        Path file = folder.resolve("vae.safetensors");
        model.save(file);
        Safetensors content = Safetensors.read(file);
        assertThat(content.tensors().get("encoder.2.weight").shape()).containsExactly(10, 19);
        assertThat(content.tensors().get("decoder.0.weight").shape()).containsExactly(19, 5);
        Safetensors.write(file, Map.of(), content.tensors());
        Autoencoder loaded = Autoencoder.load(file);
        assertThat(loaded.architecture()).isEqualTo(model.architecture());

        float[] row = TRAIN.row(3);
        float[] code = loaded.encode(row);
        assertThat(code).hasSize(5).isEqualTo(model.encode(TRAIN)[3]);
        float[] hidden = dense(content, "encoder.0", row);
        for (int i = 0; i < hidden.length; i++) {
            hidden[i] = (float) Math.tanh(hidden[i]);
        }
        float[] distribution = dense(content, "encoder.2", hidden);
        for (int j = 0; j < 5; j++) {
            assertThat(code[j]).isCloseTo(distribution[j], org.assertj.core.api.Assertions.within(1e-5f));
        }
        assertThat(loaded.reconstruct(row)).isEqualTo(loaded.decode(code)).isEqualTo(model.reconstruct(TRAIN)[3]);
        assertThat(loaded.errors(TRAIN)[3]).isPositive();
        assertThat(loaded.plain().architecture()).isEqualTo(SMALL);
        assertThat(loaded.plain().encode(row)).isEqualTo(code);
        assertThat(loaded.plain().reconstruct(TRAIN)).isDeepEqualTo(model.reconstruct(TRAIN));
    }

    private static float[] dense(Safetensors content, String name, float[] x) {
        float[] weight = content.tensors().get(name + ".weight").values();
        float[] y = content.tensors().get(name + ".bias").values().clone();
        for (int o = 0; o < y.length; o++) {
            for (int i = 0; i < x.length; i++) {
                y[o] += weight[o * x.length + i] * x[i];
            }
        }
        return y;
    }

    @Test
    void samplesAreDecodedFromTheStandardNormalDistribution() {
        Autoencoder model = Kind.VARIATIONAL.trainer().fit(TRAIN).model();
        float[][] rows = model.sample(70, 3);
        assertThat(rows).hasDimensions(70, 37);
        assertThat(model.withThreads(1).sample(20, 3)).isEqualTo(java.util.Arrays.copyOf(rows, 20));
        assertThat(model.sample(20, 4)).isNotEqualTo(java.util.Arrays.copyOf(rows, 20));
        io.hourglass.engine.Random random = new io.hourglass.engine.Random(3, -1);
        float[] code = new float[5];
        for (int j = 0; j < 5; j++) {
            code[j] = (float) random.gaussian();
        }
        assertThat(rows[0]).isEqualTo(model.decode(code));
        assertThatThrownBy(() -> Kind.SPARSE.trainer().fit(TRAIN).model().sample(1, 0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("the model 37-19-5 is plain, expected a variational one to sample from");
    }

    /** loss per value = error per value + beta KL per row / values of a row. */
    @Test
    void theDivergenceIsReportedInNatsPerRow() {
        for (History.Epoch epoch :
                Kind.VARIATIONAL.trainer().fit(TRAIN).history().epochs()) {
            assertThat(epoch.trainKl()).isPositive();
            assertThat(epoch.trainLoss())
                    .isCloseTo(epoch.trainMse() + epoch.trainKl() / 37, org.assertj.core.api.Assertions.within(1e-12));
        }
    }

    @Test
    void aVariationalCodeIsLinear() {
        assertThatThrownBy(() -> Architecture.of(37, List.of(), 5)
                        .withActivations(Activation.TANH, Activation.TANH, Activation.SIGMOID)
                        .withVariant(Variant.VARIATIONAL))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("latent activation = tanh, expected identity");
    }

    /** Rows on a surface of two dimensions: waves of any phase and height. */
    private static Dataset waves(int rows, long seed) {
        Random random = new Random(seed);
        float[] values = new float[rows * 37];
        for (int r = 0; r < rows; r++) {
            double phase = 2 * Math.PI * random.nextDouble();
            double height = 0.2 + 0.2 * random.nextDouble();
            for (int i = 0; i < 37; i++) {
                values[r * 37 + i] = (float) (0.5 + height * StrictMath.sin(phase + 0.3 * i));
            }
        }
        return Dataset.ofFloats("waves", values, 37);
    }

    private static Autoencoder onWaves(Recipe recipe) {
        Recipe longer = recipe.with(r -> r.epochs(60).schedule(Schedule.ONE_CYCLE));
        return new Trainer(Architecture.parse("37-30-12"), longer)
                .fit(waves(1000, 1))
                .model();
    }

    /** The purpose of the other variants: clean rows from noisy ones, and codes that are mostly near zero. */
    @Test
    void denoisesAndMakesSparse() {
        Autoencoder plain = onWaves(PLAIN);
        Autoencoder denoising = onWaves(PLAIN.with(r -> r.noise(0.3).mask(0.2)));
        Autoencoder sparse = onWaves(PLAIN.with(r -> r.sparsity(0.001)));
        Dataset clean = waves(200, 2);
        Random random = new Random(3);
        double[] errors = new double[2];
        double[] nearZero = new double[2];
        for (int r = 0; r < clean.rows(); r++) {
            float[] x = clean.row(r);
            float[] noisy = x.clone();
            for (int i = 0; i < 37; i++) {
                noisy[i] = random.nextInt(5) == 0 ? 0 : (float) (noisy[i] + 0.3 * random.nextGaussian());
            }
            for (int m = 0; m < 2; m++) {
                float[] y = (m == 0 ? plain : denoising).reconstruct(noisy);
                for (int i = 0; i < 37; i++) {
                    errors[m] += (y[i] - x[i]) * (y[i] - x[i]);
                }
                for (float z : (m == 0 ? plain : sparse).encode(x)) {
                    nearZero[m] += Math.abs(z) < 0.01 ? 1 : 0;
                }
            }
        }
        assertThat(errors[1]).isLessThan(0.8 * errors[0]);
        assertThat(nearZero[1]).isGreaterThan(3 * nearZero[0]);
    }
}
