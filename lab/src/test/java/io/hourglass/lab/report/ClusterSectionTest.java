package io.hourglass.lab.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.hourglass.lab.study.Analyses;
import io.hourglass.lab.study.Analyses.Analysis;
import io.hourglass.lab.study.Clusters;
import io.hourglass.lab.study.Clusters.KMeansScores;
import io.hourglass.lab.study.Clusters.PipelineScores;
import io.hourglass.lab.study.StudyResults.RunResult;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

class ClusterSectionTest {
    private static final List<Configuration> ALL = Configuration.of(SyntheticStudy.results(3, "tuned"));

    private static Clusters clusters(double kMeans, double best, double knn) {
        PipelineScores strongest = new PipelineScores("umap+gmm", best, best - 0.05, best - 0.1);
        return new Clusters(
                new KMeansScores(kMeans, kMeans - 0.1, kMeans - 0.2, kMeans, Double.NaN),
                knn,
                strongest,
                List.of(strongest));
    }

    /** 100 images of each digit, of which some fives are read as eights. */
    private static List<List<Integer>> confusion(int eights) {
        List<List<Integer>> counts = new ArrayList<>();
        for (int label = 0; label < 10; label++) {
            List<Integer> line = new ArrayList<>(Collections.nCopies(10, 0));
            line.set(label, label == 5 ? 100 - eights : 100);
            if (label == 5) {
                line.set(8, eights);
            }
            counts.add(line);
        }
        return counts;
    }

    private static Analyses analyses(int wideEights) {
        List<Analysis> runs = new ArrayList<>();
        for (RunResult run : Findings.runs(ALL)) {
            boolean wide = run.latent() == 16;
            double bonus = run.hidden().size() * 0.01;
            runs.add(new Analysis(
                    run.name(),
                    wide ? clusters(0.6, 0.9 + bonus, 0.97) : clusters(0.4, 0.5 + bonus, 0.7),
                    confusion(wide ? wideEights : 20 + run.hidden().size())));
        }
        return new Analyses(
                60_000,
                10_000,
                confusion(1),
                runs,
                List.of(new Analysis("raw", clusters(0.55, 0.8, 0.96), List.of())),
                List.of());
    }

    @Test
    void clustersInSentences() {
        assertThat(ClusterSection.sentences(ALL, analyses(0), "digit"))
                .containsExactly(
                        "The clusters closest to the digits come from 784-256-128-16 (tuned): 92.0 % of the test rows are in"
                                + " the cluster of their digit (NMI 0.87), by UMAP of the codes, then a Gaussian mixture;"
                                + " k-means alone reaches 60.0 % on the same codes.",
                        "From p = 2 to p = 16, the accuracy of the best network goes from 52.0 % to 92.0 % for clusters"
                                + " and from 70.0 % to 97.0 % for the 10 nearest neighbours.",
                        "By k-means, the codes of 2 of 5 networks lead to better clusters than raw pixels"
                                + " (55.0 %).");
    }

    @Test
    void publishedFiguresStandBesideMnistOnly() {
        String mnist = ClusterSection.section(ALL, analyses(0), "digit", true).html();
        assertThat(mnist).contains("N2D", "97.9 %", "raw pixels", "<b>92.0</b>", "&ndash;");
        assertThat(ClusterSection.section(ALL, analyses(0), "label", false).html())
                .doesNotContain("N2D");
    }

    @Test
    void theClaimsOfTheLabReport() {
        assertThat(ConfusionSection.sentences(ALL, analyses(0), "digit", true))
                .contains("At p = 2, 97.8 % of the images decoded by 784-256-128-2 (tuned) are read right. Most often"
                        + " confused: 22.0 % of the 5s look like 8s.")
                .contains(
                        "The lab report saw 5s turn into 8s at p = 2 and not at p = 16: measured are 21.0 % to 22.0 % of the"
                                + " 5s at p = 2 and 0.0 % at p = 16, none indeed; of the original images the reader takes 1.0 % so.")
                .last()
                .asString()
                .contains("4s turn into 9s", "measured are 0.0 % of the 4s at p = 2");
        assertThat(ConfusionSection.sentences(ALL, analyses(3), "digit", true))
                .anyMatch(sentence -> sentence.contains("3.0 % at p = 16, fewer, but not none; of"));
        assertThat(ConfusionSection.sentences(ALL, analyses(40), "digit", true))
                .anyMatch(sentence -> sentence.contains("40.0 % at p = 16, no fewer; of"));
        assertThat(ConfusionSection.sentences(ALL, analyses(0), "label", false))
                .noneMatch(sentence -> sentence.contains("lab report"));
    }

    @Test
    void aMatrixForEachConfiguration() {
        String html = ConfusionSection.section(ALL, analyses(3), "digit", true).html();
        assertThat(html.split("<div class=\"matrix\">", -1)).hasSize(6);
        assertThat(html).contains("title=\"5 read as 8: 22\">22</td>").contains("title=\"5 read as 8: 3\">3</td>");
    }
}
