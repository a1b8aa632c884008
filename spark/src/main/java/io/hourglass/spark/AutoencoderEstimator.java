package io.hourglass.spark;

import io.hourglass.Autoencoder;
import io.hourglass.Recipe;
import io.hourglass.Scaler;
import io.hourglass.Schedule;
import io.hourglass.nn.Activation;
import io.hourglass.nn.Architecture;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.ml.Estimator;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.ml.param.DoubleParam;
import org.apache.spark.ml.param.IntArrayParam;
import org.apache.spark.ml.param.IntParam;
import org.apache.spark.ml.param.LongParam;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.ml.param.ParamValidators;
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
public final class AutoencoderEstimator extends Estimator<AutoencoderModel>
        implements HasColumns, DefaultParamsWritable {
    private static final long serialVersionUID = 1;
    private static final Logger LOG = LoggerFactory.getLogger(AutoencoderEstimator.class);
    private static final Recipe TUNED = Recipe.tuned();
    private static final String IDENTITY = Activation.IDENTITY.label();

    private static final String NO_SCALER = " with scaler = none and outputActivation = sigmoid:"
            + " set scaler to pixel or min-max, or outputActivation to " + IDENTITY;

    /** Name of the input column while it is read. */
    private static final String VALUES = "values";

    /** The shapes of {@link Schedule}. */
    private static final List<String> SCHEDULES = Stream.of(
                    Schedule.CONSTANT, Schedule.COSINE, Schedule.ONE_CYCLE, Schedule.STEP)
            .map(Schedule::label)
            .toList();

    private final String uid;
    private final ColumnParams columns;
    private final IntArrayParam hidden;
    private final IntParam latentSize;
    private final Param<String> outputActivation;
    private final Param<String> scaler;
    private final IntParam maxIter;
    private final DoubleParam stepSize;
    private final Param<String> schedule;
    private final DoubleParam weightDecay;
    private final IntParam batchSize;
    private final IntParam roundsPerEpoch;
    private final DoubleParam momentum;
    private final IntParam minPartitionRows;
    private final LongParam seed;

    /** Makes an estimator with default params. */
    public AutoencoderEstimator() {
        this(Identifiable.randomUID("autoencoder"));
    }

    /**
     * Makes an estimator with default params and a given name. Spark calls this when it loads a stage.
     *
     * @param uid unique name of the stage
     */
    @SuppressWarnings("this-escape") // each param needs a reference to its owner
    public AutoencoderEstimator(String uid) {
        this.uid = uid;
        columns = new ColumnParams(this);
        hidden = new IntArrayParam(this, "hidden", "widths of the encoder's hidden layers, from the input to the code");
        latentSize = new IntParam(this, "latentSize", "number of values in a code", ParamValidators.gtEq(1));
        outputActivation = new Param<>(
                this,
                "outputActivation",
                "activation of the reconstruction: sigmoid for values in [0, 1], identity for any",
                ParamValidators.<String>inArray(
                        Stream.of(Activation.values()).map(Activation::label).toList()));
        scaler = new Param<>(
                this,
                "scaler",
                "how each value is scaled to the network's units: none, pixel (x / 255), min-max (to 0 to 1) or"
                        + " standard (to mean 0 and standard deviation 1, for the output activation identity); learned"
                        + " from the training rows and stored in the model",
                ParamValidators.<String>inArray(
                        Stream.of(Scaler.Kind.values()).map(Scaler.Kind::label).toList()));
        maxIter = new IntParam(this, "maxIter", "epochs: passes over all rows", ParamValidators.gtEq(1));
        stepSize = new DoubleParam(this, "stepSize", "Adam's peak learning rate", ParamValidators.gt(0));
        schedule = new Param<>(
                this,
                "schedule",
                "how the learning rate changes: constant, cosine, one-cycle or step (divided by 10 every 30 epochs)",
                ParamValidators.<String>inArray(SCHEDULES));
        weightDecay = new DoubleParam(
                this, "weightDecay", "weight decay of AdamW; multiplied by the learning rate", ParamValidators.gtEq(0));
        batchSize =
                new IntParam(this, "batchSize", "rows in a mini-batch, over all partitions", ParamValidators.gtEq(1));
        roundsPerEpoch = new IntParam(
                this, "roundsPerEpoch", "how often the partitions are averaged in an epoch", ParamValidators.gtEq(1));
        momentum = new DoubleParam(
                this,
                "momentum",
                "momentum of the common weights over the rounds; no effect with one partition",
                ParamValidators.inRange(0, 1, true, false));
        minPartitionRows = new IntParam(
                this,
                "minPartitionRows",
                "neighbouring partitions with fewer rows are joined until they have this many rows, or 2^24 values",
                ParamValidators.gtEq(1));
        seed = new LongParam(this, "seed", "seed of the initial weights and of the order of the rows");
        columns.setDefaults(this);
        setDefault(hidden, new int[] {128});
        setDefault(latentSize, 16);
        setDefault(outputActivation, Activation.SIGMOID.label());
        setDefault(scaler, Scaler.Kind.NONE.label());
        setDefault(maxIter, 20);
        setDefault(stepSize, TUNED.learningRate());
        setDefault(schedule, TUNED.schedule().label());
        setDefault(weightDecay, TUNED.weightDecay());
        setDefault(batchSize, TUNED.batchSize());
        setDefault(roundsPerEpoch, 8);
        setDefault(momentum, 0.7);
        setDefault(minPartitionRows, 8192);
        setDefault(seed, Recipe.DEFAULT_SEED);
    }

    @Override
    public String uid() {
        return uid;
    }

    @Override
    public ColumnParams columns() {
        return columns;
    }

    /**
     * Widths of the encoder's hidden layers, from the input to the code; default {@code {128}}.
     *
     * @return the param
     */
    public IntArrayParam hidden() {
        return hidden;
    }

    /** {@return the value of {@link #hidden}} */
    public int[] getHidden() {
        return getOrDefault(hidden);
    }

    /**
     * Sets {@link #hidden}.
     *
     * @param value new value
     * @return this estimator
     */
    public AutoencoderEstimator setHidden(int[] value) {
        set(hidden, value);
        return this;
    }

    /**
     * Number of values in a code; default {@code 16}.
     *
     * @return the param
     */
    public IntParam latentSize() {
        return latentSize;
    }

    /** {@return the value of {@link #latentSize}} */
    public int getLatentSize() {
        return (Integer) getOrDefault(latentSize);
    }

    /**
     * Sets {@link #latentSize}.
     *
     * @param value new value
     * @return this estimator
     */
    public AutoencoderEstimator setLatentSize(int value) {
        set(latentSize, value);
        return this;
    }

    /**
     * Activation of the reconstruction: {@code sigmoid} for values in [0, 1], {@code identity} for any; default {@code
     * sigmoid}.
     *
     * @return the param
     */
    public Param<String> outputActivation() {
        return outputActivation;
    }

    /** {@return the value of {@link #outputActivation}} */
    public String getOutputActivation() {
        return getOrDefault(outputActivation);
    }

    /**
     * Sets {@link #outputActivation}.
     *
     * @param value new value
     * @return this estimator
     */
    public AutoencoderEstimator setOutputActivation(String value) {
        set(outputActivation, value);
        return this;
    }

    /**
     * How each value is scaled to the network's units: {@code none}, {@code pixel} (x / 255), {@code min-max} (to 0 to
     * 1) or {@code standard} (to mean 0 and standard deviation 1; needs the output activation {@code identity});
     * default {@code none}. The scaler is learned from the valid training rows, with the same bits for any
     * partitioning. It is stored in the model, whose inputs and reconstructions are in the user's units.
     *
     * @return the param
     */
    public Param<String> scaler() {
        return scaler;
    }

    /** {@return the value of {@link #scaler}} */
    public String getScaler() {
        return getOrDefault(scaler);
    }

    /**
     * Sets {@link #scaler}.
     *
     * @param value new value
     * @return this estimator
     */
    public AutoencoderEstimator setScaler(String value) {
        set(scaler, value);
        return this;
    }

    /**
     * Epochs: passes over all rows; default {@code 20}.
     *
     * @return the param
     */
    public IntParam maxIter() {
        return maxIter;
    }

    /** {@return the value of {@link #maxIter}} */
    public int getMaxIter() {
        return (Integer) getOrDefault(maxIter);
    }

    /**
     * Sets {@link #maxIter}.
     *
     * @param value new value
     * @return this estimator
     */
    public AutoencoderEstimator setMaxIter(int value) {
        set(maxIter, value);
        return this;
    }

    /**
     * Adam's peak learning rate; default {@code 0.0045}.
     *
     * @return the param
     */
    public DoubleParam stepSize() {
        return stepSize;
    }

    /** {@return the value of {@link #stepSize}} */
    public double getStepSize() {
        return (Double) getOrDefault(stepSize);
    }

    /**
     * Sets {@link #stepSize}.
     *
     * @param value new value
     * @return this estimator
     */
    public AutoencoderEstimator setStepSize(double value) {
        set(stepSize, value);
        return this;
    }

    /**
     * How the learning rate changes: {@code constant}, {@code cosine}, {@code one-cycle} or {@code step} (divided by 10
     * every 30 epochs); default {@code one-cycle}.
     *
     * @return the param
     */
    public Param<String> schedule() {
        return schedule;
    }

    /** {@return the value of {@link #schedule}} */
    public String getSchedule() {
        return getOrDefault(schedule);
    }

    /**
     * Sets {@link #schedule}.
     *
     * @param value new value
     * @return this estimator
     */
    public AutoencoderEstimator setSchedule(String value) {
        set(schedule, value);
        return this;
    }

    /**
     * Weight decay of AdamW; multiplied by the learning rate; default {@code 0.015}.
     *
     * @return the param
     */
    public DoubleParam weightDecay() {
        return weightDecay;
    }

    /** {@return the value of {@link #weightDecay}} */
    public double getWeightDecay() {
        return (Double) getOrDefault(weightDecay);
    }

    /**
     * Sets {@link #weightDecay}.
     *
     * @param value new value
     * @return this estimator
     */
    public AutoencoderEstimator setWeightDecay(double value) {
        set(weightDecay, value);
        return this;
    }

    /**
     * Rows in a mini-batch, over all partitions; each takes its share, but at least 8 rows; default {@code 64}.
     *
     * @return the param
     */
    public IntParam batchSize() {
        return batchSize;
    }

    /** {@return the value of {@link #batchSize}} */
    public int getBatchSize() {
        return (Integer) getOrDefault(batchSize);
    }

    /**
     * Sets {@link #batchSize}.
     *
     * @param value new value
     * @return this estimator
     */
    public AutoencoderEstimator setBatchSize(int value) {
        set(batchSize, value);
        return this;
    }

    /**
     * How often the partitions are averaged in an epoch; default {@code 8}.
     *
     * @return the param
     */
    public IntParam roundsPerEpoch() {
        return roundsPerEpoch;
    }

    /** {@return the value of {@link #roundsPerEpoch}} */
    public int getRoundsPerEpoch() {
        return (Integer) getOrDefault(roundsPerEpoch);
    }

    /**
     * Sets {@link #roundsPerEpoch}.
     *
     * @param value new value
     * @return this estimator
     */
    public AutoencoderEstimator setRoundsPerEpoch(int value) {
        set(roundsPerEpoch, value);
        return this;
    }

    /**
     * Momentum of the common weights over the rounds, at least 0 and less than 1; default {@code 0.7}. It has no effect
     * with one partition.
     *
     * @return the param
     */
    public DoubleParam momentum() {
        return momentum;
    }

    /** {@return the value of {@link #momentum}} */
    public double getMomentum() {
        return (Double) getOrDefault(momentum);
    }

    /**
     * Sets {@link #momentum}.
     *
     * @param value new value
     * @return this estimator
     */
    public AutoencoderEstimator setMomentum(double value) {
        set(momentum, value);
        return this;
    }

    /**
     * Minimum number of rows in a partition; default {@code 8192}. Neighbouring partitions with fewer rows are joined
     * until they have this many rows, or 2^24 values, because a round has a fixed cost per partition. With 1, every
     * partition that has a row stays as it is.
     *
     * @return the param
     */
    public IntParam minPartitionRows() {
        return minPartitionRows;
    }

    /** {@return the value of {@link #minPartitionRows}} */
    public int getMinPartitionRows() {
        return (Integer) getOrDefault(minPartitionRows);
    }

    /**
     * Sets {@link #minPartitionRows}.
     *
     * @param value new value
     * @return this estimator
     */
    public AutoencoderEstimator setMinPartitionRows(int value) {
        set(minPartitionRows, value);
        return this;
    }

    /**
     * Seed of the initial weights and of the order of the rows; default {@code 0}.
     *
     * @return the param
     */
    public LongParam seed() {
        return seed;
    }

    /** {@return the value of {@link #seed}} */
    public long getSeed() {
        return (Long) getOrDefault(seed);
    }

    /**
     * Sets {@link #seed}.
     *
     * @param value new value
     * @return this estimator
     */
    public AutoencoderEstimator setSeed(long value) {
        set(seed, value);
        return this;
    }

    /**
     * Sets {@link #inputCol}.
     *
     * @param value new value
     * @return this estimator
     */
    public AutoencoderEstimator setInputCol(String value) {
        set(inputCol(), value);
        return this;
    }

    /**
     * Sets {@link #outputCol}.
     *
     * @param value new value
     * @return this estimator
     */
    public AutoencoderEstimator setOutputCol(String value) {
        set(outputCol(), value);
        return this;
    }

    /**
     * Sets {@link #reconstructionCol}.
     *
     * @param value new value
     * @return this estimator
     */
    public AutoencoderEstimator setReconstructionCol(String value) {
        set(reconstructionCol(), value);
        return this;
    }

    /**
     * Sets {@link #errorCol}.
     *
     * @param value new value
     * @return this estimator
     */
    public AutoencoderEstimator setErrorCol(String value) {
        set(errorCol(), value);
        return this;
    }

    /**
     * Sets {@link #handleInvalid}.
     *
     * @param value new value
     * @return this estimator
     */
    public AutoencoderEstimator setHandleInvalid(String value) {
        set(handleInvalid(), value);
        return this;
    }

    @Override
    public StructType transformSchema(StructType schema) {
        if (getScaler().equals(Scaler.Kind.STANDARD.label())
                && !getOutputActivation().equals(IDENTITY)) {
            throw new IllegalArgumentException("scaler = standard with outputActivation = " + getOutputActivation()
                    + ", expected outputActivation = " + IDENTITY
                    + ": other activations cannot give all values of a standard scaler");
        }
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
        Recipe recipe = recipe();
        Scaler.Kind kind = Scaler.Kind.parse(getScaler());
        if (kind != Scaler.Kind.NONE) {
            rows.persist(StorageLevel.MEMORY_AND_DISK()); // read up to three times
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
            AutoencoderModel model = new AutoencoderModel(uid, ModelBytes.of(trained));
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

    private Architecture architecture(int inputs) {
        List<Integer> widths = Arrays.stream(getHidden()).boxed().toList();
        return new Architecture(
                inputs,
                widths,
                getLatentSize(),
                Activation.TANH,
                Activation.IDENTITY,
                Activation.parse(getOutputActivation()));
    }

    private Recipe recipe() {
        return TUNED.with(r -> r.name("spark")
                .epochs(getMaxIter())
                .batchSize(getBatchSize())
                .learningRate(getStepSize())
                .schedule(Schedule.parse(getSchedule()))
                .weightDecay(getWeightDecay())
                .seed(getSeed()));
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
