package io.hourglass.spark;

import com.sun.management.OperatingSystemMXBean;
import io.hourglass.Autoencoder;
import io.hourglass.Idx;
import io.hourglass.Recipe;
import io.hourglass.Trainer;
import io.hourglass.nn.Architecture;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.spark.api.java.function.MapFunction;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.storage.StorageLevel;

/** Measures what {@code spark/README.md} says about accuracy and cost, on MNIST; started by hand. */
final class Cost {
    /** What the tasks take their rows from, which run in this process. */
    private static io.hourglass.Dataset source;

    private Cost() {}

    /** Arguments: folder of MNIST, {@code score} or {@code train}, cores, and for training partitions, epochs, rows, rounds an epoch. */
    public static void main(String[] args) throws IOException {
        Path folder = Path.of(args[0]);
        try (SparkSession spark = SparkSession.builder()
                .master("local[" + args[2] + "]")
                .config("spark.ui.enabled", "false")
                .config("spark.driver.host", "127.0.0.1")
                .config("spark.driver.bindAddress", "127.0.0.1")
                .getOrCreate()) {
            if (args[1].equals("train")) {
                train(
                        spark,
                        folder,
                        Integer.parseInt(args[3]),
                        Integer.parseInt(args[4]),
                        Integer.parseInt(args[5]),
                        Integer.parseInt(args[6]));
            } else {
                score(spark, folder, Integer.parseInt(args[3]));
            }
        }
    }

    private static void train(SparkSession spark, Path folder, int partitions, int epochs, int count, int rounds)
            throws IOException {
        io.hourglass.Dataset train = Idx.readImages(folder.resolve("train-images-idx3-ubyte.gz"));
        io.hourglass.Dataset test = Idx.readImages(folder.resolve("t10k-images-idx3-ubyte.gz"));
        Dataset<Row> frame = frame(spark, train, count, partitions);
        long start = System.nanoTime();
        double cpu = cpuSeconds();
        AutoencoderModel model = new AutoencoderEstimator()
                .setHidden(new int[] {128})
                .setLatentSize(16)
                .setMaxIter(epochs)
                .setRoundsPerEpoch(rounds)
                .fit(frame);
        System.out.printf(
                Locale.ROOT,
                "%d partitions, %d rows, %d epochs of %d rounds: test MSE %.6f, %.1f s with reading, %.1f s of processor time, weights %s%n",
                partitions,
                count,
                epochs,
                rounds,
                model.autoencoder().error(test),
                (System.nanoTime() - start) / 1e9,
                cpuSeconds() - cpu,
                model.autoencoder().weightsSha256());
    }

    private static void score(SparkSession spark, Path folder, int count) throws IOException {
        io.hourglass.Dataset pixels =
                Idx.readImages(folder.resolve("train-images-idx3-ubyte.gz")).slice(0, count);
        float[] flat = new float[pixels.rows() * pixels.inputs()];
        for (int r = 0; r < pixels.rows(); r++) {
            System.arraycopy(pixels.row(r), 0, flat, r * pixels.inputs(), pixels.inputs());
        }
        io.hourglass.Dataset data = io.hourglass.Dataset.ofFloats("rows", flat, pixels.inputs());
        Dataset<Row> frame = frame(spark, pixels, pixels.rows(), 4).persist(StorageLevel.MEMORY_ONLY());
        frame.count();
        for (String shape : List.of("784-128-16", "784-512-256-32")) {
            Architecture architecture = Architecture.parse(shape);
            Trainer.State untrained = new Trainer(architecture, Recipe.tuned()).begin();
            Map<String, float[]> weights = new LinkedHashMap<>(untrained.tensors());
            weights.keySet().removeIf(name -> name.startsWith("adam."));
            Autoencoder model = Autoencoder.of(architecture, weights, Map.of()).withThreads(1);
            AutoencoderModel latents = AutoencoderModel.of(model);
            AutoencoderModel errors =
                    AutoencoderModel.of(model).setOutputCol("").setErrorCol("error");
            AutoencoderModel both = AutoencoderModel.of(model).setErrorCol("error");
            AutoencoderModel nothing = AutoencoderModel.of(model).setOutputCol("");
            List<Runnable> programs = List.of(
                    () -> run(frame),
                    () -> run(nothing.transform(frame)),
                    () -> model.encode(data),
                    () -> run(latents.transform(frame)),
                    () -> model.errors(data),
                    () -> run(errors.transform(frame)),
                    () -> {
                        model.encode(data);
                        model.errors(data);
                    },
                    () -> run(both.transform(frame)));
            List<String> names = List.of(
                    "Spark reading the rows",
                    "Spark, stage without results",
                    "library, latent",
                    "Spark, latent",
                    "library, error",
                    "Spark, error",
                    "library, both",
                    "Spark, both");
            // One after the other, again and again, so that all see the same machine.
            List<List<Double>> seconds = new ArrayList<>();
            programs.forEach(program -> seconds.add(new ArrayList<>()));
            for (int round = 0; round < 12; round++) {
                for (int p = 0; p < programs.size(); p++) {
                    double start = cpuSeconds();
                    programs.get(p).run();
                    if (round >= 4) {
                        seconds.get(p).add(cpuSeconds() - start);
                    }
                }
            }
            System.out.println(shape + ", microseconds of processor time a row, least and median of 8:");
            for (int p = 0; p < programs.size(); p++) {
                List<Double> all = seconds.get(p);
                Collections.sort(all);
                System.out.printf(
                        Locale.ROOT,
                        "  %-30s %6.2f %6.2f%n",
                        names.get(p),
                        all.get(0) / pixels.rows() * 1e6,
                        all.get(all.size() / 2) / pixels.rows() * 1e6);
            }
        }
    }

    /** The rows, and from the beginning again if there are too few. */
    private static Dataset<Row> frame(SparkSession spark, io.hourglass.Dataset data, int count, int partitions) {
        source = data;
        return spark.range(0, count, 1, partitions)
                .map(
                        (MapFunction<Long, Row>) index ->
                                RowFactory.create((int) (long) index, Vectors.dense(TestRows.wide(source.row((int)
                                        (index % source.rows()))))),
                        Encoders.row(TestRows.VECTORS));
    }

    private static void run(Dataset<Row> frame) {
        frame.write().format("noop").mode("overwrite").save();
    }

    /** Of this process: what other programs take of the machine does not count. */
    private static double cpuSeconds() {
        return ((OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean()).getProcessCpuTime() / 1e9;
    }
}
