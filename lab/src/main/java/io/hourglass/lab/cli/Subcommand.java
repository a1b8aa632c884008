package io.hourglass.lab.cli;

import io.hourglass.Assumptions;
import io.hourglass.Autoencoder;
import io.hourglass.Dataset;
import io.hourglass.ImageShape;
import io.hourglass.anomaly.AnomalyDetector;
import io.hourglass.compute.Team;
import io.hourglass.format.FormatException;
import io.hourglass.format.Safetensors;
import io.hourglass.io.AtomicFile;
import io.hourglass.lab.data.OptionsException;
import io.hourglass.lab.data.ReadOptions;
import io.hourglass.lab.data.StandardInput;
import io.hourglass.lab.study.ResultsFolder;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** What all commands share. */
@Heading(Heading.GENERAL)
@SuppressWarnings("NullAway.Init") // picocli fills the fields
abstract class Subcommand implements Callable<Integer> {
    final Console console;

    @Spec
    private CommandSpec spec;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Show this help.")
    private boolean help;

    Subcommand(Console console) {
        this.console = console;
    }

    /**
     * Runs the command. What it throws is reported as a failure, except {@link #wrongUsage}, which is reported as wrong
     * usage.
     */
    abstract void run() throws IOException;

    @Override
    public final Integer call() throws IOException {
        console.progress().begin();
        try {
            run();
        } catch (OptionsException e) {
            throw wrongUsage(Failure.describe(e));
        }
        return 0;
    }

    /** The command's name. */
    final String commandName() {
        return spec.name();
    }

    /** The command line as typed, for reports. */
    final String typed() {
        return "hourglass "
                + String.join(
                        " ", spec.commandLine().getParent().getParseResult().originalArgs());
    }

    /** Tells that a folder keeps what is finished if the command is stopped. */
    final void keepsFinished(Path folder) {
        console.progress()
                .keeps(() -> ResultsFolder.holdsResults(folder)
                        ? folder + " keeps what is finished; the same command continues with the rest"
                        : "nothing was written");
    }

    final ParameterException wrongUsage(String message) {
        return new ParameterException(spec.commandLine(), message);
    }

    /** Makes a value from options. If the options are invalid, the usage is wrong; the command has not failed. */
    final <T> T fromOptions(Supplier<T> value) {
        try {
            return value.get();
        } catch (IllegalArgumentException e) {
            throw wrongUsage(Failure.describe(e));
        }
    }

    /** The number of threads to use: as given, otherwise one per processor. */
    final int threads(@Nullable Integer given) {
        int threads = given == null ? Runtime.getRuntime().availableProcessors() : given;
        return fromOptions(() -> Team.checkThreads(threads));
    }

    /** The size of the images that a model reads. */
    interface ImageSize {
        /** Finds it; empty if the rows are no images. */
        Optional<ReadOptions.Size> find() throws IOException;
    }

    /** Reads the model file, and reports what was assumed because the file does not state it. */
    final Autoencoder readModel(ModelOption file) throws IOException {
        return readModel(file.path(), file.assumptions(), Optional::empty);
    }

    /** The same, for these rows: they show the size of images if the file has convolutions and does not state it. */
    final Autoencoder readModel(ModelOption file, RowsOption rows) throws IOException {
        return readModel(file.path(), file.assumptions(), rows::imageSize);
    }

    /** The same for the file of another option. */
    final Autoencoder readModel(Path file, AssumptionOptions options, ImageSize images) throws IOException {
        if (Files.isDirectory(file)) {
            throw new FileSystemException(file.toString(), null, "is a folder, expected a model file");
        }
        Autoencoder model = load(file, options.assumptions(), images);
        options.shape().of(file, model); // whether it fits
        if (!model.assumedActivations().isEmpty()) {
            console.progress()
                    .note(file + ": states no activations; assuming "
                            + FormatException.quote(model.assumedActivations())
                            + " (change with --activation, --latent-activation and --output-activation)");
        }
        return model;
    }

    private static Autoencoder load(Path file, Assumptions assumptions, ImageSize images) throws IOException {
        try {
            return Autoencoder.load(file, assumptions);
        } catch (FormatException e) {
            if (assumptions.images() != null || !Files.isRegularFile(file) || !lacksImageSize(file)) {
                throw e;
            }
            ReadOptions.Size size = images.find().orElseThrow(() -> e);
            return Autoencoder.load(file, assumptions.withImages(size.height(), size.width()));
        }
    }

    /** Whether a file holds convolutions, but not the size of their images. */
    private static boolean lacksImageSize(Path file) throws IOException {
        Safetensors content = Safetensors.read(file);
        return !content.metadata().containsKey("architecture")
                && content.tensors().values().stream()
                        .anyMatch(tensor -> tensor.shape().size() == 4);
    }

    /**
     * Rejects a name that does not end like a model file's, as wrong usage; devices and pipes may have any name.
     */
    final void requireModelName(Path file) {
        requireName(file, "-o", ".safetensors");
    }

    /**
     * Rejects a name whose ending does not fit the formats, as wrong usage; devices and pipes may have any name.
     *
     * @param endings of the formats that can be written, such as .csv
     */
    final void requireName(Path file, String option, String... endings) {
        boolean other = Files.exists(file) && !Files.isRegularFile(file);
        String name = String.valueOf(file.getFileName());
        if (!other && Arrays.stream(endings).noneMatch(name::endsWith)) {
            throw wrongName(file, option, "", endings);
        }
    }

    /**
     * The failure of a name whose ending fits no format.
     *
     * @param orElse what may be given besides a file; empty for nothing
     */
    final ParameterException wrongName(Path file, String option, String orElse, String... endings) {
        String last = endings[endings.length - 1];
        String others = String.join(", ", Arrays.asList(endings).subList(0, endings.length - 1));
        return wrongUsage(option + " " + file + ": expected a file name that ends in "
                + (others.isEmpty() ? "" : others + " or ") + last + orElse);
    }

    /**
     * The shape of the images that rows are, as their file, the model's file or the user says; empty if none of them
     * does.
     */
    static Optional<ImageShape> imageShape(Dataset rows, ModelOption file, Autoencoder model) throws FormatException {
        return rows.shape().isPresent()
                ? rows.shape()
                : file.assumptions().shape().of(file.path(), model);
    }

    /**
     * The anomaly detector in a model file.
     *
     * @param score what it tells anomalies by; null for what the model says
     */
    static AnomalyDetector detector(ModelOption file, Autoencoder model, AnomalyDetector.@Nullable Score score)
            throws FormatException {
        try {
            return withScore(file, AnomalyDetector.of(model), score);
        } catch (IllegalArgumentException e) {
            throw new FormatException(file + ": " + e.getMessage());
        }
    }

    /** A detector that tells anomalies by another score; null for its own. */
    static AnomalyDetector withScore(ModelOption file, AnomalyDetector detector, AnomalyDetector.@Nullable Score score)
            throws FormatException {
        try {
            return score == null ? detector : detector.withScore(score);
        } catch (IllegalArgumentException e) {
            throw new FormatException(file + ": " + e.getMessage());
        }
    }

    /** Rejects a score that a model of windows does not have. */
    void requireReconstruction(AnomalyDetector.@Nullable Score score) {
        if (score == AnomalyDetector.Score.NEIGHBOURS) {
            throw wrongUsage("--score neighbours needs a model of single rows, not of windows");
        }
    }

    /** Rejects a file that cannot be written, before anything is read; {@code -} stands for standard output. */
    static void requireWritable(Path file) throws IOException {
        if (file.toString().equals(StandardInput.NAME)) {
            return;
        }
        if (Files.isDirectory(file)) {
            throw new FileSystemException(file.toString(), null, "is a folder, expected a file to write");
        }
        Path folder = file.toAbsolutePath().getParent();
        if (folder == null || !Files.isDirectory(folder)) {
            throw new FileSystemException(
                    file.toString(), null, "cannot be written, because its folder does not exist");
        }
        if (Files.exists(file) && !Files.isWritable(file)) {
            throw new AccessDeniedException(file.toString());
        }
        if (!Files.exists(file) || Files.isRegularFile(file)) { // else a device or a pipe
            AtomicFile.requireWritable(Files.exists(file) ? file.toRealPath().resolveSibling("") : folder, file);
        }
    }

    /** Rejects a folder that cannot be written to, or cannot be created, before anything is read. */
    static void requireWritableFolder(Path folder) throws IOException {
        if (Files.exists(folder) && !Files.isDirectory(folder)) {
            throw new FileSystemException(folder.toString(), null, "is a file, expected a folder");
        }
        Path existing = folder.toAbsolutePath();
        while (!Files.exists(existing)) {
            existing = Objects.requireNonNull(existing.getParent(), "a root");
        }
        if (!Files.isDirectory(existing)) {
            throw new FileSystemException(folder.toString(), null, "is below a file, expected a folder");
        }
        AtomicFile.requireWritable(existing, folder);
    }
}
