package io.hourglass.benchmarks;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import com.google.gson.GsonBuilder;
import io.hourglass.Dataset;
import io.hourglass.Idx;
import io.hourglass.Recipe;
import io.hourglass.Version;
import io.hourglass.compute.Kernels;
import io.hourglass.engine.Network;
import io.hourglass.nn.Activation;
import io.hourglass.nn.Architecture;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Compares Hourglass with PyTorch on the CPU. Both train the report's networks on MNIST, and a small network on a
 * table, with the report's recipe (Listing 3 of the lab report), from the same initial weights, with the same
 * mini-batches in the same order. They take turns epoch by epoch, so a machine that slows down for a while slows all of
 * them.
 *
 * <p>Arguments: folder of MNIST, number of measured epochs (default 9), JSON file to write (default none, as with
 * {@code -}), the only network to compare (default all).
 */
public final class Peers {
    private static final int WARM_UP = 3;

    private static final List<String> OF_IMAGES =
            List.of("784-128-16", "784-256-128-16", "28x28x1-16c3s2-32c3s2-128-16");
    private static final String OF_TABLE = "30-24-12-6";
    private static final int TABLE_ROWS = 81_000;

    private Peers() {}

    /** The content of the JSON file. */
    record Results(
            String hourglass,
            String pytorch,
            String jdk,
            String kernels,
            int processors,
            List<Comparison> comparisons) {}

    /**
     * The results of one network.
     *
     * @param rows in an epoch
     * @param ratio rows per second of Hourglass divided by those of PyTorch, each on its best number of threads
     */
    record Comparison(
            String architecture, int batch, int epochs, int rows, List<Entry> entries, double ratio) {}

    /**
     * The result of one contestant.
     *
     * @param secondsPerEpoch median of the measured epochs
     * @param trainMse of the last epoch, after the same number of steps for all
     */
    record Entry(
            String name, double secondsPerEpoch, double bestSecondsPerEpoch, double rowsPerSecond, double trainMse) {}

    /** Runs the comparison. */
    public static void main(String[] args) throws IOException {
        if (args.length < 1 || args.length > 4) {
            System.err.println("usage: Peers MNIST-FOLDER [EPOCHS [JSON-FILE [NETWORK]]]");
            System.exit(2);
        }
        // By default, DJL looks for newer files on the network and sends usage statistics.
        System.setProperty("ai.djl.offline", "true");
        System.setProperty("OPT_OUT_TRACKING", "true");
        Dataset images = Idx.readImages(Path.of(args[0], "train-images-idx3-ubyte.gz"));
        int epochs = args.length > 1 ? Integer.parseInt(args[1]) : 9;
        String only = args.length > 3 ? args[3] : "";
        List<Comparison> comparisons = new ArrayList<>();
        Engine engine = Engine.getEngine("PyTorch");
        for (String network : OF_IMAGES) {
            if (only.isEmpty() || only.equals(network)) {
                comparisons.add(compare(engine, Architecture.parse(network), images, epochs));
            }
        }
        if (only.isEmpty() || only.equals(OF_TABLE)) {
            Architecture small = Architecture.parse(OF_TABLE).withOutputActivation(Activation.IDENTITY);
            comparisons.add(compare(engine, small, table(small.inputs()), epochs));
        }
        Results results = new Results(
                Version.current(),
                engine.getVersion(),
                System.getProperty("java.vm.name") + " " + Runtime.version(),
                Kernels.best().name(),
                Runtime.getRuntime().availableProcessors(),
                comparisons);
        print(results);
        if (args.length > 2 && !args[2].equals("-")) {
            Files.writeString(Path.of(args[2]), new GsonBuilder().setPrettyPrinting().create().toJson(results) + "\n");
        }
        System.exit(0); // PyTorch's threads would keep the process alive
    }

    /** Rows that a few hidden causes and some noise explain; columns have means of about 0 and spreads of about 1. */
    private static Dataset table(int columns) {
        java.util.Random random = new java.util.Random(1);
        float[] values = new float[TABLE_ROWS * columns];
        double[] causes = new double[5];
        for (int row = 0; row < TABLE_ROWS; row++) {
            Arrays.setAll(causes, k -> random.nextGaussian());
            for (int j = 0; j < columns; j++) {
                double value = 0.8 * causes[j % 5] + 0.5 * Math.abs(causes[j / 5 % 5]) - 0.4;
                values[row * columns + j] = (float) (value + 0.3 * random.nextGaussian());
            }
        }
        return Dataset.ofFloats("a table", values, columns);
    }

    private static NDArray tensor(NDManager manager, Dataset data) {
        float[] values = new float[data.rows() * data.inputs()];
        for (int row = 0; row < data.rows(); row++) {
            System.arraycopy(data.row(row), 0, values, row * data.inputs(), data.inputs());
        }
        return manager.create(values, new Shape(data.rows(), data.inputs()));
    }

    private static Comparison compare(Engine engine, Architecture architecture, Dataset train, int epochs) {
        try (NDManager manager = engine.newBaseManager()) {
            return compare(architecture, train, tensor(manager, train), epochs);
        }
    }

    private static Comparison compare(Architecture architecture, Dataset train, NDArray rows, int epochs) {
        Recipe recipe = Recipe.paper().with(r -> r.epochs(WARM_UP + epochs));
        Network initial = new Network(architecture, Kernels.best());
        initial.initialize(recipe.seed());
        Map<String, float[]> weights = initial.tensors();

        int processors = Runtime.getRuntime().availableProcessors();
        List<Contestant> contestants = new ArrayList<>();
        for (int threads : processors == 1 ? new int[] {1} : new int[] {1, processors}) {
            contestants.add(new HourglassContestant(architecture, recipe, train, threads));
            contestants.add(new PyTorchContestant(architecture, recipe, rows, weights, threads));
        }
        List<List<Contestant.Lap>> laps = new ArrayList<>();
        contestants.forEach(contestant -> laps.add(new ArrayList<>()));
        for (int epoch = 1; epoch <= recipe.epochs(); epoch++) {
            StringBuilder line = new StringBuilder(architecture + " epoch " + epoch);
            for (int i = 0; i < contestants.size(); i++) {
                Contestant.Lap lap = contestants.get(i).epoch();
                laps.get(i).add(lap);
                line.append(String.format(
                        Locale.ROOT,
                        "; %s %.3f s, MSE %.6f",
                        contestants.get(i).name(),
                        lap.seconds(),
                        lap.trainMse()));
            }
            System.err.println(line);
            if (epoch == 1) {
                retireSlow(contestants, laps);
            }
        }
        List<Entry> entries = new ArrayList<>();
        for (int i = 0; i < contestants.size(); i++) {
            entries.add(entry(contestants.get(i).name(), laps.get(i), train.rows()));
            contestants.get(i).close();
        }
        double ratio = best(entries, "Hourglass") / best(entries, "PyTorch");
        return new Comparison(architecture.toString(), recipe.batchSize(), epochs, train.rows(), entries, ratio);
    }

    private static double best(List<Entry> entries, String name) {
        return entries.stream()
                .filter(entry -> entry.name().startsWith(name))
                .mapToDouble(Entry::rowsPerSecond)
                .max()
                .orElseThrow();
    }

    /**
     * Drops contestants that are too slow to wait for: on a busy machine, PyTorch with several threads may take minutes
     * for an epoch.
     */
    private static void retireSlow(List<Contestant> contestants, List<List<Contestant.Lap>> laps) {
        double best = Double.POSITIVE_INFINITY;
        for (int i = 0; i < contestants.size(); i++) {
            if (contestants.get(i) instanceof PyTorchContestant) {
                best = Math.min(best, laps.get(i).get(0).seconds());
            }
        }
        for (int i = contestants.size() - 1; i >= 0; i--) {
            double seconds = laps.get(i).get(0).seconds();
            if (contestants.get(i) instanceof PyTorchContestant && seconds > 6 * best) {
                System.err.printf(
                        Locale.ROOT,
                        "%s is dropped: its first epoch took %.1f s%n",
                        contestants.get(i).name(),
                        seconds);
                contestants.remove(i).close();
                laps.remove(i);
            }
        }
    }

    private static Entry entry(String name, List<Contestant.Lap> laps, int rows) {
        List<Double> seconds = laps.subList(WARM_UP, laps.size()).stream()
                .map(Contestant.Lap::seconds)
                .sorted(Comparator.naturalOrder())
                .toList();
        int n = seconds.size();
        double median = (seconds.get((n - 1) / 2) + seconds.get(n / 2)) / 2;
        return new Entry(name, median, seconds.get(0), rows / median, laps.get(laps.size() - 1).trainMse());
    }

    private static void print(Results results) {
        System.out.printf(
                Locale.ROOT,
                "Hourglass %s (%s), PyTorch %s through DJL, %s, %d processors%n",
                results.hourglass(),
                results.kernels(),
                results.pytorch(),
                results.jdk(),
                results.processors());
        for (Comparison comparison : results.comparisons()) {
            System.out.printf(
                    Locale.ROOT,
                    "%n%s, batch size %d, %d epochs of %,d rows, taking turns%n%-22s %8s %8s %12s %10s%n",
                    comparison.architecture(),
                    comparison.batch(),
                    comparison.epochs(),
                    comparison.rows(),
                    "",
                    "s/epoch",
                    "fastest",
                    "rows/s",
                    "train MSE");
            for (Entry entry : comparison.entries()) {
                System.out.printf(
                        Locale.ROOT,
                        "%-22s %8.3f %8.3f %,12.0f %10.6f%n",
                        entry.name(),
                        entry.secondsPerEpoch(),
                        entry.bestSecondsPerEpoch(),
                        entry.rowsPerSecond(),
                        entry.trainMse());
            }
            System.out.printf(
                    Locale.ROOT,
                    "Rows per second, each on its best number of threads: Hourglass / PyTorch = %.1f%n",
                    comparison.ratio());
        }
    }
}
