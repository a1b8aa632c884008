package io.hourglass.spark;

import com.sun.management.OperatingSystemMXBean;
import io.hourglass.Autoencoder;
import io.hourglass.Idx;
import io.hourglass.Recipe;
import io.hourglass.Scorer;
import io.hourglass.Trainer;
import io.hourglass.nn.Architecture;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.DoubleSupplier;
import org.apache.spark.SparkContext;
import org.apache.spark.api.java.function.MapFunction;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerTaskEnd;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.storage.StorageLevel;

/** Measures accuracy and cost on MNIST for BENCHMARKS.md. {@code bench/all spark} starts it. */
final class Cost {
    /** Source of the rows for the tasks, which run in this process. */
    private static io.hourglass.Dataset source;

    private Cost() {}

    /**
     * Arguments: the MNIST folder, then {@code score CORES ROWS} or {@code train CORES PARTITIONS EPOCHS ROWS
     * ROUNDS-PER-EPOCH}.
     */
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
                "%d partitions, %d rows, %d epochs of %d rounds: test MSE %.6f, %.1f s with reading, %.1f s"
                        + " of processor time, weights %s%n",
                partitions,
                count,
                epochs,
                rounds,
                model.autoencoder().error(test),
                (System.nanoTime() - start) / 1e9,
                cpuSeconds() - cpu,
                model.autoencoder().weightsSha256());
    }

    /**
     * Prints the processor time per row in microseconds, of Spark's tasks and, for the library, of this thread. The
     * rows are in Spark's cache, once as vectors and once as arrays of float, and in an array of floats for the
     * library. All programs take turns in every round, so changes in the machine's load affect all of them.
     */
    private static void score(SparkSession spark, Path folder, int count) throws IOException {
        io.hourglass.Dataset pixels =
                Idx.readImages(folder.resolve("train-images-idx3-ubyte.gz")).slice(0, count);
        float[] flat = new float[count * pixels.inputs()];
        for (int r = 0; r < count; r++) {
            System.arraycopy(pixels.row(r), 0, flat, r * pixels.inputs(), pixels.inputs());
        }
        io.hourglass.Dataset data = io.hourglass.Dataset.ofFloats("rows", flat, pixels.inputs());
        Dataset<Row> vectors = frame(spark, pixels, count, 4).persist(StorageLevel.MEMORY_ONLY());
        Dataset<Row> floats = vectors.withColumn(
                        "features",
                        functions
                                .udf(
                                        (Vector vector) -> narrow(vector),
                                        DataTypes.createArrayType(DataTypes.FloatType, false))
                                .apply(functions.col("features")))
                .persist(StorageLevel.MEMORY_ONLY());
        Map<String, Dataset<Row>> frames = new LinkedHashMap<>();
        frames.put("vectors", vectors);
        frames.put("floats", floats);
        TaskClock clock = new TaskClock(spark);
        for (String shape : List.of("784-128-16", "784-256-128-16", "784-512-256-32")) {
            Architecture architecture = Architecture.parse(shape);
            Trainer.State untrained = new Trainer(architecture, Recipe.tuned()).begin();
            Map<String, float[]> weights = new LinkedHashMap<>(untrained.tensors());
            weights.keySet().removeIf(name -> name.startsWith("adam."));
            Autoencoder model = Autoencoder.of(architecture, weights, Map.of()).withThreads(1);
            Map<String, DoubleSupplier> programs = new LinkedHashMap<>();
            programs.put("library, latent", () -> thread(() -> model.encode(data)));
            programs.put("library, error", () -> thread(() -> model.errors(data)));
            programs.put("library, latent and error", () -> thread(() -> both(model, flat)));
            frames.forEach((name, frame) -> {
                frame.count();
                AutoencoderModel latents = AutoencoderModel.of(model);
                AutoencoderModel errors =
                        AutoencoderModel.of(model).setOutputCol("").setErrorCol("error");
                AutoencoderModel both = AutoencoderModel.of(model).setErrorCol("error");
                programs.put(name + ": read and dropped", () -> clock.run(frame));
                programs.put(
                        name + ": stage without results",
                        () -> clock.run(
                                AutoencoderModel.of(model).setOutputCol("").transform(frame)));
                programs.put(name + ": stage, latent", () -> clock.run(latents.transform(frame)));
                programs.put(name + ": stage, error", () -> clock.run(errors.transform(frame)));
                programs.put(name + ": stage, latent and error", () -> clock.run(both.transform(frame)));
                programs.put(
                        name + ": the same, without the input column",
                        () -> clock.run(both.transform(frame).drop("features")));
            });
            Map<String, List<Double>> seconds = new LinkedHashMap<>();
            for (int round = 0; round < 7; round++) {
                for (Map.Entry<String, DoubleSupplier> program : programs.entrySet()) {
                    double took = program.getValue().getAsDouble();
                    if (round >= 3) {
                        seconds.computeIfAbsent(program.getKey(), name -> new ArrayList<>())
                                .add(took);
                    }
                }
            }
            System.out.println(shape + ", microseconds of processor time a row, least and median of 4:");
            seconds.forEach((name, all) -> {
                Collections.sort(all);
                System.out.printf(
                        Locale.ROOT,
                        "  %-52s %6.2f %6.2f%n",
                        name,
                        all.get(0) / count * 1e6,
                        all.get(all.size() / 2) / count * 1e6);
            });
        }
    }

    /** A data frame of {@code count} rows; starts over if the data set has fewer. */
    private static Dataset<Row> frame(SparkSession spark, io.hourglass.Dataset data, int count, int partitions) {
        source = data;
        return spark.range(0, count, 1, partitions)
                .map(
                        (MapFunction<Long, Row>) index ->
                                RowFactory.create((int) (long) index, Vectors.dense(TestRows.wide(source.row((int)
                                        (index % source.rows()))))),
                        Encoders.row(TestRows.VECTORS));
    }

    private static float[] narrow(Vector vector) {
        float[] values = new float[vector.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) vector.apply(i);
        }
        return values;
    }

    /** Codes and errors of all rows from one pass. */
    private static void both(Autoencoder model, float[] rows) {
        int inputs = model.architecture().inputs();
        Scorer scorer = new Scorer(model);
        float[][] codes = new float[rows.length / inputs][model.architecture().latent()];
        double[] errors = new double[codes.length];
        for (int start = 0; start < codes.length; start += Scorer.ROWS) {
            int n = Math.min(Scorer.ROWS, codes.length - start);
            for (int r = 0; r < n; r++) {
                System.arraycopy(rows, (start + r) * inputs, scorer.rows(), scorer.offset(r), inputs);
            }
            scorer.reconstruct(n);
            for (int r = 0; r < n; r++) {
                scorer.code(r, codes[start + r]);
                errors[start + r] = scorer.error(r);
            }
        }
    }

    private static double thread(Runnable program) {
        ThreadMXBean threads = ManagementFactory.getThreadMXBean();
        long start = threads.getCurrentThreadCpuTime();
        program.run();
        return (threads.getCurrentThreadCpuTime() - start) / 1e9;
    }

    /** Adds up the processor time of Spark's tasks. */
    private static final class TaskClock extends SparkListener {
        private final SparkContext context;
        private final AtomicLong nanoseconds = new AtomicLong();

        TaskClock(SparkSession spark) {
            context = spark.sparkContext();
            context.addSparkListener(this);
        }

        @Override
        public void onTaskEnd(SparkListenerTaskEnd task) {
            nanoseconds.addAndGet(task.taskMetrics().executorCpuTime());
        }

        private void waitForAllEnds() {
            try {
                context.listenerBus().waitUntilEmpty();
            } catch (TimeoutException e) {
                throw new IllegalStateException(e);
            }
        }

        double run(Dataset<Row> frame) {
            waitForAllEnds();
            nanoseconds.set(0);
            frame.write().format("noop").mode("overwrite").save();
            waitForAllEnds();
            return nanoseconds.get() / 1e9;
        }
    }

    /** Processor time of this process, which other programs on the machine do not affect. */
    private static double cpuSeconds() {
        return ((OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean()).getProcessCpuTime() / 1e9;
    }
}
