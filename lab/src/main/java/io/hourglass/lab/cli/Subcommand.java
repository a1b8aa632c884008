package io.hourglass.lab.cli;

import io.hourglass.Autoencoder;
import io.hourglass.anomaly.AnomalyDetector;
import io.hourglass.compute.Team;
import io.hourglass.format.FormatException;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** What all commands share. */
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
     * Does what the command is for; whatever it throws is reported as a failure, but {@link #wrongUsage} as wrong
     * usage.
     */
    abstract void run() throws IOException;

    @Override
    public final Integer call() throws IOException {
        run();
        return 0;
    }

    /** The command's name. */
    final String commandName() {
        return spec.name();
    }

    /** The command as typed, for reports. */
    final String typed() {
        return "hourglass "
                + String.join(
                        " ", spec.commandLine().getParent().getParseResult().originalArgs());
    }

    final ParameterException wrongUsage(String message) {
        return new ParameterException(spec.commandLine(), message);
    }

    /** A value made of options: if it refuses them, the usage is wrong rather than the command failed. */
    final <T> T fromOptions(Supplier<T> value) {
        try {
            return value.get();
        } catch (IllegalArgumentException e) {
            throw wrongUsage(Failure.describe(e));
        }
    }

    /** The number of threads to use: that many or, where none is given, one for each processor. */
    final int threads(@Nullable Integer given) {
        int threads = given == null ? Runtime.getRuntime().availableProcessors() : given;
        return fromOptions(() -> Team.checkThreads(threads));
    }

    /** Reads the model file, and says what it leaves open. */
    final Autoencoder readModel(ModelOption file) throws IOException {
        return readModel(file.path(), file.assumptions());
    }

    /** The same of another option's file. */
    final Autoencoder readModel(Path file, AssumptionOptions options) throws IOException {
        if (Files.isDirectory(file)) {
            throw new FileSystemException(file.toString(), null, "is a folder, expected a model file");
        }
        Autoencoder model = Autoencoder.load(file, options.assumptions());
        if (!model.assumedActivations().isEmpty()) {
            console.progress()
                    .note(file + ": tells no activations; assuming "
                            + FormatException.quote(model.assumedActivations())
                            + " (--activation, --latent-activation and --output-activation say otherwise)");
        }
        return model;
    }

    /**
     * Refuses, as wrong usage, a name by which nobody would know a model file; devices and pipes have names of their
     * own.
     */
    final void requireModelName(Path file) {
        requireName(file, "-o", ".safetensors");
    }

    /** Refuses a name that says the file is of another form than it will be; devices and pipes have any name. */
    final void requireName(Path file, String option, String ending) {
        boolean other = Files.exists(file) && !Files.isRegularFile(file);
        if (!other && !String.valueOf(file.getFileName()).endsWith(ending)) {
            throw wrongUsage(option + " " + file + ": expected a file name that ends in " + ending);
        }
    }

    /** The anomaly detector that a model file makes. */
    static AnomalyDetector detector(ModelOption file, Autoencoder model) throws FormatException {
        try {
            return AnomalyDetector.of(model);
        } catch (IllegalArgumentException e) {
            throw new FormatException(file + ": " + e.getMessage());
        }
    }

    /** Refuses, before long work has begun, a file that could not be written after it. */
    static void requireWritable(Path file) throws FileSystemException {
        if (Files.isDirectory(file)) {
            throw new FileSystemException(file.toString(), null, "is a folder, expected a file to write");
        }
        Path folder = file.toAbsolutePath().getParent();
        if (folder == null || !Files.isDirectory(folder)) {
            throw new FileSystemException(file.toString(), null, "cannot be written, as its folder does not exist");
        }
        if (!Files.isWritable(Files.exists(file) ? file : folder)) {
            throw new FileSystemException(file.toString(), null, "permission denied");
        }
    }
}
