package io.hourglass.lab.study;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import io.hourglass.lab.study.Analyses.Analysis;
import io.hourglass.lab.study.StudyResults.RunResult;
import io.hourglass.lab.text.Json;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The study's results for other programs: everything about a run is in one place, and what is not known is left out.
 */
final class ResultsJson {
    private record Results(
            String version,
            String command,
            String created,
            StudyResults.DataSummary data,
            StudyResults.Machine machine,
            List<Run> runs,
            List<VarianceResult> variance,
            List<SweepResult> sweep,
            @JsonInclude(JsonInclude.Include.NON_EMPTY) List<Baseline> baselines,

            @JsonInclude(JsonInclude.Include.NON_EMPTY) List<List<Integer>> originalsConfusion) {}

    private record Run(
            @JsonUnwrapped RunResult result,

            @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable
            Clusters clusters,

            @JsonInclude(JsonInclude.Include.NON_EMPTY) List<List<Integer>> confusion) {}

    private record Baseline(String name, Clusters clusters) {}

    private ResultsJson() {}

    static String of(StudyResults results) {
        Analyses analyses = results.analyses();
        return Json.write(new Results(
                results.version(),
                results.command(),
                results.created(),
                results.data(),
                results.machine(),
                results.runs().stream().map(run -> of(run, analyses)).toList(),
                results.variance(),
                results.sweep(),
                analyses.baselines().stream()
                        .map(baseline -> new Baseline(baseline.name(), baseline.clusters()))
                        .toList(),
                analyses.originals()));
    }

    private static Run of(RunResult run, Analyses analyses) {
        Analysis analysis = analyses.run(run.name()).orElse(null);
        return analysis == null
                ? new Run(run, null, List.of())
                : new Run(run, analysis.clusters(), analysis.confusion());
    }
}
