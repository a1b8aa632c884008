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
 * The params that {@link AutoencoderEstimator} and {@link AutoencoderModel} share, which Java cannot inherit twice: see
 * {@link HasColumns}.
 */
public final class ColumnParams implements Serializable {
    private static final long serialVersionUID = 1;

    final Param<String> inputCol;
    final Param<String> outputCol;
    final Param<String> reconstructionCol;
    final Param<String> errorCol;
    final Param<String> handleInvalid;

    ColumnParams(Params owner) {
        inputCol = new Param<>(owner, "inputCol", "column of rows: vectors, or arrays of double or float; not nested");
        outputCol = new Param<>(owner, "outputCol", "column for the latent vectors");
        reconstructionCol = new Param<>(
                owner, "reconstructionCol", "column for the reconstructed rows, as vectors; empty for none");
        errorCol = new Param<>(
                owner, "errorCol", "column for the mean squared error of each row's reconstruction; empty for none");
        handleInvalid = new Param<>(
                owner,
                "handleInvalid",
                "what to do with a row that is null, has another size or a value that is null or not finite: error "
                        + "(stop and name"
                        + " it), skip (leave it out), keep (null results; left out in training)",
                ParamValidators.<String>inArray(List.of(RowReader.ERROR, RowReader.SKIP, RowReader.KEEP)));
    }

    /** Sets the defaults; apart from the constructor, as the owner must know the params first. */
    void setDefaults(Params owner) {
        owner.setDefault(inputCol, "features");
        owner.setDefault(outputCol, "latent");
        owner.setDefault(reconstructionCol, "");
        owner.setDefault(errorCol, "");
        owner.setDefault(handleInvalid, RowReader.ERROR);
    }

    /**
     * Checks a data frame's columns.
     *
     * @param inputs width of a row, which the result columns tell; 0 where it is not known yet
     * @param latent width of a code
     * @return the columns with those of the results
     * @throws IllegalArgumentException if the input column is missing or has another type, or a result's column is
     *     there already
     */
    static StructType withResults(HasColumns owner, StructType schema, int inputs, int latent) {
        inputIndex(owner, schema);
        StructType all = schema;
        for (StructField field : List.of(
                vectors(owner.getOutputCol(), latent),
                vectors(owner.getReconstructionCol(), inputs),
                new StructField(owner.getErrorCol(), DataTypes.DoubleType, true, Metadata.empty()))) {
            if (field.name().isEmpty()) {
                continue;
            }
            if (!indices(all, field.name()).isEmpty()) {
                throw new IllegalArgumentException(
                        "column " + field.name() + " is there already, expected another name for a column of results");
            }
            all = all.add(field);
        }
        return all;
    }

    /**
     * Finds the column of rows: the one of exactly that name, or else, unless {@code spark.sql.caseSensitive} is set,
     * of that name in other case, as Spark does. A dot is part of a name. Nested columns are not taken.
     *
     * @return its index
     * @throws IllegalArgumentException if there is no such column, more than one, or it has another type
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
            String hint = nested ? "; a nested column is to be selected as one of its own first" : "";
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
     * Names of a column's values, such as {@code VectorAssembler} writes.
     *
     * @return empty where not all have one, of one line
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

    /** Whether names can tell values apart. */
    static boolean areDistinct(List<String> names) {
        return new HashSet<>(names).size() == names.size();
    }

    /**
     * Where a model's values stand among those of a column, by name.
     *
     * @param wanted the model's names, distinct
     * @param names the column's
     * @param column for messages
     * @return for each value of the model; null where they are the same in the same order, or one of both has no names
     * @throws IllegalArgumentException if one is missing or there twice; the message names it
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
                        "column " + column + (places[i] < 0 ? " has no value " : " has twice ")
                                + FormatException.quote(name) + ", which the model was trained on; it has "
                                + FormatException.quote(String.join(", ", names)));
            }
        }
        return places;
    }

    /**
     * Reads a saved stage.
     *
     * @throws IllegalArgumentException if the folder has another stage, or params that this version does not know or
     *     with wrong values; the message names it and the fault
     */
    static <T> T load(DefaultParamsReadable<T> readable, Class<T> type, String path, SparkSession session) {
        String expected = ", expected the params of an " + type.getSimpleName() + " as this version writes them";
        MLReader<T> reader = readable.read();
        reader.session(session);
        Object stage;
        try {
            stage = reader.load(path);
        } catch (Exception e) { // also the checked ones that Scala does not declare
            if (e instanceof AnalysisException) {
                throw e; // no such folder: Spark names it
            }
            String first = String.valueOf(e.getMessage()).lines().findFirst().orElse("");
            throw new IllegalArgumentException(path + "/metadata: " + FormatException.quote(first) + expected, e);
        }
        if (!type.isInstance(stage)) {
            throw new IllegalArgumentException(
                    path + "/metadata: those of an " + stage.getClass().getSimpleName() + expected);
        }
        return type.cast(stage);
    }

    private static StructField vectors(String name, int size) {
        if (size > 0 && !name.isEmpty()) {
            // Tells the stages after this one the size, as Spark's own stages do.
            StructField field = new AttributeGroup(name, size).toStructField();
            return new StructField(name, field.dataType(), true, field.metadata());
        }
        return new StructField(name, SQLDataTypes.VectorType(), true, Metadata.empty());
    }
}
