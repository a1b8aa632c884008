package io.hourglass.spark;

import java.util.List;
import org.apache.spark.ml.attribute.AttributeGroup;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.Params;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/** Where an autoencoder finds its rows in a data frame, and where its results go. */
interface HasColumns extends Params {
    /** The params themselves. */
    ColumnParams columns();

    /** Column of rows: vectors, or arrays of double or float. Default {@code features}. */
    default Param<String> inputCol() {
        return columns().inputCol;
    }

    /** Column for the latent vectors. Default {@code latent}. */
    default Param<String> outputCol() {
        return columns().outputCol;
    }

    /** Column for the reconstructed rows, as vectors; default empty: none. */
    default Param<String> reconstructionCol() {
        return columns().reconstructionCol;
    }

    /** Column for the mean squared error of each row's reconstruction; default empty: none. */
    default Param<String> errorCol() {
        return columns().errorCol;
    }

    /** What to do with a row that is null, has another size, or a value that is null or not finite. Default {@code error}. */
    default Param<String> handleInvalid() {
        return columns().handleInvalid;
    }

    /** Value of {@link #inputCol}. */
    default String getInputCol() {
        return getOrDefault(inputCol());
    }

    /** Value of {@link #outputCol}. */
    default String getOutputCol() {
        return getOrDefault(outputCol());
    }

    /** Value of {@link #reconstructionCol}. */
    default String getReconstructionCol() {
        return getOrDefault(reconstructionCol());
    }

    /** Value of {@link #errorCol}. */
    default String getErrorCol() {
        return getOrDefault(errorCol());
    }

    /** Value of {@link #handleInvalid}. */
    default String getHandleInvalid() {
        return getOrDefault(handleInvalid());
    }

    /**
     * Checks a data frame's columns.
     *
     * @param inputs width of a row, which the result columns tell; 0 where it is not known yet
     * @param latent width of a code
     * @return the columns with those of the results
     * @throws IllegalArgumentException if the input column is missing or has another type, or a result's column is there already
     */
    default StructType withResults(StructType schema, int inputs, int latent) {
        requireRows(schema);
        StructType all = schema;
        for (StructField field : List.of(
                vectors(getOutputCol(), latent),
                vectors(getReconstructionCol(), inputs),
                new StructField(
                        getErrorCol(),
                        DataTypes.DoubleType,
                        true,
                        org.apache.spark.sql.types.Metadata.empty()))) {
            if (field.name().isEmpty()) {
                continue;
            }
            if (List.of(all.fieldNames()).contains(field.name())) {
                throw new IllegalArgumentException(
                        "column " + field.name() + " is there already, expected another name for a column of results");
            }
            all = all.add(field);
        }
        return all;
    }

    private void requireRows(StructType schema) {
        if (!List.of(schema.fieldNames()).contains(getInputCol())) {
            throw new IllegalArgumentException("inputCol = " + getInputCol() + ", expected one of the columns "
                    + String.join(", ", schema.fieldNames()));
        }
        DataType type = schema.apply(getInputCol()).dataType();
        boolean numbers = type instanceof ArrayType array
                && (array.elementType().equals(DataTypes.DoubleType)
                        || array.elementType().equals(DataTypes.FloatType));
        if (!numbers && !type.equals(SQLDataTypes.VectorType())) {
            throw new IllegalArgumentException("column " + getInputCol() + " is of type " + type.catalogString()
                    + ", expected vector, array<double> or array<float>");
        }
    }

    private static StructField vectors(String name, int size) {
        if (size > 0 && !name.isEmpty()) {
            // Tells the stages after this one the size, as Spark's own stages do.
            StructField field = new AttributeGroup(name, size).toStructField();
            return new StructField(name, field.dataType(), true, field.metadata());
        }
        return new StructField(
                name, SQLDataTypes.VectorType(), true, org.apache.spark.sql.types.Metadata.empty());
    }
}
