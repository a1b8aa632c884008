package io.hourglass.spark;

import java.io.Serializable;
import java.util.List;
import org.apache.spark.ml.attribute.AttributeGroup;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.ParamValidators;
import org.apache.spark.ml.param.Params;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.Metadata;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/** The params that {@link AutoencoderEstimator} and {@link AutoencoderModel} share, which Java cannot inherit twice: see {@link HasColumns}. */
public final class ColumnParams implements Serializable {
    private static final long serialVersionUID = 1;

    final Param<String> inputCol;
    final Param<String> outputCol;
    final Param<String> reconstructionCol;
    final Param<String> errorCol;
    final Param<String> handleInvalid;

    ColumnParams(Params owner) {
        inputCol = new Param<>(owner, "inputCol", "column of rows: vectors, or arrays of double or float");
        outputCol = new Param<>(owner, "outputCol", "column for the latent vectors");
        reconstructionCol = new Param<>(
                owner, "reconstructionCol", "column for the reconstructed rows, as vectors; empty for none");
        errorCol = new Param<>(
                owner, "errorCol", "column for the mean squared error of each row's reconstruction; empty for none");
        handleInvalid = new Param<>(
                owner,
                "handleInvalid",
                "what to do with a row that is null, has another size or a value that is null or not finite: error (stop and name"
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
     * @throws IllegalArgumentException if the input column is missing or has another type, or a result's column is there already
     */
    static StructType withResults(HasColumns owner, StructType schema, int inputs, int latent) {
        requireRows(owner, schema);
        StructType all = schema;
        for (StructField field : List.of(
                vectors(owner.getOutputCol(), latent),
                vectors(owner.getReconstructionCol(), inputs),
                new StructField(owner.getErrorCol(), DataTypes.DoubleType, true, Metadata.empty()))) {
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

    private static void requireRows(HasColumns owner, StructType schema) {
        if (!List.of(schema.fieldNames()).contains(owner.getInputCol())) {
            throw new IllegalArgumentException("inputCol = " + owner.getInputCol() + ", expected one of the columns "
                    + String.join(", ", schema.fieldNames()));
        }
        DataType type = schema.apply(owner.getInputCol()).dataType();
        boolean numbers = type instanceof ArrayType array
                && (array.elementType().equals(DataTypes.DoubleType)
                        || array.elementType().equals(DataTypes.FloatType));
        if (!numbers && !type.equals(SQLDataTypes.VectorType())) {
            throw new IllegalArgumentException("column " + owner.getInputCol() + " is of type " + type.catalogString()
                    + ", expected vector, array<double> or array<float>");
        }
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
