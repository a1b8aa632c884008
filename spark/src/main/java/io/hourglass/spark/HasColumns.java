package io.hourglass.spark;

import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.Params;

/**
 * Where an autoencoder finds its rows in a data frame, and where its results go. Public, as Spark looks for params by
 * reflection; not to be implemented elsewhere.
 */
public interface HasColumns extends Params {
    /** The params themselves. */
    ColumnParams columns();

    /**
     * Column of rows: vectors, or arrays of double or float. Default {@code features}. It is found as Spark finds
     * columns: a name in other case will do unless {@code spark.sql.caseSensitive} is set; but a dot is part of the
     * name, and nested columns are not taken.
     */
    default Param<String> inputCol() {
        return columns().inputCol;
    }

    /** Column for the latent vectors. Default {@code latent}. */
    default Param<String> outputCol() {
        return columns().outputCol;
    }

    /** Column for the reconstructed rows, as vectors. Default empty: none. */
    default Param<String> reconstructionCol() {
        return columns().reconstructionCol;
    }

    /** Column for the mean squared error of each row's reconstruction. Default empty: none. */
    default Param<String> errorCol() {
        return columns().errorCol;
    }

    /**
     * What to do with a row that is null, has another size, or a value that is null or not finite. Default {@code
     * error}.
     */
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
}
