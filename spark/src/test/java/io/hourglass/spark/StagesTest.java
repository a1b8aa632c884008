package io.hourglass.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.hourglass.Autoencoder;
import io.hourglass.Recipe;
import io.hourglass.Scaler;
import io.hourglass.Trainer;
import io.hourglass.nn.Activation;
import io.hourglass.nn.Architecture;
import io.hourglass.nn.Loss;
import io.hourglass.nn.Optimizer;
import io.hourglass.nn.Variant;
import java.io.IOException;
import java.lang.reflect.Array;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.function.MapFunction;
import org.apache.spark.ml.Pipeline;
import org.apache.spark.ml.PipelineModel;
import org.apache.spark.ml.PipelineStage;
import org.apache.spark.ml.feature.MinMaxScaler;
import org.apache.spark.ml.feature.VectorAssembler;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.expressions.UserDefinedFunction;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The stages in one session on two cores of this process. */
class StagesTest {
    private static final SparkSession spark = LocalSpark.SESSION;

    @TempDir
    private Path folder;

    private static AutoencoderEstimator estimator() {
        return new AutoencoderEstimator()
                .setHidden(new int[] {19})
                .setLatentSize(4)
                .setMaxIter(3)
                .setSeed(5)
                .setRoundsPerEpoch(2)
                .setMinPartitionRows(1); // no joining
    }

    private static final Recipe RECIPE = Recipe.tuned().with(r -> r.epochs(3).seed(5));

    @Test
    void onePartitionGivesTheBitsOfTheLibrary() {
        float[][] values = TestRows.values(1000, 1);
        Trainer.Result expected = new Trainer(Architecture.parse("37-19-4"), RECIPE).fit(TestRows.dataset(values));
        AutoencoderModel model = estimator().fit(TestRows.frame(spark, values, 1));
        assertThat(model.autoencoder().weightsSha256())
                .isEqualTo(expected.model().weightsSha256());
        assertThat(Double.parseDouble(model.autoencoder().metadata().get("result.train_mse")))
                .isCloseTo(expected.history().last().trainMse(), within(1e-12));
    }

    @Test
    void activationsLossAndOptimizerAreTheLibrarys() {
        float[][] values = TestRows.values(300, 1);
        Recipe recipe = RECIPE.with(r -> r.optimizer(Optimizer.SGD)
                .momentum(0.9)
                .nesterov(true)
                .learningRate(Recipe.sgdLearningRate(37))
                .weightDecay(0)
                .loss(Loss.HUBER));
        Architecture architecture =
                Architecture.parse("37-19-4").withActivations(Activation.GELU, Activation.ELU, Activation.SIGMOID);
        Autoencoder expected =
                new Trainer(architecture, recipe).fit(TestRows.dataset(values)).model();
        Autoencoder model = estimator()
                .setActivation("gelu")
                .setLatentActivation("elu")
                .setLoss("huber")
                .setOptimizer("sgd")
                .setNesterov(true)
                .fit(TestRows.frame(spark, values, 1))
                .autoencoder();
        assertThat(model.weightsSha256()).isEqualTo(expected.weightsSha256());
        assertThat(model.metadata()).containsEntry("recipe.optimizer", "sgd").containsEntry("recipe.loss", "huber");
    }

    private static AutoencoderEstimator ofImages() {
        return estimator()
                .setShape(new int[] {5, 6, 2})
                .setConv(new int[] {3, 4})
                .setKernel(new int[] {5})
                .setStride(new int[] {2, 1})
                .setHidden(new int[] {9});
    }

    /** Images of 5 x 6 pixels and two channels, which become lighter from left to right. */
    private static float[][] images(int rows) {
        Random random = new Random(3);
        float[][] images = new float[rows][60];
        for (float[] image : images) {
            float light = random.nextFloat();
            for (int i = 0; i < image.length; i++) {
                image[i] = 0.5f * light + 0.08f * (i / 2 % 6) * random.nextFloat();
            }
        }
        return images;
    }

    @Test
    void convolutionsTrainAndScoreAsInTheLibrary() throws IOException {
        float[][] images = images(200);
        Autoencoder expected = new Trainer(Architecture.parse("5x6x2-3c5s2-4c5s1-9-4"), RECIPE)
                .fit(io.hourglass.Dataset.of(images))
                .model();
        Dataset<Row> rows = TestRows.frame(spark, images, 1);
        AutoencoderModel model = ofImages().setErrorCol("error").fit(rows);
        assertThat(model.autoencoder().weightsSha256()).isEqualTo(expected.weightsSha256());
        model.write().save(folder.resolve("images").toString());
        List<Row> scored = AutoencoderModel.load(folder.resolve("images").toString())
                .transform(rows)
                .collectAsList();
        for (int r = 0; r < images.length; r++) {
            assertThat(scored.get(r).<Vector>getAs("latent").toArray())
                    .isEqualTo(TestRows.wide(expected.encode(images[r])));
            assertThat(scored.get(r).<Double>getAs("error")).isEqualTo(expected.error(images[r]));
        }
    }

    @Test
    void convolutionsLearnInPartitions() {
        Dataset<Row> rows = TestRows.frame(spark, images(200), 3);
        AutoencoderModel model = ofImages().setMaxIter(10).fit(rows);
        assertThat(trainMse(model)).isLessThan(trainMse(ofImages().setMaxIter(1).fit(rows)));
        assertThat(model.autoencoder().weightsSha256())
                .isEqualTo(ofImages().setMaxIter(10).fit(rows).autoencoder().weightsSha256());
    }

    private static double trainMse(AutoencoderModel model) {
        return Double.parseDouble(model.autoencoder().metadata().get("result.train_mse"));
    }

    @Test
    void convolutionsThatDoNotFitAreRefused() {
        Dataset<Row> rows = TestRows.frame(spark, images(10), 1);
        Map<AutoencoderEstimator, String> wrong = Map.of(
                ofImages().setShape(new int[0]),
                "shape = [] with conv = [3, 4], expected height, width and channels, such as 28, 28, 1",
                ofImages().setShape(new int[] {5, 6, 3}),
                "shape = 5x6x3 with rows of 60 values, expected 90",
                ofImages().setConv(new int[0]),
                "shape = [5, 6, 2] without conv, expected conv, the channels of convolutions",
                ofImages().setShape(new int[0]).setConv(new int[0]).setKernel(new int[] {5}),
                "kernel without conv, expected conv, the channels of convolutions",
                ofImages().setStride(new int[] {1, 2, 2}),
                "stride = [1, 2, 2] with conv = [3, 4], expected one stride, or one for each convolution",
                ofImages().setKernel(new int[] {3, 3, 3}),
                "kernel = [3, 3, 3] with conv = [3, 4], expected one kernel, or one for each convolution",
                ofImages().setKernel(new int[] {4}),
                "kernel = 4, expected an odd number from 1 to 31");
        wrong.forEach((estimator, message) -> assertThatThrownBy(() -> estimator.fit(rows))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(message));
    }

    /** The optimiser's memory travels with the weights, whatever it is. */
    @ParameterizedTest
    @EnumSource
    void everyOptimizerLearnsInPartitions(Optimizer optimizer) {
        float[][] values = TestRows.values(1000, 1);
        Dataset<Row> rows = TestRows.frame(spark, values, 3);
        AutoencoderEstimator estimator = estimator().setOptimizer(optimizer.label());
        Autoencoder few = estimator.setMaxIter(1).fit(rows).autoencoder();
        Autoencoder many = estimator.setMaxIter(8).fit(rows).autoencoder();
        io.hourglass.Dataset test = TestRows.dataset(TestRows.values(200, 2));
        assertThat(many.error(test)).isLessThan(0.9 * few.error(test));
    }

    @Test
    void paramsThatDoNotGoTogetherAreRefused() {
        Dataset<Row> rows = TestRows.frame(spark, TestRows.values(30, 1), 1);
        assertThatThrownBy(() -> estimator().setOptimizer("lion")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() ->
                        estimator().setOptimizer("adam").setWeightDecay(0.1).fit(rows))
                .hasMessage("weight decay = 0.1, expected 0 for the optimizer adam; adamw decays weights");
        assertThatThrownBy(() -> estimator().setSgdMomentum(0.5).fit(rows))
                .hasMessage("momentum = 0.5, expected 0 for the optimizer adamw; sgd has a momentum");
        assertThatThrownBy(() ->
                        estimator().setLoss("bce").setOutputActivation("tanh").fit(rows))
                .hasMessage("loss = bce with outputActivation = tanh, expected outputActivation = sigmoid");
    }

    @Test
    void fourPartitionsGiveTheSameBitsAgainAndLearn() {
        float[][] values = TestRows.values(2002, 1);
        Dataset<Row> rows = TestRows.frame(spark, values, 4);
        AutoencoderEstimator estimator = estimator().setMaxIter(12).setStepSize(0.01);
        Autoencoder model = estimator.fit(rows).autoencoder();
        assertThat(estimator.fit(rows).autoencoder().weightsSha256()).isEqualTo(model.weightsSha256());
        Autoencoder single = new Trainer(
                        Architecture.parse("37-19-4"),
                        RECIPE.with(r -> r.epochs(12).learningRate(0.01)))
                .fit(TestRows.dataset(values))
                .model();
        io.hourglass.Dataset test = TestRows.dataset(TestRows.values(500, 2));
        assertThat(model.error(test)).isLessThan(1.1 * single.error(test));
        assertThat(estimator.setSeed(6).setMaxIter(1).fit(rows).autoencoder().weightsSha256())
                .isNotEqualTo(model.weightsSha256());
    }

    /** 200 partitions of two rows, as after a shuffle, give the result of one partition. */
    @Test
    void smallPartitionsAreJoinedWithTheirNeighbours() {
        float[][] values = TestRows.values(400, 1);
        Autoencoder model = estimator()
                .setMinPartitionRows(8192)
                .fit(TestRows.frame(spark, values, 200))
                .autoencoder();
        assertThat(model.weightsSha256())
                .isEqualTo(new Trainer(Architecture.parse("37-19-4"), RECIPE)
                        .fit(TestRows.dataset(values))
                        .model()
                        .weightsSha256());
        assertThat(model.metadata()).containsEntry("spark.partitions", "1");
        // Ten partitions of 40 become three, of 120, 120 and 160.
        Dataset<Row> three = TestRows.frame(spark, Arrays.copyOf(values, 120), 1)
                .union(TestRows.frame(spark, Arrays.copyOfRange(values, 120, 240), 1))
                .union(TestRows.frame(spark, Arrays.copyOfRange(values, 240, 400), 1));
        Autoencoder joined = estimator()
                .setMinPartitionRows(100)
                .fit(TestRows.frame(spark, values, 10))
                .autoencoder();
        assertThat(joined.metadata()).containsEntry("spark.partitions", "3");
        assertThat(joined.weightsSha256())
                .isEqualTo(estimator().fit(three).autoencoder().weightsSha256());
    }

    @Test
    void groupsOfPartitionsHaveEnoughRows() {
        assertThat(SmallPartitions.ends(new int[] {5, 0, 6, 10, 3, 3, 2}, 10, 100))
                .containsExactly(3, 7);
        assertThat(SmallPartitions.ends(new int[] {10, 10, 4, 5}, 10, 100)).containsExactly(1, 4);
        assertThat(SmallPartitions.ends(new int[] {0, 0, 3}, 10, 100)).containsExactly(3);
        assertThat(SmallPartitions.ends(new int[] {4, 0, 4}, 1, 100)).containsExactly(1, 3);
        // No group has more rows than fit into an array, neither with the partitions before nor with the rest.
        assertThat(SmallPartitions.ends(new int[] {5, 98, 1, 5}, 10, 100)).containsExactly(1, 2, 4);
        assertThat(SmallPartitions.ends(new int[] {98, 1, 1}, 10, 100)).containsExactly(3);
        int full = Integer.MAX_VALUE - 8;
        assertThat(SmallPartitions.ends(new int[] {full, 9, 0}, 10, full)).containsExactly(1, 3);
    }

    /** Values in the user's units: some in the hundreds, and one constant. */
    private static float[][] inUnits(int rows) {
        float[][] values = TestRows.values(rows, 1);
        for (float[] row : values) {
            row[2] = 1000 * row[2] - 300;
            row[5] = 70;
        }
        return values;
    }

    @Test
    void theScalerIsThatOfTheRowsWhateverThePartitions() {
        float[][] values = inUnits(1000);
        io.hourglass.Dataset data = TestRows.dataset(values);
        for (Scaler.Kind kind : List.of(Scaler.Kind.MIN_MAX, Scaler.Kind.STANDARD)) {
            boolean standard = kind == Scaler.Kind.STANDARD;
            Activation output = standard ? Activation.IDENTITY : Activation.SIGMOID;
            AutoencoderEstimator estimator = estimator().setScaler(kind.label()).setOutputActivation(output.label());
            Autoencoder model = estimator.fit(TestRows.frame(spark, values, 1)).autoencoder();
            Scaler expected = Scaler.fit(kind, data);
            if (standard) {
                // The library's sums are rounded, in the order of the rows.
                for (int j = 0; j < 37; j++) {
                    assertThat(model.scaler().factor()[j])
                            .isCloseTo(expected.factor()[j], within(1e-6 * expected.factor()[j]));
                    assertThat(model.scaler().offset()[j])
                            .isCloseTo(expected.offset()[j], within(1e-6 / expected.factor()[j]));
                }
            } else {
                assertThat(model.scaler().metadata()).isEqualTo(expected.metadata());
            }
            // With it, one partition gives the library's bits.
            Trainer trainer = new Trainer(Architecture.parse("37-19-4").withOutputActivation(output), RECIPE)
                    .scaler(model.scaler());
            assertThat(model.weightsSha256())
                    .isEqualTo(trainer.fit(data).model().weightsSha256());
            // Other partitions and another order of the rows: another model, the same scaler.
            float[][] reversed = values.clone();
            java.util.Collections.reverse(Arrays.asList(reversed));
            for (Dataset<Row> other : List.of(TestRows.frame(spark, values, 7), TestRows.frame(spark, reversed, 3))) {
                Autoencoder again = estimator.fit(other).autoencoder();
                assertThat(again.scaler().metadata()).isEqualTo(model.scaler().metadata());
                assertThat(again.weightsSha256()).isNotEqualTo(model.weightsSha256());
            }
        }
    }

    @Test
    void timesKeepTheirSeconds() {
        List<Row> rows = new ArrayList<>();
        for (int r = 0; r < 100; r++) {
            rows.add(RowFactory.create(r, Vectors.dense(1.7e9 + r, 5))); // as floats, two distinct times
        }
        Dataset<Row> frame = TestRows.frame(spark, rows, TestRows.VECTORS, 2);
        AutoencoderModel model = estimator().setScaler("min-max").fit(frame);
        assertThat(model.autoencoder().scaler().offset()).containsExactly(1.7e9, 5);
        assertThat(model.transform(frame).select("latent").distinct().count()).isEqualTo(100);
        assertThat(model.autoencoder().metadata())
                .containsEntry("data.units", "numbers")
                .containsEntry("data.largest", Double.toString(1.7e9 + 99));
    }

    @Test
    void valuesThatTheOutputCannotGiveAreRefused() {
        Dataset<Row> rows = TestRows.frame(spark, inUnits(100), 3);
        assertThatThrownBy(() -> estimator().fit(rows))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageMatching("column features: value 2 ranges from -2[0-9.]+ to [0-9.]+, expected 0 to 1 with"
                        + " scaler = none and outputActivation = sigmoid: set scaler to pixel or min-max, or"
                        + " outputActivation to identity");
        assertThatThrownBy(() -> estimator().setScaler("pixel").fit(rows))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageMatching(
                        "column features: value 2 ranges from -.*, expected 0 to 255 with scaler = pixel, .*");
        assertThatThrownBy(() -> estimator().setScaler("standard").fit(rows))
                .hasMessage("scaler = standard with outputActivation = sigmoid, expected outputActivation = identity:"
                        + " other activations cannot give all values of a standard scaler");
        assertThat(estimator()
                        .setOutputActivation("identity")
                        .fit(rows)
                        .autoencoder()
                        .scaler()
                        .isNone())
                .isTrue();
        assertThatThrownBy(() -> estimator().setScaler("log")).hasMessageContaining("scaler");
    }

    @Test
    void columnsAreFoundByOneRule() {
        float[][] values = TestRows.values(60, 1);
        Dataset<Row> rows = TestRows.frame(spark, values, 1);
        String expected = estimator().fit(rows).autoencoder().weightsSha256();
        AutoencoderModel model = estimator().fit(rows);
        List<Row> latents = model.transform(rows).select("latent").collectAsList();
        for (String[] names : new String[][] {
            // the column, inputCol
            {"a.b", "a.b"}, {"features", "FEATURES"}, {"Features", "features"}, {"a`b", "a`b"}
        }) {
            Dataset<Row> renamed = rows.withColumnRenamed("features", names[0]);
            AutoencoderEstimator estimator = estimator().setInputCol(names[1]);
            assertThat(estimator.transformSchema(renamed.schema()).fieldNames())
                    .containsExactly("id", names[0], "latent");
            assertThat(estimator.fit(renamed).autoencoder().weightsSha256()).isEqualTo(expected);
            AutoencoderModel stage = model.copy(new ParamMap()).setInputCol(names[1]);
            assertThat(stage.transformSchema(renamed.schema()).fieldNames()).containsExactly("id", names[0], "latent");
            assertThat(stage.transform(renamed).select("latent").collectAsList())
                    .isEqualTo(latents);
        }
        // Of two columns, the one with exactly that name.
        Dataset<Row> two = rows.selectExpr("id", "id as FEATURES", "features");
        assertThat(estimator().fit(two).autoencoder().weightsSha256()).isEqualTo(expected);
        assertThat(model.transform(two).select("latent").collectAsList()).isEqualTo(latents);
        Dataset<Row> nested = rows.selectExpr("struct(features as f) as s");
        Dataset<Row> twice = rows.selectExpr("features", "features");
        for (Object[] wrong : new Object[][] {
            {
                nested,
                "s.f",
                "inputCol = s.f, expected one of the columns s; select a nested column as a column of its own first"
            },
            {
                two,
                "Features",
                "inputCol = Features (2 columns have that name), expected one of the columns id, FEATURES,"
                        + " features"
            },
            {
                twice,
                "features",
                "inputCol = features (2 columns have that name), expected one of the columns features," + " features"
            },
        }) {
            @SuppressWarnings("unchecked")
            Dataset<Row> data = (Dataset<Row>) wrong[0];
            AutoencoderEstimator estimator = estimator().setInputCol((String) wrong[1]);
            AutoencoderModel stage = model.copy(new ParamMap()).setInputCol((String) wrong[1]);
            assertThatThrownBy(() -> estimator.fit(data)).hasMessage((String) wrong[2]);
            assertThatThrownBy(() -> estimator.transformSchema(data.schema())).hasMessage((String) wrong[2]);
            assertThatThrownBy(() -> stage.transform(data)).hasMessage((String) wrong[2]);
            assertThatThrownBy(() -> stage.transformSchema(data.schema())).hasMessage((String) wrong[2]);
        }
        assertThatThrownBy(() -> model.copy(new ParamMap()).setOutputCol("ID").transform(rows))
                .hasMessageContaining("column ID already exists");
        spark.conf().set("spark.sql.caseSensitive", "true");
        try {
            assertThatThrownBy(() -> estimator().setInputCol("FEATURES").fit(rows))
                    .hasMessage("inputCol = FEATURES, expected one of the columns id, features");
            assertThat(model.copy(new ParamMap())
                            .setOutputCol("ID")
                            .transform(rows)
                            .columns())
                    .containsExactly("id", "features", "ID");
        } finally {
            spark.conf().unset("spark.sql.caseSensitive");
        }
    }

    /** Columns c0 to c36, assembled in an order. */
    private static Dataset<Row> assembled(float[][] values, String... names) {
        StructType schema = new StructType();
        for (int j = 0; j < 37; j++) {
            schema = schema.add("c" + j, DataTypes.DoubleType);
        }
        List<Row> rows = new ArrayList<>();
        for (float[] row : values) {
            Object[] cells = new Object[37];
            Arrays.setAll(cells, j -> (double) row[j]);
            rows.add(RowFactory.create(cells));
        }
        Dataset<Row> frame =
                TestRows.frame(spark, rows, schema, 1).withColumn("more", functions.expr("cast('NaN' as double)"));
        return new VectorAssembler()
                .setInputCols(names)
                .setOutputCol("features")
                .setHandleInvalid("keep")
                .transform(frame)
                .select("features");
    }

    @Test
    void valuesAreMatchedByNameWhereTheyHaveNames() throws IOException {
        float[][] values = TestRows.values(80, 1);
        String[] names = IntStream.range(0, 37).mapToObj(j -> "c" + j).toArray(String[]::new);
        Dataset<Row> rows = assembled(values, names);
        AutoencoderModel model = estimator().fit(rows);
        assertThat(model.autoencoder().metadata()).containsEntry("data.columns", String.join("\n", names));
        model.write().save(folder.resolve("named").toString());
        AutoencoderModel stage =
                AutoencoderModel.load(folder.resolve("named").toString()).setErrorCol("error");
        io.hourglass.Dataset data = TestRows.dataset(values);
        double[] errors = model.autoencoder().errors(data);
        String[] others = names.clone();
        java.util.Collections.reverse(Arrays.asList(others));
        others[0] = "more"; // NaN, unknown to the model
        others = Arrays.copyOf(others, 38);
        others[37] = "c36";
        for (Dataset<Row> same : List.of(
                rows,
                assembled(values, others),
                // No names: by position.
                TestRows.frame(spark, values, 1).select("features"))) {
            assertThat(stage.transform(same)
                            .select("error")
                            .as(Encoders.DOUBLE())
                            .collectAsList())
                    .containsExactlyElementsOf(Arrays.stream(errors).boxed().toList());
        }
        String[] fewer = Arrays.copyOf(names, 36);
        for (ThrowingCallable use : List.<ThrowingCallable>of(
                () -> stage.transform(assembled(values, fewer)),
                () -> stage.transformSchema(assembled(values, fewer).schema()))) {
            assertThatThrownBy(use)
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageStartingWith(
                            "column features has no value 'c36', which the model was trained on; its values are"
                                    + " 'c0, c1, c2,");
        }
        String[] swapped = others;
        swapped[5] = "more"; // in place of one that is needed
        assertThatThrownBy(() -> stage.transform(assembled(values, swapped))).hasMessageContaining("no value 'c31'");
        swapped[5] = "c31";
        swapped[0] = "c30";
        assertThatThrownBy(() -> stage.transform(assembled(values, swapped)))
                .hasMessageContaining("has two values named 'c30', which");
        // A model without names matches a column with names by position.
        AutoencoderModel unnamed = estimator().fit(TestRows.frame(spark, values, 1));
        assertThat(unnamed.autoencoder().metadata()).doesNotContainKey("data.columns");
        assertThat(unnamed.transform(rows).select("latent").collectAsList())
                .isEqualTo(unnamed.transform(TestRows.frame(spark, values, 1))
                        .select("latent")
                        .collectAsList());
    }

    @Test
    void aSavedParamThatIsUnknownOrWrongIsNamed() throws IOException {
        Path estimator = folder.resolve("estimator");
        estimator().write().save(estimator.toString());
        Path model = folder.resolve("model");
        estimator()
                .fit(TestRows.frame(spark, TestRows.values(20, 1), 1))
                .write()
                .save(model.toString());
        for (Path saved : List.of(estimator, model)) {
            boolean trained = saved.equals(model);
            String type = trained ? "AutoencoderModel" : "AutoencoderEstimator";
            Consumer<String> load =
                    path -> assertThat(trained ? AutoencoderModel.load(path) : AutoencoderEstimator.load(path))
                            .isNotNull();
            load.accept(saved.toString());
            assertThatThrownBy(() -> load.accept((trained ? estimator : model).toString()))
                    .hasMessage((trained ? estimator : model) + "/metadata: params of an "
                            + (trained ? "AutoencoderEstimator" : "AutoencoderModel") + ", expected the params of an "
                            + type + " as this version writes them");
            for (String[] change : new String[][] {
                {"\"defaultParamMap\":{", "\"defaultParamMap\":{\"depth\":3,", "'Param depth does not exist.'"},
                {"\"handleInvalid\":\"error\"", "\"handleInvalid\":3", "'The default jsonDecode only"},
                {"\"class\"", "class", "'Unexpected character"},
            }) {
                Path broken = folder.resolve(type + change[2].hashCode());
                Files.createDirectories(broken.resolve("metadata"));
                try (Stream<Path> files = Files.list(saved.resolve("metadata"))) {
                    for (Path file : files.toList()) {
                        if (!file.getFileName().toString().endsWith(".crc")) {
                            Files.writeString(
                                    broken.resolve("metadata").resolve(file.getFileName()),
                                    Files.readString(file).replace(change[0], change[1]));
                        }
                    }
                }
                assertThatThrownBy(() -> load.accept(broken.toString()))
                        .isInstanceOf(IllegalArgumentException.class)
                        .hasMessageStartingWith(broken + "/metadata: " + change[2])
                        .hasMessageEndingWith(", expected the params of an " + type + " as this version writes them")
                        .hasMessageNotContaining("\n");
            }
        }
    }

    @Test
    void partitionsOfUnequalSizesAndEmptyOnesAreWeightedByTheirRows() {
        float[][] values = TestRows.values(300, 1);
        Dataset<Row> rows = TestRows.frame(spark, values, 1);
        // Three empty partitions next to the one: only the one counts.
        Dataset<Row> more = TestRows.frame(spark, new float[0][], 3).union(rows);
        assertThat(estimator().fit(more).autoencoder().weightsSha256())
                .isEqualTo(estimator().fit(rows).autoencoder().weightsSha256());
        Dataset<Row> small = TestRows.frame(spark, TestRows.values(9, 3), 1).union(rows);
        Autoencoder model = estimator().setRoundsPerEpoch(4).fit(small).autoencoder();
        assertThat(model.error(TestRows.dataset(values))).isFinite();
    }

    @Test
    void resultsAreThoseOfTheLibraryForVectorsAndArrays() throws IOException {
        float[][] values = TestRows.values(1100, 1); // more than a block, and not a multiple
        Autoencoder model = new Trainer(Architecture.parse("37-19-4"), RECIPE)
                .fit(TestRows.dataset(values))
                .model();
        Path file = folder.resolve("model.safetensors");
        model.save(file);
        AutoencoderModel stage = AutoencoderModel.ofFile(file)
                .setOutputCol("code")
                .setReconstructionCol("again")
                .setErrorCol("error");
        Dataset<Row> vectors = TestRows.frame(spark, values, 2);
        List<Row> sparse = new ArrayList<>();
        List<Row> floats = new ArrayList<>();
        List<Row> doubles = new ArrayList<>();
        for (int r = 0; r < values.length; r++) {
            double[] wide = TestRows.wide(values[r]);
            sparse.add(RowFactory.create(r, Vectors.dense(wide).toSparse()));
            floats.add(RowFactory.create(r, values[r]));
            doubles.add(RowFactory.create(r, wide));
        }
        io.hourglass.Dataset rows = TestRows.dataset(values);
        float[][] codes = model.encode(rows);
        float[][] decoded = model.decode(codes);
        double[] errors = model.errors(rows);
        for (Dataset<Row> frame : List.of(
                vectors,
                TestRows.frame(spark, sparse, TestRows.VECTORS, 1),
                TestRows.frame(spark, floats, arrays(DataTypes.FloatType), 2),
                TestRows.frame(spark, doubles, arrays(DataTypes.DoubleType), 1))) {
            List<Row> results = stage.transform(frame).orderBy("id").collectAsList();
            assertThat(results).hasSize(values.length);
            for (int r = 0; r < values.length; r++) {
                Row result = results.get(r);
                assertThat(result.<Vector>getAs("code").toArray()).isEqualTo(TestRows.wide(codes[r]));
                assertThat(result.<Vector>getAs("again").toArray()).isEqualTo(TestRows.wide(decoded[r]));
                assertThat(result.<Double>getAs("error")).isEqualTo(errors[r]);
            }
        }
    }

    /** Models that only the library trains: their files give the same results as in the library. */
    @Test
    void modelsOfEveryVariantAndWithAScalerScoreAsInTheLibrary() throws IOException {
        float[][] values = TestRows.values(600, 1);
        for (float[] row : values) {
            row[2] = 1000 * row[2] - 300; // the user's units
        }
        io.hourglass.Dataset data = TestRows.dataset(values);
        Recipe recipe = Recipe.tuned().with(r -> r.epochs(2));
        Architecture linear = Architecture.parse("37-19-4").withOutputActivation(Activation.IDENTITY);
        Scaler standard = Scaler.fit(Scaler.Kind.STANDARD, data);
        List<Autoencoder> models = List.of(
                new Trainer(linear.withVariant(Variant.TIED), recipe)
                        .scaler(standard)
                        .fit(data)
                        .model(),
                new Trainer(linear.withVariant(Variant.VARIATIONAL), recipe)
                        .scaler(standard)
                        .fit(data)
                        .model(),
                new Trainer(
                                Architecture.parse("37-19-4"),
                                recipe.with(r -> r.loss(Loss.BCE).noise(0.1)))
                        .scaler(Scaler.fit(Scaler.Kind.MIN_MAX, data))
                        .fit(data)
                        .model());
        Dataset<Row> frame = TestRows.frame(spark, values, 2);
        for (Autoencoder model : models) {
            Path file = folder.resolve("model.safetensors");
            model.save(file);
            Path saved = folder.resolve("stage");
            AutoencoderModel.ofFile(file)
                    .setReconstructionCol("again")
                    .setErrorCol("error")
                    .write()
                    .overwrite()
                    .save(saved.toString());
            assertThat(saved.resolve(AutoencoderModel.FILE)).hasSameBinaryContentAs(file);
            AutoencoderModel stage = AutoencoderModel.load(saved.toString());
            List<Row> results = stage.transform(frame).orderBy("id").collectAsList();
            float[][] codes = model.encode(data);
            float[][] decoded = model.reconstruct(data);
            double[] errors = model.errors(data);
            assertThat(stage.autoencoder().architecture()).isEqualTo(model.architecture());
            assertThat(results).hasSize(values.length);
            for (int r = 0; r < values.length; r++) {
                assertThat(results.get(r).<Vector>getAs("latent").toArray()).isEqualTo(TestRows.wide(codes[r]));
                assertThat(results.get(r).<Vector>getAs("again").toArray()).isEqualTo(TestRows.wide(decoded[r]));
                assertThat(results.get(r).<Double>getAs("error")).isEqualTo(errors[r]);
            }
            // Reconstructions are in the user's units: in the hundreds, not from 0 to 1.
            assertThat(results.stream()
                            .mapToDouble(
                                    row -> Math.abs(row.<Vector>getAs("again").apply(2))))
                    .anyMatch(value -> value > 100);
        }
    }

    @Test
    void aValueTooFarAwayForTheScalerIsAnInvalidRow() {
        float[][] values = TestRows.values(20, 1);
        double[] factor = new double[37];
        Arrays.fill(factor, 1e10);
        Autoencoder model = new Trainer(Architecture.parse("37-19-4"), RECIPE)
                .fit(TestRows.dataset(values))
                .model()
                .withMetadata(
                        Scaler.of(Scaler.Kind.MIN_MAX, new double[37], factor).metadata());
        values[3][7] = 1e30f;
        Dataset<Row> rows = TestRows.frame(spark, values, 1);
        AutoencoderModel stage = AutoencoderModel.of(model);
        assertThatThrownBy(() -> stage.transform(rows).collectAsList())
                .hasStackTraceContaining("column features: value 7 of a row is 1.0E30, expected ");
        assertThat(stage.setHandleInvalid("skip").transform(rows).count()).isEqualTo(19);
        assertThat(stage.setHandleInvalid("keep")
                        .transform(rows)
                        .where("latent is null")
                        .select("id")
                        .collectAsList())
                .containsExactly(RowFactory.create(3));
    }

    @Test
    void weightsThatAreNoLongerFiniteAreAnError() {
        Dataset<Row> rows = TestRows.frame(spark, TestRows.values(30, 1), 1);
        AutoencoderEstimator once = estimator()
                .setMaxIter(1)
                .setRoundsPerEpoch(1)
                .setSchedule("constant")
                .setWeightDecay(0)
                .setStepSize(1e300);
        assertThatThrownBy(() -> once.fit(rows)) // one step, after which the loss is not checked
                .isInstanceOf(IllegalStateException.class)
                .hasMessageStartingWith("tensor ")
                .hasMessageContaining("stepSize = 1.0E300");
    }

    private static StructType arrays(DataType element) {
        return new StructType().add("id", DataTypes.IntegerType).add("features", DataTypes.createArrayType(element));
    }

    @Test
    void goesThroughAPipelineAndItsFiles() throws IOException {
        float[][] values = TestRows.values(300, 1);
        Dataset<Row> rows = TestRows.frame(spark, values, 2);
        MinMaxScaler scaler = new MinMaxScaler().setInputCol("features").setOutputCol("scaled");
        Pipeline pipeline = new Pipeline().setStages(new PipelineStage[] {
            scaler, estimator().setInputCol("scaled").setErrorCol("error").setHandleInvalid("skip")
        });
        pipeline.write().save(folder.resolve("pipeline").toString());
        Pipeline read = Pipeline.load(folder.resolve("pipeline").toString());
        AutoencoderEstimator estimator = (AutoencoderEstimator) read.getStages()[1];
        for (Param<?> param : estimator.params()) {
            assertThat(param.jsonEncode(value(estimator, param)))
                    .as(param.name())
                    .isEqualTo(param.jsonEncode(value(pipeline.getStages()[1], param)));
        }
        PipelineModel fitted = read.fit(rows);
        fitted.write().save(folder.resolve("fitted").toString());
        PipelineModel again = PipelineModel.load(folder.resolve("fitted").toString());
        AutoencoderModel model = (AutoencoderModel) again.stages()[1];
        assertThat(model.getHandleInvalid()).isEqualTo("skip");
        assertThat(again.transform(rows).collectAsList())
                .isEqualTo(fitted.transform(rows).collectAsList());
        assertThat(again.transformSchema(rows.schema()).fieldNames())
                .containsExactly("id", "features", "scaled", "latent", "error");
        // Autoencoder.load, which the command line uses, reads the file of the stage.
        try (var files = Files.walk(folder.resolve("fitted"))) {
            Path file = files.filter(path -> path.endsWith(AutoencoderModel.FILE))
                    .findFirst()
                    .orElseThrow();
            assertThat(Autoencoder.load(file).weightsSha256())
                    .isEqualTo(model.autoencoder().weightsSha256());
            // And the stage reads a file that the command line wrote in its place.
            Autoencoder other = new Trainer(Architecture.parse("37-11-2"), RECIPE)
                    .fit(TestRows.dataset(values))
                    .model();
            other.save(file);
            AutoencoderModel replaced = (AutoencoderModel)
                    PipelineModel.load(folder.resolve("fitted").toString()).stages()[1];
            assertThat(replaced.autoencoder().weightsSha256()).isEqualTo(other.weightsSha256());
            Files.write(file, new byte[] {1, 2, 3});
            assertThatThrownBy(() -> PipelineModel.load(folder.resolve("fitted").toString()))
                    .hasMessageContaining(AutoencoderModel.FILE + ": ");
        }
    }

    @SuppressWarnings("unchecked")
    private static <T> T value(PipelineStage stage, Param<?> param) {
        return (T) stage.getOrDefault(stage.getParam(param.name()));
    }

    @Test
    void invalidRowsAreNamedDroppedOrKept() {
        float[][] values = TestRows.values(100, 1);
        double[] notANumber = TestRows.wide(values[0]);
        notANumber[5] = Double.NaN;
        List<Row> rows = new ArrayList<>();
        for (int r = 0; r < values.length; r++) {
            rows.add(RowFactory.create(r, Vectors.dense(TestRows.wide(values[r]))));
        }
        Dataset<Row> valid = TestRows.frame(spark, rows, TestRows.VECTORS, 1);
        rows.add(30, RowFactory.create(1000, null));
        rows.add(50, RowFactory.create(1001, Vectors.dense(0.25, 0.75)));
        rows.add(70, RowFactory.create(1002, Vectors.dense(notANumber)));
        Dataset<Row> all = TestRows.frame(spark, rows, TestRows.VECTORS, 1);

        AutoencoderModel model = estimator().setHandleInvalid("skip").fit(all);
        assertThat(model.autoencoder().weightsSha256())
                .isEqualTo(estimator().fit(valid).autoencoder().weightsSha256());
        assertThat(model.transform(all).select("id").collectAsList())
                .isEqualTo(valid.select("id").collectAsList());
        List<Row> kept = model.setHandleInvalid("keep")
                .setErrorCol("error")
                .transform(all)
                .collectAsList();
        assertThat(kept).hasSize(103);
        assertThat(kept.stream()
                        .filter(row -> row.isNullAt(2) && row.isNullAt(3))
                        .map(row -> row.getInt(0)))
                .containsExactly(1000, 1001, 1002);

        for (String[] wrong : new String[][] {
            {"id = 1000", "the row is null, expected a row of 37 finite numbers", "; row: null"},
            {"id = 1001", "the row has 2 values, expected a row of 37 finite numbers", "; row: [0.25,0.75]"},
            {"id = 1002", "value 5 is NaN, expected", "; row: [0."},
        }) {
            Dataset<Row> some = all.where("id < 100 or " + wrong[0]);
            assertThatThrownBy(() -> estimator().fit(some)).hasStackTraceContaining("column features: " + wrong[1]);
            assertThatThrownBy(() -> model.copy(new ParamMap())
                            .setHandleInvalid("error")
                            .transform(some)
                            .collectAsList())
                    .hasStackTraceContaining("column features: " + wrong[1])
                    .hasStackTraceContaining(wrong[wrong.length - 1]);
        }
        assertThatThrownBy(() -> estimator().setHandleInvalid("skip").fit(all.where("id = 1000")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("column features has no rows to train on");
    }

    /** Spark holds columns from a Parquet file in another form than columns it created itself. */
    @Test
    void invalidArraysAreNamedDroppedOrKeptAlsoFromParquet() {
        float[][] values = TestRows.values(100, 1);
        Autoencoder model = new Trainer(Architecture.parse("37-19-4"), RECIPE)
                .fit(TestRows.dataset(values))
                .model();
        float[][] codes = model.encode(TestRows.dataset(values));
        AutoencoderModel stage = AutoencoderModel.of(model);
        for (DataType element : List.of(DataTypes.FloatType, DataTypes.DoubleType)) {
            boolean narrow = element.equals(DataTypes.FloatType);
            List<Row> rows = new ArrayList<>();
            for (int r = 0; r < values.length; r++) {
                rows.add(RowFactory.create(r, narrow ? boxes(values[r]) : TestRows.wide(values[r])));
            }
            Object[] hole = boxes(narrow ? values[0] : TestRows.wide(values[0]));
            hole[36] = null;
            Object[] infinite = boxes(narrow ? values[0] : TestRows.wide(values[0]));
            infinite[0] = narrow ? (Object) Float.NEGATIVE_INFINITY : (Object) 1e300; // no float
            rows.add(30, RowFactory.create(1000, hole));
            rows.add(50, RowFactory.create(1001, infinite));
            rows.add(70, RowFactory.create(1002, new Object[0]));
            rows.add(90, RowFactory.create(1003, null));
            String path = folder.resolve(element.typeName()).toString();
            TestRows.frame(spark, rows, arrays(element), 1).write().parquet(path);
            for (Dataset<Row> all : List.of(
                    TestRows.frame(spark, rows, arrays(element), 1),
                    spark.read().parquet(path))) {
                List<Row> skipped = stage.copy(new ParamMap())
                        .setHandleInvalid("skip")
                        .transform(all)
                        .collectAsList();
                assertThat(skipped).hasSize(100);
                for (int r = 0; r < skipped.size(); r++) {
                    assertThat(skipped.get(r).getInt(0)).isEqualTo(r);
                    assertThat(skipped.get(r).<Vector>getAs("latent").toArray()).isEqualTo(TestRows.wide(codes[r]));
                }
                List<Row> kept = stage.copy(new ParamMap())
                        .setHandleInvalid("keep")
                        .transform(all)
                        .collectAsList();
                assertThat(kept.stream().map(row -> row.getInt(0)))
                        .isEqualTo(rows.stream().map(row -> row.getInt(0)).toList());
                assertThat(kept.stream().filter(row -> row.isNullAt(2)).map(row -> row.getInt(0)))
                        .containsExactly(1000, 1001, 1002, 1003);
                // The input column of a kept row is unchanged.
                assertThat(kept.get(30).getList(1).get(36)).isNull();
                assertThat(kept.get(30).getList(1).get(35)).isEqualTo(hole[35]);
                for (String[] wrong : new String[][] {
                    {"1000", "value 36 is null, expected a row of 37 finite numbers", "; row: [" + hole[0]},
                    {"1001", "value 0 is " + (narrow ? "-Infinity" : "Infinity"), "; row: [" + infinite[0]},
                    {"1002", "the row has 0 values", "; row: []"},
                    {"1003", "the row is null", "; row: null"}
                }) {
                    assertThatThrownBy(() -> stage.transform(all.where("id < 100 or id = " + wrong[0]))
                                    .collectAsList())
                            .hasStackTraceContaining("column features: " + wrong[1])
                            .hasStackTraceContaining(wrong[2]);
                }
            }
        }
    }

    private static Object[] boxes(Object array) {
        Object[] boxes = new Object[Array.getLength(array)];
        Arrays.setAll(boxes, i -> Array.get(array, i));
        return boxes;
    }

    /** Columns of every kind pass through unchanged, with their order and names. */
    @Test
    void otherColumnsGoThroughUnchanged() {
        float[][] values = TestRows.values(200, 1);
        Autoencoder model = new Trainer(Architecture.parse("37-19-4"), RECIPE)
                .fit(TestRows.dataset(values))
                .model();
        float[][] codes = model.encode(TestRows.dataset(values));
        Dataset<Row> rows = TestRows.frame(spark, values, 2)
                .withColumn("text", functions.expr("if(id % 3 = 0, null, repeat('x', id))"))
                .withColumn("amount", functions.expr("cast(id as decimal(30, 2)) / 3"))
                .withColumn(
                        "nested",
                        functions.expr("struct(id as a, array('p', null, text) as b, map(id || 'k', text) as c)"))
                .withColumn("day", functions.expr("date_add(date'2026-01-01', id)"))
                .alias("t");
        AutoencoderModel stage = AutoencoderModel.of(model);
        AutoencoderModel twice =
                AutoencoderModel.of(model).setOutputCol("again").setErrorCol("error");
        Dataset<Row> results = stage.transform(rows);
        assertThat(results.drop("latent").schema()).isEqualTo(rows.schema());
        assertThat(results.drop("latent").collectAsList()).isEqualTo(rows.collectAsList());
        // A stage right after another one, and the alias of the data frame before them.
        List<Row> both = twice.transform(results)
                .where("t.id >= 100")
                .orderBy(functions.col("t.id").desc())
                .select(functions.col("id"), functions.col("t.text"), functions.col("latent"), functions.col("again"))
                .collectAsList();
        assertThat(both).hasSize(100);
        for (int r = 0; r < 100; r++) {
            int id = 199 - r;
            assertThat(both.get(r).getInt(0)).isEqualTo(id);
            assertThat(both.get(r).getString(1)).isEqualTo(id % 3 == 0 ? null : "x".repeat(id));
            assertThat(both.get(r).<Vector>getAs(2).toArray()).isEqualTo(TestRows.wide(codes[id]));
            assertThat(both.get(r).get(3)).isEqualTo(both.get(r).get(2));
        }
        // Joined with the rows it comes from.
        assertThat(results.alias("a")
                        .join(results.alias("b"), functions.expr("a.id = b.id and a.latent = b.latent"))
                        .count())
                .isEqualTo(200);
        assertThat(rows.join(results, "id").count()).isEqualTo(200);
        // Columns that are not requested are not written.
        String plan = ((org.apache.spark.sql.classic.Dataset<Row>) results.select("id", "latent"))
                .queryExecution()
                .executedPlan()
                .toString();
        assertThat(plan.lines().filter(line -> line.contains("SerializeFromObject")))
                .singleElement(InstanceOfAssertFactories.STRING)
                .contains(" AS id#", " AS latent#")
                .doesNotContain(" AS features#", " AS text#", " AS nested#");
    }

    /** Spark skips serialisation between two operators that use the same class. Here it must not. */
    @Test
    void rowsMayComeRightFromATypedMapAndGoToOne() {
        float[][] values = TestRows.values(70, 1);
        Autoencoder model = new Trainer(Architecture.parse("37-19-4"), RECIPE)
                .fit(TestRows.dataset(values))
                .model();
        float[][] codes = model.encode(TestRows.dataset(values));
        Dataset<Row> rows = TestRows.frame(spark, values, 1)
                .map((MapFunction<Row, Row>) row -> row, Encoders.row(TestRows.VECTORS));
        List<Row> results = AutoencoderModel.of(model).transform(rows).collectAsList();
        List<Vector> latents = AutoencoderModel.of(model)
                .transform(rows)
                .map(
                        (MapFunction<Row, Row>) row -> row,
                        Encoders.row(results.get(0).schema()))
                .collectAsList()
                .stream()
                .map(row -> row.<Vector>getAs("latent"))
                .toList();
        for (int r = 0; r < values.length; r++) {
            assertThat(results.get(r).<Vector>getAs("features").toArray()).isEqualTo(TestRows.wide(values[r]));
            assertThat(results.get(r).<Vector>getAs("latent").toArray()).isEqualTo(TestRows.wide(codes[r]));
            assertThat(latents.get(r).toArray()).isEqualTo(TestRows.wide(codes[r]));
        }
    }

    @Test
    void wrongColumnsAndParamsAreNamed() {
        Dataset<Row> rows = TestRows.frame(spark, TestRows.values(10, 1), 1);
        assertThatThrownBy(() -> estimator().setInputCol("pixels").fit(rows))
                .hasMessage("inputCol = pixels, expected one of the columns id, features");
        assertThatThrownBy(() -> estimator().setInputCol("id").fit(rows))
                .hasMessage("column id is of type int, expected vector, array<double> or array<float>");
        assertThatThrownBy(() -> estimator().setOutputCol("id").fit(rows))
                .hasMessageContaining("column id already exists");
        assertThatThrownBy(() -> estimator().setLatentSize(0)).hasMessageContaining("latentSize");
        assertThatThrownBy(() -> estimator().setSchedule("linear")).hasMessageContaining("schedule");
    }

    @Test
    void documentedDefaultsAreTheActualOnes() throws IOException {
        Map<String, String> guide = new HashMap<>();
        String section = Files.readString(Path.of("../docs/guide/spark.md"))
                .split("\\n## Parameters\\n")[1]
                .split("\\n## ")[0];
        for (String line : section.lines().toList()) {
            if (line.startsWith("| `")) {
                String[] cells = line.replace("`", "").split("\\|");
                String[] names = cells[1].strip().split(", ");
                String[] values = cells[2].strip().split(", ");
                assertThat(values).as(line).hasSameSizeAs(names);
                for (int i = 0; i < names.length; i++) {
                    assertThat(guide.put(names[i], values[i])).as(names[i]).isNull();
                }
            }
        }
        Map<String, String> javadoc = new HashMap<>();
        Pattern getter = Pattern.compile(
                "/\\*\\*((?:(?!\\*/).)*)\\*/\\s+(?:public|default) \\w*Param(?:<String>)? (\\w+)\\(\\)",
                Pattern.DOTALL);
        for (Class<?> type : List.of(NetworkParams.class, TrainingParams.class, RoundsParams.class, HasColumns.class)) {
            Path source = Path.of("src/main/java", type.getName().replace('.', '/') + ".java");
            getter.matcher(Files.readString(source))
                    .results()
                    .forEach(found -> javadoc.put(found.group(2), found.group(1).replaceAll("\\s+\\* ?", " ")));
        }
        AutoencoderEstimator estimator = new AutoencoderEstimator();
        List<String> names = Arrays.stream(estimator.params()).map(Param::name).toList();
        assertThat(guide.keySet()).containsExactlyInAnyOrderElementsOf(names);
        assertThat(javadoc.keySet()).containsExactlyInAnyOrderElementsOf(names);
        for (Param<?> param : estimator.params()) {
            Object value = estimator.getDefault(param).get();
            String text = value instanceof int[] widths
                    ? Arrays.stream(widths).mapToObj(String::valueOf).collect(Collectors.joining(", "))
                    : value.toString();
            assertThat(guide.get(param.name())).as(param.name()).isEqualTo(text.isEmpty() ? "none" : text);
            assertThat(javadoc.get(param.name()))
                    .as(param.name())
                    .containsIgnoringCase(
                            text.isEmpty()
                                    ? "default empty"
                                    : "default {@code " + (value instanceof int[] ? "{" + text + "}" : text) + "}");
            assertThat(param.doc()).as(param.name()).doesNotContain("default"); // explainParams adds it
        }
    }

    @Test
    void aPartitionWhoseRowsComeInAnotherOrderIsNoticed() {
        Dataset<Row> rows = TestRows.frame(spark, TestRows.values(300, 1), 2);
        READS.set(0);
        UserDefinedFunction changing = functions.udf(
                (Vector vector) -> READS.incrementAndGet() > 300 ? Vectors.zeros(37) : vector,
                TestRows.VECTORS.apply("features").dataType());
        Dataset<Row> unsteady =
                rows.withColumn("features", changing.asNondeterministic().apply(functions.col("features")));
        JavaRDD<PartitionRows> data = InternalRows.of(unsteady.select("features"))
                .mapPartitions(part -> List.of(PartitionRows.read(
                                part,
                                new RowReader(
                                        "features",
                                        TestRows.VECTORS.apply("features").dataType(),
                                        37,
                                        "error"),
                                Scaler.none()))
                        .iterator());
        assertThatThrownBy(() -> new Rounds(Architecture.parse("37-19-4"), RECIPE, 1, 0)
                        .run(data)) // not persisted: read in each round
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("was read again, and its rows or their order differ");
    }

    private static final AtomicInteger READS = new AtomicInteger();
}
