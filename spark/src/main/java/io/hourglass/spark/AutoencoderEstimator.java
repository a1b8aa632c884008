package io.hourglass.spark;

import io.hourglass.Autoencoder;
import io.hourglass.Recipe;
import io.hourglass.Scaler;
import io.hourglass.anomaly.AnomalyDetector;
import io.hourglass.nn.Activation;
import io.hourglass.nn.Architecture;
import io.hourglass.nn.Loss;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.ml.util.DefaultParamsReadable;
import org.apache.spark.ml.util.DefaultParamsWritable;
import org.apache.spark.ml.util.Identifiable;
import org.apache.spark.ml.util.MLReader;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.storage.StorageLevel;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Trains an autoencoder on the rows of a data frame, as a stage of Spark ML. One task with one core trains on each
 * partition, and the partitions are averaged in rounds; see {@code docs/guide/spark.md}. The same rows in the same
 * partitions give the same model, bit for bit. A single partition gives the same model as the library's {@code
 * Trainer}.
 *
 * <pre>{@code
 * AutoencoderModel model = new AutoencoderEstimator()
 *         .setInputCol("features")
 *         .setHidden(new int[] {128})
 *         .setLatentSize(16)
 *         .setErrorCol("error")
 *         .fit(rows);
 * Dataset<Row> scored = model.transform(rows); // with the columns "latent" and "error"
 * }</pre>
 *
 * <p>Training uses the rows in the order of their partition. After a shuffle this order differs from run to run; use
 * {@code sortWithinPartitions} for repeatable results.
 *
 * @serial exclude
 */
public final class AutoencoderEstimator extends RoundsParams implements DefaultParamsWritable {
    private static final long serialVersionUID = 1;
    private static final Logger LOG = LoggerFactory.getLogger(AutoencoderEstimator.class);
    private static final String IDENTITY = Activation.IDENTITY.label();

    private static final String NO_SCALER = " with scaler = none and outputActivation = sigmoid:"
            + " set scaler to pixel or min-max, or outputActivation to " + IDENTITY;

    /** Name of the input column while it is read. */
    private static final String VALUES = "values";

    /** Makes an estimator with default params. */
    public AutoencoderEstimator() {
        this(Identifiable.randomUID("autoencoder"));
    }

    /**
     * Makes an estimator with default params and a given name. Spark calls this when it loads a stage.
     *
     * @param uid unique name of the stage
     */
    public AutoencoderEstimator(String uid) {
        super(uid);
    }

    @Override
    <T> AutoencoderEstimator with(Param<T> param, T value) {
        set(param, value);
        return this;
    }

    /**
     * Sets {@link #inputCol}.
     *
     * @param value new value
     * @return this estimator
     */
    public AutoencoderEstimator setInputCol(String value) {
        return with(inputCol(), value);
    }

    /**
     * Sets {@link #outputCol}.
     *
     * @param value new value
     * @return this estimator
     */
    public AutoencoderEstimator setOutputCol(String value) {
        return with(outputCol(), value);
    }

    /**
     * Sets {@link #reconstructionCol}.
     *
     * @param value new value
     * @return this estimator
     */
    public AutoencoderEstimator setReconstructionCol(String value) {
        return with(reconstructionCol(), value);
    }

    /**
     * Sets {@link #errorCol}.
     *
     * @param value new value
     * @return this estimator
     */
    public AutoencoderEstimator setErrorCol(String value) {
        return with(errorCol(), value);
    }

    /**
     * Sets {@link #scoreCol}.
     *
     * @param value new value
     * @return this estimator
     */
    public AutoencoderEstimator setScoreCol(String value) {
        return with(scoreCol(), value);
    }

    /**
     * Sets {@link #handleInvalid}.
     *
     * @param value new value
     * @return this estimator
     */
    public AutoencoderEstimator setHandleInvalid(String value) {
        return with(handleInvalid(), value);
    }

    @Override
    public StructType transformSchema(StructType schema) {
        Activation output = Activation.parse(getOutputActivation());
        boolean bounded = output.least() > Float.NEGATIVE_INFINITY || output.most() < Float.POSITIVE_INFINITY;
        if (getScaler().equals(Scaler.Kind.STANDARD.label()) && bounded) {
            throw new IllegalArgumentException("scaler = standard with outputActivation = " + getOutputActivation()
                    + ", expected outputActivation = " + IDENTITY
                    + ": other activations cannot give all values of a standard scaler");
        }
        if (Loss.parse(getLoss()).needsUnitInterval() && output != Activation.SIGMOID) {
            throw new IllegalArgumentException("loss = " + getLoss() + " with outputActivation = "
                    + getOutputActivation() + ", expected outputActivation = sigmoid");
        }
        requireConvolutions();
        return ColumnParams.withResults(this, schema, 0, getLatentSize());
    }

    @Override
    public AutoencoderEstimator copy(ParamMap extra) {
        return defaultCopy(extra);
    }

    /**
     * Trains on all valid rows. If {@code handleInvalid} is {@code error}, an invalid row fails the Spark job with a
     * message that shows the row and what was expected. A loss that is not finite fails the job too.
     *
     * @param dataset data frame with the input column
     * @return the trained model, with the column params of this estimator
     * @throws IllegalArgumentException if a param is out of range, the input column is missing or has another type,
     *     there are no valid rows, or values are outside [0, 1] with a sigmoid output and without a scaler
     * @throws IllegalStateException if a weight is not finite after the last round
     */
    @Override
    public AutoencoderModel fit(Dataset<?> dataset) {
        transformSchema(dataset.schema());
        int index = ColumnParams.inputIndex(this, dataset.schema());
        StructField column = dataset.schema().apply(index);
        // By index: a name may contain dots or occur again in another case.
        Dataset<Row> rows = dataset.toDF(IntStream.range(0, dataset.schema().length())
                        .mapToObj(i -> i == index ? VALUES : VALUES + i)
                        .toArray(String[]::new))
                .select(VALUES);
        RowReader reader =
                new RowReader(column.name(), column.dataType(), width(rows, column.name()), getHandleInvalid());
        Architecture architecture = architecture(reader.inputs());
        Recipe recipe = recipe(reader.inputs());
        Scaler.Kind kind = Scaler.Kind.parse(getScaler());
        boolean learns = !getScoreCol().isEmpty();
        if (kind != Scaler.Kind.NONE || learns) {
            rows.persist(StorageLevel.MEMORY_AND_DISK()); // read up to four times
        }
        JavaRDD<PartitionRows> read = null;
        JavaRDD<PartitionRows> data = null;
        try {
            ScalerFit.Range units = kind == Scaler.Kind.NONE
                    ? ScalerFit.Range.none(reader.inputs())
                    : ScalerFit.range(InternalRows.of(rows), reader);
            Scaler fitted = units.rows() == 0
                    ? Scaler.none()
                    : ScalerFit.fit(kind, InternalRows.of(rows), reader, units, column.name());
            ScalerFit.Numbers numbers = ScalerFit.Numbers.of(fitted);
            read = InternalRows.of(rows)
                    .mapPartitions(
                            partition -> List.of(PartitionRows.read(partition, reader, numbers.scaler()))
                                    .iterator(),
                            true)
                    .persist(StorageLevel.MEMORY_AND_DISK());
            List<ScalerFit.Range> ranges = read.map(PartitionRows::range).collect();
            if (kind == Scaler.Kind.NONE) {
                units = ScalerFit.Range.of(ranges, reader.inputs());
                if (architecture.outputActivation() == Activation.SIGMOID) { // like the command line
                    units.require(column.name(), 1, NO_SCALER);
                }
            }
            int[] counts = ranges.stream().mapToInt(each -> (int) each.rows()).toArray();
            data = SmallPartitions.join(read, counts, reader.inputs(), getMinPartitionRows());
            if (data != read) {
                LOG.info(
                        "joined {} partitions into {}, as minPartitionRows is {}",
                        counts.length,
                        data.getNumPartitions(),
                        getMinPartitionRows());
                data.persist(StorageLevel.MEMORY_AND_DISK()).count();
                read.unpersist(false);
            }
            Rounds.Outcome outcome = new Rounds(architecture, recipe, getRoundsPerEpoch(), getMomentum()).run(data);
            Map<String, String> metadata = new LinkedHashMap<>(recipe.metadata());
            if (!fitted.isNone()) {
                metadata.putAll(fitted.metadata());
            }
            metadata.put("data.units", "numbers"); // what Trainer writes for data sets of numbers
            metadata.put("data.largest", Double.toString(units.largest()));
            List<String> names = ColumnParams.names(column);
            if (names.size() == reader.inputs() && ColumnParams.areDistinct(names)) {
                metadata.put("data.columns", String.join("\n", names));
            }
            metadata.put("spark.partitions", Integer.toString(outcome.partitions()));
            metadata.put("spark.rounds_per_epoch", Integer.toString(getRoundsPerEpoch()));
            metadata.put("spark.momentum", Double.toString(getMomentum()));
            metadata.put("result.train_mse", Double.toString(outcome.trainMse()));
            Autoencoder trained = Autoencoder.of(architecture, outcome.state().tensors(), metadata);
            if (learns) {
                RowSample sample = RowSample.of(InternalRows.of(rows), reader, fitted, counts);
                trained = AnomalyDetector.learn(trained, sample.rows(), sample.names(), getContamination())
                        .model();
            }
            AutoencoderModel model = new AutoencoderModel(uid(), ModelBytes.of(trained));
            return copyValues(model, extractParamMap()).setParent(this);
        } finally {
            for (JavaRDD<PartitionRows> each : Arrays.asList(data, read)) {
                if (each != null) {
                    each.unpersist(false);
                }
            }
            rows.unpersist(false);
        }
    }

    /** Number of values in the first row that is not null; all other rows must have as many. */
    private static int width(Dataset<Row> rows, String column) {
        List<Integer> first = rows.filter(functions.col(VALUES).isNotNull())
                .toJavaRDD()
                .map(row -> row.get(0) instanceof Vector vector
                        ? vector.size()
                        : row.getSeq(0).size())
                .take(1);
        if (first.isEmpty()) {
            throw new IllegalArgumentException("column " + column + " has no rows to train on");
        }
        return first.get(0);
    }

    /** {@return a reader of saved estimators, which {@code Pipeline} calls by reflection} */
    public static MLReader<AutoencoderEstimator> read() {
        return new MLReader<>() {
            @Override
            public AutoencoderEstimator load(String path) {
                return ColumnParams.load(PARAMS, AutoencoderEstimator.class, path, sparkSession());
            }
        };
    }

    /**
     * Reads a saved estimator.
     *
     * @param path folder of the saved stage
     * @return the estimator with its params
     * @throws IllegalArgumentException if the folder holds another stage or an unknown param
     */
    public static AutoencoderEstimator load(String path) {
        return read().load(path);
    }

    private static final DefaultParamsReadable<AutoencoderEstimator> PARAMS = new DefaultParamsReadable<>() {
        @Override
        public AutoencoderEstimator load(String path) {
            return read().load(path);
        }
    };
}
