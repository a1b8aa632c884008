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
 * Trains an autoencoder on the rows of a data frame, as a stage of Spark ML. Every partition is trained on by one task,
 * with one core; their results are averaged in rounds, see {@code docs/guide/spark.md}. The same rows in the same
 * partitions give the same model, bit for bit; one partition gives that of the library's {@code Trainer}.
 *
 * <pre>{@code
 * AutoencoderModel model = new AutoencoderEstimator()
 *         .setInputCol("features").setHidden(new int[] {128}).setLatentSize(16).setErrorCol("error")
 *         .fit(rows);
 * }</pre>
 *
 * <p>Rows are taken in the order in which a partition gives them. After a shuffle that order differs from run to run,
 * and {@code sortWithinPartitions} is needed for repeatable results.
 */
public final class AutoencoderEstimator extends Estimator<AutoencoderModel>
        implements HasColumns, DefaultParamsWritable {
    private static final long serialVersionUID = 1;
    private static final Logger LOG = LoggerFactory.getLogger(AutoencoderEstimator.class);
    private static final Recipe TUNED = Recipe.tuned();
    private static final String IDENTITY = Activation.IDENTITY.label();

    private static final String NO_SCALER = " with scaler = none and outputActivation = sigmoid:"
            + " set scaler to pixel or min-max, or outputActivation to " + IDENTITY;

    /** What the column of rows is called while it is read. */
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

    /** An estimator with default params. */
    public AutoencoderEstimator() {
        this(Identifiable.randomUID("autoencoder"));
    }

    /** The same with a name of its own; Spark makes such a one when it loads a stage. */
    @SuppressWarnings("this-escape") // a param wants to know whose it is
    public AutoencoderEstimator(String uid) {
        this.uid = uid;
        columns = new ColumnParams(this);
        hidden = new IntArrayParam(this, "hidden", "widths of the encoder's hidden layers from the outside in");
        latentSize = new IntParam(this, "latentSize", "numbers in a latent vector", ParamValidators.gtEq(1));
        outputActivation = new Param<>(
                this,
                "outputActivation",
                "activation of the reconstruction: sigmoid for values in [0, 1], identity for any",
                ParamValidators.<String>inArray(
                        Stream.of(Activation.values()).map(Activation::label).toList()));
        scaler = new Param<>(
                this,
                "scaler",
                "how each value is brought to the network's units: none, pixel (x / 255), min-max (to 0 to 1) or"
                        + " standard (to mean 0 and deviation 1, for a linear output); learned on the training rows and"
                        + " stored in the model",
                ParamValidators.<String>inArray(
                        Stream.of(Scaler.Kind.values()).map(Scaler.Kind::label).toList()));
        maxIter = new IntParam(this, "maxIter", "epochs: passes over all rows", ParamValidators.gtEq(1));
        stepSize = new DoubleParam(this, "stepSize", "Adam's learning rate at its peak", ParamValidators.gt(0));
        schedule = new Param<>(
                this,
                "schedule",
                "how the learning rate moves: constant, cosine, one-cycle or step (a tenth every 30 epochs)",
                ParamValidators.<String>inArray(SCHEDULES));
        weightDecay =
                new DoubleParam(this, "weightDecay", "of AdamW, times the learning rate", ParamValidators.gtEq(0));
        batchSize = new IntParam(
                this, "batchSize", "rows of a mini-batch, shared by the partitions", ParamValidators.gtEq(1));
        roundsPerEpoch = new IntParam(
                this,
                "roundsPerEpoch",
                "how often in an epoch the partitions' results are averaged",
                ParamValidators.gtEq(1));
        momentum = new DoubleParam(
                this,
                "momentum",
                "of the common weights over the rounds; without effect with one partition",
                ParamValidators.inRange(0, 1, true, false));
        minPartitionRows = new IntParam(
                this,
                "minPartitionRows",
                "neighbouring partitions of fewer rows are joined until they have as many, or 2^24 values",
                ParamValidators.gtEq(1));
        seed = new LongParam(this, "seed", "of the initial weights and of the order of the rows");
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

    /** Widths of the encoder's hidden layers from the outside in; default {@code {128}}. */
    public IntArrayParam hidden() {
        return hidden;
    }

    /** Value of {@link #hidden}. */
    public int[] getHidden() {
        return getOrDefault(hidden);
    }

    /** Sets {@link #hidden}. */
    public AutoencoderEstimator setHidden(int[] value) {
        set(hidden, value);
        return this;
    }

    /** Numbers in a latent vector; default {@code 16}. */
    public IntParam latentSize() {
        return latentSize;
    }

    /** Value of {@link #latentSize}. */
    public int getLatentSize() {
        return (Integer) getOrDefault(latentSize);
    }

    /** Sets {@link #latentSize}. */
    public AutoencoderEstimator setLatentSize(int value) {
        set(latentSize, value);
        return this;
    }

    /**
     * Activation of the reconstruction: {@code sigmoid} for values in [0, 1], {@code identity} for any; default {@code
     * sigmoid}.
     */
    public Param<String> outputActivation() {
        return outputActivation;
    }

    /** Value of {@link #outputActivation}. */
    public String getOutputActivation() {
        return getOrDefault(outputActivation);
    }

    /** Sets {@link #outputActivation}. */
    public AutoencoderEstimator setOutputActivation(String value) {
        set(outputActivation, value);
        return this;
    }

    /**
     * How each value is brought to the network's units: {@code none}, {@code pixel} (x / 255), {@code min-max} (to 0 to
     * 1) or {@code standard} (to mean 0 and deviation 1; needs the output activation {@code identity}); default {@code
     * none}. It is learned on the valid training rows, with the same bits however they are partitioned, and stored in
     * the model, which takes and gives the user's units.
     */
    public Param<String> scaler() {
        return scaler;
    }

    /** Value of {@link #scaler}. */
    public String getScaler() {
        return getOrDefault(scaler);
    }

    /** Sets {@link #scaler}. */
    public AutoencoderEstimator setScaler(String value) {
        set(scaler, value);
        return this;
    }

    /** Epochs: passes over all rows; default {@code 20}. */
    public IntParam maxIter() {
        return maxIter;
    }

    /** Value of {@link #maxIter}. */
    public int getMaxIter() {
        return (Integer) getOrDefault(maxIter);
    }

    /** Sets {@link #maxIter}. */
    public AutoencoderEstimator setMaxIter(int value) {
        set(maxIter, value);
        return this;
    }

    /** Adam's learning rate at its peak; default {@code 0.0045}. */
    public DoubleParam stepSize() {
        return stepSize;
    }

    /** Value of {@link #stepSize}. */
    public double getStepSize() {
        return (Double) getOrDefault(stepSize);
    }

    /** Sets {@link #stepSize}. */
    public AutoencoderEstimator setStepSize(double value) {
        set(stepSize, value);
        return this;
    }

    /**
     * How the learning rate moves: {@code constant}, {@code cosine}, {@code one-cycle} or {@code step} (a tenth every
     * 30 epochs); default {@code one-cycle}.
     */
    public Param<String> schedule() {
        return schedule;
    }

    /** Value of {@link #schedule}. */
    public String getSchedule() {
        return getOrDefault(schedule);
    }

    /** Sets {@link #schedule}. */
    public AutoencoderEstimator setSchedule(String value) {
        set(schedule, value);
        return this;
    }

    /** Weight decay of AdamW, times the learning rate; default {@code 0.015}. */
    public DoubleParam weightDecay() {
        return weightDecay;
    }

    /** Value of {@link #weightDecay}. */
    public double getWeightDecay() {
        return (Double) getOrDefault(weightDecay);
    }

    /** Sets {@link #weightDecay}. */
    public AutoencoderEstimator setWeightDecay(double value) {
        set(weightDecay, value);
        return this;
    }

    /** Rows of a mini-batch over all partitions: each takes its share, but no fewer than 8; default {@code 64}. */
    public IntParam batchSize() {
        return batchSize;
    }

    /** Value of {@link #batchSize}. */
    public int getBatchSize() {
        return (Integer) getOrDefault(batchSize);
    }

    /** Sets {@link #batchSize}. */
    public AutoencoderEstimator setBatchSize(int value) {
        set(batchSize, value);
        return this;
    }

    /** How often in an epoch the partitions' results are averaged; default {@code 8}. */
    public IntParam roundsPerEpoch() {
        return roundsPerEpoch;
    }

    /** Value of {@link #roundsPerEpoch}. */
    public int getRoundsPerEpoch() {
        return (Integer) getOrDefault(roundsPerEpoch);
    }

    /** Sets {@link #roundsPerEpoch}. */
    public AutoencoderEstimator setRoundsPerEpoch(int value) {
        set(roundsPerEpoch, value);
        return this;
    }

    /**
     * Momentum of the common weights over the rounds, 0 to below 1; default {@code 0.7}. Without effect with one
     * partition.
     */
    public DoubleParam momentum() {
        return momentum;
    }

    /** Value of {@link #momentum}. */
    public double getMomentum() {
        return (Double) getOrDefault(momentum);
    }

    /** Sets {@link #momentum}. */
    public AutoencoderEstimator setMomentum(double value) {
        set(momentum, value);
        return this;
    }

    /**
     * Least rows of a partition; default {@code 8192}. Neighbouring partitions of fewer are joined until they have as
     * many, or 2^24 values: a round costs each partition the same, whatever rows it has. 1 keeps all that have a row.
     */
    public IntParam minPartitionRows() {
        return minPartitionRows;
    }

    /** Value of {@link #minPartitionRows}. */
    public int getMinPartitionRows() {
        return (Integer) getOrDefault(minPartitionRows);
    }

    /** Sets {@link #minPartitionRows}. */
    public AutoencoderEstimator setMinPartitionRows(int value) {
        set(minPartitionRows, value);
        return this;
    }

    /** Seed of the initial weights and of the order of the rows; default {@code 0}. */
    public LongParam seed() {
        return seed;
    }

    /** Value of {@link #seed}. */
    public long getSeed() {
        return (Long) getOrDefault(seed);
    }

    /** Sets {@link #seed}. */
    public AutoencoderEstimator setSeed(long value) {
        set(seed, value);
        return this;
    }

    /** Sets {@link #inputCol}. */
    public AutoencoderEstimator setInputCol(String value) {
        set(inputCol(), value);
        return this;
    }

    /** Sets {@link #outputCol}. */
    public AutoencoderEstimator setOutputCol(String value) {
        set(outputCol(), value);
        return this;
    }

    /** Sets {@link #reconstructionCol}. */
    public AutoencoderEstimator setReconstructionCol(String value) {
        set(reconstructionCol(), value);
        return this;
    }

    /** Sets {@link #errorCol}. */
    public AutoencoderEstimator setErrorCol(String value) {
        set(errorCol(), value);
        return this;
    }

    /** Sets {@link #handleInvalid}. */
    public AutoencoderEstimator setHandleInvalid(String value) {
        set(handleInvalid(), value);
        return this;
    }

    @Override
    public StructType transformSchema(StructType schema) {
        if (getScaler().equals(Scaler.Kind.STANDARD.label())
                && !getOutputActivation().equals(IDENTITY)) {
            throw new IllegalArgumentException("scaler = standard with outputActivation = " + getOutputActivation()
                    + ", expected outputActivation = " + IDENTITY + ": no other gives the values of a standard scaler");
        }
        return ColumnParams.withResults(this, schema, 0, getLatentSize());
    }

    @Override
    public AutoencoderEstimator copy(ParamMap extra) {
        return defaultCopy(extra);
    }

    /**
     * Trains on all valid rows.
     *
     * @throws IllegalArgumentException if a param is out of range, the input column is missing or of another type,
     *     there is no valid row, or values are outside [0, 1] where the output is a sigmoid and there is no scaler. An
     *     invalid row fails the job, where {@code handleInvalid} is {@code error}; the message has the row and what was
     *     expected. A loss that is no longer finite fails it too
     * @throws IllegalStateException if a weight is not finite in the end
     */
    @Override
    public AutoencoderModel fit(Dataset<?> dataset) {
        transformSchema(dataset.schema());
        int index = ColumnParams.inputIndex(this, dataset.schema());
        StructField column = dataset.schema().apply(index);
        // By its index: a name may have dots, or be there again in other case.
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
        JavaRDD<TrainingRows> read = null;
        JavaRDD<TrainingRows> data = null;
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
                            partition -> List.of(TrainingRows.read(partition, reader, numbers.scaler()))
                                    .iterator(),
                            true)
                    .persist(StorageLevel.MEMORY_AND_DISK());
            List<ScalerFit.Range> ranges = read.map(TrainingRows::range).collect();
            if (kind == Scaler.Kind.NONE) {
                units = ScalerFit.Range.of(ranges, reader.inputs());
                if (architecture.outputActivation() == Activation.SIGMOID) { // as the command line does
                    units.require(column.name(), 1, NO_SCALER);
                }
            }
            int[] counts = ranges.stream().mapToInt(each -> (int) each.rows()).toArray();
            data = SmallPartitions.join(read, counts, reader.inputs(), getMinPartitionRows());
            if (data != read) {
                LOG.info(
                        "{} partitions are joined to {}, of {} rows or more (minPartitionRows)",
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
            metadata.put("data.units", "numbers"); // as the library's trainer says of numbers
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
            AutoencoderModel model = new AutoencoderModel(uid, ModelFile.of(trained));
            return copyValues(model, extractParamMap()).setParent(this);
        } finally {
            for (JavaRDD<TrainingRows> each : Arrays.asList(data, read)) {
                if (each != null) {
                    each.unpersist(false);
                }
            }
            rows.unpersist(false);
        }
    }

    /** Values of the first row that is not null: what all others must have too. */
    private static int width(Dataset<Row> rows, String column) {
        List<Integer> first = rows.filter(functions.col(VALUES).isNotNull())
                .toJavaRDD()
                .map(row -> row.get(0) instanceof Vector vector
                        ? vector.size()
                        : row.getSeq(0).size())
                .take(1);
        if (first.isEmpty()) {
            throw new IllegalArgumentException("column " + column + " has no row to train on");
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
        return TUNED.withName("spark")
                .withEpochs(getMaxIter())
                .withBatchSize(getBatchSize())
                .withWeightDecay(0) // that of the tuned recipe need not go with the step size
                .withLearningRate(getStepSize())
                .withSchedule(Schedule.parse(getSchedule()))
                .withWeightDecay(getWeightDecay())
                .withSeed(getSeed());
    }

    /** Reads an estimator that was saved; {@code Pipeline} looks for it by its name. */
    public static MLReader<AutoencoderEstimator> read() {
        return new MLReader<>() {
            @Override
            public AutoencoderEstimator load(String path) {
                return ColumnParams.load(PARAMS, AutoencoderEstimator.class, path, sparkSession());
            }
        };
    }

    /**
     * Reads an estimator that was saved.
     *
     * @param path folder
     * @throws IllegalArgumentException if it is no such stage, or has a param that this version does not know
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
