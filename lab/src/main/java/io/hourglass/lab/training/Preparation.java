package io.hourglass.lab.training;

import io.hourglass.ColumnWeights;
import io.hourglass.Dataset;
import io.hourglass.Imputation;
import io.hourglass.Scaler;
import io.hourglass.Trainer;
import io.hourglass.nn.Activation;
import io.hourglass.nn.Architecture;
import io.hourglass.nn.Columns;
import io.hourglass.nn.Loss;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What is learned from training rows before a network is: how values are scaled, how much each column counts, and what
 * replaces missing values. It decides the units of all errors, so whatever is compared must share it.
 *
 * @param scaler from the rows' own units to the network's
 * @param table the columns with their weights; {@link Columns#NONE} if all values are alike
 * @param imputation of missing values; empty if none may be missing
 */
public record Preparation(Scaler scaler, Columns table, Optional<Imputation> imputation) {

    /**
     * Learns everything from training rows.
     *
     * @param layout which values are categories
     * @param scale the scaler asked for; null for the default: standard, or min-max if the loss needs values from 0 to
     *     1, and for images {@link ImageScaling}'s
     * @param impute the imputation asked for; null if no value may be missing
     * @throws IllegalArgumentException if a column is missing in all rows, or does not suit the scaler
     */
    public static Preparation learn(
            Dataset train, Columns layout, Scaler.@Nullable Kind scale, Imputation.@Nullable Kind impute, Loss loss) {
        return new Preparation(
                        isOfImages(train, scale)
                                ? ImageScaling.fit(train, loss.needsUnitInterval())
                                : Scaler.fit(kind(scale, loss), train, layout),
                        layout,
                        Optional.ofNullable(impute).map(kind -> Imputation.fit(kind, train, layout)))
                .weighted(train, loss);
    }

    /** The same with weights for the columns, learned from the training rows if there are none. */
    public Preparation weighted(Dataset train, Loss loss) {
        return table.isNone() || table.isWeighted()
                ? this
                : new Preparation(scaler, ColumnWeights.fit(table, train, scaler, loss), imputation);
    }

    /**
     * The kind of scaler for rows that are no images.
     *
     * @param scale what is asked for; null for the default
     */
    public static Scaler.Kind kind(Scaler.@Nullable Kind scale, Loss loss) {
        Scaler.Kind open = loss.needsUnitInterval() ? Scaler.Kind.MIN_MAX : Scaler.Kind.STANDARD;
        return scale != null ? scale : open;
    }

    private static boolean isOfImages(Dataset train, Scaler.@Nullable Kind scale) {
        return scale == null && train.shape().isPresent();
    }

    /** Whether a new network's output is linear: standardised values have no bounds. */
    public boolean isLinear() {
        return scaler.kind() == Scaler.Kind.STANDARD;
    }

    /** A new network's architecture, whose output can give the scaled values. */
    public Architecture applyTo(Architecture network) {
        return isLinear() ? network.withOutputActivation(Activation.IDENTITY) : network;
    }

    /** A trainer for rows in their own units. */
    public Trainer applyTo(Trainer trainer) {
        trainer.scaler(scaler).table(table);
        imputation.ifPresent(trainer::imputation);
        return trainer;
    }

    /**
     * One line on the scaler; empty if there is nothing to say.
     *
     * @param asked the scaler asked for; null for the default
     * @param outputOpen whether the output activation follows from the scaler
     */
    public Optional<String> describe(Dataset train, Scaler.@Nullable Kind asked, boolean outputOpen) {
        return train.isPixels() && scaler.isNone()
                ? Optional.empty()
                : Optional.of("scaler: " + scaler.kind().label()
                        + (isOfImages(train, asked) ? ", the same for all values of an image" : "")
                        + (isLinear() && outputOpen ? ", so the output is linear, not a sigmoid" : ""));
    }
}
