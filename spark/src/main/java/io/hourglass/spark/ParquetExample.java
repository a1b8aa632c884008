package io.hourglass.spark;

import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.AnalysisException;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SaveMode;
import org.apache.spark.sql.SparkSession;

/**
 * A program for {@code spark-submit} that reads and writes Parquet. It trains an autoencoder on a column, or loads a
 * model file, and writes all rows with two more columns, {@code latent} and {@code error}. It replaces existing output.
 * In Java, for a run on two threads of this machine:
 *
 * <pre>{@code
 * System.setProperty("spark.master", "local[2]");
 * ParquetExample.main(new String[] {"in=rows.parquet", "out=scored.parquet", "latent=8", "save=model"});
 * }</pre>
 */
public final class ParquetExample {
    private static final String USAGE =
            "usage: ParquetExample in=FILE.parquet out=FOLDER.parquet [column=features] (model=FILE.safetensors"
                    + " | [hidden=128] [latent=16] [epochs=20] [scaler=none] [seed=0] [save=FOLDER])";

    private static final List<String> NAMES =
            List.of("in", "out", "column", "model", "hidden", "latent", "epochs", "scaler", "seed", "save");

    private ParquetExample() {}

    /**
     * Runs the program. A wrong argument ends it with a message on standard error and exit code 2, a wrong file or
     * column with exit code 1.
     *
     * @param args arguments of the form {@code NAME=VALUE}; without any, the program prints its usage
     * @throws Exception if a Spark job fails
     */
    public static void main(String[] args) throws Exception {
        try {
            estimator(parse(args));
        } catch (IllegalArgumentException e) {
            System.err.println(e.getMessage() + "\n" + USAGE);
            System.exit(2);
        }
        try (SparkSession spark = SparkSession.builder().appName("Hourglass").getOrCreate()) {
            System.out.println("weights " + run(spark, args));
        } catch (IOException | IllegalArgumentException | AnalysisException e) {
            String reason = e instanceof NoSuchFileException ? "no such file: " : "";
            System.err.println(
                    reason + String.valueOf(e.getMessage()).lines().findFirst().orElse(""));
            System.exit(1);
        }
    }

    /** Runs the program in a session and returns the SHA-256 of the model's weights. */
    static String run(SparkSession spark, String... args) throws IOException, AnalysisException {
        Map<String, String> options = parse(args);
        AutoencoderEstimator estimator = estimator(options);
        Dataset<Row> rows = spark.read().parquet(options.get("in"));
        String file = options.get("model");
        AutoencoderModel model = file == null
                ? estimator.fit(rows)
                : AutoencoderModel.ofFile(Path.of(file)).setInputCol(estimator.getInputCol());
        String folder = options.get("save");
        if (folder != null) {
            model.write().overwrite().save(folder);
        }
        model.setErrorCol("error")
                .transform(rows)
                .write()
                .mode(SaveMode.Overwrite)
                .parquet(options.get("out"));
        return model.autoencoder().weightsSha256();
    }

    private static Map<String, String> parse(String[] args) {
        Map<String, String> options = new LinkedHashMap<>();
        for (String arg : args) {
            int equals = arg.indexOf('=');
            if (equals < 0 || !NAMES.contains(arg.substring(0, equals))) {
                throw new IllegalArgumentException("unknown argument '" + arg + "'");
            }
            options.put(arg.substring(0, equals), arg.substring(equals + 1));
        }
        if (!options.containsKey("in") || !options.containsKey("out")) {
            throw new IllegalArgumentException("in= and out= are required");
        }
        return options;
    }

    private static AutoencoderEstimator estimator(Map<String, String> options) {
        int[] hidden = Arrays.stream(options.getOrDefault("hidden", "128").split(",", -1))
                .mapToInt(width -> size("hidden", width))
                .toArray();
        return new AutoencoderEstimator()
                .setInputCol(options.getOrDefault("column", "features"))
                .setHidden(hidden)
                .setLatentSize(size("latent", options.getOrDefault("latent", "16")))
                .setMaxIter(size("epochs", options.getOrDefault("epochs", "20")))
                .setScaler(options.getOrDefault("scaler", "none"))
                .setSeed(number("seed", options.getOrDefault("seed", "0"), Long.MIN_VALUE, Long.MAX_VALUE));
    }

    private static int size(String name, String value) {
        return (int) number(name, value, 1, Integer.MAX_VALUE);
    }

    private static long number(String name, String value, long least, long most) {
        try {
            long number = Long.parseLong(value);
            if (number >= least && number <= most) {
                return number;
            }
        } catch (NumberFormatException e) {
            // the message is below
        }
        throw new IllegalArgumentException(
                name + "=" + value + ", expected a whole number from " + least + " to " + most);
    }
}
