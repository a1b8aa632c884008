package io.hourglass.lab.report;

import io.hourglass.Autoencoder;
import io.hourglass.Dataset;
import io.hourglass.History;
import io.hourglass.ImageShape;
import io.hourglass.Recipe;
import io.hourglass.lab.study.Analyses;
import io.hourglass.lab.study.Cost;
import io.hourglass.lab.study.SeedRuns;
import io.hourglass.lab.study.SmallData;
import io.hourglass.lab.study.StudyResults;
import io.hourglass.lab.study.StudyResults.RunResult;
import io.hourglass.lab.study.Subject;
import io.hourglass.lab.study.SweepResult;
import io.hourglass.lab.study.Training;
import io.hourglass.lab.study.VarianceResult;
import io.hourglass.lab.text.Language;
import io.hourglass.nn.Activation;
import io.hourglass.nn.Architecture;
import io.hourglass.nn.Layer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;

/** Results shaped like those of the real study, made in no time. */
final class SyntheticStudy {
    private static final double[] PCA = {0.0557, 0.0374, 0.0269};

    /** The words of a study of MNIST. */
    static final Words ENGLISH = new Words(Language.ENGLISH, true, true);

    static final Words FRENCH = new Words(Language.FRENCH, true, true);

    private SyntheticStudy() {}

    /** The report's five configurations. */
    static StudyResults results(int epochs, String... recipes) {
        List<RunResult> runs = new ArrayList<>();
        add(runs, List.of(128), 2, epochs, recipes, 0.0399, 0.0392);
        add(runs, List.of(128), 16, epochs, recipes, 0.0113, 0.0094);
        add(runs, List.of(256, 128), 2, epochs, recipes, 0.0378, 0.0347);
        add(runs, List.of(256, 128), 8, epochs, recipes, 0.0220, 0.0141);
        add(runs, List.of(256, 128), 16, epochs, recipes, 0.0152, 0.0070);
        return results(runs);
    }

    static StudyResults results(List<RunResult> runs) {
        return new StudyResults(
                "0.1.0",
                "hourglass study --recipe both --out study",
                "2026-11-23T12:00:00Z",
                new StudyResults.DataSummary(
                        "mnist",
                        60_000,
                        10_000,
                        784,
                        "12".repeat(32),
                        StudyResults.DataSummary.MNIST_TEST_SHA256,
                        0,
                        "none",
                        "none",
                        "value"),
                subject(training().data()),
                new StudyResults.Machine("Example CPU at 3.1 GHz", 2, "Linux 6.1 amd64", "17.0.15", "vector-512", 2),
                runs,
                List.of(),
                List.of(),
                Optional.empty(),
                variance(),
                sweep(),
                Analyses.NONE);
    }

    static StudyResults with(StudyResults results, Analyses analyses) {
        return new StudyResults(
                results.version(),
                results.command(),
                results.created(),
                results.data(),
                results.subject(),
                results.machine(),
                results.runs(),
                results.beyond(),
                results.seeds(),
                results.smallData(),
                results.variance(),
                results.sweep(),
                analyses);
    }

    /** With a convolutional network for each p, of these test errors. */
    static StudyResults beyond(StudyResults results, double at2, double at8, double at16) {
        int epochs = results.runs().get(0).recipe().epochs();
        return new StudyResults(
                results.version(),
                results.command(),
                results.created(),
                results.data(),
                results.subject(),
                results.machine(),
                results.runs(),
                List.of(convolutional(2, epochs, at2), convolutional(8, epochs, at8), convolutional(16, epochs, at16)),
                results.seeds(),
                results.smallData(),
                results.variance(),
                results.sweep(),
                results.analyses());
    }

    /** With more seeds for each of the runs of the last recipe, and a run on few rows that overfits. */
    static StudyResults withSeeds(StudyResults results, int seeds, double variation) {
        Recipe last = results.runs().get(results.runs().size() - 1).recipe();
        Random random = new Random(seeds);
        List<SeedRuns> of = new ArrayList<>();
        for (RunResult run : results.runs()) {
            if (!run.recipe().name().equals(last.name())) {
                continue;
            }
            List<SeedRuns.Seed> each = new ArrayList<>();
            for (int i = 0; i < seeds; i++) {
                double factor = i == 0 ? 1 : 1 + variation * random.nextGaussian();
                each.add(new SeedRuns.Seed(
                        run.recipe().seed() + i,
                        run.testMse() * factor,
                        run.trainMseAtEnd() * factor,
                        run.trainSeconds(),
                        i == 0 ? run.model() : run.model().replace(".safe", "-seed" + i + ".safe"),
                        run.weightsSha256()));
            }
            of.add(new SeedRuns(run.name(), each));
        }
        return new StudyResults(
                results.version(),
                results.command(),
                results.created(),
                results.data(),
                results.subject(),
                results.machine(),
                results.runs(),
                results.beyond(),
                of,
                Optional.of(smallData()),
                results.variance(),
                results.sweep(),
                results.analyses());
    }

    /** A run on 1,000 rows: its training error falls, its test error is lowest in epoch 20. */
    static SmallData smallData() {
        Recipe recipe = Recipe.paper();
        List<History.Epoch> history = new ArrayList<>();
        for (int e = 1; e <= recipe.epochs(); e++) {
            double train = 0.012 + 0.06 / e;
            double test = 0.020 + 0.06 / e + 0.00015 * e;
            history.add(new History.Epoch(e, train * 1.05, test, 0.03, train * 1.05, 0, train));
        }
        return new SmallData("784-256-128-16", recipe, SmallData.ROWS, history);
    }

    private static RunResult convolutional(int latent, int epochs, double testMse) {
        Architecture architecture = Architecture.parse("28x28x1-16c3s2-32c3s2-128-" + latent)
                .withActivations(Activation.ELU, Activation.IDENTITY, Activation.SIGMOID);
        return run(architecture, "tuned", epochs, testMse);
    }

    /** Images with ten classes, which are digits if the rows are MNIST's. */
    static Subject subject(StudyResults.DataSummary data) {
        boolean mnist = data.areMnist();
        return new Subject(
                mnist ? "MNIST" : data.name(),
                Subject.Rows.IMAGE,
                mnist ? Subject.Labels.DIGIT : Subject.Labels.CLASS,
                "",
                List.of(),
                10);
    }

    private static Training training() {
        return Training.of(
                Recipe.tuned(),
                60_000,
                new StudyResults.DataSummary(
                        "mnist",
                        60_000,
                        10_000,
                        784,
                        "12".repeat(32),
                        StudyResults.DataSummary.MNIST_TEST_SHA256,
                        0,
                        "none",
                        "none",
                        "value"));
    }

    /** Three networks with bars of every kind. */
    static List<VarianceResult> variance() {
        return List.of(variance(2, 0.039, 0.003, 0), variance(8, 0.015, 0.003, 0), variance(16, 0.0085, 0.0024, 0));
    }

    static VarianceResult variance(int latent, double bias2, double variance, double noise) {
        return new VarianceResult(
                training().data().inputs() + "-128-" + latent,
                bias2,
                variance,
                noise,
                bias2 + variance + noise,
                noise / 100,
                noise,
                8,
                training());
    }

    static List<SweepResult> sweep() {
        double[] pca = {0.0611, 0.0557, 0.0480, 0.0374, 0.0269, 0.0168, 0.0091};
        List<SweepResult> sweep = new ArrayList<>();
        for (String hidden : List.of("-128-", "-256-128-")) {
            for (int i = 0; i < pca.length; i++) {
                double network = Math.max(0.006, pca[i] * (hidden.equals("-128-") ? 0.8 : 0.65) - 0.004);
                sweep.add(new SweepResult(training().data().inputs() + hidden + (1 << i), network, pca[i], training()));
            }
        }
        return sweep;
    }

    private static void add(
            List<RunResult> runs,
            List<Integer> hidden,
            int latent,
            int epochs,
            String[] recipes,
            double paper,
            double tuned) {
        for (String recipe : recipes) {
            double end = recipe.equals("paper") ? paper : tuned;
            runs.add(run(hidden, latent, recipe, epochs, end));
        }
    }

    /** A run whose curve falls to the given test error; with the report's recipe, it jumps on its way. */
    static RunResult run(List<Integer> hidden, int latent, String recipe, int epochs, double testMse) {
        return run(Architecture.of(784, hidden, latent), recipe, epochs, testMse);
    }

    private static RunResult run(Architecture architecture, String recipe, int epochs, double testMse) {
        int latent = architecture.latent();
        Random random = new Random(architecture.hidden().size() * 100L + latent);
        List<History.Epoch> history = new ArrayList<>();
        for (int e = 1; e <= epochs; e++) {
            double noise = recipe.equals("paper") && e < epochs ? 1 + 0.06 * random.nextDouble() : 1;
            double test = testMse * (1 + 0.9 / e - 0.9 / epochs) * noise;
            double train = test * (0.95 + 0.3 / e);
            history.add(new History.Epoch(e, train, test, 0.4, train, 0, test * (0.99 - 0.02 * e / epochs)));
        }
        double[] shares = {1.1, 0.4, 1.3, 1.15, 1.0, 1.2, 0.95, 0.85, 1.25, 0.8};
        List<Double> byLabel = new ArrayList<>();
        for (double share : shares) {
            byLabel.add(share * testMse);
        }
        History.Epoch last = history.get(epochs - 1);
        return new RunResult(
                architecture + "-" + recipe,
                architecture,
                (recipe.equals("paper") ? Recipe.paper() : Recipe.tuned())
                        .with(r -> r.name(recipe).epochs(epochs)),
                last.trainMse(),
                testMse,
                PCA[latent == 2 ? 0 : latent == 8 ? 1 : 2],
                byLabel,
                0.4 * epochs,
                "models/" + architecture + "-" + recipe + ".safetensors",
                "cd".repeat(32),
                history,
                10_000,
                cost(architecture));
    }

    /** What a network costs: four bytes for each weight, of which Adam needs three times as many. */
    private static Cost cost(Architecture architecture) {
        long weights = 4 * architecture.parameters();
        return new Cost(
                architecture.parameters(),
                1,
                true,
                weights,
                2 * weights,
                1_800_000,
                weights + 1_500,
                4 * architecture.latent());
    }

    static RunResult withHistory(RunResult run, List<History.Epoch> history) {
        return withErrors(run, run.testMse(), run.trainMse(), run.testMseByLabel(), history);
    }

    static RunResult withLabels(RunResult run, List<Double> testMseByLabel) {
        return withErrors(run, run.testMse(), run.trainMse(), testMseByLabel, run.history());
    }

    /** A run of other errors. */
    static RunResult withErrors(
            RunResult run, double testMse, double trainMse, List<Double> testMseByLabel, List<History.Epoch> history) {
        return new RunResult(
                run.name(),
                run.architecture(),
                run.recipe(),
                trainMse,
                testMse,
                run.pcaTestMse(),
                testMseByLabel,
                run.trainSeconds(),
                run.model(),
                run.weightsSha256(),
                history,
                run.trainRowsMeasured(),
                run.cost());
    }

    /** A run that took other times as long and as much memory. */
    static RunResult withCosts(RunResult run, double time, double memory) {
        Cost cost = run.cost();
        return new RunResult(
                run.name(),
                run.architecture(),
                run.recipe(),
                run.trainMse(),
                run.testMse(),
                run.pcaTestMse(),
                run.testMseByLabel(),
                time * run.trainSeconds(),
                run.model(),
                run.weightsSha256(),
                run.history(),
                run.trainRowsMeasured(),
                new Cost(
                        cost.parameters(),
                        cost.threads(),
                        cost.sharedMachine(),
                        cost.weightsBytes(),
                        cost.optimizerBytes(),
                        Math.round(memory * cost.buffersBytes()),
                        cost.modelFileBytes(),
                        cost.codeBytesPerRow()));
    }

    /** A run that calls itself, and all that can be called, by a name somebody chose to do harm with. */
    static RunResult withNames(RunResult run, String name) {
        return new RunResult(
                name,
                run.architecture(),
                run.recipe().with(r -> r.name(name)),
                run.trainMse(),
                run.testMse(),
                run.pcaTestMse(),
                run.testMseByLabel(),
                run.trainSeconds(),
                name,
                run.weightsSha256(),
                run.history(),
                run.trainRowsMeasured(),
                run.cost());
    }

    /** Thirty images, three of each label, with strokes that differ from label to label. */
    static Dataset images(String name) {
        byte[] pixels = new byte[30 * 784];
        int[] labels = new int[30];
        Random random = new Random(1);
        for (int r = 0; r < 30; r++) {
            labels[r] = r % 10;
            for (int y = 5; y < 23; y++) {
                int x = 8 + (labels[r] * y / 9) % 12;
                for (int dx = 0; dx < 3; dx++) {
                    pixels[r * 784 + y * 28 + x + dx] = (byte) (155 + random.nextInt(100));
                }
            }
        }
        return Dataset.ofPixels(name, pixels, 784).withLabels(labels).withShape(new ImageShape(28, 28, 1));
    }

    /** A network of the right shape for each run, with small random weights. */
    static Map<String, Autoencoder> models(StudyResults results) {
        Map<String, Autoencoder> models = new LinkedHashMap<>();
        for (RunResult run : results.all()) {
            Architecture architecture = run.architecture();
            Random random = new Random(run.latent());
            Map<String, float[]> tensors = new LinkedHashMap<>();
            for (Layer layer : architecture.layers()) {
                tensors.put(layer.weight(), values(random, (int) layer.weights(), layer.inputs()));
                tensors.put(layer.bias(), values(random, layer.biases(), layer.inputs()));
            }
            models.put(run.name(), Autoencoder.of(architecture, tensors, Map.of()));
        }
        return models;
    }

    private static float[] values(Random random, int length, int inputs) {
        float[] values = new float[length];
        for (int i = 0; i < length; i++) {
            values[i] = (float) (random.nextGaussian() * 2 / Math.sqrt(inputs));
        }
        return values;
    }
}
