package io.hourglass.lab.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.hourglass.Autoencoder;
import io.hourglass.Recipe;
import io.hourglass.nn.Activation;
import io.hourglass.nn.Loss;
import io.hourglass.nn.Optimizer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Activations, losses and optimisers on the command line. */
class TrainingChoicesTest {
    @TempDir
    Path folder;

    private Path table;
    private Path model;

    @BeforeEach
    void writeTable() throws IOException {
        model = folder.resolve("m.safetensors");
        StringBuilder csv = new StringBuilder("a,b,c,d\n");
        Random random = new Random(1);
        for (int row = 0; row < 120; row++) {
            double x = random.nextGaussian();
            double y = random.nextGaussian();
            csv.append(String.format(Locale.ROOT, "%.4f,%.4f,%.4f,%.4f%n", x, y, x + y, x * y));
        }
        table = Files.writeString(folder.resolve("table.csv"), csv);
    }

    private Cli train(Object... more) {
        List<Object> args = new ArrayList<>(List.of("train", "--data", table, "-o", model, "--force"));
        args.addAll(List.of("--hidden", "6", "--latent", 2, "--epochs", 2));
        args.addAll(Arrays.asList(more));
        return Cli.run(args.toArray());
    }

    private Autoencoder trained(Object... more) throws IOException {
        Cli cli = train(more);
        assertThat(cli.code()).as(cli.err()).isZero();
        return Autoencoder.load(model);
    }

    @ParameterizedTest
    @EnumSource
    void everyActivationInEveryPlace(Activation activation) throws IOException {
        String label = activation.label();
        Autoencoder trained = trained(
                "--activation",
                label,
                "--latent-activation",
                label,
                "--output-activation",
                label,
                "--scale",
                "min-max");
        assertThat(trained.architecture().hiddenActivation()).isEqualTo(activation);
        assertThat(trained.architecture().latentActivation()).isEqualTo(activation);
        assertThat(trained.architecture().outputActivation()).isEqualTo(activation);
        assertThat(Cli.ok("info", model).out()).contains("activation.hidden = " + label);
    }

    @ParameterizedTest
    @EnumSource
    void everyLoss(Loss loss) throws IOException {
        Cli cli = train("--loss", loss.label());
        assertThat(cli.code()).as(cli.err()).isZero();
        // A loss for values from 0 to 1 decides the scaler, and so the output.
        assertThat(cli.err()).contains(loss.needsUnitInterval() ? "scaler: min-max" : "scaler: standard");
        assertThat(Autoencoder.load(model).metadata()).containsEntry("recipe.loss", loss.label());
        assertThat(Cli.ok("info", model).out()).contains("recipe.loss = " + loss.label());
    }

    @ParameterizedTest
    @EnumSource
    void everyOptimizer(Optimizer optimizer) throws IOException {
        Autoencoder trained = trained("--optimizer", optimizer.label(), "--learning-rate", 0.01);
        assertThat(trained.metadata())
                .containsEntry("recipe.optimizer", optimizer.label())
                .containsEntry("recipe.momentum", optimizer.hasMomentum() ? "0.9" : "0.0")
                .containsEntry("recipe.nesterov", "false");
        // The weight decay of the default recipe is AdamW's.
        assertThat(trained.metadata().get("recipe.weight_decay").equals("0.0")).isEqualTo(optimizer != Optimizer.ADAMW);
        assertThat(Cli.ok("info", model).out()).contains("recipe.optimizer = " + optimizer.label());
    }

    @Test
    void aFactorOfNoDecayIsRefused() {
        train("--optimizer", "adam", "--first-decay", 2).failed(2, "--first-decay needs a weight decay above 0");
    }

    @Test
    void theSettingsOfSgd() throws IOException {
        Object[] sgd = {"--optimizer", "sgd", "--learning-rate", 0.05};
        assertThat(trained("--optimizer", "sgd").metadata()).containsEntry("recipe.learning_rate", "0.02"); // 4 values
        String plain = trained(with(sgd, "--momentum", 0)).weightsSha256();
        String heavy = trained(with(sgd)).weightsSha256();
        Autoencoder nesterov = trained(with(sgd, "--nesterov", "--weight-decay", 0.001));
        assertThat(List.of(plain, heavy, nesterov.weightsSha256())).doesNotHaveDuplicates();
        assertThat(nesterov.metadata())
                .containsEntry("recipe.momentum", "0.9")
                .containsEntry("recipe.nesterov", "true")
                .containsEntry("recipe.weight_decay", "0.001");
    }

    @Test
    void saysWhichOptimizerIsNotTheDefault() {
        assertThat(train("--optimizer", "sgd").err()).contains(", sgd at learning rate 0.0200, weight decay 0.00)");
        assertThat(train().err()).doesNotContain("learning rate");
    }

    private static Object[] with(Object[] first, Object... more) {
        List<Object> all = new ArrayList<>(Arrays.asList(first));
        all.addAll(Arrays.asList(more));
        return all.toArray();
    }

    @Test
    void whatDoesNotGoTogetherIsRefused() {
        train("--optimizer", "lion").failed(2, "--optimizer", "unknown optimizer 'lion': expected adam, adamw or sgd");
        train("--optimizer", "adam", "--weight-decay", 0.01)
                .failed(2, "weight decay = 0.01, expected 0 for the optimizer adam; adamw decays weights");
        train("--momentum", 0.5).failed(2, "--momentum needs --optimizer sgd, but it is adamw");
        train("--recipe", "paper", "--nesterov").failed(2, "--nesterov needs --optimizer sgd, but it is adam");
        Object[] sgd = {"--optimizer", "sgd", "--learning-rate", 1};
        train(with(sgd, "--momentum", 1)).failed(2, "momentum = 1.0, expected 0 or more, and less than 1");
        train(with(sgd, "--momentum", 0, "--nesterov")).failed(2, "nesterov = true, expected false");
        train(with(sgd, "--adam-beta2", 0.9)).failed(2, "--adam-beta2 needs --optimizer adam or adamw");
        train("--loss", "bce", "--output-activation", "tanh")
                .failed(2, "--output-activation is tanh, expected sigmoid for --loss bce");
        train("--output-activation", "tanh").failed(1, "the output activation is tanh, expected identity");
        train("--variational", "--latent-activation", "tanh").failed(2, "latent activation = tanh, expected identity");
    }

    /** Without a scaler, the rows have to be in the range of the output's activation. */
    @Test
    void rowsOutsideOfTheOutputsRangeAreRefused() throws IOException {
        Path small = Files.writeString(folder.resolve("small.csv"), "a,b,c\n0.5,-0.5,0\n0.25,0.5,-0.75\n0,0,-0.125\n");
        Object[] none = {"--data", small, "--scale", "none", "--output-activation"};
        List<String> run = List.of("train", "-o", model.toString(), "--force", "--latent", "1", "--epochs", "2");
        for (String ranges :
                List.of("relu 0 or more", "sigmoid 0 to 1", "silu -0.2785 or more", "gelu -0.17 or more")) {
            int space = ranges.indexOf(' ');
            Cli.run(with(run.toArray(), with(none, ranges.substring(0, space))))
                    .failed(1, "small.csv: row 0, column 1 is -0.5, expected " + ranges.substring(space + 1) + ",");
        }
        for (String fits : List.of("tanh", "elu", "identity", "leaky-relu")) {
            Cli.ok(with(run.toArray(), with(none, fits)));
        }
    }

    @Test
    void sweepsAndVariancesTakeAnOptimizer() throws IOException {
        Path out = folder.resolve("sweep");
        Cli.ok(
                "sweep",
                "--data",
                table,
                "--latent",
                1,
                "--hidden",
                "4",
                "--epochs",
                1,
                "--optimizer",
                "adam",
                "--out",
                out);
        assertThat(out.resolve("settings.txt"))
                .content()
                .contains("recipe.optimizer = adam\n", "recipe.momentum = 0.0\n", "recipe.weight_decay = 0.0\n");
        Path sgd = folder.resolve("sgd");
        Cli.ok(
                "sweep",
                "--data",
                table,
                "--latent",
                1,
                "--hidden",
                "4",
                "--epochs",
                1,
                "--optimizer",
                "sgd",
                "--out",
                sgd);
        int inputs = Files.readAllLines(table).get(0).split(",", -1).length;
        assertThat(sgd.resolve("settings.txt"))
                .content()
                .contains(
                        "recipe.optimizer = sgd\n", "recipe.learning_rate = " + Recipe.sgdLearningRate(inputs) + "\n");
        Cli.run("variance", "--data", table, "--momentum", 0.9, "--out", folder.resolve("variance"))
                .failed(2, "--momentum needs --optimizer sgd");
    }

    /** Help texts list what the enums hold. */
    @Test
    void helpListsAllChoices() {
        String help = Cli.ok("train", "--help").out().replaceAll("\\s+", " ");
        assertThat(help)
                .contains("identity, relu, leaky-relu, elu, gelu, silu, tanh, sigmoid")
                .contains("mse, bce, mae, huber")
                .contains("adam, adamw, sgd");
    }
}
