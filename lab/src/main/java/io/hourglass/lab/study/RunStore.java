package io.hourglass.lab.study;

import io.hourglass.Autoencoder;
import io.hourglass.lab.study.StudyResults.DataSummary;
import io.hourglass.lab.study.StudyResults.RunResult;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The runs of a study's folder. A finished one is {@code models/NAME.safetensors} and then {@code runs/NAME.json},
 * written in this order and each completely or not at all, so a record always has its model. A run in progress has
 * {@code checkpoints/NAME}: a killed study loses only the epochs in progress.
 */
final class RunStore {
    /** A finished run. */
    record Finished(RunResult result, Autoencoder model) {}

    private final Path folder;
    private final DataSummary data;
    private final Consumer<String> log;

    /**
     * The runs of a folder.
     *
     * @param data rows the runs must have been trained and tested on
     * @param log receives a line for each run that exists but cannot be reused
     */
    RunStore(Path folder, DataSummary data, Consumer<String> log) throws IOException {
        this.folder = folder;
        this.data = data;
        this.log = log;
        Files.createDirectories(folder.resolve("models"));
        Files.createDirectories(folder.resolve("runs"));
    }

    /** Path of a run's model, relative to the folder. */
    static String modelPath(String name) {
        return "models/" + name + ".safetensors";
    }

    /** The finished run of the same settings, if it exists and is intact. */
    Optional<Finished> find(Run run) throws IOException {
        Path file = recordFile(run);
        @Nullable RunRecord found;
        try {
            found = CheckedJson.read(file, RunRecord.class, RunRecord.FORMAT).orElse(null);
        } catch (CheckedJson.UnusableException e) {
            return again(run, "its record runs/" + file.getFileName() + " " + e.getMessage());
        }
        if (found == null) {
            return Optional.empty();
        }
        String difference = found.differsFrom(run, data);
        if (!difference.isEmpty()) {
            return again(run, difference);
        }
        String path = modelPath(run.name());
        try {
            Autoencoder model = Autoencoder.load(folder.resolve(path));
            return model.weightsSha256().equals(found.result().weightsSha256())
                    ? Optional.of(new Finished(found.result(), model))
                    : again(run, "its model " + path + " is not the recorded one");
        } catch (NoSuchFileException e) {
            return again(run, "its model " + path + " is missing");
        } catch (IOException e) {
            return again(run, "its model " + path + " is damaged");
        }
    }

    private Optional<Finished> again(Run run, String reason) {
        log.accept(run.name() + ": training again, because " + reason);
        return Optional.empty();
    }

    /**
     * Writes the model of a finished run. It comes before {@link #put}, because the record vouches for it.
     *
     * @return the size of the file in bytes
     */
    long putModel(Run run, Autoencoder model) throws IOException {
        Path file = folder.resolve(modelPath(run.name()));
        model.save(file);
        return Files.size(file);
    }

    /** Writes the record of a finished run. */
    void put(Run run, Finished finished) throws IOException {
        RunRecord entry = new RunRecord(RunRecord.FORMAT, data, finished.result());
        CheckedJson.write(recordFile(run), entry);
    }

    /** The folder of a run's checkpoints, used until it is finished. */
    Path checkpoints(Run run) {
        return folder.resolve("checkpoints").resolve(run.name());
    }

    /** Removes a run's checkpoints, if it has any. */
    void removeCheckpoints(Run run) throws IOException {
        Path of = checkpoints(run);
        if (Files.isDirectory(of)) {
            try (Stream<Path> files = Files.list(of)) {
                for (Path file : files.toList()) {
                    Files.delete(file);
                }
            }
            Files.delete(of);
        }
    }

    private Path recordFile(Run run) {
        return folder.resolve("runs").resolve(run.name() + ".json");
    }
}
