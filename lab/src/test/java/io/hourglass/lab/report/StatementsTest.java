package io.hourglass.lab.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hourglass.Autoencoder;
import io.hourglass.Dataset;
import io.hourglass.History.Epoch;
import io.hourglass.Recipe;
import io.hourglass.lab.analysis.ColumnPca;
import io.hourglass.lab.analysis.LatentHealth;
import io.hourglass.lab.analysis.Pca;
import io.hourglass.lab.analysis.Traversal;
import io.hourglass.lab.study.Analyses;
import io.hourglass.lab.study.Analyses.Analysis;
import io.hourglass.lab.study.Clusters;
import io.hourglass.lab.study.Clusters.KMeansScores;
import io.hourglass.lab.study.Clusters.PipelineScores;
import io.hourglass.lab.study.StudyResults;
import io.hourglass.lab.study.StudyResults.RunResult;
import io.hourglass.lab.study.SweepResult;
import io.hourglass.lab.study.Training;
import io.hourglass.lab.study.VarianceResult;
import io.hourglass.lab.text.Language;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Every sentence that the report computes is true of the results, whatever they are. */
class StatementsTest {
    /** Errors relative to each other: close calls of every kind are as likely as clear ones. */
    private static final double[] NEAR = {0, 0, 0.0004, 0.0041, 0.0049, 0.0051, 0.015, 0.03, 0.09, 0.11, 0.4, 1.5};

    @TempDir
    Path folder;

    private static double near(Random random, double value) {
        double off = NEAR[random.nextInt(NEAR.length)];
        return random.nextBoolean() ? value * (1 + off) : value / (1 + off);
    }

    private static StudyResults study(Random random, String data, int epochs, String recipes) {
        List<RunResult> runs = new ArrayList<>();
        double scale = random.nextInt(4) == 0 ? 1e-3 : 1;
        for (RunResult run : SyntheticStudy.results(epochs, recipes.split(" ")).runs()) {
            double testMse = near(random, scale * (run.latent() == 2 ? 0.04 : run.latent() == 8 ? 0.02 : 0.01));
            List<Epoch> history = new ArrayList<>();
            for (int epoch = 1; epoch <= epochs; epoch++) {
                double test = epoch == epochs ? testMse : near(random, testMse);
                history.add(new Epoch(epoch, near(random, test), test, 1, test, 0, near(random, test)));
            }
            List<Double> byLabel = new ArrayList<>();
            for (int label = 0; label < 10; label++) {
                byLabel.add(random.nextInt(12) == 0 ? Double.NaN : near(random, testMse));
            }
            Random costs = new Random(Double.doubleToLongBits(testMse));
            runs.add(SyntheticStudy.withCosts(
                    SyntheticStudy.withErrors(run, testMse, near(random, testMse), byLabel, history),
                    near(costs, 1),
                    near(costs, 1)));
        }
        String testSha256 = data.equals("mnist") ? StudyResults.DataSummary.MNIST_TEST_SHA256 : "ab";
        StudyResults.DataSummary summary = new StudyResults.DataSummary(
                data, random.nextBoolean() ? 60_000 : 640, 10_000, 784, "12", testSha256, 0, "none", "none", "value");
        int last = recipes.endsWith("tuned") ? 45 : 100;
        Training sweep = Training.of(
                (recipes.endsWith("tuned") ? Recipe.tuned() : Recipe.paper())
                        .with(r -> r.epochs(Math.min(epochs, last))),
                summary.train(),
                summary);
        boolean whole = epochs >= 10;
        StudyResults results = new StudyResults(
                "0.1.0",
                "hourglass study",
                "2026-11-23T12:00:00Z",
                summary,
                SyntheticStudy.subject(summary),
                new StudyResults.Machine("CPU", 2, "Linux", "17", "scalar", 2),
                runs,
                List.of(),
                List.of(),
                Optional.empty(),
                whole ? variance(random, summary) : List.of(),
                whole ? sweep(random, sweep) : List.of(),
                Analyses.NONE);
        StudyResults beyond = SyntheticStudy.beyond(
                results, near(random, scale * 0.04), near(random, scale * 0.02), near(random, scale * 0.01));
        StudyResults seeds =
                whole && random.nextBoolean() ? SyntheticStudy.withSeeds(beyond, 3, random.nextInt(3) * 0.004) : beyond;
        return SyntheticStudy.with(seeds, analyses(random, seeds, whole));
    }

    private static List<VarianceResult> variance(Random random, StudyResults.DataSummary data) {
        Training training = Training.of(Recipe.tuned().with(r -> r.epochs(3)), Math.min(30_000, data.train()), data);
        double bias2 = 0.03;
        double variance = 0.003;
        List<VarianceResult> results = new ArrayList<>();
        for (int latent : new int[] {2, 8, 16}) {
            bias2 = near(random, bias2);
            variance = near(random, variance);
            results.add(new VarianceResult(
                    data.inputs() + "-128-" + latent, bias2, variance, 0, bias2 + variance, 0, 0, 8, training));
        }
        return results;
    }

    private static List<SweepResult> sweep(Random random, Training training) {
        List<SweepResult> results = new ArrayList<>();
        double[] pca = {0.0557, 0.0374, 0.0269, 0.0091};
        int[] latents = {2, 8, 16, 64};
        for (String hidden : List.of("-128-", "-256-128-")) {
            for (int i = 0; i < latents.length; i++) {
                results.add(new SweepResult(
                        training.data().inputs() + hidden + latents[i], near(random, pca[i]), pca[i], training));
            }
        }
        return results;
    }

    private static Analyses analyses(Random random, StudyResults results, boolean whole) {
        List<Analysis> of = new ArrayList<>();
        for (RunResult run : results.all()) {
            of.add(new Analysis(run.name(), clusters(random, whole && run.latent() > 2), confusion(random)));
        }
        int runs = results.runs().size();
        List<Analysis> baselines = new ArrayList<>();
        for (String name : List.of("pca-2", "pca-8", "pca-16", "raw")) {
            baselines.add(new Analysis(name, clusters(random, whole && !name.equals("pca-2")), List.of()));
        }
        return new Analyses(
                60_000,
                10_000,
                confusion(random),
                of.subList(0, runs),
                of.subList(runs, of.size()),
                baselines,
                List.of());
    }

    private static Clusters clusters(Random random, boolean umap) {
        List<PipelineScores> pipelines = new ArrayList<>();
        for (String name : umap ? List.of("kmeans", "gmm", "umap+kmeans", "umap+gmm") : List.of("kmeans", "gmm")) {
            double accuracy = Math.min(1, near(random, 0.6));
            pipelines.add(new PipelineScores(name, accuracy, near(random, 0.3), near(random, 0.3)));
        }
        double kMeans = pipelines.get(0).accuracy();
        return new Clusters(
                new KMeansScores(kMeans, 0.5, 0.4, kMeans, random.nextBoolean() ? 0.2 : Double.NaN),
                Math.min(1, near(random, 0.9)),
                pipelines.get(0),
                pipelines);
    }

    private static List<List<Integer>> confusion(Random random) {
        int[] wrong = {0, 0, 1, 20, 300};
        int most = 1 + random.nextInt(wrong.length);
        List<List<Integer>> counts = new ArrayList<>();
        for (int label = 0; label < 10; label++) {
            List<Integer> line = new ArrayList<>(Collections.nCopies(10, 0));
            line.replaceAll(count -> wrong[random.nextInt(most)]);
            line.set(label, 1000);
            counts.add(line);
        }
        return counts;
    }

    @ParameterizedTest
    @CsvSource({
        "2, mnist, paper tuned",
        "2, mnist, tuned",
        "12, mnist, paper tuned",
        "12, fashion-mnist, paper",
        "45, mnist, tuned",
        "100, mnist, paper tuned",
        "100, mnist.npy, paper"
    })
    void everySentenceFollowsFromTheResults(int epochs, String data, String recipes) throws IOException {
        boolean digits = data.equals("mnist");
        Words words = new Words(Language.ENGLISH, digits, true);
        Words french = new Words(Language.FRENCH, digits, true);
        for (int seed = 0; seed < 15; seed++) {
            StudyResults results = study(new Random(seed), data, epochs, recipes);
            List<String> sentences = sentences(results, words);
            Statements statements = new Statements(results);
            sentences.forEach(statements::check);
            assertThat(sentences).hasSizeGreaterThan(9);
            assertThat(sentences(results, french).stream().map(StatementsTest::numbers))
                    .as("numbers of the French sentences")
                    .containsExactlyElementsOf(
                            sentences.stream().map(StatementsTest::numbers).toList());
        }
    }

    private List<String> sentences(StudyResults results, Words words) throws IOException {
        List<Configuration> all = Configuration.of(results);
        Paper paper = new Paper(folder, words);
        List<String> sentences = new ArrayList<>();
        sentences.addAll(items(Overview.section(paper, results, all).html()));
        sentences.add(Reconstructions.closest(all, words));
        sentences.addAll(CurveFindings.of(all, words));
        sentences.addAll(OverfittingSection.sentences(results, all, words));
        if (!results.seeds().isEmpty()) {
            sentences.addAll(SeedSection.sentences(results, all, words));
        }
        sentences.addAll(LabelFindings.of(all, words));
        if (!results.variance().isEmpty()) {
            sentences.addAll(Variance.findings(results.variance(), words));
            sentences.addAll(SweepFindings.of(results.sweep(), words));
        }
        sentences.addAll(
                items(ClusterSection.section(paper, all, results.analyses()).html()));
        sentences.addAll(
                items(ConfusionSection.section(paper, all, results.analyses()).html()));
        sentences.addAll(ComparisonSection.sentences(paper, results, all));
        sentences.addAll(ComparisonSection.costs(paper, results, all));
        sentences.addAll(
                BeyondSection.sentences(BeyondSection.pairs(all, results.beyond()), results.analyses(), words));
        return sentences;
    }

    /** The numbers of a sentence in order of size, as English writes them: languages may order them differently. */
    private static List<String> numbers(String sentence) {
        String plain =
                sentence.replaceAll("(\\d)[,\u202f](\\d{3})(?!\\d)", "$1$2").replaceAll("(\\d),(\\d)", "$1.$2");
        return Pattern.compile("\\d+(?:\\.\\d+)?(?:e-?\\d+)?")
                .matcher(plain)
                .results()
                .map(number -> number.group())
                .sorted()
                .toList();
    }

    @Test
    void theCheckItselfFindsWhatIsUntrue() {
        StudyResults results = SyntheticStudy.results(12, "paper", "tuned");
        Statements statements = new Statements(results);
        statements.check(
                "The best reconstruction comes from 784-256-128-16 (tuned recipe): test MSE 0.0070, PSNR 21.5 dB,"
                        + " from a"
                        + " code 49 times smaller than the input.");
        for (String untrue : List.of(
                "The best reconstruction comes from 784-256-128-16 (tuned recipe): test MSE 0.0071, PSNR 21.5 dB,"
                        + " from a"
                        + " code 49"
                        + " times smaller than the input.",
                "The best reconstruction comes from 784-128-16 (tuned recipe): test MSE 0.0094, PSNR 20.3 dB, from"
                        + " a code"
                        + " 49 times"
                        + " smaller than the input.",
                "At the end of training, the test MSE still changes from one epoch to the next, on average over the"
                        + " networks: by 4.4 % with the tuned recipe (last 10 epochs).",
                "Beyond p = 2, 784-128-p gains little: no wider code lowers its error.",
                "The convolutional network reconstructs no better: compared with the best dense network of the same"
                        + " p, it leaves the test MSE level at p = 2 (0.0347 against 0.0347), p = 8 (0.0141 against"
                        + " 0.0141) and p = 16 (0.0070 against 0.0070).",
                "Nobody knows this sentence.")) {
            assertThatThrownBy(() -> statements.check(untrue)).isInstanceOf(AssertionError.class);
        }
    }

    /** The whole page, with the sentences that need models: none is of a form unknown here. */
    @ParameterizedTest
    @CsvSource({"2, mnist, paper tuned", "12, other, tuned", "100, mnist, paper tuned"})
    void theWholePage(int epochs, String data, String recipes) throws IOException {
        StudyResults results = study(new Random(7), data, epochs, recipes);
        Dataset test = SyntheticStudy.images(data);
        Map<String, Autoencoder> models = SyntheticStudy.models(results);
        StudyReport.write(folder, results, test, ColumnPca.of(Pca.fit(test)), models, Language.ENGLISH);
        String page = Files.readString(folder.resolve("report.html"));

        Statements statements = new Statements(results);
        models.keySet()
                .removeIf(name ->
                        results.beyond().stream().anyMatch(run -> run.name().equals(name)));
        addThoseOfModels(statements, results, test, models);
        List<String> sentences = items(page);
        sentences.forEach(statements::check);
        assertThat(sentences).hasSizeGreaterThan(20);
        String text = page.replaceAll("(?s)<(script|style).*?</\\1>", "").replaceAll("src=\"data:[^\"]*\"", "");
        assertThat(text).doesNotContain("NaN", "Infinity", "number 1 of", "code 1");

        assertThat(page.contains("is a first look: it leaves out UMAP, bias and variance, the sweep over"))
                .isEqualTo(epochs < 10);
        assertThat(page).doesNotContain("This was a quick study");
        double seconds =
                results.runs().stream().mapToDouble(RunResult::trainSeconds).sum();
        Matcher tile = Pattern.compile("<b>([\\d.]+) s</b><span>training time, summed over (\\d+) runs; runs may"
                        + " have overlapped</span>")
                .matcher(page);
        assertThat(tile.find()).isEqualTo(seconds < 99);
        if (seconds < 99) {
            Statements.same(tile.group(1), seconds);
            Statements.same(tile.group(2), results.runs().size());
        }
        assertThat(page.contains("of the lab report)"))
                .as("figures of the lab report")
                .isEqualTo(data.equals("mnist"));
    }

    @Test
    void aQuickStudyOfManyEpochsIsCalledSo() throws IOException {
        StudyResults whole = study(new Random(7), "mnist", 45, "tuned");
        StudyResults results = new StudyResults(
                whole.version(),
                whole.command(),
                whole.created(),
                whole.data(),
                whole.subject(),
                whole.machine(),
                whole.runs(),
                List.of(),
                List.of(),
                Optional.empty(),
                List.of(),
                List.of(),
                whole.analyses());
        Dataset test = SyntheticStudy.images("mnist");
        StudyReport.write(
                folder, results, test, ColumnPca.of(Pca.fit(test)), SyntheticStudy.models(results), Language.ENGLISH);
        assertThat(folder.resolve("report.html"))
                .content()
                .contains("This was a quick study (<code>--quick</code>), which leaves out UMAP, bias and variance,"
                        + " the sweep over")
                .contains("Without <code>--quick</code>, and with <code>--force</code>, the same command adds them");
    }

    @Test
    void anErrorThatIsNoNumberHasNoPsnr() throws IOException {
        StudyResults results = SyntheticStudy.results(12, "tuned");
        RunResult run = results.runs().get(0);
        for (double testMse : new double[] {0, Double.POSITIVE_INFINITY}) {
            StudyResults of = SyntheticStudy.results(
                    List.of(SyntheticStudy.withErrors(run, testMse, 0.1, run.testMseByLabel(), run.history())));
            List<Configuration> all = Configuration.of(of);
            assertThat(Overview.section(new Paper(folder, SyntheticStudy.ENGLISH), of, all)
                            .html())
                    .contains("PSNR undefined", "<td>undefined</td>")
                    .doesNotContain("Infinity", "NaN");
            assertThat(Introduction.tiles(of, all, SyntheticStudy.ENGLISH))
                    .contains("<b>undefined</b>")
                    .doesNotContain("Infinity", "NaN");
        }
    }

    private static void addThoseOfModels(
            Statements statements, StudyResults results, Dataset test, Map<String, Autoencoder> models) {
        statements.add(
                "From end to end, z(\\d+) of " + Statements.RUN + " changes the image most and z(\\d+) least: by a mean"
                        + " squared difference of (\\S+) and (\\S+) per value\\.",
                said -> {
                    Autoencoder model = model(statements, models, said.group(2));
                    float[][] codes = model.encode(test);
                    float[][][] moved = Traversal.of(codes, codes[Traversal.central(codes)], -2, 2)
                            .codes();
                    double[] changes = Arrays.stream(moved)
                            .mapToDouble(ends -> {
                                float[][] images = model.decode(ends);
                                double sum = 0;
                                for (int i = 0; i < images[0].length; i++) {
                                    sum += Math.pow(images[0][i] - images[1][i], 2);
                                }
                                return sum / images[0].length;
                            })
                            .toArray();
                    assertThat(changes[Integer.parseInt(said.group(1))])
                            .isEqualTo(Arrays.stream(changes).max().orElseThrow());
                    assertThat(changes[Integer.parseInt(said.group(3))])
                            .isEqualTo(Arrays.stream(changes).min().orElseThrow());
                    Statements.same(said.group(4), changes[Integer.parseInt(said.group(1))]);
                    Statements.same(said.group(5), changes[Integer.parseInt(said.group(3))]);
                });
        statements.add(
                "The worst image of " + Statements.RUN + " has an error of (\\S+), (\\S+) times the average; the best"
                        + " has (\\S+)\\.",
                said -> {
                    double[] errors = model(statements, models, said.group(1)).errors(test);
                    Arrays.sort(errors);
                    Statements.same(said.group(2), errors[errors.length - 1]);
                    Statements.same(said.group(4), errors[0]);
                });
        statements.add(
                "No network has a dead or duplicate value in its code\\.",
                said -> models.values().forEach(model -> {
                    LatentHealth health = LatentHealth.of(model.encode(test));
                    assertThat(health.dead()).isEmpty();
                    assertThat(health.duplicates()).isEmpty();
                }));
        statements.add(
                "The code is used most evenly by " + Statements.RUN + " \\(effective rank (\\S+) of (\\d+)\\), and"
                        + " least"
                        + " evenly by " + Statements.RUN + " \\(effective rank (\\S+) of (\\d+)\\)\\.",
                said -> {
                    double[] uses = models.values().stream()
                            .mapToDouble(
                                    model -> LatentHealth.of(model.encode(test)).effectiveRank()
                                            / model.architecture().latent())
                            .sorted()
                            .toArray();
                    for (int part = 0; part < 2; part++) {
                        Autoencoder model = model(statements, models, said.group(3 * part + 1));
                        double rank = LatentHealth.of(model.encode(test)).effectiveRank();
                        Statements.same(said.group(3 * part + 2), rank);
                        Statements.same(
                                said.group(3 * part + 3), model.architecture().latent());
                        assertThat(rank / model.architecture().latent())
                                .isEqualTo(uses[part == 0 ? uses.length - 1 : 0]);
                    }
                });
        statements.add(
                "Of what distinguishes the test images from the mean training image, their variance, the best code with"
                        + " p = (\\d+) loses (.* %) and the best with p = (\\d+) loses (.* %)\\.",
                said -> {
                    double variance = 0; // these tests fit PCA to the test rows: their mean is the training rows' mean
                    for (int j = 0; j < test.inputs(); j++) {
                        double[] column = new double[test.rows()];
                        for (int r = 0; r < column.length; r++) {
                            column[r] = test.row(r)[j];
                        }
                        double mean = Arrays.stream(column).average().orElseThrow();
                        variance += Arrays.stream(column)
                                .map(x -> (x - mean) * (x - mean))
                                .average()
                                .orElseThrow();
                    }
                    for (int end = 1; end <= 3; end += 2) {
                        int latent = Integer.parseInt(said.group(end));
                        double best = results.runs().stream()
                                .filter(run -> run.latent() == latent)
                                .mapToDouble(RunResult::testMse)
                                .min()
                                .orElseThrow();
                        Statements.percent(said.group(end + 1), best / (variance / test.inputs()));
                    }
                });
        // Shares and readings that other tests follow up: here it is enough that no number is missing.
        statements.add("Hidden units saturate most in " + Statements.RUN + ", where .* %.*\\.", said -> {});
        statements.add(
                "Of two recipes for the same network, the one with the lower test MSE has fewer saturated hidden"
                        + " values in (\\d+) of (\\d+) cases?\\.",
                said -> {
                    Statements.same(said.group(2), results.runs().size() / 2.0);
                    assertThat(Integer.parseInt(said.group(1)))
                            .isLessThanOrEqualTo(results.runs().size() / 2);
                });
        statements.add(
                "Of these maps, .* separates the (?:digit|label)s best: .* separates them least, with .* %\\.",
                said -> {});
        statements.add("The two axes of a PCA map carry a part of the codes’ variance: .* % for .*\\.", said -> {});
        statements.add("From \\d to \\d: .* at p = 2, .* for the blended pixels\\.", said -> {});
    }

    private static Autoencoder model(Statements statements, Map<String, Autoencoder> models, String run) {
        return Objects.requireNonNull(models.get(statements.run(run).name()));
    }

    private static List<String> items(String html) {
        List<String> items = new ArrayList<>();
        Matcher item = Pattern.compile("<li>(?!<a )(.*?)</li>").matcher(html); // not those of the contents
        while (item.find()) {
            items.add(item.group(1)
                    .replaceAll("</?(?:span|a)[^>]*>", "")
                    .replace("&#39;", "'")
                    .replace("&quot;", "\"")
                    .replace("&lt;", "<")
                    .replace("&gt;", ">")
                    .replace("&amp;", "&"));
        }
        return items;
    }
}
