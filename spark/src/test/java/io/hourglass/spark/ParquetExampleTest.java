package io.hourglass.spark;

import static org.assertj.core.api.Assertions.assertThat;

import io.hourglass.Autoencoder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.core.Appender;
import org.apache.logging.log4j.core.LogEvent;
import org.apache.logging.log4j.core.LoggerContext;
import org.apache.logging.log4j.core.appender.AbstractAppender;
import org.apache.logging.log4j.core.config.Property;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** ParquetExample in this process, and on a cluster that loses a machine. */
@Tag("cluster")
@Tag("once")
class ParquetExampleTest {
    private static final SparkSession SPARK = LocalSpark.SESSION;
    private static final int ROWS = 36_000; // enough for four partitions

    @TempDir
    private Path folder;

    private String path(String name) {
        return folder.resolve(name).toString();
    }

    private float[][] writeRows() {
        float[][] values = TestRows.values(ROWS, 1);
        TestRows.frame(SPARK, values, 4).write().parquet(path("in.parquet"));
        return values;
    }

    private String[] arguments(String out) {
        return new String[] {
            "in=" + path("in.parquet"),
            "out=" + path(out),
            "hidden=64",
            "latent=4",
            "epochs=4",
            "save=" + path(out + ".model")
        };
    }

    private void requireResults(String out, float[][] values) throws IOException {
        Autoencoder model = Autoencoder.load(folder.resolve(out + ".model").resolve(AutoencoderModel.FILE));
        io.hourglass.Dataset data = TestRows.dataset(values);
        float[][] codes = model.encode(data);
        double[] errors = model.errors(data);
        Dataset<Row> results = SPARK.read().parquet(path(out));
        List<Row> rows = results.orderBy("id").collectAsList();
        assertThat(rows).hasSize(ROWS);
        int wrong = 0; // an assertion each would take seconds
        for (int r = 0; r < ROWS; r++) {
            boolean same = Arrays.equals(rows.get(r).<Vector>getAs("latent").toArray(), TestRows.wide(codes[r]))
                    && rows.get(r).<Double>getAs("error") == errors[r];
            wrong += same ? 0 : 1;
        }
        assertThat(wrong).as("rows with other results than the library's").isZero();
    }

    /** The example, which waits after its first epoch until a line comes; public for Spark. */
    public static final class Waiting {
        static final String LINE = "waiting";

        public static void main(String[] args) throws Exception {
            Appender appender = new AbstractAppender("waiting", null, null, true, Property.EMPTY_ARRAY) {
                @Override
                public void append(LogEvent event) {
                    if (event.getMessage().getFormattedMessage().startsWith("epoch 1 of ")) {
                        System.out.println(LINE);
                        try {
                            System.in.read();
                        } catch (IOException e) {
                            throw new UncheckedIOException(e);
                        }
                    }
                }
            };
            appender.start();
            LoggerContext context = (LoggerContext) LogManager.getContext(false);
            context.getConfiguration().getRootLogger().addAppender(appender, null, null);
            ParquetExample.main(args);
        }
    }

    @Test
    @Timeout(900)
    void aClusterThatLosesAWorkerInTrainingGivesTheSameModel() throws Exception {
        float[][] values = writeRows();
        String expected = ParquetExample.run(SPARK, arguments("here.parquet"));
        requireResults("here.parquet", values);
        // A model file gives the same results as the training it came from.
        String file = path("here.parquet.model") + "/" + AutoencoderModel.FILE;
        assertThat(ParquetExample.run(
                        SPARK, "in=" + path("in.parquet"), "out=" + path("again.parquet"), "model=" + file))
                .isEqualTo(expected);

        try (Cluster cluster = new Cluster(Files.createDirectory(folder.resolve("cluster")), 2)) {
            boolean[] killed = {false};
            Cluster.Outcome outcome = cluster.submit(
                    Waiting.class,
                    List.of("--conf", "spark.sql.files.minPartitionNum=4"),
                    line -> {
                        if (line.equals(Waiting.LINE)) {
                            cluster.kill(0);
                            killed[0] = true;
                        }
                        return line.equals(Waiting.LINE);
                    },
                    arguments("there.parquet"));
            assertThat(killed[0]).as(outcome.output()).isTrue();
            assertThat(outcome.exit()).as(outcome.output()).isZero();
            assertThat(outcome.output())
                    .contains("Lost executor")
                    .contains("epoch 4 of 4")
                    .contains("weights " + expected);
        }
        requireResults("there.parquet", values);
    }
}
