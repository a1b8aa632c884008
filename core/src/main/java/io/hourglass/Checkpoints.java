package io.hourglass;

import io.hourglass.format.FormatException;
import io.hourglass.format.Safetensors;
import io.hourglass.io.FolderLock;
import io.hourglass.io.Sha256;
import io.hourglass.nn.Architecture;
import io.hourglass.nn.Optimizer;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The states of a training run after its last two epochs, each in its own safetensors file: weights, the optimiser's
 * state, the history, and the settings of the run. A complete file is moved into place and carries a checksum of its
 * content, so that neither a killed process nor a damaged disk leaves a wrong state. The weights are stored as in a
 * model file: {@link Autoencoder#load} also reads checkpoints.
 */
final class Checkpoints implements AutoCloseable {
    /**
     * Raise it when the files change, or when the same settings give other weights than before. Old checkpoints are
     * then refused.
     */
    private static final String FORMAT = "3";

    private static final String FORMAT_KEY = "checkpoint.format";
    private static final String EPOCH = "checkpoint.epoch";
    private static final String HISTORY = "checkpoint.history";

    /** Which training rows are measured after each epoch; older files have none. */
    static final String SAMPLE = "data.sample.sha256";

    static final String SUM = "checkpoint.sha256";
    private static final int KEPT = 2;
    private static final int LONGEST_SHOWN = 64;

    private final Path folder;
    private final Architecture architecture;
    private final Optimizer optimizer;
    private final Map<String, String> identity;
    private final Consumer<String> notes;
    private final FolderLock lock;

    /**
     * Opens a run's folder for this process alone, and creates it if it is missing.
     *
     * @param optimizer whose state is stored with the weights
     * @param identity everything that decides the run's result, as text: a checkpoint with another identity is refused
     * @param notes receives a line about each checkpoint that is used or skipped
     * @throws IOException if another run uses the folder, or it cannot be written to
     */
    Checkpoints(
            Path folder,
            Architecture architecture,
            Optimizer optimizer,
            Map<String, String> identity,
            Consumer<String> notes)
            throws IOException {
        this.folder = folder;
        this.architecture = architecture;
        this.optimizer = optimizer;
        this.identity = new LinkedHashMap<>(identity);
        this.identity.put(FORMAT_KEY, FORMAT);
        this.notes = notes;
        if (!Files.isDirectory(folder)) { // createDirectories refuses a link to a folder before JDK 20 (JDK-8294193)
            if (Files.exists(folder)) {
                throw new FileSystemException(folder.toString(), null, "is a file, expected a folder for checkpoints");
            }
            Files.createDirectories(folder);
        }
        lock = FolderLock.of(folder, folder + ": another run is writing its checkpoints here");
        // Left by a killed process. The folder is locked, so no process is writing now.
        for (Path leftover : list("\\.hourglass-.*\\.tmp")) {
            Files.delete(leftover);
        }
    }

    /** Unlocks the folder. */
    @Override
    public void close() throws IOException {
        lock.close();
    }

    /** Whether the folder holds checkpoints. */
    boolean exist() throws IOException {
        return !files().isEmpty();
    }

    /** All checkpoint files, newest first. */
    private List<Path> files() throws IOException {
        return list("epoch-[0-9]{7}\\.safetensors");
    }

    private List<Path> list(String names) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> file.getFileName().toString().matches(names))
                    .sorted(Comparator.reverseOrder())
                    .toList();
        }
    }

    private Path file(int epoch) {
        return folder.resolve(String.format(Locale.ROOT, "epoch-%07d.safetensors", epoch));
    }

    /**
     * The newest undamaged state.
     *
     * @param stepsPerEpoch of the run
     * @return empty if there is none
     * @throws FormatException if it belongs to another run; the message says what differs
     */
    Optional<Trainer.State> newest(int stepsPerEpoch) throws IOException {
        List<Path> files = files();
        for (Path file : files) {
            Safetensors content;
            List<History.Epoch> history;
            try {
                content = Safetensors.read(file);
                requireWhole(file, content);
                history = parse(file, content.metadata().getOrDefault(HISTORY, ""));
            } catch (FormatException e) {
                notes.accept("checkpoint skipped: " + e.getMessage());
                continue;
            }
            requireSameRun(file, content.metadata());
            int epoch = history.get(history.size() - 1).epoch();
            notes.accept("resuming after epoch " + epoch + " from " + file);
            return Optional.of(new Trainer.State(values(content), (long) epoch * stepsPerEpoch, new History(history)));
        }
        notes.accept("no " + (files.isEmpty() ? "" : "undamaged ") + "checkpoint in " + folder
                + ", starting from the beginning");
        return Optional.empty();
    }

    static Map<String, float[]> values(Safetensors content) {
        Map<String, float[]> values = new LinkedHashMap<>();
        content.tensors().forEach((name, tensor) -> values.put(name, tensor.values()));
        return values;
    }

    private static void requireWhole(Object source, Safetensors content) throws FormatException {
        String expected = content.metadata().getOrDefault(SUM, "none");
        String found = sum(content.metadata(), values(content));
        if (!found.equals(expected)) {
            throw new FormatException(source + ": damaged, its content has SHA-256 " + found + ", expected "
                    + FormatException.quote(expected));
        }
    }

    private void requireSameRun(Path file, Map<String, String> metadata) throws FormatException {
        Map<String, String> found = new HashMap<>(metadata);
        found.putIfAbsent(SAMPLE, "none");
        if (!found.containsKey("recipe.optimizer")) { // 0.1 named none: it was Adam, or AdamW with weight decay
            Optimizer optimizer = "0.0".equals(found.get("recipe.weight_decay")) ? Optimizer.ADAM : Optimizer.ADAMW;
            found.put("recipe.optimizer", optimizer.label());
            found.put("recipe.momentum", "0.0");
            found.put("recipe.nesterov", "false");
        }
        List<String> differences = new ArrayList<>(identity.entrySet().stream()
                .filter(entry -> !entry.getValue().equals(found.get(entry.getKey())))
                .map(entry -> entry.getKey() + " is " + shorten(found.getOrDefault(entry.getKey(), "missing"))
                        + ", expected " + shorten(entry.getValue()))
                .toList());
        differences.addAll(found.keySet().stream()
                .filter(key -> RowFormat.isOptional(key) && !identity.containsKey(key))
                .map(key -> key + " is " + shorten(found.getOrDefault(key, "")) + ", expected missing")
                .toList());
        if (!differences.isEmpty()) {
            throw new FormatException(file + ": belongs to another run: " + String.join("; ", differences));
        }
    }

    /** Short enough for a message: a hash fits, a scaler's list of numbers does not. */
    private static String shorten(String value) {
        return value.length() <= LONGEST_SHOWN ? value : value.substring(0, LONGEST_SHOWN) + "...";
    }

    /**
     * Writes the state after an epoch, and removes all checkpoints except the last two.
     *
     * @param state with a history up to this epoch
     */
    void write(Trainer.State state) throws IOException {
        Map<String, float[]> tensors = state.tensors();
        History.Epoch last = state.history().last();
        Map<String, String> metadata = new LinkedHashMap<>(identity);
        metadata.put(ModelFile.VERSION, Version.current());
        metadata.put("result.train_mse", Double.toString(last.trainMse()));
        if (!Double.isNaN(last.testMse())) {
            metadata.put("result.test_mse", Double.toString(last.testMse()));
        }
        metadata.put(EPOCH, Integer.toString(last.epoch()));
        metadata.put(HISTORY, format(state.history().epochs()));
        metadata.put(SUM, sum(metadata, tensors));
        Map<String, Safetensors.Tensor> content = new LinkedHashMap<>();
        content.putAll(ModelFile.tensors(architecture, "", tensors));
        for (String prefix : optimizer.state()) {
            content.putAll(ModelFile.tensors(architecture, prefix, tensors));
        }
        if (!state.best().isEmpty()) {
            content.putAll(ModelFile.tensors(architecture, Trainer.State.BEST, tensors));
        }
        Path written = file(last.epoch());
        Safetensors.write(written, metadata, content);
        int kept = 0;
        for (Path file : files()) {
            // A checkpoint of a later epoch was skipped as damaged: it must not remain as the newest.
            if (file.compareTo(written) > 0 || ++kept > KEPT) {
                Files.deleteIfExists(file);
            }
        }
    }

    /** Whether a safetensors file is a checkpoint. A model saved from one has its epoch, but not its checksum. */
    static boolean isOne(Safetensors content) {
        return content.metadata().containsKey(SUM);
    }

    /**
     * The parts of a checkpoint that make a model: its weights, and all text except the history.
     *
     * @throws FormatException if it is damaged
     */
    static Safetensors model(String source, Safetensors checkpoint) throws FormatException {
        requireWhole(source, checkpoint);
        Map<String, String> metadata = new LinkedHashMap<>(checkpoint.metadata());
        metadata.keySet().removeAll(List.of(FORMAT_KEY, HISTORY, SUM));
        Map<String, Safetensors.Tensor> weights = new LinkedHashMap<>(checkpoint.tensors());
        weights.keySet()
                .removeIf(name -> name.startsWith(Trainer.State.BEST)
                        || Stream.of(Optimizer.values())
                                .flatMap(o -> o.state().stream())
                                .anyMatch(name::startsWith));
        return new Safetensors(metadata, weights, checkpoint.others());
    }

    /** SHA-256 of the text (except the checksum itself) and of the tensors in the order of their names. */
    static String sum(Map<String, String> metadata, Map<String, float[]> tensors) {
        Sha256 sum = new Sha256();
        for (Map.Entry<String, String> entry : new TreeMap<>(metadata).entrySet()) {
            if (!entry.getKey().equals(SUM)) {
                sum.add(entry.getKey() + "=" + entry.getValue() + "\n");
            }
        }
        new TreeMap<>(tensors).forEach((name, values) -> sum.add(name + "\n").add(values));
        return sum.hex();
    }

    /** One line per epoch; Double.toString gives text that reads back as the same number. */
    private static String format(List<History.Epoch> history) {
        return history.stream()
                .map(e -> e.epoch() + "," + e.trainMse() + "," + e.testMse() + "," + e.seconds() + "," + e.trainLoss()
                        + "," + e.trainKl() + (Double.isNaN(e.trainMseAtEnd()) ? "" : "," + e.trainMseAtEnd()))
                .collect(Collectors.joining("\n"));
    }

    /** Reads what {@link #format} writes. */
    private static List<History.Epoch> parse(Path file, String text) throws FormatException {
        List<History.Epoch> history = new ArrayList<>();
        for (String line : text.split("\n", -1)) {
            String[] fields = line.split(",", -1);
            try {
                history.add(new History.Epoch(
                        Integer.parseInt(fields[0]),
                        Double.parseDouble(fields[1]),
                        Double.parseDouble(fields[2]),
                        Double.parseDouble(fields[3]),
                        Double.parseDouble(fields[4]),
                        Double.parseDouble(fields[5]),
                        fields.length == 6 ? Double.NaN : Double.parseDouble(fields[6])));
            } catch (NumberFormatException | ArrayIndexOutOfBoundsException e) {
                throw new FormatException(file + ": " + HISTORY + " has a line " + FormatException.quote(line)
                        + ", expected epoch, train MSE, test MSE, seconds, train loss, train KL and, if measured, train"
                        + " MSE at the end");
            }
        }
        return history;
    }
}
