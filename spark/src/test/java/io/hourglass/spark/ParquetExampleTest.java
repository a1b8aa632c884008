package io.hourglass.spark;

import static org.assertj.core.api.Assertions.assertThat;

import io.hourglass.Autoencoder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** ParquetExample in this process, and on a cluster that loses a machine. */
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
            "epochs=6",
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
        for (int r = 0; r < ROWS; r++) {
            assertThat(rows.get(r).<Vector>getAs("latent").toArray()).isEqualTo(TestRows.wide(codes[r]));
            assertThat(rows.get(r).<Double>getAs("error")).isEqualTo(errors[r]);
        }
    }

    @Test
    @Timeout(420)
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
                    ParquetExample.class,
                    List.of("--conf", "spark.sql.files.minPartitionNum=4"),
                    line -> {
                        if (line.contains("epoch 2 of 6") && !killed[0]) {
                            cluster.kill(0);
                            killed[0] = true;
                        }
                    },
                    arguments("there.parquet"));
            assertThat(killed[0]).as(outcome.output()).isTrue();
            assertThat(outcome.exit()).as(outcome.output()).isZero();
            assertThat(outcome.output())
                    .contains("Lost executor")
                    .contains("epoch 6 of 6")
                    .contains("weights " + expected);
        }
        requireResults("there.parquet", values);
    }
}
