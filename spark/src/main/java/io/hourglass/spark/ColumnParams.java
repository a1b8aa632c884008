package io.hourglass.spark;

import io.hourglass.format.FormatException;
import java.io.Serializable;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.spark.ml.attribute.Attribute;
import org.apache.spark.ml.attribute.AttributeGroup;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.ParamValidators;
import org.apache.spark.ml.param.Params;
import org.apache.spark.ml.util.DefaultParamsReadable;
import org.apache.spark.ml.util.MLReader;
import org.apache.spark.sql.AnalysisException;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.internal.SQLConf;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.Metadata;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;
import scala.Option;

/**
 * The params that {@link AutoencoderEstimator} and {@link AutoencoderModel} share. Both already extend a class of
 * Spark, so they hold these params in a field and inherit the accessors from {@link HasColumns}. Programs use the
 * params through the stages:
 *
 * <pre>{@code
 * AutoencoderEstimator estimator = new AutoencoderEstimator();
 * estimator.set(estimator.inputCol(), "pixels"); // the same as estimator.setInputCol("pixels")
 * System.out.println(estimator.explainParam(estimator.handleInvalid()));
 * }</pre>
 *
 * @serial exclude
 */
public final class ColumnParams implements Serializable {
    private static final long serialVersionUID = 1;

    final Param<String> inputCol;
    final Param<String> outputCol;
    final Param<String> reconstructionCol;
    final Param<String> errorCol;
    final Param<String> scoreCol;
    final Param<String> handleInvalid;

    ColumnParams(Params owner) {
        inputCol = new Param<>(
                owner, "inputCol", "column with the rows: vectors, or arrays of double or float; not a nested column");
        outputCol = new Param<>(owner, "outputCol", "column for the codes, as vectors; empty for none");
        reconstructionCol = new Param<>(
                owner, "reconstructionCol", "column for the reconstructed rows, as vectors; empty for none");
        errorCol = new Param<>(
                owner, "errorCol", "column for each row's mean squared reconstruction error; empty for none");
        scoreCol = new Param<>(
                owner,
                "scoreCol",
                "column for each row's anomaly score; empty for none. If it is set in an estimator, the model keeps some"
                        + " of the training rows to compare other rows with");
        handleInvalid = new Param<>(
                owner,
                "handleInvalid",
                "what to do with a row that is null, has the wrong number of values, or has a value that is null or not"
                        + " finite: error (stop and show the row), skip (leave it out) or keep (null results; left out"
                        + " of training)",
                ParamValidators.<String>inArray(List.of(RowReader.ERROR, RowReader.SKIP, RowReader.KEEP)));
    }

    /** Sets the defaults. Not part of the constructor, because the owner must know the params first. */
    void setDefaults(Params owner) {
        owner.setDefault(inputCol, "features");
        owner.setDefault(outputCol, "latent");
        owner.setDefault(reconstructionCol, "");
        owner.setDefault(errorCol, "");
        owner.setDefault(scoreCol, "");
        owner.setDefault(handleInvalid, RowReader.ERROR);
    }

    /**
     * Checks a data frame's columns and adds the result columns.
     *
     * @param inputs number of values in a row, stored in the metadata of the result columns; 0 if not known yet
     * @param latent number of values in a code
     * @return the schema with the result columns at its end
     * @throws IllegalArgumentException if the input column is missing or has another type, or a result column already
     *     exists
     */
    static StructType withResults(HasColumns owner, StructType schema, int inputs, int latent) {
        inputIndex(owner, schema);
        StructType all = schema;
        for (StructField field : List.of(
                vectors(owner.getOutputCol(), latent),
                vectors(owner.getReconstructionCol(), inputs),
                new StructField(owner.getErrorCol(), DataTypes.DoubleType, true, Metadata.empty()),
                new StructField(owner.getScoreCol(), DataTypes.DoubleType, true, Metadata.empty()))) {
            all = withResult(all, field);
        }
        return all;
    }

    /**
     * Adds a result column, unless its name is empty.
     *
     * @throws IllegalArgumentException if it already exists
     */
    static StructType withResult(StructType schema, StructField field) {
        if (field.name().isEmpty()) {
            return schema;
        }
        if (!indices(schema, field.name()).isEmpty()) {
            throw new IllegalArgumentException(
                    "column " + field.name() + " already exists, expected another name for the result column");
        }
        return schema.add(field);
    }

    /**
     * Finds the input column as Spark does: a column with exactly that name, or else, unless {@code
     * spark.sql.caseSensitive} is set, one whose name differs only in case. A dot is part of the name. Nested columns
     * are not searched.
     *
     * @return its index
     * @throws IllegalArgumentException if there is no such column, there are several, or the column has another type
     */
    static int inputIndex(HasColumns owner, StructType schema) {
        String name = owner.getInputCol();
        List<Integer> found = indices(schema, name);
        List<Integer> exact = found.stream()
                .filter(index -> schema.apply(index).name().equals(name))
                .toList();
        found = exact.isEmpty() ? found : exact;
        if (found.size() != 1) {
            String many = found.isEmpty() ? "" : " (" + found.size() + " columns have that name)";
            int dot = name.indexOf('.');
            boolean nested = found.isEmpty()
                    && dot > 0
                    && indices(schema, name.substring(0, dot)).stream()
                            .anyMatch(index -> schema.apply(index).dataType() instanceof StructType);
            String hint = nested ? "; select a nested column as a column of its own first" : "";
            throw new IllegalArgumentException("inputCol = " + name + many + ", expected one of the columns "
                    + String.join(", ", schema.fieldNames()) + hint);
        }
        StructField field = schema.apply(found.get(0));
        DataType type = field.dataType();
        boolean numbers = type instanceof ArrayType array
                && (array.elementType().equals(DataTypes.DoubleType)
                        || array.elementType().equals(DataTypes.FloatType));
        if (!numbers && !type.equals(SQLDataTypes.VectorType())) {
            throw new IllegalArgumentException("column " + field.name() + " is of type " + type.catalogString()
                    + ", expected vector, array<double> or array<float>");
        }
        return found.get(0);
    }

    private static List<Integer> indices(StructType schema, String name) {
        boolean exact = SQLConf.get().caseSensitiveAnalysis();
        return IntStream.range(0, schema.length())
                .filter(index -> exact
                        ? schema.apply(index).name().equals(name)
                        : schema.apply(index).name().equalsIgnoreCase(name))
                .boxed()
                .toList();
    }

    /**
     * Names of a column's values, as {@code VectorAssembler} stores them.
     *
     * @return empty unless every value has a name without line breaks
     */
    static List<String> names(StructField field) {
        if (!field.dataType().equals(SQLDataTypes.VectorType())) {
            return List.of();
        }
        Option<Attribute[]> attributes = AttributeGroup.fromStructField(field).attributes();
        if (attributes.isEmpty()) {
            return List.of();
        }
        List<String> names = Arrays.stream(attributes.get())
                .map(attribute ->
                        attribute.name().isEmpty() ? "" : attribute.name().get())
                .toList();
        return names.stream().noneMatch(name -> name.isEmpty() || name.contains("\n")) ? names : List.of();
    }

    /** Whether no name occurs twice. */
    static boolean areDistinct(List<String> names) {
        return new HashSet<>(names).size() == names.size();
    }

    /**
     * Finds the model's values among those of a column, by name.
     *
     * @param wanted names of the model's values, all distinct
     * @param names names of the column's values
     * @param column name of the column, for messages
     * @return the index in the column for each value of the model; null if the names are the same in the same order, or
     *     if the model or the column has no names
     * @throws IllegalArgumentException if a name is missing or occurs twice; the message quotes it
     */
    static int @Nullable [] places(List<String> wanted, List<String> names, String column) {
        if (wanted.isEmpty() || names.isEmpty() || wanted.equals(names)) {
            return null;
        }
        int[] places = wanted.stream().mapToInt(names::indexOf).toArray();
        for (int i = 0; i < places.length; i++) {
            String name = wanted.get(i);
            if (places[i] != names.lastIndexOf(name) || places[i] < 0) {
                throw new IllegalArgumentException(
                        "column " + column + (places[i] < 0 ? " has no value " : " has two values named ")
                                + FormatException.quote(name) + ", which the model was trained on; its values are "
                                + FormatException.quote(String.join(", ", names)));
            }
        }
        return places;
    }

    /**
     * Reads a saved stage.
     *
     * @throws IllegalArgumentException if the folder holds another stage, an unknown param, or a param with an invalid
     *     value; the message names the file and the fault
     */
    static <T> T load(DefaultParamsReadable<T> readable, Class<T> type, String path, SparkSession session) {
        String expected = ", expected the params of an " + type.getSimpleName() + " as this version writes them";
        MLReader<T> reader = readable.read();
        reader.session(session);
        Object stage;
        try {
            stage = reader.load(path);
        } catch (Exception e) { // Scala does not declare checked exceptions
            if (e instanceof AnalysisException) {
                throw e; // no such folder: Spark's message names it
            }
            String first = String.valueOf(e.getMessage()).lines().findFirst().orElse("");
            throw new IllegalArgumentException(path + "/metadata: " + FormatException.quote(first) + expected, e);
        }
        if (!type.isInstance(stage)) {
            throw new IllegalArgumentException(
                    path + "/metadata: params of an " + stage.getClass().getSimpleName() + expected);
        }
        return type.cast(stage);
    }

    private static StructField vectors(String name, int size) {
        if (size > 0 && !name.isEmpty()) {
            // Like Spark's own stages, this tells later stages the size.
            StructField field = new AttributeGroup(name, size).toStructField();
            return new StructField(name, field.dataType(), true, field.metadata());
        }
        return new StructField(name, SQLDataTypes.VectorType(), true, Metadata.empty());
    }
}
