package io.hourglass.spark;

import java.io.Serializable;
import java.util.List;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.ParamValidators;
import org.apache.spark.ml.param.Params;

/** The params that {@link AutoencoderEstimator} and {@link AutoencoderModel} share, which Java cannot inherit twice. */
final class ColumnParams implements Serializable {
    private static final long serialVersionUID = 1;

    final Param<String> inputCol;
    final Param<String> outputCol;
    final Param<String> reconstructionCol;
    final Param<String> errorCol;
    final Param<String> handleInvalid;

    ColumnParams(Params owner) {
        inputCol = new Param<>(owner, "inputCol", "column of rows: vectors, or arrays of double or float");
        outputCol = new Param<>(owner, "outputCol", "column for the latent vectors");
        reconstructionCol =
                new Param<>(owner, "reconstructionCol", "column for the reconstructed rows, as vectors; empty for none");
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
}
