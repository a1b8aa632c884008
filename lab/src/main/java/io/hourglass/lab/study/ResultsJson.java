package io.hourglass.lab.study;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.hourglass.Recipe;
import io.hourglass.lab.study.StudyResults.RunResult;
import io.hourglass.lab.text.Json;
import io.hourglass.nn.Architecture;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The study's results for other programs: everything about a run is in one place, and what is not known is left out.
 * Fields may be added; those that exist keep their names and types.
 */
final class ResultsJson {
    private record Results(
            String version,
            String command,
            String created,
            StudyResults.DataSummary data,
            Subject subject,
            StudyResults.Machine machine,
            List<Map<String, Object>> runs,
            @JsonInclude(JsonInclude.Include.NON_EMPTY) List<Map<String, Object>> beyond,

            @JsonInclude(JsonInclude.Include.NON_EMPTY) List<Map<String, Object>> seeds,
            @JsonInclude(JsonInclude.Include.NON_EMPTY) Map<String, Object> smallData,

            List<Map<String, Object>> variance,
            List<Map<String, Object>> sweep,
            @JsonInclude(JsonInclude.Include.NON_EMPTY) List<Baseline> baselines,

            @JsonInclude(JsonInclude.Include.NON_EMPTY) List<List<Integer>> originalsConfusion) {}

    private record Baseline(String name, Clusters clusters) {}

    private ResultsJson() {}

    static String of(StudyResults results) {
        Analyses analyses = results.analyses();
        return Json.write(new Results(
                results.version(),
                results.command(),
                results.created(),
                results.data(),
                results.subject(),
                results.machine(),
                results.runs().stream()
                        .map(run -> of(run, results.data(), analyses))
                        .toList(),
                results.beyond().stream()
                        .map(run -> of(run, results.data(), analyses))
                        .toList(),
                results.seeds().stream().map(ResultsJson::of).toList(),
                results.smallData().map(ResultsJson::of).orElse(Map.of()),
                results.variance().stream().map(ResultsJson::of).toList(),
                results.sweep().stream().map(ResultsJson::of).toList(),
                analyses.baselines().stream()
                        .map(baseline -> new Baseline(baseline.name(), baseline.clusters()))
                        .toList(),
                analyses.originals()));
    }

    private static Map<String, Object> of(RunResult run, StudyResults.DataSummary data, Analyses analyses) {
        Architecture architecture = run.architecture();
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("name", run.name());
        json.put("architecture", architecture.toString());
        json.put("hidden", architecture.hidden());
        json.put("latent", architecture.latent());
        if (!architecture.convolutions().isEmpty()) {
            json.put("activation", architecture.hiddenActivation().label());
        }
        json.putAll(settings(run.recipe()));
        json.put("schedule", run.recipe().schedule().label());
        json.put("parameters", architecture.parameters());
        json.put("trainMse", run.trainMse());
        json.put("testMse", run.testMse());
        json.put("pcaTestMse", run.pcaTestMse());
        if (data.inUnitInterval()) {
            json.put("psnr", run.psnr());
        }
        json.put("testMseByLabel", run.testMseByLabel());
        json.put("trainSeconds", run.trainSeconds());
        json.put("model", run.model());
        json.put("weightsSha256", run.weightsSha256());
        json.put("history", run.history());
        json.put("trainMseAtEnd", run.trainMseAtEnd());
        json.put("trainRowsMeasured", run.trainRowsMeasured());
        json.put("threads", run.cost().threads());
        json.put("sharedMachine", run.cost().sharedMachine());
        json.put("trainingBytes", run.cost().trainingBytes());
        json.put("weightsBytes", run.cost().weightsBytes());
        json.put("optimizerBytes", run.cost().optimizerBytes());
        json.put("buffersBytes", run.cost().buffersBytes());
        json.put("modelFileBytes", run.cost().modelFileBytes());
        json.put("codeBytesPerRow", run.cost().codeBytesPerRow());
        analyses.run(run.name()).ifPresent(analysis -> {
            json.put("clusters", analysis.clusters());
            if (!analysis.confusion().isEmpty()) {
                json.put("confusion", analysis.confusion());
            }
        });
        return json;
    }

    private static Map<String, Object> of(SeedRuns seeds) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("run", seeds.run());
        json.put("testMse", seeds.testMse());
        json.put("each", seeds.each());
        return json;
    }

    private static Map<String, Object> of(SmallData small) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("network", small.network());
        json.put("rows", small.rows());
        json.putAll(settings(small.recipe()));
        json.put("bestEpoch", small.best().epoch());
        json.put("bestTestMse", small.best().testMse());
        json.put("history", small.history());
        return json;
    }

    /** Also an entry of {@code variance.json}. */
    static Map<String, Object> of(VarianceResult result) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("hidden", result.architecture().hidden());
        json.put("latent", result.latent());
        json.put("bias2", result.bias2());
        json.put("variance", result.variance());
        json.put("noise", result.noise());
        json.put("mse", result.mse());
        json.put("noiseError", result.noiseError());
        json.put("noiseVariance", result.noiseVariance());
        json.put("models", result.models());
        json.put("training", of(result.training()));
        json.put("network", result.network());
        return json;
    }

    private static Map<String, Object> of(SweepResult result) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("hidden", result.architecture().hidden());
        json.put("latent", result.latent());
        json.put("testMse", result.testMse());
        json.put("pcaTestMse", result.pcaTestMse());
        json.put("training", of(result.training()));
        json.put("network", result.network());
        return json;
    }

    private static Map<String, Object> of(Training training) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("format", training.format());
        json.putAll(settings(training.recipe()));
        json.put("shuffle", training.recipe().shuffle());
        json.put("rows", training.rows());
        json.put("data", training.data());
        return json;
    }

    /** A recipe's settings beside other fields, of which the recipe's name is called {@code recipe}. */
    private static Map<String, Object> settings(Recipe recipe) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("recipe", recipe.name());
        json.put("seed", recipe.seed());
        json.put("epochs", recipe.epochs());
        json.put("batchSize", recipe.batchSize());
        json.put("optimizer", recipe.optimizer().label());
        json.put("learningRate", recipe.learningRate());
        json.put("schedule", recipe.schedule());
        json.put("momentum", recipe.momentum());
        json.put("nesterov", recipe.nesterov());
        json.put("weightDecay", recipe.weightDecay());
        json.put("firstDecay", recipe.firstDecay());
        json.put("beta2", recipe.beta2());
        return json;
    }
}
