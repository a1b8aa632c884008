package io.hourglass.lab.cli;

import io.hourglass.Dataset;
import io.hourglass.ImageShape;
import io.hourglass.Recipe;
import io.hourglass.lab.bench.Bench;
import io.hourglass.lab.bench.BenchResults;
import io.hourglass.lab.bench.BenchSettings;
import io.hourglass.lab.data.DataSource;
import io.hourglass.lab.text.Json;
import io.hourglass.nn.Architecture;
import io.hourglass.nn.Convolution;
import java.io.IOException;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code hourglass bench}. */
@Command(
        name = "bench",
        description = {
            "Measures the speed of Hourglass on this machine, in about half a minute.",
            "",
            "It measures complete training epochs, encoding, decoding and scoring, and compares each with the "
                    + "machine's multiply-add peak, which is measured again just before and after."
        },
        footer = {
            "",
            "Example:",
            "  hourglass bench",
            "",
            "Times are medians. GFLOP/s counts each multiply-add of the matrix products as two operations, "
                    + "including products with zeros in the data, which are skipped. Run it on an otherwise idle "
                    + "machine."
        })
@SuppressWarnings("NullAway.Init") // picocli fills the fields
final class BenchCommand extends Subcommand {
    @Option(
            names = "--data",
            paramLabel = "DATA",
            defaultValue = "mnist",
            description = RowsOption.DATA_HELP + " Default: mnist.")
    private String data;

    @Option(
            names = "--architecture",
            paramLabel = "WIDTHS",
            description = "A network from inputs to code, such as 784-128-2; may be given several times."
                    + " Default: the lab report's 784-128-16 and 784-256-128-16, a convolutional network "
                    + "(28x28x1-16c3s2-32c3s2-128-16), and 30-24-12-6 on rows of its own.")
    private @Nullable List<Architecture> architectures;

    @Option(
            names = "--threads",
            paramLabel = "N",
            split = ",",
            preprocessor = NoGaps.class,
            description = "Numbers of threads to measure, such as 1,2,4. Default: 1, 2, 4, ... and the number of "
                    + "processors.")
    private @Nullable List<Integer> threads;

    @Option(names = "--batch", paramLabel = "N", description = "Rows per mini-batch. Default: 64.")
    private int batch = 64;

    @Option(names = "--quick", description = "Only three epochs of each network: a first impression.")
    private boolean quick;

    @Option(names = "--json", description = "Print the results as JSON.")
    private boolean json;

    /** Training time by default; everything else takes at most as long again. */
    private static final double SECONDS = 26;

    BenchCommand(Console console) {
        super(console);
    }

    @Override
    void run() throws IOException {
        List<Integer> counts = threads == null
                ? BenchSettings.allThreads()
                : threads.stream().map(this::threads).distinct().sorted().toList();
        fromOptions(() -> Recipe.paper().with(r -> r.batchSize(batch)));
        console.progress().say("reading " + data);
        Dataset rows = DataSource.load(data, console.progress()).train();
        List<Architecture> networks = architectures == null ? networks(rows) : architectures;
        BenchSettings settings = new BenchSettings(networks, architectures == null, counts, batch, quick ? 0 : SECONDS);
        BenchResults results = Bench.run(settings, rows, console.progress());
        console.progress().close();
        if (json) {
            console.out().println(Json.write(results));
        } else {
            print(results, console.out());
        }
    }

    private static List<Architecture> networks(Dataset rows) {
        List<Architecture> networks = new ArrayList<>();
        networks.add(Architecture.of(rows.inputs(), List.of(128), 16));
        networks.add(Architecture.of(rows.inputs(), List.of(256, 128), 16));
        rows.shape()
                .map(ImageShape::shape)
                .ifPresent(image -> networks.add(networks.get(0)
                        .withConvolutions(image, List.of(new Convolution(16, 3, 2), new Convolution(32, 3, 2)))));
        return networks;
    }

    private static void print(BenchResults results, PrintStream out) {
        out.printf(
                Locale.ROOT,
                "%s, %d processors, %s%n%s, %s kernels, Hourglass %s%n%n",
                results.machine().cpu(),
                results.machine().cores(),
                results.machine().os(),
                results.machine().jdk(),
                results.machine().kernels(),
                results.version());
        out.printf(Locale.ROOT, "Multiply-add peak%n");
        results.peakGflops()
                .forEach((threads, gflops) -> out.printf(
                        Locale.ROOT, "%26d thread%s %10.1f GFLOP/s%n", threads, threads == 1 ? " " : "s", gflops));
        out.printf(
                Locale.ROOT,
                "%nTraining%n%-18s %10s %7s %5s %8s %8s %12s %8s %8s %10s%n",
                "",
                "rows/epoch",
                "threads",
                "batch",
                "s/epoch",
                "best",
                "rows/s",
                "GFLOP/s",
                "of peak",
                "bytes/step");
        for (BenchResults.Training row : results.training()) {
            out.printf(
                    Locale.ROOT,
                    "%-18s %,10d %7d %5d %8.3f %8.3f %,12.0f %8.1f %6.1f %% %10.1f%n",
                    row.architecture(),
                    row.rows(),
                    row.threads(),
                    row.batch(),
                    row.secondsPerEpoch(),
                    row.bestSecondsPerEpoch(),
                    row.imagesPerSecond(),
                    row.gflops(),
                    100 * row.fractionOfPeak(),
                    row.bytesPerStep());
        }
        print("Encoding", results.encode(), out);
        print("Decoding", results.decode(), out);
        print("Scoring", results.score(), out);
    }

    private static void print(String what, List<BenchResults.Use> rows, PrintStream out) {
        out.printf(
                Locale.ROOT,
                "%n%s%n%-18s %7s %12s %8s %8s %16s%n",
                what,
                "",
                "threads",
                "rows/s",
                "GFLOP/s",
                "of peak",
                "one row alone");
        for (BenchResults.Use row : rows) {
            out.printf(
                    Locale.ROOT,
                    "%-18s %7d %,12.0f %8.1f %6.1f %% %13.2f us%n",
                    row.architecture(),
                    row.threads(),
                    row.imagesPerSecond(),
                    row.gflops(),
                    100 * row.fractionOfPeak(),
                    row.singleImageMicros());
        }
    }
}
