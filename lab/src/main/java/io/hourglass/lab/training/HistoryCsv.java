package io.hourglass.lab.training;

import io.hourglass.History;
import io.hourglass.nn.Architecture;
import io.hourglass.nn.Objective;
import io.hourglass.nn.Variant;

/** The measurements of a training run as CSV. */
public final class HistoryCsv {
    private HistoryCsv() {}

    /**
     * One line per epoch, with the objective if it differs from the error.
     *
     * @param measuredOn what the rows that were not trained on are called: test or validation
     */
    public static String of(History history, Architecture architecture, Objective objective, String measuredOn) {
        boolean variational = architecture.variant() == Variant.VARIATIONAL;
        boolean more = variational || !objective.equals(Objective.MSE);
        StringBuilder csv = new StringBuilder("epoch,train_mse," + measuredOn + "_mse,seconds");
        csv.append(more ? ",train_loss" : "").append(variational ? ",train_kl_per_image\n" : "\n");
        for (History.Epoch epoch : history.epochs()) {
            csv.append(epoch.epoch()).append(',').append(epoch.trainMse()).append(',');
            if (!Double.isNaN(epoch.testMse())) {
                csv.append(epoch.testMse());
            }
            csv.append(',').append(epoch.seconds());
            csv.append(more ? "," + epoch.trainLoss() : "");
            csv.append(variational ? "," + epoch.trainKl() : "").append('\n');
        }
        return csv.toString();
    }
}
