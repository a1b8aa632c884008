package io.hourglass.lab.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.hourglass.lab.study.Analyses;
import io.hourglass.lab.study.Analyses.Analysis;
import io.hourglass.lab.study.Clusters;
import io.hourglass.lab.study.Clusters.KMeansScores;
import io.hourglass.lab.study.Clusters.PipelineScores;
import io.hourglass.lab.study.StudyResults.RunResult;
import io.hourglass.lab.text.Language;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ClusterSectionTest {
    @TempDir
    Path folder;

    private static final List<Configuration> ALL = Configuration.of(SyntheticStudy.results(3, "tuned"));

    private static Clusters clusters(double kMeans, double gmm, double umapGmm, double knn) {
        List<PipelineScores> pipelines = new ArrayList<>(List.of(scores("kmeans", kMeans), scores("gmm", gmm)));
        if (umapGmm > 0) {
            pipelines.add(scores("umap+kmeans", umapGmm - 0.01));
            pipelines.add(scores("umap+gmm", umapGmm));
        }
        return new Clusters(
                new KMeansScores(kMeans, kMeans - 0.1, kMeans - 0.2, kMeans, Double.NaN),
                knn,
                pipelines.get(pipelines.size() - 1),
                pipelines);
    }

    private static PipelineScores scores(String pipeline, double accuracy) {
        return new PipelineScores(pipeline, accuracy, accuracy - 0.05, accuracy - 0.1);
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
            double bonus = run.architecture().hidden().size() * 0.01;
            runs.add(new Analysis(
                    run.name(),
                    wide ? clusters(0.6 - bonus, 0.5 + bonus, 0.9 + bonus, 0.97) : clusters(0.4, 0.5 + bonus, 0, 0.7),
                    confusion(
                            wide ? wideEights : 20 + run.architecture().hidden().size())));
        }
        return new Analyses(
                60_000,
                10_000,
                confusion(1),
                runs,
                List.of(),
                List.of(new Analysis("raw", clusters(0.55, 0.45, 0.8, 0.96), List.of())),
                List.of());
    }

    @Test
    void clustersInSentences() {
        assertThat(ClusterSection.sentences(ALL, analyses(0), SyntheticStudy.ENGLISH))
                .containsExactly(
                        "With k-means, the clusters of 784-128-16 (tuned recipe) match the digits best: 59.0 % of"
                                + " the test images are in the cluster of their digit (NMI 0.54). The best result"
                                + " without a network is 55.0 % (raw pixels).",
                        "With a Gaussian mixture, the clusters of 784-256-128-2 (tuned recipe) match the digits"
                                + " best: 52.0 % of the test images are in the cluster of their digit (NMI 0.47). The"
                                + " best result without a network is 45.0 % (raw pixels).",
                        "With UMAP, then k-means, the clusters of 784-256-128-16 (tuned recipe) match the digits"
                                + " best: 91.0 % of the test images are in the cluster of their digit (NMI 0.86). The"
                                + " best result without a network is 79.0 % (raw pixels).",
                        "With UMAP, then a Gaussian mixture, the clusters of 784-256-128-16 (tuned recipe) match"
                                + " the digits best: 92.0 % of the test images are in the cluster of their digit (NMI"
                                + " 0.87). The best result without a network is 80.0 % (raw pixels).",
                        "From p = 2 to p = 16, the highest accuracy of any network goes from 40.0 % to 59.0 % with"
                                + " k-means, from 52.0 % to 52.0 % with a Gaussian mixture and from 70.0 % to 97.0"
                                + " % with the 10 nearest"
                                + " neighbours.",
                        "With k-means, the codes of 2 of 5 networks give better clusters than raw pixels"
                                + " (55.0 %).");
    }

    @Test
    void whatUmapDoesStandsInColumnsOfItsOwn() throws IOException {
        List<String> rows = ClusterSection.section(paper(true), ALL, analyses(0))
                .html()
                .lines()
                .filter(line -> line.contains("<tr"))
                .filter(line -> line.contains("784-256-128-2<") || line.contains("784-256-128-16<"))
                .toList();
        // 10-NN; k-means; a mixture; UMAP and k-means; UMAP and a mixture
        assertThat(rows).hasSize(2);
        assertThat(rows.get(0))
                .endsWith("<td>70.0</td><td>40.0</td><td>30.0</td><td>20.0</td><td>40.0</td><td>undefined</td>"
                        + "<td><b>52.0</b></td><td>47.0</td>" + "<td>–</td>".repeat(4) + "</tr>");
        assertThat(rows.get(1))
                .endsWith("<td><b>97.0</b></td><td>58.0</td><td>48.0</td><td>38.0</td><td>58.0</td><td>undefined</td>"
                        + "<td><b>52.0</b></td><td>47.0</td><td><b>91.0</b></td><td>86.0</td>"
                        + "<td><b>92.0</b></td><td>87.0</td></tr>");
    }

    @Test
    void publishedFiguresStandBesideMnistOnly() throws IOException {
        String mnist = ClusterSection.section(paper(true), ALL, analyses(0)).html();
        assertThat(mnist).contains("N2D", "97.9 %", "raw pixels", "<b>92.0</b>", "–", "<td>undefined</td>");
        assertThat(ClusterSection.section(paper(false), ALL, analyses(0)).html())
                .doesNotContain("N2D");
    }

    @Test
    void theClaimsOfTheLabReport() {
        assertThat(ConfusionSection.sentences(ALL, analyses(0), SyntheticStudy.ENGLISH))
                .contains("At p = 2, the classifier reads 97.8 % of the images decoded by 784-256-128-2 (tuned"
                        + " recipe) correctly. The most frequent confusion: 22.0 % of the 5s look like 8s.")
                .contains("The lab report saw 5s turn into 8s at p = 2 and not at p = 16. Here, 21.0 % to 22.0 % of"
                        + " the 5s do so at p = 2 and 0.0 % at p = 16: indeed none. Of the original 5s, the"
                        + " classifier takes 1.0 % for 8s.")
                .last()
                .asString()
                .contains("4s turn into 9s", "Here, 0.0 % of the 4s do so at p = 2");
        assertThat(ConfusionSection.sentences(ALL, analyses(3), SyntheticStudy.ENGLISH))
                .anyMatch(sentence -> sentence.contains("3.0 % at p = 16: fewer, but not none. Of"));
        assertThat(ConfusionSection.sentences(ALL, analyses(40), SyntheticStudy.ENGLISH))
                .anyMatch(sentence -> sentence.contains("40.0 % at p = 16: no fewer. Of"));
        assertThat(ConfusionSection.sentences(ALL, analyses(0), new Words(Language.ENGLISH, false, true)))
                .noneMatch(sentence -> sentence.contains("lab report"));
    }

    @Test
    void aMatrixForEachConfiguration() throws IOException {
        String html = ConfusionSection.section(paper(true), ALL, analyses(3)).html();
        assertThat(html.split("<div class=\"matrix\">", -1)).hasSize(6);
        assertThat(html).contains("title=\"5 read as 8: 22\">22</td>").contains("title=\"5 read as 8: 3\">3</td>");
    }

    private Paper paper(boolean digits) throws IOException {
        return new Paper(folder, new Words(Language.ENGLISH, digits, true));
    }
}
