package io.hourglass.lab.cli;

import io.hourglass.Autoencoder;
import io.hourglass.anomaly.Threshold;
import io.hourglass.format.Safetensors;
import io.hourglass.lab.analysis.Baseline;
import io.hourglass.lab.training.ModelMetadata;
import io.hourglass.nn.Architecture;
import io.hourglass.nn.Layer;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
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

    @Option(names = "--json", description = "Print everything as JSON, with metadata in full.")
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
            @Nullable Threshold anomalyThreshold,
            Map<String, String> metadata) {}

    private record LayerInfo(String name, int inputs, int outputs, String activation) {
        static LayerInfo of(Layer layer) {
            return new LayerInfo(
                    layer.name(),
                    layer.inputs(),
                    layer.outputs(),
                    layer.activation().label());
        }
    }

    @Override
    void run() throws IOException {
        Autoencoder model = readModel(modelFile);
        Architecture architecture = model.architecture();
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
                detector(modelFile, model).threshold().orElse(null),
                new LinkedHashMap<>(new TreeMap<>(model.metadata())));
        if (json) {
            console.out().println(Shown.json(info));
        } else {
            print(info, console.out());
        }
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
        if (info.anomalyThreshold() != null) {
            out.printf(Locale.ROOT, "anomaly threshold  %s%n", info.anomalyThreshold());
        }
        out.printf(Locale.ROOT, "layers%n");
        for (LayerInfo layer : info.layers()) {
            out.printf(
                    Locale.ROOT,
                    "  %-12s %6d -> %-6d %s%n",
                    layer.name(),
                    layer.inputs(),
                    layer.outputs(),
                    layer.activation());
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

    private static String line(String text) {
        return Shown.text(text.replace("\n", ", "));
    }

    /** Cuts a long value, such as a scaler's numbers, which would fill the screen. */
    private static String shorten(String line) {
        return line.length() <= LONGEST_VALUE ? line : line.substring(0, LONGEST_VALUE) + "...";
    }
}
