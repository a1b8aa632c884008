package io.hourglass.lab.report;

import io.hourglass.lab.study.StudyResults;
import io.hourglass.lab.study.StudyResults.RunResult;
import io.hourglass.nn.Architecture;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * One architecture with its runs, one for each recipe: what a figure of the report shows.
 *
 * @param number its place in the study, 1 for the first
 * @param runs at least one, in the study's order
 * @param ranges of the test MSE between seeds, by the names of the runs that were trained with several
 */
record Configuration(int number, List<RunResult> runs, Map<String, Double> ranges) {
    /**
     * Okabe and Ito's palette, which colour-blind readers can tell apart; dark colours first, for thin lines on white.
     */
    private static final List<String> COLOURS =
            List.of("#0072b2", "#d55e00", "#009e73", "#b4578f", "#222b3a", "#c28a00", "#3a93cf");

    /** The study's runs by architecture, in the study's order. */
    static List<Configuration> of(StudyResults results) {
        Map<Architecture, List<RunResult>> groups = new LinkedHashMap<>();
        for (RunResult run : results.runs()) {
            groups.computeIfAbsent(run.architecture(), key -> new ArrayList<>()).add(run);
        }
        Map<String, Double> ranges = new LinkedHashMap<>();
        results.seeds().forEach(seeds -> ranges.put(seeds.run(), seeds.testMse().range()));
        List<Configuration> configurations = new ArrayList<>();
        for (List<RunResult> runs : groups.values()) {
            configurations.add(new Configuration(configurations.size() + 1, List.copyOf(runs), ranges));
        }
        return configurations;
    }

    /** The configuration of the network with the lowest test error. */
    static Configuration best(List<Configuration> configurations) {
        return configurations.stream()
                .min(Comparator.comparingDouble(
                        configuration -> configuration.best().testMse()))
                .orElseThrow();
    }

    String architecture() {
        return runs.get(0).architecture().toString();
    }

    int latent() {
        return runs.get(0).latent();
    }

    int hiddenLayers() {
        return runs.get(0).architecture().hidden().size();
    }

    double pcaTestMse() {
        return runs.get(0).pcaTestMse();
    }

    /** How many times larger the input is than the code. */
    double compression(int inputs) {
        return (double) inputs / latent();
    }

    /** The run with the lowest test MSE. */
    RunResult best() {
        return runs.stream().min(Comparator.comparingDouble(RunResult::testMse)).orElseThrow();
    }

    /** How far apart the test errors of a run's seeds are; 0 if it was trained with one. */
    double range(RunResult run) {
        return ranges.getOrDefault(run.name(), 0.0);
    }

    /** CSS colour of the curves. */
    String colour() {
        return COLOURS.get((number - 1) % COLOURS.size());
    }

    /** For instance {@code two hidden layers}. */
    String depth(Words words) {
        return words.counted("hidden", hiddenLayers());
    }
}
