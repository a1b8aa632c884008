package io.hourglass.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hourglass.Autoencoder;
import io.hourglass.ImageShape;
import io.hourglass.Recipe;
import io.hourglass.Scaler;
import io.hourglass.Trainer;
import io.hourglass.anomaly.AnomalyDetector;
import io.hourglass.anomaly.Threshold;
import io.hourglass.nn.Activation;
import io.hourglass.nn.Architecture;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Anomaly scores in Spark: those of the library. */
class ScoresTest {
    private static final SparkSession SPARK = LocalSpark.SESSION;

    @TempDir
    private Path folder;

    private static AutoencoderEstimator estimator() {
        return new AutoencoderEstimator()
                .setHidden(new int[] {9})
                .setLatentSize(4)
                .setMaxIter(1)
                .setRoundsPerEpoch(1)
                .setScoreCol("score");
    }

    /** More rows than a model keeps. */
    @Test
    void anEstimatorKeepsTheRowsThatTheLibraryKeepsWhateverThePartitions() {
        float[][] values = TestRows.values(2_300, 1);
        io.hourglass.Dataset data = TestRows.dataset(values);
        Autoencoder trained = new Trainer(
                        Architecture.parse("37-9-4"), Recipe.tuned().with(r -> r.epochs(1)))
                .fit(data)
                .model();
        double[] expected = AnomalyDetector.learn(trained, data, 0.1).scores(data);
        for (int partitions : new int[] {1, 3}) { // which are joined for training
            Dataset<Row> rows = TestRows.frame(SPARK, values, partitions);
            AutoencoderModel model = estimator().setContamination(0.1).fit(rows);
            List<Row> results = model.transform(rows).orderBy("id").collectAsList();
            for (int r = 0; r < expected.length; r++) {
                assertThat(results.get(r).<Double>getAs("score")).isEqualTo(expected[r]);
            }
        }
    }

    @Test
    void withoutAColumnForScoresNoRowsAreKept() {
        Dataset<Row> rows = TestRows.frame(SPARK, TestRows.values(50, 1), 1);
        AutoencoderModel model =
                estimator().setScoreCol("").setErrorCol("error").fit(rows);
        assertThat(AnomalyDetector.of(model.autoencoder()).kind()).isEqualTo(AnomalyDetector.Score.RECONSTRUCTION);
        for (Row row : model.setScoreCol("score").transform(rows).collectAsList()) {
            assertThat(row.<Double>getAs("score")).isEqualTo(row.<Double>getAs("error"));
        }
    }

    @Test
    void invalidRowsAreNotKept() {
        float[][] values = TestRows.values(60, 1);
        List<Row> some = new ArrayList<>();
        for (int r = 0; r < values.length; r++) {
            some.add(RowFactory.create(r, Vectors.dense(TestRows.wide(values[r]))));
        }
        some.add(7, RowFactory.create(-1, null));
        some.add(40, RowFactory.create(-2, Vectors.dense(new double[] {1e39, 2})));
        AutoencoderEstimator skipping = estimator().setHandleInvalid("skip");
        assertThat(skipping.fit(TestRows.frame(SPARK, some, TestRows.VECTORS, 3))
                        .autoencoder())
                .isEqualTo(skipping.fit(TestRows.frame(SPARK, values, 3)).autoencoder());
    }

    /** Times in seconds, which floats cannot tell from each other; a model file with a threshold. */
    @Test
    void aModelFileScoresAsInTheLibrary() throws Exception {
        int rows = 150; // more than two blocks
        double[] values = new double[rows * 3];
        for (int i = 0; i < values.length; i++) {
            values[i] = 1.7e9 + i * i % 89 + 0.25;
        }
        io.hourglass.Dataset data = io.hourglass.Dataset.ofDoubles("times", values, 3);
        Trainer trainer = new Trainer(
                Architecture.parse("3-2").withOutputActivation(Activation.IDENTITY),
                Recipe.tuned().with(r -> r.epochs(1)));
        Autoencoder trained =
                trainer.scaler(Scaler.fit(Scaler.Kind.STANDARD, data)).fit(data).model();
        AnomalyDetector detector =
                AnomalyDetector.learn(trained, data, 0).calibrate(data, Threshold.Method.QUANTILE, 0.2);
        Path file = folder.resolve("model.safetensors");
        for (AnomalyDetector each : List.of(
                detector,
                detector.withScore(AnomalyDetector.Score.RECONSTRUCTION)
                        .calibrate(data, Threshold.Method.QUANTILE, 0.2))) {
            each.model().save(file);
            double[] expected = each.scores(data);
            List<Row> frame = new ArrayList<>();
            for (int r = 0; r < rows; r++) {
                frame.add(RowFactory.create(r, Vectors.dense(data.doubles(r))));
            }
            frame.add(70, RowFactory.create(rows, null));
            List<Row> results = AutoencoderModel.ofFile(file)
                    .setScoreCol("score")
                    .setAnomalyCol("anomaly")
                    .setHandleInvalid("keep")
                    .transform(TestRows.frame(SPARK, frame, TestRows.VECTORS, 2))
                    .orderBy("id")
                    .collectAsList();
            int anomalies = 0;
            for (int r = 0; r < rows; r++) {
                boolean anomaly = expected[r] > each.threshold().orElseThrow().score();
                assertThat(results.get(r).<Double>getAs("score")).isEqualTo(expected[r]);
                assertThat(results.get(r).<Boolean>getAs("anomaly")).isEqualTo(anomaly);
                anomalies += anomaly ? 1 : 0;
            }
            assertThat(anomalies).isBetween(1, 30);
            assertThat(results.get(rows).<Double>getAs("score")).isNull();
            assertThat(results.get(rows).<Boolean>getAs("anomaly")).isNull();
        }
        AutoencoderModel saved = AutoencoderModel.ofFile(file).setOutputCol("").setAnomalyCol("anomaly");
        saved.write().overwrite().save(folder.resolve("stage").toString());
        AutoencoderModel loaded = AutoencoderModel.load(folder.resolve("stage").toString());
        assertThat(loaded.transformSchema(TestRows.VECTORS).fieldNames()).containsExactly("id", "features", "anomaly");
    }

    /** Of images, models keep codes and errors only. */
    @Test
    void aModelOfImagesScoresAsInTheLibrary() {
        float[][] values = TestRows.values(70, 1);
        io.hourglass.Dataset images = TestRows.dataset(values).withShape(new ImageShape(37, 1, 1));
        Autoencoder trained = new Trainer(
                        Architecture.parse("37-4"), Recipe.tuned().with(r -> r.epochs(1)))
                .fit(images)
                .model();
        AnomalyDetector detector = AnomalyDetector.learn(trained, images, 0);
        double[] expected = detector.scores(images);
        List<Row> results = AutoencoderModel.of(detector.model())
                .setScoreCol("score")
                .transform(TestRows.frame(SPARK, values, 1))
                .collectAsList();
        for (int r = 0; r < expected.length; r++) {
            assertThat(results.get(r).<Double>getAs("score")).isEqualTo(expected[r]);
        }
    }

    @Test
    void whatIsMissingOrWrongIsNamed() {
        AutoencoderModel model = AutoencoderModel.of(
                new Trainer(Architecture.parse("37-4"), Recipe.tuned().with(r -> r.epochs(1)))
                        .fit(TestRows.dataset(TestRows.values(30, 1)))
                        .model());
        assertThatThrownBy(() -> model.setAnomalyCol("anomaly").transformSchema(TestRows.VECTORS))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("anomalyCol = anomaly, but the model has no threshold: store one with hourglass calibrate,"
                        + " or with AnomalyDetector.calibrate");
        assertThatThrownBy(() -> model.setAnomalyCol("").setScoreCol("id").transformSchema(TestRows.VECTORS))
                .hasMessageContaining("column id already exists");
        assertThatThrownBy(() -> estimator().setContamination(0.5)).hasMessageContaining("contamination");
    }
}
