package io.hourglass.spark;

import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.Params;

/**
 * The column params of both stages: where an autoencoder finds its rows in a data frame, and where its results go.
 *
 * <pre>{@code
 * HasColumns stage = new AutoencoderEstimator().setErrorCol("error");
 * String input = stage.getInputCol(); // "features", the default
 * Dataset<Row> unusual = scored.orderBy(functions.col(stage.getErrorCol()).desc()).limit(10);
 * }</pre>
 *
 * <p>Public because Spark finds params by reflection. Do not implement it elsewhere.
 */
public interface HasColumns extends Params {
    /** {@return the params themselves} */
    ColumnParams columns();

    /**
     * Column with the rows: vectors, or arrays of double or float. Default {@code features}. As everywhere in Spark,
     * case does not matter unless {@code spark.sql.caseSensitive} is set. A dot is part of the name, and nested columns
     * are not searched.
     *
     * @return the param
     */
    default Param<String> inputCol() {
        return columns().inputCol;
    }

    /**
     * Column for the codes, as vectors; empty for none. Default {@code latent}.
     *
     * @return the param
     */
    default Param<String> outputCol() {
        return columns().outputCol;
    }

    /**
     * Column for the reconstructed rows, as vectors. Default empty: none.
     *
     * @return the param
     */
    default Param<String> reconstructionCol() {
        return columns().reconstructionCol;
    }

    /**
     * Column for each row's mean squared reconstruction error. Default empty: none.
     *
     * @return the param
     */
    default Param<String> errorCol() {
        return columns().errorCol;
    }

    /**
     * Column for each row's anomaly score, as the library's {@code AnomalyDetector} gives it. Default empty: none. An
     * estimator for which it is set makes a model that keeps some of its training rows: the score says how far a row is
     * from those most like it. A model that keeps none, or has a threshold for it, gives the error of the row's
     * reconstruction.
     *
     * @return the param
     */
    default Param<String> scoreCol() {
        return columns().scoreCol;
    }

    /**
     * What to do with a row that is null, has the wrong number of values, or has a value that is null or not finite:
     * {@code error} (stop and show the row), {@code skip} (leave it out) or {@code keep} (null results; left out of
     * training). Default {@code error}.
     *
     * @return the param
     */
    default Param<String> handleInvalid() {
        return columns().handleInvalid;
    }

    /** {@return the value of {@link #inputCol}} */
    default String getInputCol() {
        return getOrDefault(inputCol());
    }

    /** {@return the value of {@link #outputCol}} */
    default String getOutputCol() {
        return getOrDefault(outputCol());
    }

    /** {@return the value of {@link #reconstructionCol}} */
    default String getReconstructionCol() {
        return getOrDefault(reconstructionCol());
    }

    /** {@return the value of {@link #errorCol}} */
    default String getErrorCol() {
        return getOrDefault(errorCol());
    }

    /** {@return the value of {@link #scoreCol}} */
    default String getScoreCol() {
        return getOrDefault(scoreCol());
    }

    /** {@return the value of {@link #handleInvalid}} */
    default String getHandleInvalid() {
        return getOrDefault(handleInvalid());
    }
}
