package io.hourglass.lab.cli;

import io.hourglass.Autoencoder;
import io.hourglass.anomaly.AnomalyDetector;
import io.hourglass.anomaly.Threshold;
import io.hourglass.format.FormatException;
import io.hourglass.format.Safetensors;
import io.hourglass.lab.analysis.Baseline;
import io.hourglass.lab.data.Column;
import io.hourglass.lab.data.TableColumns;
import io.hourglass.lab.training.ModelMetadata;
import io.hourglass.nn.Architecture;
import io.hourglass.nn.Layer;
import io.hourglass.nn.Shape;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code hourglass info}. */
@Command(
        name = "info",
        description = "Shows the contents of a model file or checkpoint.",
        footer = {"", "Example:", "  hourglass info model.safetensors"})
@SuppressWarnings("NullAway.Init") // picocli fills the fields
final class InfoCommand extends Subcommand {
    @Mixin
    private ModelOption modelFile;

    @Option(
            names = "--json",
            description = "Print everything as JSON, with metadata in full, but without the training rows that "
                    + "the model keeps.")
    private boolean json;

    private static final int LONGEST_VALUE = 80;
    private static final String COLUMNS = "data.columns"; // shown in full: users of an ONNX file need their order

    InfoCommand(Console console) {
        super(console);
    }

    /** What is shown; JSON has this form. */
    private record Info(
            String file,
            long bytes,
            String architecture,
            int inputs,
            List<Integer> hidden,
            int latent,
            String variant,
            List<LayerInfo> layers,
            long parameters,
            double compressionRatio,
            String weightsSha256,
            @Nullable String contentSha256,
            String assumedActivations,
            String anomalyScore,
            int keptTrainingRows,
            @Nullable Threshold anomalyThreshold,
            List<ColumnInfo> columns,
            Map<String, String> metadata) {}

    /**
     * A column of the table that the model was trained on.
     *
     * @param type as {@code hourglass columns} calls it
     * @param inputs the network's inputs for it, from 0: one index, or first and last; empty if there are none
     * @param texts of a category, one for each input but the last, which stands for all other texts; of a constant
     *     column, its text
     * @param gaps whether one more input, the last, is 1 for a missing field and 0 for others
     */
    private record ColumnInfo(String name, String type, String inputs, List<String> texts, boolean gaps) {
        static List<ColumnInfo> of(Autoencoder model) throws FormatException {
            if (!model.metadata().containsKey(TableColumns.KEY)) { // a constant: loads neither the class nor Jackson
                return List.of();
            }
            List<ColumnInfo> columns = new ArrayList<>();
            int next = 0;
            for (Column column : TableColumns.of(model).all()) {
                int last = next + column.values() - 1;
                String inputs = last < next ? "" : last == next ? "" + next : next + "-" + last;
                next = last + 1;
                columns.add(new ColumnInfo(
                        column.name(), column.type().label(), inputs, column.shownTexts(), column.gaps()));
            }
            return columns;
        }

        List<String> row(int number) {
            return List.of(
                    name.isEmpty() ? "" + number : shorten(line(name)),
                    gaps ? type + " + missing" : type,
                    inputs,
                    shorten(line(String.join(", ", texts))));
        }
    }

    /**
     * A layer.
     *
     * @param kind PyTorch's class
     * @param inputShape height x width x channels, or the number of values if there is one pixel
     * @param convolution null for a dense layer
     */
    private record LayerInfo(
            String name,
            String kind,
            int inputs,
            int outputs,
            String inputShape,
            String outputShape,
            @Nullable ConvInfo convolution,
            String activation,
            long parameters) {
        static LayerInfo of(Layer layer) {
            return new LayerInfo(
                    layer.name(),
                    layer.kind(),
                    layer.inputs(),
                    layer.outputs(),
                    shown(layer.in()),
                    shown(layer.out()),
                    layer instanceof Layer.Conv conv ? ConvInfo.of(conv) : null,
                    layer.activation().label(),
                    layer.parameters());
        }

        private static String shown(Shape shape) {
            return shape.isRow() ? "" + shape.channels() : shape.toString();
        }
    }

    /**
     * A convolution.
     *
     * @param outputPadding vertically and horizontally, of a transposed convolution
     */
    private record ConvInfo(
            int kernel, int stride, int padding, @Nullable List<Integer> outputPadding) {
        static ConvInfo of(Layer.Conv conv) {
            return new ConvInfo(
                    conv.kernel(), conv.stride(), conv.padding(), conv.isTransposed() ? conv.outputPadding() : null);
        }

        /** The padding, and that of the outputs as PyTorch's sixth argument. */
        String paddings() {
            if (outputPadding == null) {
                return "" + padding;
            }
            int vertical = outputPadding.get(0);
            int horizontal = outputPadding.get(1);
            return padding + ", output " + (vertical == horizontal ? "" + vertical : vertical + "x" + horizontal);
        }
    }

    @Override
    void run() throws IOException {
        Autoencoder model = readModel(modelFile);
        Architecture architecture = model.architecture();
        AnomalyDetector detector = detector(modelFile, model, null);
        Info info = new Info(
                modelFile.toString(),
                Files.size(modelFile.path()),
                architecture.toString(),
                architecture.inputs(),
                architecture.hidden(),
                architecture.latent(),
                architecture.variant().label(),
                architecture.layers().stream().map(LayerInfo::of).toList(),
                architecture.parameters(),
                (double) architecture.inputs() / architecture.latent(),
                model.weightsSha256(),
                ModelMetadata.checksum(Safetensors.read(modelFile.path()).metadata()),
                model.assumedActivations(),
                detector.kind().label(),
                detector.kept(),
                detector.threshold().orElse(null),
                ColumnInfo.of(model),
                shownMetadata(model));
        if (json) {
            console.out().println(Shown.json(info));
        } else {
            print(info, console.out());
        }
    }

    private static Map<String, String> shownMetadata(Autoencoder model) {
        Map<String, String> shown = new TreeMap<>(model.metadata());
        shown.keySet().removeIf(AnomalyDetector::holds);
        return shown;
    }

    private static void print(Info info, PrintStream out) {
        out.printf(Locale.ROOT, "file               %s (%,d bytes)%n", info.file(), info.bytes());
        out.printf(
                Locale.ROOT,
                "architecture       %s%n",
                info.architecture() + (info.variant().equals("plain") ? "" : ", " + info.variant()));
        String epoch = info.metadata().get("checkpoint.epoch");
        if (epoch != null) {
            String epochs = info.metadata().getOrDefault("recipe.epochs", "?");
            out.println("checkpoint         after epoch " + Shown.text(epoch) + " of " + Shown.text(epochs));
        }
        String kept = info.metadata().get(ModelMetadata.EPOCH);
        if (info.metadata().containsKey("recipe.patience") && kept != null) {
            String trained = info.metadata().getOrDefault(ModelMetadata.EPOCHS, "?");
            out.println("early stopping     best epoch " + Shown.text(kept) + " of " + Shown.text(trained));
        }
        out.printf(Locale.ROOT, "parameters         %,d%n", info.parameters());
        out.printf(Locale.ROOT, "compression ratio  %.1f%n", info.compressionRatio());
        out.printf(Locale.ROOT, "weights SHA-256    %s%n", info.weightsSha256());
        out.printf(
                Locale.ROOT,
                "content SHA-256    %s%n",
                info.contentSha256() == null
                        ? "none in the file, so damage would go unnoticed"
                        : info.contentSha256() + " (verified)");
        out.printf(
                Locale.ROOT,
                "anomaly score      %s%n",
                info.anomalyScore()
                        + (info.keptTrainingRows() == 0
                                ? ""
                                : String.format(
                                        Locale.ROOT, " (the file keeps %,d training rows)", info.keptTrainingRows())));
        if (info.anomalyThreshold() != null) {
            out.printf(Locale.ROOT, "anomaly threshold  %s%n", info.anomalyThreshold());
        }
        out.printf(Locale.ROOT, "layers%n");
        printLayers(info.layers(), out);
        boolean numbers =
                info.columns().stream().allMatch(column -> column.type().equals(Column.Type.NUMBER.label()));
        if (!numbers) { // whose names and order the metadata shows
            out.printf(Locale.ROOT, "columns%n");
            List<List<String>> table = new ArrayList<>(List.of(List.of("name", "type", "inputs", "texts")));
            IntStream.range(0, info.columns().size())
                    .forEach(i -> table.add(info.columns().get(i).row(i + 1)));
            printTable(table, false, out);
        }
        if (!info.metadata().isEmpty()) {
            out.printf(Locale.ROOT, "metadata%n");
            boolean cut = false;
            for (Map.Entry<String, String> entry : info.metadata().entrySet()) {
                String key = entry.getKey();
                if (!Baseline.holds(key)) {
                    String value = line(entry.getValue());
                    String shown = key.equals(COLUMNS) ? value : shorten(value);
                    out.println("  " + shorten(line(key)) + " = " + shown);
                    cut |= !shown.equals(value);
                }
            }
            if (cut) {
                out.println("(values that end in ... are cut; --json prints them in full)");
            }
        }
    }

    private static void printLayers(List<LayerInfo> layers, PrintStream out) {
        boolean images = layers.get(0).convolution() != null;
        List<List<String>> table = new ArrayList<>();
        table.add(row(
                images, "name", "kind", "input", "output", "kernel", "stride", "padding", "activation", "parameters"));
        for (LayerInfo layer : layers) {
            ConvInfo conv = layer.convolution();
            table.add(row(
                    images,
                    layer.name(),
                    layer.kind(),
                    layer.inputShape(),
                    layer.outputShape(),
                    conv == null ? "" : "" + conv.kernel(),
                    conv == null ? "" : "" + conv.stride(),
                    conv == null ? "" : conv.paddings(),
                    layer.activation(),
                    String.format(Locale.ROOT, "%,d", layer.parameters())));
        }
        printTable(table, true, out);
    }

    /** Prints lines of cells, the last to the right if it is a number. */
    private static void printTable(List<List<String>> table, boolean number, PrintStream out) {
        int last = table.get(0).size() - 1;
        int[] widths = IntStream.rangeClosed(0, last)
                .map(column -> table.stream()
                        .mapToInt(row -> row.get(column).length())
                        .max()
                        .orElseThrow())
                .toArray();
        for (List<String> row : table) {
            StringBuilder line = new StringBuilder();
            for (int column = 0; column < last; column++) {
                line.append("  ")
                        .append(row.get(column))
                        .append(" ".repeat(widths[column] - row.get(column).length()));
            }
            out.println(line.append("  ")
                    .append(number ? " ".repeat(widths[last] - row.get(last).length()) : "")
                    .append(row.get(last))
                    .toString()
                    .stripTrailing());
        }
    }

    /** The cells of a line; those of convolutions only if there are any. */
    private static List<String> row(boolean images, String... cells) {
        return IntStream.range(0, cells.length)
                .filter(i -> images || i < 4 || i > 6)
                .mapToObj(i -> cells[i])
                .toList();
    }

    private static String line(String text) {
        return Shown.text(text.replace("\n", ", "));
    }

    /** Cuts a long value, such as a scaler's numbers, which would fill the screen. */
    private static String shorten(String line) {
        return line.length() <= LONGEST_VALUE ? line : line.substring(0, LONGEST_VALUE) + "...";
    }
}
