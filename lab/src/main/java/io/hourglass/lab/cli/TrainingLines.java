package io.hourglass.lab.cli;

import io.hourglass.Recipe;
import io.hourglass.Trainer;
import io.hourglass.TrainingListener;
import io.hourglass.lab.analysis.Evaluation;
import io.hourglass.lab.progress.Progress;
import io.hourglass.lab.progress.TrainingProgress;
import io.hourglass.lab.training.TrainPlan;
import io.hourglass.nn.Architecture;
import java.util.Locale;
import java.util.function.Supplier;

/** What {@code hourglass train} says while it trains. */
final class TrainingLines {
    private TrainingLines() {}

    /** Says what is about to be trained, and lets the trainer report its progress. */
    static void begin(TrainPlan plan, TrainPlan.Network network, Trainer trainer, Progress progress) {
        Architecture architecture = network.architecture();
        int rows = plan.defaults().rows();
        int epochs = network.recipe().epochs();
        TrainingProgress shown = new TrainingProgress(progress, 1, TrainingProgress.work(architecture, rows, epochs));
        trainer.listener(shown.run(
                "",
                architecture,
                rows,
                epochs,
                plan.measuredOn(),
                Evaluation.errorName(plan.baseline().table())));
        progress.say(describe(plan, network));
    }

    /**
     * Lets a trainer report its epochs in the live line of a longer piece of work.
     *
     * @param step what goes on
     */
    static TrainingListener live(Supplier<String> step, int epochs, Progress progress) {
        return new TrainingListener() {
            @Override
            public void onProgress(int epoch, long rowsDone, long rows) {
                if (progress.isDue()) {
                    progress.live(step.get() + ", epoch " + epoch + "/" + epochs);
                }
            }
        };
    }

    private static String describe(TrainPlan plan, TrainPlan.Network network) {
        Recipe recipe = network.recipe();
        int rows = plan.defaults().rows();
        long steps = (long) recipe.epochs() * ((rows + recipe.batchSize() - 1) / recipe.batchSize());
        String optimizer = recipe.optimizer() == Recipe.tuned().optimizer()
                ? ""
                : String.format(
                        Locale.ROOT,
                        "%s at learning rate %.3g, ",
                        recipe.optimizer().label(),
                        recipe.learningRate());
        String start = network.start().isPresent() && plan.initial().isEmpty() ? ", starting at PCA" : "";
        return String.format(
                Locale.ROOT,
                "training %s on %s for %s (%s, %sweight decay %.3g%s)",
                network.architecture(),
                Shown.rows(rows),
                Shown.count(recipe.epochs(), "epoch"),
                Shown.count(steps, "step"),
                optimizer,
                recipe.weightDecay(),
                start);
    }

    /** Says why a network without hidden layers is kept. */
    static void keeping(TrainPlan.Outcome outcome, Progress progress) {
        TrainPlan.Trained kept = outcome.kept();
        TrainPlan.Trained beaten = outcome.beaten().orElseThrow();
        progress.say("keeping " + kept.network().architecture() + ": "
                + beaten.network().architecture() + " is not clearly better on the held-out rows ("
                + Evaluation.errorName(kept.result().model().table()) + " "
                + Shown.error(beaten.result().epoch().testMse()) + " against "
                + Shown.error(kept.result().epoch().testMse()) + ")");
    }
}
