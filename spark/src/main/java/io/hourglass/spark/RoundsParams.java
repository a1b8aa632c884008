package io.hourglass.spark;

import org.apache.spark.ml.param.DoubleParam;
import org.apache.spark.ml.param.IntParam;
import org.apache.spark.ml.param.ParamValidators;

/**
 * The params of an {@link AutoencoderEstimator} that decide how partitions work together.
 *
 * <pre>{@code
 * AutoencoderEstimator estimator = new AutoencoderEstimator().setRoundsPerEpoch(4).setMinPartitionRows(20_000);
 * }</pre>
 *
 * <p>Public because Spark finds params by reflection. Do not extend it elsewhere.
 *
 * @serial exclude
 */
public abstract class RoundsParams extends TrainingParams {
    private static final long serialVersionUID = 1;

    private final IntParam roundsPerEpoch;
    private final DoubleParam momentum;
    private final IntParam minPartitionRows;

    @SuppressWarnings("this-escape") // each param needs a reference to its owner
    RoundsParams(String uid) {
        super(uid);
        roundsPerEpoch = new IntParam(
                this, "roundsPerEpoch", "how often the partitions are averaged in an epoch", ParamValidators.gtEq(1));
        momentum = new DoubleParam(
                this,
                "momentum",
                "momentum of the common weights over the rounds; no effect with one partition",
                ParamValidators.inRange(0, 1, true, false));
        minPartitionRows = new IntParam(
                this,
                "minPartitionRows",
                "neighbouring partitions with fewer rows are joined until they have this many rows, or 2^24 values",
                ParamValidators.gtEq(1));
        setDefault(roundsPerEpoch, 8);
        setDefault(momentum, 0.7);
        setDefault(minPartitionRows, 8192);
    }

    /**
     * How often the partitions are averaged in an epoch; default {@code 8}.
     *
     * @return the param
     */
    public IntParam roundsPerEpoch() {
        return roundsPerEpoch;
    }

    /** {@return the value of {@link #roundsPerEpoch}} */
    public int getRoundsPerEpoch() {
        return (Integer) getOrDefault(roundsPerEpoch);
    }

    /**
     * Sets {@link #roundsPerEpoch}.
     *
     * @param value new value
     * @return this estimator
     */
    public AutoencoderEstimator setRoundsPerEpoch(int value) {
        return with(roundsPerEpoch, value);
    }

    /**
     * Momentum of the common weights over the rounds, at least 0 and less than 1; default {@code 0.7}. It has no effect
     * with one partition.
     *
     * @return the param
     */
    public DoubleParam momentum() {
        return momentum;
    }

    /** {@return the value of {@link #momentum}} */
    public double getMomentum() {
        return (Double) getOrDefault(momentum);
    }

    /**
     * Sets {@link #momentum}.
     *
     * @param value new value
     * @return this estimator
     */
    public AutoencoderEstimator setMomentum(double value) {
        return with(momentum, value);
    }

    /**
     * Minimum number of rows in a partition; default {@code 8192}. Neighbouring partitions with fewer rows are joined
     * until they have this many rows, or 2^24 values, because a round has a fixed cost per partition. With 1, every
     * partition that has a row stays as it is.
     *
     * @return the param
     */
    public IntParam minPartitionRows() {
        return minPartitionRows;
    }

    /** {@return the value of {@link #minPartitionRows}} */
    public int getMinPartitionRows() {
        return (Integer) getOrDefault(minPartitionRows);
    }

    /**
     * Sets {@link #minPartitionRows}.
     *
     * @param value new value
     * @return this estimator
     */
    public AutoencoderEstimator setMinPartitionRows(int value) {
        return with(minPartitionRows, value);
    }
}
