package io.hourglass.lab.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.hourglass.Autoencoder;
import io.hourglass.format.Safetensors;
import io.hourglass.nn.Variant;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TrainCommandTest {
    @TempDir
    Path folder;

    private Path data;
    private Path model;

    @BeforeEach
    void writeData() throws IOException {
        data = TinyData.write(folder.resolve("tiny"), 4);
        model = folder.resolve("m.safetensors");
    }

    /** The options that every training run here needs, and more. */
    private Cli train(Object... more) {
        List<Object> args = new ArrayList<>(List.of("train", "--data", data, "-o", model, "--force"));
        args.addAll(Arrays.asList(more));
        if (!args.contains("--epochs")) {
            args.addAll(List.of("--epochs", 2));
        }
        return Cli.run(args.toArray());
    }

    private Autoencoder trained(Object... more) throws IOException {
        Cli cli = train(more);
        assertThat(cli.code()).as(cli.err()).isZero();
        return Autoencoder.load(model);
    }

    @Test
    void writesAModelThatTellsHowItWasMade() throws IOException {
        Autoencoder trained = trained("--hidden", "8,6", "--latent", 3, "--seed", 7, "--batch", 10);
        assertThat(trained.architecture()).hasToString("16-8-6-3");
        assertThat(trained.metadata())
                .containsEntry("recipe.name", "custom")
                .containsEntry("recipe.batch_size", "10")
                .containsEntry("recipe.seed", "7")
                .containsEntry("recipe.epochs", "2")
                .containsEntry("data.name", "tiny")
                .containsEntry("data.train_rows", "200")
                .containsEntry("data.image_shape", "4x4x1")
                .containsKeys(
                        "hourglass.version", "architecture", "data.sha256", "result.train_mse", "result.test_mse");
    }

    @Test
    void saysWhatCameOfItAndGivesALineAnEpoch() {
        Cli cli = train("--hidden", "8", "--latent", 3);
        assertThat(cli.code()).isZero();
        assertThat(cli.out()).contains("16-8-3, tuned recipe: train MSE 0.", ", test MSE 0.", model.toString());
        assertThat(cli.err()).contains("epoch 1/2: train MSE 0.", "epoch 2/2: ").doesNotContain("\r");
    }

    @Test
    void threadsDoNotChangeTheModelButTheSeedDoes() throws IOException {
        String one = trained("--hidden", "8", "--latent", 2, "--threads", 1).weightsSha256();
        assertThat(trained("--hidden", "8", "--latent", 2, "--threads", 3).weightsSha256())
                .isEqualTo(one);
        assertThat(trained("--hidden", "8", "--latent", 2, "--seed", 1).weightsSha256())
                .isNotEqualTo(one);
        assertThat(trained("--hidden", "8", "--latent", 2, "--no-shuffle").weightsSha256())
                .isNotEqualTo(one);
    }

    @Test
    void trainsWithoutHiddenLayers() throws IOException {
        assertThat(trained("--hidden", "", "--latent", 2).architecture()).hasToString("16-2");
        assertThat(trained("--hidden", "none", "--latent", 2).architecture()).hasToString("16-2");
    }

    @Test
    void takesEveryOptionOfARecipe() throws IOException {
        Autoencoder trained = trained(
                "--hidden",
                "8",
                "--latent",
                2,
                "--recipe",
                "paper",
                "--schedule",
                "cosine",
                "--learning-rate",
                0.01,
                "--warmup",
                0.25,
                "--activation",
                "relu",
                "--no-shuffle");
        assertThat(trained.metadata())
                .containsEntry("recipe.schedule", "cosine")
                .containsEntry("recipe.learning_rate", "0.01")
                .containsEntry("recipe.warmup_epochs", "0.25")
                .containsEntry("recipe.shuffle", "false")
                .containsEntry("activation.hidden", "relu");
        assertThat(trained("--hidden", "8", "--latent", 2, "--recipe", "paper").metadata())
                .containsEntry("recipe.name", "paper");
    }

    @Test
    void writesTheHistory() throws IOException {
        Path history = folder.resolve("h.csv");
        trained("--hidden", "8", "--latent", 2, "--history", history);
        List<String> lines = Files.readAllLines(history);
        assertThat(lines).hasSize(3);
        assertThat(lines.get(0)).isEqualTo("epoch,train_mse,test_mse,seconds");
        assertThat(lines.get(1)).matches("1,[0-9.E-]+,[0-9.E-]+,[0-9.E-]+");
        assertThat(lines.get(2)).startsWith("2,");
    }

    @Test
    void theHistoryLeavesOutWhatWasNotMeasured() throws IOException {
        Path history = folder.resolve("h.csv");
        data = data.resolve("train-images-idx3-ubyte");
        Autoencoder trained = trained("--hidden", "8", "--latent", 2, "--history", history, "--validation", 0);
        assertThat(Files.readAllLines(history).get(1)).matches("1,[0-9.E-]+,,[0-9.E-]+");
        assertThat(trained.metadata()).doesNotContainKey("result.test_mse");
    }

    /** A user's folder of some hundred images: the tuned recipe's epochs would be too few steps. */
    @Test
    void fewImagesGetTheDefaultsOfTables() throws IOException {
        data = data.resolve("train-images-idx3-ubyte");
        Cli cli = Cli.ok("train", "--data", data, "-o", model, "--latent", 2);
        assertThat(cli.out())
                .contains("table recipe", "validation MSE of predicting the mean", "PCA with 2 components");
        assertThat(cli.err()).contains("starting at PCA");
        assertThat(Autoencoder.load(model).isOfPixels()).isTrue();
    }

    @Test
    void holdsOutTheLastRowsForValidation() throws IOException {
        Cli cli = train("--hidden", "8", "--latent", 2, "--validation", 0.25);
        assertThat(cli.out()).contains("validation MSE");
        assertThat(cli.err()).contains(", validation MSE 0.").doesNotContain("test MSE");
        assertThat(Autoencoder.load(model).metadata())
                .containsEntry("data.train_rows", "150")
                .containsKey("result.validation_mse")
                .doesNotContainKey("result.test_mse");
        train("--hidden", "8", "--latent", 2, "--validation", 1)
                .failed(2, "--validation 1.0: ", "0 or a fraction below 1");
    }

    @Test
    void patienceStopsEarly() throws IOException {
        Path history = folder.resolve("h.csv");
        Object[] options = {
            "--hidden",
            "8",
            "--latent",
            2,
            "--validation",
            0.1,
            "--patience",
            7, // steps, three of which are an epoch of 180 rows: rounded up to 3 epochs
            "--recipe",
            "paper",
            "--learning-rate",
            0.3,
            "--epochs",
            400,
            "--history",
            history
        };
        Cli cli = train(options);
        assertThat(cli.code()).as(cli.err()).isZero();
        int epochs = Files.readAllLines(history).size() - 1;
        assertThat(epochs).isLessThan(400);
        assertThat(cli.err()).contains("no better for 3 epochs: stopping after epoch " + epochs);
        assertThat(cli.out()).contains(", best epoch " + (epochs - 3) + " of " + epochs);
        assertThat(Autoencoder.load(model).metadata())
                .containsEntry("recipe.patience", "3")
                .containsEntry("result.epoch", String.valueOf(epochs - 3));
        assertThat(Files.readAllLines(history).get(0)).isEqualTo("epoch,train_mse,validation_mse,seconds");
        assertThat(Cli.ok("info", model).out())
                .contains("early stopping     best epoch " + (epochs - 3) + " of " + epochs);
        // The report's learning rate is constant, so that a run of as many epochs is the same up to there.
        String kept = Autoencoder.load(model).weightsSha256();
        Object[] best = Arrays.copyOf(options, options.length - 2);
        best[7] = 1200; // so that it does not stop
        best[best.length - 1] = epochs - 3;
        assertThat(train(best).code()).isZero();
        assertThat(Autoencoder.load(model).weightsSha256()).isEqualTo(kept);
        train("--hidden", "8", "--latent", 2, "--patience", 3).failed(2, "--patience needs --validation");
        train("--hidden", "8", "--latent", 2, "--validation", 0.1, "--patience", 0)
                .failed(2, "--patience 0: ");
    }

    @Test
    void startsFromAModel() throws IOException {
        Autoencoder first = trained("--hidden", "8,6", "--latent", 2);
        Path start = folder.resolve("start.safetensors");
        first.save(start);
        Autoencoder next = trained("--init", start);
        assertThat(next.architecture()).isEqualTo(first.architecture());
        assertThat(next.weightsSha256()).isNotEqualTo(first.weightsSha256());
        assertThat(trained("--init", start, "--hidden", "8,6", "--latent", 2).weightsSha256())
                .isEqualTo(next.weightsSha256());
        train("--init", start, "--hidden", "8").failed(1, start, "16-8-6-2", "16-8-2");
    }

    @Test
    void startsFromTensorsAloneAsPyTorchWritesThem() throws IOException {
        trained("--hidden", "8", "--latent", 2);
        Path start = folder.resolve("pytorch.safetensors");
        Safetensors.write(start, Map.of(), Safetensors.read(model).tensors());
        String next = trained("--init", start).weightsSha256();
        assertThat(trained("--init", model.resolveSibling("pytorch.safetensors"), "--activation", "tanh")
                        .weightsSha256())
                .isEqualTo(next);
        assertThat(trained("--init", start, "--activation", "relu")
                        .architecture()
                        .hiddenActivation()
                        .label())
                .isEqualTo("relu");
    }

    @Test
    void refusesDataOfAnotherWidthThanTheInitialModel() throws IOException {
        trained("--hidden", "8", "--latent", 2).save(folder.resolve("start.safetensors"));
        data = TinyData.write(folder.resolve("wide"), 5);
        train("--init", folder.resolve("start.safetensors")).failed(1, "16 values", "wide", "25");
    }

    /** All other kinds of autoencoders; what decides the model stands in its file. */
    @Test
    void everyVariantIsAnOption() throws IOException {
        assertThat(trained("--hidden", 8, "--latent", 2, "--loss", "bce", "--noise", 0.25, "--mask", 0.5)
                        .metadata())
                .containsEntry("recipe.name", "custom")
                .containsEntry("recipe.loss", "bce")
                .containsEntry("recipe.noise", "0.25")
                .containsEntry("recipe.mask", "0.5")
                .containsEntry("architecture.variant", "plain");
        assertThat(trained("--hidden", 8, "--latent", 2, "--sparsity", 0.01, "--weight-decay", 0.5)
                        .metadata())
                .containsEntry("recipe.sparsity", "0.01")
                .containsEntry("recipe.weight_decay", "0.5");
        Autoencoder tied = trained("--hidden", 8, "--latent", 2, "--tied");
        assertThat(tied.architecture().variant()).isEqualTo(Variant.TIED);
        tied.save(folder.resolve("tied.safetensors"));
        assertThat(trained("--init", folder.resolve("tied.safetensors"))
                        .architecture()
                        .variant())
                .isEqualTo(Variant.TIED);
        Autoencoder variational = trained("--hidden", 8, "--latent", 2, "--variational", "--beta", 3);
        assertThat(variational.architecture().variant()).isEqualTo(Variant.VARIATIONAL);
        assertThat(variational.metadata()).containsEntry("recipe.beta", "3.0");
        train("--hidden", 8, "--latent", 2, "--loss", "l1").failed(2, "--loss", "'l1'", "mse, bce, mae or huber");
        train("--hidden", 8, "--latent", 2, "--noise", -1).failed(2, "noise = -1.0");
        train("--hidden", 8, "--latent", 2, "--mask", 1).failed(2, "mask = 1.0");
        train("--hidden", 8, "--latent", 2, "--sparsity", -1).failed(2, "sparsity = -1.0");
        train("--hidden", 8, "--latent", 2, "--beta", 2).failed(2, "--beta needs --variational");
        train("--hidden", 8, "--latent", 2, "--tied", "--variational").failed(2, "--tied", "--variational");
    }

    @Test
    void theHistoryOfAVariationalModelTellsItsLossAndDivergence() throws IOException {
        Path history = folder.resolve("h.csv");
        Cli cli = train("--hidden", 8, "--latent", 2, "--variational", "--history", history);
        assertThat(cli.err())
                .containsPattern("epoch 1/2: train MSE [0-9.]+, test MSE [0-9.]+, loss [0-9.]+ per value, KL ");
        List<String> lines = Files.readAllLines(history);
        assertThat(lines.get(0)).isEqualTo("epoch,train_mse,test_mse,seconds,train_loss,train_kl_per_image");
        double[] values = Arrays.stream(lines.get(2).split(","))
                .mapToDouble(Double::parseDouble)
                .toArray();
        assertThat(cli.out())
                .contains(String.format(
                        Locale.ROOT,
                        "train loss %.4f per image, %.6f per value; of this, "
                                + "KL divergence %.4f nats per image, %.6f per value",
                        values[4] * 16,
                        values[4],
                        values[5],
                        values[5] / 16));
        assertThat(values[4]).isCloseTo(values[1] + values[5] / 16, within(1e-9));
        trained("--hidden", 8, "--latent", 2, "--loss", "bce", "--history", history);
        assertThat(Files.readAllLines(history).get(0)).isEqualTo("epoch,train_mse,test_mse,seconds,train_loss");
    }

    @Test
    void theStepSchedulesDropsAreOptions() throws IOException {
        assertThat(trained("--hidden", 8, "--latent", 2, "--epochs", 5, "--schedule", "step")
                        .metadata())
                .containsEntry("recipe.schedule", "step")
                .containsEntry("recipe.drop_epochs", "2.0")
                .containsEntry("recipe.drop_factor", "0.1")
                .containsEntry("recipe.rate_changes", "step");
        assertThat(trained(
                                "--hidden",
                                8,
                                "--latent",
                                2,
                                "--schedule",
                                "step",
                                "--drop-every",
                                1.5,
                                "--drop-factor",
                                0.5,
                                "--schedule-by",
                                "epoch")
                        .metadata())
                .containsEntry("recipe.drop_epochs", "1.5")
                .containsEntry("recipe.drop_factor", "0.5")
                .containsEntry("recipe.rate_changes", "epoch");
        train("--hidden", 8, "--latent", 2, "--drop-every", 3).failed(2, "schedule = one-cycle, expected step");
        train("--hidden", 8, "--latent", 2, "--warmup", 1).failed(2, "schedule = one-cycle, expected cosine");
        train("--hidden", 8, "--latent", 2, "--schedule-by", "row").failed(2, "--schedule-by", "row");
    }

    @Test
    void samplesOfAVariationalModelAreAPicture() throws IOException {
        Path grid = folder.resolve("grid.png");
        trained("--hidden", 8, "--latent", 2, "--variational");
        Cli.ok("sample", model, "-n", 9, "-o", grid, "--seed", 3);
        byte[] first = Files.readAllBytes(grid);
        assertThat(ImageIO.read(grid.toFile()).getWidth()).isEqualTo(3 * 6 - 2);
        Cli.run("sample", model, "-n", 9, "-o", grid, "--seed", 4).failed(1, grid, "--force");
        Cli.ok("sample", model, "-n", 9, "-o", grid, "--seed", 3, "--force");
        assertThat(Files.readAllBytes(grid)).isEqualTo(first);
        Cli.ok("sample", model, "-n", 9, "-o", grid, "--seed", 4, "--force");
        assertThat(Files.readAllBytes(grid)).isNotEqualTo(first);
        Cli.run("sample", model, "-n", 0, "-o", grid).failed(2, "-n 0");
        Cli.run("sample", model, "-o", folder.resolve("grid.gif")).failed(2, "grid.gif", ".png");
        Safetensors whole = Safetensors.read(model);
        Map<String, String> silent = new LinkedHashMap<>(whole.metadata());
        silent.remove("data.image_shape");
        silent.remove("hourglass.sha256"); // changed on purpose
        Safetensors.write(model, silent, whole.tensors());
        Cli.run("sample", model, "-o", grid, "--force").failed(1, model, "no image shape", "--shape 4x4");
        Cli.ok("sample", model, "-n", 9, "--shape", "8x2", "-o", grid, "--force");
        assertThat(ImageIO.read(grid.toFile()).getWidth()).isEqualTo(3 * 10 - 2);
        trained("--hidden", 8, "--latent", 2);
        Cli.run("sample", model, "-o", grid, "--force").failed(1, model, "plain", "variational");
    }

    @Test
    void wrongOptionsAreWrongUsage() {
        train("--latent", 2, "--seed", "x").failed(2, "--seed", "(see hourglass train --help)");
        train("--hidden", "8,x", "--latent", 2).failed(2, "--hidden", "8,x", "256,128");
        train("--hidden", "8,0", "--latent", 2).failed(2, "--hidden", "hidden = 0");
        train("--hidden", "8", "--latent", 0).failed(2, "latent = 0");
        train("--hidden", "8", "--latent", 2, "--epochs", 0).failed(2, "epochs = 0");
        train("--hidden", "8", "--latent", 2, "--batch", 0).failed(2, "batch size = 0");
        train("--hidden", "8", "--latent", 2, "--learning-rate", -1).failed(2, "learning rate = -1.0");
        train("--hidden", "8", "--latent", 2, "--learning-rate", "NaN").failed(2, "learning rate = NaN");
        train("--hidden", "8", "--latent", 2, "--schedule", "linear").failed(2, "--schedule", "step", "one-cycle");
        train("--hidden", "8", "--latent", 2, "--recipe", "own").failed(2, "own", "paper or tuned");
        train("--hidden", "8", "--latent", 2, "--activation", "mish").failed(2, "--activation", "mish");
        train("--hidden", "8", "--latent", 2, "--threads", 0).failed(2, "threads = 0");
        assertThat(model).doesNotExist();
    }

    @Test
    void badFilesAreFailures() throws IOException {
        model = folder.resolve("nowhere/m.safetensors");
        train("--hidden", "8", "--latent", 2).failed(1, model, "its folder does not exist");
        model = folder;
        train("--hidden", "8", "--latent", 2).failed(1, folder, "is a folder");
        model = folder.resolve("m.safetensors");
        train("--hidden", "8", "--latent", 2, "--init", folder.resolve("no.safetensors"))
                .failed(1, "no.safetensors: no such file");
        Path images = data.resolve("train-images-idx3-ubyte");
        Files.write(images, Arrays.copyOf(Files.readAllBytes(images), 100));
        train("--hidden", "8", "--latent", 2).failed(1, images);
        data = folder.resolve("missing");
        train("--hidden", "8", "--latent", 2).failed(1, "missing");
        assertThat(model).doesNotExist();
    }

    @Test
    void aDivergingRunSaysWhere() {
        train("--hidden", "8", "--latent", 2, "--recipe", "paper", "--learning-rate", 1e38, "--activation", "identity")
                .failed(1, "epoch 1, step ", "learning rate");
        assertThat(model).doesNotExist();
    }

    /** All options of a run of four epochs with checkpoints, and more. */
    private Cli checkpointed(Object... more) {
        List<Object> args = new ArrayList<>(List.of("--hidden", "8", "--latent", 2, "--epochs", 4));
        args.addAll(List.of("--checkpoint", folder.resolve("states")));
        args.addAll(Arrays.asList(more));
        return train(args.toArray());
    }

    private Path state(int epoch) {
        return folder.resolve("states/epoch-000000" + epoch + ".safetensors");
    }

    @Test
    void goesOnFromACheckpoint() throws IOException {
        Path history = folder.resolve("h.csv");
        assertThat(checkpointed("--history", history).code()).isZero();
        byte[] undisturbed = Files.readAllBytes(model);
        String first = Files.readAllLines(history).get(1);

        Files.delete(state(4));
        Files.delete(model);
        Cli resumed = checkpointed("--resume", "--threads", 1, "--history", history);
        assertThat(resumed.err())
                .contains("resuming after epoch 3 from " + state(3), "epoch 4/4: train MSE ")
                .doesNotContain("epoch 3/4");
        assertThat(model).hasBinaryContent(undisturbed);
        assertThat(Files.readAllLines(history)).hasSize(5).contains(first);

        Files.delete(model); // killed after the last epoch, before the model was written
        assertThat(checkpointed("--resume").err())
                .contains("resuming after epoch 4")
                .doesNotContain("/4: train");
        assertThat(model).hasBinaryContent(undisturbed);

        Files.write(state(4), Arrays.copyOf(Files.readAllBytes(state(4)), 2000));
        assertThat(checkpointed("--resume").err())
                .contains("checkpoint skipped: " + state(4), "resuming after epoch 3");
        assertThat(model).hasBinaryContent(undisturbed);
    }

    @Test
    void aCheckpointOfAnotherRunIsAFailure() throws IOException {
        assertThat(checkpointed().code()).isZero();
        Files.delete(model);
        checkpointed().failed(1, folder.resolve("states") + ": holds checkpoints of an earlier run; resume it");
        checkpointed("--resume", "--seed", 5, "--batch", 10)
                .failed(1, state(4), "recipe.batch_size is 64, expected 10; recipe.seed is 0, expected 5");
        assertThat(model).doesNotExist();
        train("--hidden", "8", "--latent", 2, "--resume").failed(2, "--resume needs --checkpoint");
        train("--hidden", "8", "--latent", 2, "--checkpoint", data.resolve("train-images-idx3-ubyte"))
                .failed(1, "train-images-idx3-ubyte: is a file, expected a folder");
    }

    @Test
    void resumingWhereNothingIsStartsFromTheBeginningAndSaysSo() {
        Cli cli = checkpointed("--resume");
        assertThat(cli.code()).isZero();
        assertThat(cli.err())
                .contains("no checkpoint in " + folder.resolve("states") + ", starting from the beginning");
    }

    @Test
    void aCheckpointIsAModelForOtherCommands() throws IOException {
        assertThat(checkpointed().code()).isZero();
        assertThat(Cli.ok("info", state(3)).out())
                .contains("architecture       16-8-2", "checkpoint         after epoch 3 of 4", "result.test_mse = 0.")
                .doesNotContain("adam.m", "adam.v");
        assertThat(Cli.ok("info", model).out()).doesNotContain("checkpoint");
        List<String> evaluated =
                Cli.ok("evaluate", model, "--data", data).out().lines().toList();
        List<String> figures =
                evaluated.subList(0, evaluated.size() - 1); // the last line compares with the model's PCA
        assertThat(Cli.ok("evaluate", state(4), "--data", data).out().lines())
                .startsWith(figures.toArray(String[]::new));
    }
}
