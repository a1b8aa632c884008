package io.hourglass.spark;

import io.hourglass.Autoencoder;
import io.hourglass.format.FormatException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.List;
import org.apache.hadoop.fs.ChecksumFileSystem;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.ml.Model;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.ml.util.DefaultParamsReadable;
import org.apache.spark.ml.util.DefaultParamsWritable;
import org.apache.spark.ml.util.Identifiable;
import org.apache.spark.ml.util.MLReader;
import org.apache.spark.ml.util.MLWriter;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A trained autoencoder as a stage of Spark ML: adds columns with the latent vectors and, where they are asked for, the
 * reconstructions and their errors. A saved stage is a folder with a {@code model.safetensors}, which the command line
 * and PyTorch read too; {@link #ofFile} takes such a file.
 */
public final class AutoencoderModel extends Model<AutoencoderModel> implements HasColumns, DefaultParamsWritable {
    private static final long serialVersionUID = 1;

    /** Name of the model file in the folder of a saved stage. */
    public static final String FILE = "model.safetensors";

    private static final Logger LOG = LoggerFactory.getLogger(AutoencoderModel.class);

    private final String uid;
    private final ColumnParams columns;
    private @Nullable ModelFile file;

    /** Sent to the executors once, by the first {@link #transform}; Spark removes it with the model. */
    private transient @Nullable Broadcast<ModelFile> broadcast;

    AutoencoderModel(String uid, ModelFile file) {
        this(uid);
        this.file = file;
    }

    /** A stage without its model, which {@link #load} puts into it; for Spark. */
    @SuppressWarnings("this-escape") // a param wants to know whose it is
    public AutoencoderModel(String uid) {
        this.uid = uid;
        columns = new ColumnParams(this);
        columns.setDefaults(this);
    }

    /** A stage of a model of the library's. */
    public static AutoencoderModel of(Autoencoder model) {
        return new AutoencoderModel(Identifiable.randomUID("autoencoder"), ModelFile.of(model));
    }

    /**
     * A stage of a model file, such as {@code hourglass train} writes.
     *
     * @throws io.hourglass.format.FormatException if it is no model
     * @throws IOException if it cannot be read
     */
    public static AutoencoderModel ofFile(java.nio.file.Path file) throws IOException {
        return of(Autoencoder.load(file));
    }

    /** The model itself, computing on one thread. */
    public Autoencoder autoencoder() {
        return file().model();
    }

    private ModelFile file() {
        if (file == null) {
            throw new IllegalStateException("a stage without a model: read it with AutoencoderModel.load");
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

    /** Sets {@link #inputCol}. */
    public AutoencoderModel setInputCol(String value) {
        set(inputCol(), value);
        return this;
    }

    /** Sets {@link #outputCol}. */
    public AutoencoderModel setOutputCol(String value) {
        set(outputCol(), value);
        return this;
    }

    /** Sets {@link #reconstructionCol}. */
    public AutoencoderModel setReconstructionCol(String value) {
        set(reconstructionCol(), value);
        return this;
    }

    /** Sets {@link #errorCol}. */
    public AutoencoderModel setErrorCol(String value) {
        set(errorCol(), value);
        return this;
    }

    /** Sets {@link #handleInvalid}. */
    public AutoencoderModel setHandleInvalid(String value) {
        set(handleInvalid(), value);
        return this;
    }

    @Override
    public StructType transformSchema(StructType schema) {
        Autoencoder model = autoencoder();
        StructField input = schema.apply(ColumnParams.inputIndex(this, schema));
        ColumnParams.places(names(), ColumnParams.names(input), input.name());
        return ColumnParams.withResults(
                this,
                schema,
                model.architecture().inputs(),
                model.architecture().latent());
    }

    @Override
    public AutoencoderModel copy(ParamMap extra) {
        AutoencoderModel copy = new AutoencoderModel(uid, file());
        return copyValues(copy, extra).setParent(parent());
    }

    /**
     * Adds the columns of results. Where the model and the input column know the names of their values (as {@code
     * VectorAssembler} writes them), these are matched by name, in any order, and further ones are ignored; else by
     * position.
     *
     * @throws IllegalArgumentException if the input column is missing, of another type or lacks a value that the model
     *     names, or a result's column is there already. An invalid row fails the job that computes it, where {@code
     *     handleInvalid} is {@code error}
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
                !getErrorCol().isEmpty());
        return InternalRows.mapPartitions(dataset, schema, scoring);
    }

    private RowReader reader(StructField column) {
        List<String> wanted = names();
        List<String> names = ColumnParams.names(column);
        int inputs = autoencoder().architecture().inputs();
        int[] places = ColumnParams.places(wanted, names, column.name());
        if (!wanted.isEmpty() && names.isEmpty()) {
            LOG.info(
                    "column {} has no names of its values: they are matched with the model's by position",
                    column.name());
        }
        if (places != null && names.size() > inputs) {
            List<String> more =
                    names.stream().filter(name -> !wanted.contains(name)).toList();
            LOG.warn(
                    "column {}: {} values that the model does not know are ignored: {}",
                    column.name(),
                    more.size(),
                    FormatException.quote(String.join(", ", more)));
        }
        int width = places == null ? inputs : names.size();
        return new RowReader(column.name(), column.dataType(), inputs, places, width, getHandleInvalid());
    }

    /** Of the model's values; empty where it has none that tell them apart. */
    private List<String> names() {
        List<String> names = autoencoder().columns();
        return ColumnParams.areDistinct(names) ? names : List.of();
    }

    private synchronized Broadcast<ModelFile> broadcast(SparkSession session) {
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

    /** Without Hadoop's own check sums on a local disk: a model file may be replaced by another. */
    private static FileSystem fileSystem(Path path, SparkSession session) throws IOException {
        FileSystem system = path.getFileSystem(session.sparkContext().hadoopConfiguration());
        return system instanceof ChecksumFileSystem checked ? checked.getRawFileSystem() : system;
    }

    /** Reads a model that was saved; {@code Pipeline} looks for it by its name. */
    public static MLReader<AutoencoderModel> read() {
        return new MLReader<>() {
            @Override
            public AutoencoderModel load(String path) {
                AutoencoderModel model = ColumnParams.load(PARAMS, AutoencoderModel.class, path, sparkSession());
                Path source = new Path(path, FILE);
                try (InputStream in = fileSystem(source, sparkSession()).open(source)) {
                    model.file = ModelFile.of(in.readAllBytes(), source.toString());
                    return model;
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            }
        };
    }

    /**
     * Reads a model that was saved.
     *
     * @param path folder
     * @throws IllegalArgumentException if it is no such stage, or has a param that this version does not know
     * @throws UncheckedIOException if its model file cannot be read or is none; the message names it
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
