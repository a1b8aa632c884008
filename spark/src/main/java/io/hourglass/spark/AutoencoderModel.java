package io.hourglass.spark;

import io.hourglass.Autoencoder;
import io.hourglass.anomaly.Threshold;
import io.hourglass.format.FormatException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.fs.ChecksumFileSystem;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.ml.Model;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.ml.util.DefaultParamsReadable;
import org.apache.spark.ml.util.DefaultParamsWritable;
import org.apache.spark.ml.util.Identifiable;
import org.apache.spark.ml.util.MLReader;
import org.apache.spark.ml.util.MLWriter;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.Metadata;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A trained autoencoder as a stage of Spark ML. It adds a column with the codes and, on request, columns with the
 * reconstructions, their errors and anomaly scores. {@link AutoencoderEstimator#fit} trains one; {@link #ofFile} loads a
 * model file:
 *
 * <pre>{@code
 * AutoencoderModel model = AutoencoderModel.ofFile(Path.of("digits.safetensors"))
 *         .setInputCol("pixels")
 *         .setErrorCol("error");
 * Dataset<Row> scored = model.transform(rows); // with the columns "latent" and "error"
 * model.write().overwrite().save("model");
 * AutoencoderModel again = AutoencoderModel.load("model");
 * }</pre>
 *
 * <p>A saved stage is a folder with a {@code model.safetensors}, which the command line and PyTorch read too.
 *
 * @serial exclude
 */
public final class AutoencoderModel extends Model<AutoencoderModel> implements HasColumns, DefaultParamsWritable {
    private static final long serialVersionUID = 1;

    /** Name of the model file in the folder of a saved stage. */
    public static final String FILE = "model.safetensors";

    private static final Logger LOG = LoggerFactory.getLogger(AutoencoderModel.class);

    private final String uid;
    private final ColumnParams columns;
    private final Param<String> anomalyCol;
    private @Nullable ModelBytes file;

    /** Sent to the executors once, by the first {@link #transform}. Spark removes it when the model is garbage. */
    private transient @Nullable Broadcast<ModelBytes> broadcast;

    AutoencoderModel(String uid, ModelBytes file) {
        this(uid);
        this.file = file;
    }

    /**
     * A stage without its model, which {@link #load} adds. Spark calls this constructor; programs use {@link #of},
     * {@link #ofFile} or {@link #load}.
     *
     * @param uid unique name of the stage
     */
    @SuppressWarnings("this-escape") // each param needs a reference to its owner
    public AutoencoderModel(String uid) {
        this.uid = uid;
        columns = new ColumnParams(this);
        anomalyCol = new Param<>(
                this,
                "anomalyCol",
                "column for whether each row's anomaly score is above the model's threshold; empty for none");
        columns.setDefaults(this);
        setDefault(anomalyCol, "");
    }

    /**
     * Makes a stage from a model of the library.
     *
     * @param model model to run
     * @return stage with default params
     */
    public static AutoencoderModel of(Autoencoder model) {
        return new AutoencoderModel(Identifiable.randomUID("autoencoder"), ModelBytes.of(model));
    }

    /**
     * Makes a stage from a model file, such as {@code hourglass train} writes.
     *
     * @param file model file on the driver's disk
     * @return stage with default params
     * @throws io.hourglass.format.FormatException if the file is not a valid model file
     * @throws IOException if the file cannot be read
     */
    public static AutoencoderModel ofFile(java.nio.file.Path file) throws IOException {
        return of(Autoencoder.load(file));
    }

    /** {@return the model itself, which computes on one thread} */
    public Autoencoder autoencoder() {
        return file().model();
    }

    private ModelBytes file() {
        if (file == null) {
            throw new IllegalStateException("this stage has no model: read it with AutoencoderModel.load");
        }
        return file;
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
     * Sets {@link #inputCol}.
     *
     * @param value new value
     * @return this model
     */
    public AutoencoderModel setInputCol(String value) {
        set(inputCol(), value);
        return this;
    }

    /**
     * Sets {@link #outputCol}.
     *
     * @param value new value
     * @return this model
     */
    public AutoencoderModel setOutputCol(String value) {
        set(outputCol(), value);
        return this;
    }

    /**
     * Sets {@link #reconstructionCol}.
     *
     * @param value new value
     * @return this model
     */
    public AutoencoderModel setReconstructionCol(String value) {
        set(reconstructionCol(), value);
        return this;
    }

    /**
     * Sets {@link #errorCol}.
     *
     * @param value new value
     * @return this model
     */
    public AutoencoderModel setErrorCol(String value) {
        set(errorCol(), value);
        return this;
    }

    /**
     * Sets {@link #scoreCol}.
     *
     * @param value new value
     * @return this model
     */
    public AutoencoderModel setScoreCol(String value) {
        set(scoreCol(), value);
        return this;
    }

    /**
     * Column for whether each row's anomaly score is above the model's threshold, which {@code hourglass calibrate} or
     * the library's {@code AnomalyDetector} stores in the model. Default empty: none.
     *
     * @return the param
     */
    public Param<String> anomalyCol() {
        return anomalyCol;
    }

    /** {@return the value of {@link #anomalyCol}} */
    public String getAnomalyCol() {
        return getOrDefault(anomalyCol);
    }

    /**
     * Sets {@link #anomalyCol}.
     *
     * @param value new value
     * @return this model
     */
    public AutoencoderModel setAnomalyCol(String value) {
        set(anomalyCol, value);
        return this;
    }

    /**
     * Sets {@link #handleInvalid}.
     *
     * @param value new value
     * @return this model
     */
    public AutoencoderModel setHandleInvalid(String value) {
        set(handleInvalid(), value);
        return this;
    }

    @Override
    public StructType transformSchema(StructType schema) {
        Autoencoder model = autoencoder();
        StructField input = schema.apply(ColumnParams.inputIndex(this, schema));
        ColumnParams.places(names(), ColumnParams.names(input), input.name());
        if (scores()) { // a damaged file fails here, not in a task
            Optional<Threshold> threshold = file().detector().threshold();
            if (!getAnomalyCol().isEmpty() && threshold.isEmpty()) {
                throw new IllegalArgumentException("anomalyCol = " + getAnomalyCol()
                        + ", but the model has no threshold: store one with hourglass calibrate, or with"
                        + " AnomalyDetector.calibrate");
            }
        }
        StructType results = ColumnParams.withResults(
                this,
                schema,
                model.architecture().inputs(),
                model.architecture().latent());
        return ColumnParams.withResult(
                results, new StructField(getAnomalyCol(), DataTypes.BooleanType, true, Metadata.empty()));
    }

    private boolean scores() {
        return !getScoreCol().isEmpty() || !getAnomalyCol().isEmpty();
    }

    @Override
    public AutoencoderModel copy(ParamMap extra) {
        AutoencoderModel copy = new AutoencoderModel(uid, file());
        return copyValues(copy, extra).setParent(parent());
    }

    /**
     * Adds the result columns. If both the model and the input column have names for their values (as {@code
     * VectorAssembler} stores them), values are matched by name: their order does not matter, and values that the model
     * does not know are ignored. Otherwise values are matched by position. If {@code handleInvalid} is {@code error},
     * an invalid row fails the job that computes it.
     *
     * @param dataset data frame with the input column
     * @return the same rows with the result columns at the end
     * @throws IllegalArgumentException if the input column is missing, has another type or lacks a value that the model
     *     knows by name, or if a result column already exists
     */
    @Override
    public Dataset<Row> transform(Dataset<?> dataset) {
        StructType schema = transformSchema(dataset.schema());
        StructType columns = dataset.schema();
        int input = ColumnParams.inputIndex(this, columns);
        RowReader reader = reader(columns.apply(input));
        Scoring scoring = new Scoring(
                broadcast(dataset.sparkSession()),
                reader,
                columns.length(),
                input,
                getHandleInvalid().equals(RowReader.KEEP),
                !getOutputCol().isEmpty(),
                !getReconstructionCol().isEmpty(),
                !getErrorCol().isEmpty(),
                !getScoreCol().isEmpty(),
                !getAnomalyCol().isEmpty());
        return InternalRows.mapPartitions(dataset, schema, scoring);
    }

    private RowReader reader(StructField column) {
        List<String> wanted = names();
        List<String> names = ColumnParams.names(column);
        int inputs = autoencoder().architecture().inputs();
        int[] places = ColumnParams.places(wanted, names, column.name());
        if (!wanted.isEmpty() && names.isEmpty()) {
            LOG.info("column {} has no names for its values: matching them to the model's by position", column.name());
        }
        if (places != null && names.size() > inputs) {
            List<String> more =
                    names.stream().filter(name -> !wanted.contains(name)).toList();
            LOG.warn(
                    "column {}: ignoring {} values that the model does not know: {}",
                    column.name(),
                    more.size(),
                    FormatException.quote(String.join(", ", more)));
        }
        int width = places == null ? inputs : names.size();
        return new RowReader(column.name(), column.dataType(), inputs, places, width, getHandleInvalid());
    }

    /** Names of the model's values; empty if there are none, or if a name occurs twice. */
    private List<String> names() {
        List<String> names = autoencoder().columns();
        return ColumnParams.areDistinct(names) ? names : List.of();
    }

    private synchronized Broadcast<ModelBytes> broadcast(SparkSession session) {
        if (broadcast == null) {
            broadcast =
                    JavaSparkContext.fromSparkContext(session.sparkContext()).broadcast(file());
        }
        return broadcast;
    }

    @Override
    public MLWriter write() {
        MLWriter params = DefaultParamsWritable.super.write();
        return new MLWriter() {
            @Override
            public void saveImpl(String path) {
                params.session(sparkSession());
                try {
                    params.save(path);
                    Path target = new Path(path, FILE);
                    try (OutputStream out = fileSystem(target, sparkSession()).create(target)) {
                        out.write(file().content());
                    }
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            }
        };
    }

    /** On a local disk, without Hadoop's checksum files, so that users may replace the model file. */
    private static FileSystem fileSystem(Path path, SparkSession session) throws IOException {
        FileSystem system = path.getFileSystem(session.sparkContext().hadoopConfiguration());
        return system instanceof ChecksumFileSystem checked ? checked.getRawFileSystem() : system;
    }

    /** {@return a reader of saved models, which {@code PipelineModel} calls by reflection} */
    public static MLReader<AutoencoderModel> read() {
        return new MLReader<>() {
            @Override
            public AutoencoderModel load(String path) {
                AutoencoderModel model = ColumnParams.load(PARAMS, AutoencoderModel.class, path, sparkSession());
                Path source = new Path(path, FILE);
                try (InputStream in = fileSystem(source, sparkSession()).open(source)) {
                    model.file = ModelBytes.of(in.readAllBytes(), source.toString());
                    return model;
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            }
        };
    }

    /**
     * Reads a saved model.
     *
     * @param path folder of the saved stage
     * @return the stage with its params
     * @throws IllegalArgumentException if the folder holds another stage or an unknown param
     * @throws UncheckedIOException if the model file cannot be read or is invalid; the message names it
     */
    public static AutoencoderModel load(String path) {
        return read().load(path);
    }

    private static final DefaultParamsReadable<AutoencoderModel> PARAMS = new DefaultParamsReadable<>() {
        @Override
        public AutoencoderModel load(String path) {
            return read().load(path);
        }
    };
}
