package io.hourglass;

import io.hourglass.io.FormatException;
import io.hourglass.io.Safetensors;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The states of a training run at the ends of its last two epochs, each in a safetensors file of its own: weights, Adam's moments,
 * the history, and what the run is. A file is moved into its place whole and carries a sum of its content, so that a killed process or a
 * damaged disk cannot pass for a state.
 */
final class Checkpoints {
    private static final String EPOCH = "checkpoint.epoch";
    private static final String HISTORY = "checkpoint.history";
    private static final String SUM = "checkpoint.sha256";
    private static final int KEPT = 2;

    private final Path folder;
    private final Map<String, String> identity;
    private final Consumer<String> notes;

    /**
     * Checkpoints of one run.
     *
     * @param identity everything that decides the run's result, as text: a checkpoint with another one is refused
     * @param notes takes a line where a checkpoint cannot be used
     */
    Checkpoints(Path folder, Map<String, String> identity, Consumer<String> notes) {
        this.folder = folder;
        this.identity = identity;
        this.notes = notes;
    }

    /** A state to go on from. */
    record State(Map<String, float[]> tensors, List<History.Epoch> history) {}

    /** Whether there are any. */
    boolean exist() throws IOException {
        return !files().isEmpty();
    }

    /** All checkpoint files, the newest first. */
    private List<Path> files() throws IOException {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> file.getFileName().toString().matches("epoch-\\d{7}\\.safetensors"))
                    .sorted(Comparator.reverseOrder())
                    .collect(Collectors.toList());
        }
    }

    /**
     * The newest undamaged state.
     *
     * @return nothing if there is none at all
     * @throws FormatException if it belongs to another run; the message says what differs
     */
    Optional<State> newest() throws IOException {
        for (Path file : files()) {
            Safetensors content;
            try {
                content = Safetensors.read(file);
                requireWhole(file, content);
            } catch (FormatException e) {
                notes.accept("checkpoint left aside, " + e.getMessage());
                continue;
            }
            requireSameRun(file, content.metadata());
            Map<String, float[]> tensors = new LinkedHashMap<>();
            content.tensors().forEach((name, tensor) -> tensors.put(name, tensor.values()));
            List<History.Epoch> history = parse(content.metadata().getOrDefault(HISTORY, ""));
            notes.accept("going on after epoch " + history.size() + ", from " + file);
            return Optional.of(new State(tensors, history));
        }
        return Optional.empty();
    }

    private static void requireWhole(Path file, Safetensors content) throws FormatException {
        Map<String, float[]> tensors = new LinkedHashMap<>();
        content.tensors().forEach((name, tensor) -> tensors.put(name, tensor.values()));
        String expected = content.metadata().get(SUM);
        String found = sum(content.metadata(), tensors);
        if (!found.equals(expected)) {
            throw new FormatException(file + ": damaged, its content has SHA-256 " + found + ", expected " + expected);
        }
    }

    private void requireSameRun(Path file, Map<String, String> found) throws FormatException {
        for (Map.Entry<String, String> entry : identity.entrySet()) {
            String value = found.getOrDefault(entry.getKey(), "nothing");
            if (!entry.getValue().equals(value)) {
                throw new FormatException(file + ": is of another run, " + entry.getKey() + " is " + value
                        + ", expected " + entry.getValue());
            }
        }
    }

    /** Writes the state after an epoch, and removes all but the last two. */
    void write(Map<String, float[]> tensors, List<History.Epoch> history) throws IOException {
        int epoch = history.size();
        Map<String, String> metadata = new LinkedHashMap<>(identity);
        metadata.put(EPOCH, Integer.toString(epoch));
        metadata.put(HISTORY, format(history));
        metadata.put(SUM, sum(metadata, tensors));
        Map<String, Safetensors.Tensor> content = new LinkedHashMap<>();
        tensors.forEach((name, values) -> content.put(name, new Safetensors.Tensor(List.of(values.length), values)));
        Safetensors.write(folder.resolve(String.format("epoch-%07d.safetensors", epoch)), metadata, content);
        List<Path> files = files();
        for (Path old : files.subList(Math.min(KEPT, files.size()), files.size())) {
            Files.deleteIfExists(old);
        }
    }

    /** SHA-256 of the text (without itself) and of the tensors in the order of their names. */
    private static String sum(Map<String, String> metadata, Map<String, float[]> tensors) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            for (Map.Entry<String, String> entry : new TreeMap<>(metadata).entrySet()) {
                if (!entry.getKey().equals(SUM)) {
                    digest.update((entry.getKey() + "=" + entry.getValue() + "\n").getBytes(StandardCharsets.UTF_8));
                }
            }
            for (Map.Entry<String, float[]> entry : new TreeMap<>(tensors).entrySet()) {
                digest.update((entry.getKey() + "\n").getBytes(StandardCharsets.UTF_8));
                float[] values = entry.getValue();
                ByteBuffer bytes =
                        ByteBuffer.allocate(Float.BYTES * values.length).order(ByteOrder.LITTLE_ENDIAN);
                bytes.asFloatBuffer().put(values);
                digest.update(bytes);
            }
            return HexFormat.of().formatHex(digest.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every JDK has SHA-256", e);
        }
    }

    /** A line an epoch; Double.toString reads back as the same number. */
    private static String format(List<History.Epoch> history) {
        return history.stream()
                .map(e -> e.epoch() + "," + e.trainMse() + "," + e.testMse() + "," + e.seconds())
                .collect(Collectors.joining("\n"));
    }

    private static List<History.Epoch> parse(String text) {
        List<History.Epoch> history = new ArrayList<>();
        for (String line : text.split("\n", -1)) {
            String[] fields = line.split(",", -1);
            history.add(new History.Epoch(
                    Integer.parseInt(fields[0]),
                    Double.parseDouble(fields[1]),
                    Double.parseDouble(fields[2]),
                    Double.parseDouble(fields[3])));
        }
        return history;
    }
}
