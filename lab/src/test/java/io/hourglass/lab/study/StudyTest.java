package io.hourglass.lab.study;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.hourglass.Autoencoder;
import io.hourglass.Dataset;
import io.hourglass.History;
import io.hourglass.Idx;
import io.hourglass.Recipe;
import io.hourglass.Trainer;
import io.hourglass.TrainingListener;
import io.hourglass.io.FolderLock;
import io.hourglass.lab.analysis.ColumnPca;
import io.hourglass.lab.cli.TinyData;
import io.hourglass.lab.data.DataSource;
import io.hourglass.lab.data.DataSplit;
import io.hourglass.lab.data.ReadOptions;
import io.hourglass.lab.progress.Progress;
import io.hourglass.lab.study.Analyses.LatentMap;
import io.hourglass.lab.study.StudyResults.RunResult;
import io.hourglass.nn.Activation;
import io.hourglass.nn.Architecture;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

@Tag("once")
class StudyTest {
    private static final String ONE = "16-128-2-tuned";

    private static final Progress QUIET = new Progress(new PrintStream(OutputStream.nullOutputStream()), false, 80);

    @TempDir
    Path folder;

    private final Study.Pages pages = new Study.Pages() {
        @Override
        public void explorer(Path to, RunResult run, Dataset test, Autoencoder model, Optional<LatentMap> map)
                throws IOException {
            Path page = Files.createDirectories(to.resolve("explorer")).resolve(run.name() + ".html");
            Files.writeString(page, map.isPresent() ? "with map" : "without");
        }

        @Override
        public void report(Path to, StudyResults results, Dataset test, ColumnPca pca, Map<String, Autoencoder> models)
                throws IOException {
            Files.writeString(to.resolve("report.html"), "drawn");
        }
    };

    private Path data;
    private Path out;
    private String said = "";
    private boolean quick = true;
    private boolean force = true;
    private int epochs = 1;
    private @Nullable Recipe beyond;
    private int seeds = 1;

    @BeforeEach
    void writeData() throws IOException {
        data = TinyData.write(folder.resolve("tiny"), 4);
        out = folder.resolve("study");
    }

    /** A study with both recipes. */
    private StudyResults study() throws IOException {
        return study(epochs, 0, 2);
    }

    private StudyResults study(int epochs, long seed, int threads) throws IOException {
        List<Recipe> recipes = Stream.of(Recipe.paper(), Recipe.tuned())
                .map(recipe -> recipe.with(r -> r.epochs(epochs).seed(seed)))
                .toList();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        try (Progress progress = new Progress(new PrintStream(err, true, StandardCharsets.UTF_8), false, 80)) {
            return new Study(
                            new StudySettings(
                                    "hourglass study",
                                    new StudyData(data.toString(), ReadOptions.DEFAULT, null, null),
                                    recipes,
                                    true,
                                    beyond,
                                    seeds,
                                    threads,
                                    quick,
                                    out,
                                    force),
                            pages,
                            progress)
                    .run();
        } finally {
            said = err.toString(StandardCharsets.UTF_8);
        }
    }

    private long reused() {
        return said.lines().filter(line -> line.contains("reused")).count();
    }

    private long trained() {
        return said.lines()
                .filter(line -> line.contains(": finished, test MSE"))
                .count();
    }

    @Test
    void trainsTheReportsConfigurationsInItsOrder() throws IOException {
        StudyResults results = study();
        assertThat(results.runs())
                .extracting(RunResult::name)
                .containsExactly(
                        "16-128-2-paper",
                        "16-128-2-tuned",
                        "16-128-16-paper",
                        "16-128-16-tuned",
                        "16-256-128-2-paper",
                        "16-256-128-2-tuned",
                        "16-256-128-8-paper",
                        "16-256-128-8-tuned",
                        "16-256-128-16-paper",
                        "16-256-128-16-tuned");
        for (RunResult run : results.runs()) {
            Autoencoder model = Autoencoder.load(out.resolve(run.model()));
            assertThat(model.weightsSha256()).isEqualTo(run.weightsSha256());
            assertThat(model.error(DataSource.load(data.toString(), QUIET).split("test")))
                    .isCloseTo(run.testMse(), within(1e-12));
            assertThat(model.metadata())
                    .containsEntry("recipe.name", run.recipe().name())
                    .containsKey("data.sha256");
            assertThat(run.testMseByLabel()).hasSize(10).allMatch(mse -> mse > 0);
            assertThat(run.history()).hasSize(1);
        }
        assertThat(out.resolve("report.html")).hasContent("drawn");
        assertThat(trained()).isEqualTo(10);
        assertThat(said).contains("fitting PCA").contains("drawing the report");
    }

    @Test
    void writesResultsForOtherPrograms() throws IOException {
        StudyResults results = study();
        String text = Files.readString(out.resolve("results.json"));
        assertThat(text).doesNotContain("NaN");
        JsonNode json = JsonMapper.shared().readTree(text);
        assertThat(json.propertyNames())
                .containsExactly(
                        "version",
                        "command",
                        "created",
                        "data",
                        "subject",
                        "machine",
                        "runs",
                        "variance",
                        "sweep",
                        "baselines",
                        "originalsConfusion");
        assertThat(json.get("data").propertyNames())
                .containsExactly(
                        "name",
                        "train",
                        "test",
                        "inputs",
                        "trainSha256",
                        "testSha256",
                        "validation",
                        "scale",
                        "impute",
                        "errorsPer");
        assertThat(json.get("machine").propertyNames())
                .containsExactly("cpu", "cores", "os", "jdk", "kernels", "threads");
        assertThat(json.get("runs").size()).isEqualTo(10);
        assertThat(json.get("runs").get(0).propertyNames())
                .containsExactly(
                        "name",
                        "architecture",
                        "hidden",
                        "latent",
                        "recipe",
                        "seed",
                        "epochs",
                        "batchSize",
                        "optimizer",
                        "learningRate",
                        "schedule",
                        "momentum",
                        "nesterov",
                        "weightDecay",
                        "firstDecay",
                        "beta2",
                        "parameters",
                        "trainMse",
                        "testMse",
                        "pcaTestMse",
                        "psnr",
                        "testMseByLabel",
                        "trainSeconds",
                        "model",
                        "weightsSha256",
                        "history",
                        "trainMseAtEnd",
                        "trainRowsMeasured",
                        "threads",
                        "sharedMachine",
                        "trainingBytes",
                        "weightsBytes",
                        "optimizerBytes",
                        "buffersBytes",
                        "modelFileBytes",
                        "codeBytesPerRow",
                        "clusters",
                        "confusion");
        JsonNode tuned = json.get("runs").get(1);
        assertThat(tuned.get("architecture").asString()).isEqualTo("16-128-2");
        assertThat(tuned.get("recipe").asString()).isEqualTo("tuned");
        assertThat(tuned.get("optimizer").asString()).isEqualTo("adamw");
        assertThat(tuned.get("schedule").asString()).isEqualTo("one-cycle");
        assertThat(json.get("runs").get(0).get("history").get(0).propertyNames())
                .containsExactly("epoch", "trainMse", "testMse", "seconds", "trainLoss", "trainKl", "trainMseAtEnd");

        List<String> csv = Files.readAllLines(out.resolve("results.csv"));
        assertThat(csv).hasSize(11);
        assertThat(csv.get(0)).startsWith("name,architecture,hidden,latent,recipe,seed,epochs,");
        assertThat(csv.get(1)).startsWith("16-128-2-paper,16-128-2,128,2,paper,0,1,64,0.005,constant,");
        assertThat(csv.get(1)).contains(Double.toString(results.runs().get(0).testMse()));
        RunResult first = results.runs().get(0);
        assertThat(csv.get(1))
                .endsWith(first.weightsSha256() + ",adam,0.0,false," + first.trainMseAtEnd() + ",200,1,true,"
                        + first.cost().trainingBytes() + "," + Files.size(out.resolve(first.model())) + ",8");
    }

    @Test
    void goesBeyondTheReport() throws IOException {
        List<RunResult> plain = study().runs();
        beyond = Beyond.recipe().with(r -> r.epochs(2));
        StudyResults results = study();
        assertThat(reused()).isEqualTo(10);
        assertThat(trained()).isEqualTo(3);
        assertThat(results.runs()).isEqualTo(plain);
        assertThat(results.beyond())
                .extracting(RunResult::name)
                .containsExactly(
                        "4x4x1-16c3s2-32c3s2-128-2-tuned",
                        "4x4x1-16c3s2-32c3s2-128-8-tuned",
                        "4x4x1-16c3s2-32c3s2-128-16-tuned");
        assertThat(results.analyses().runs()).hasSize(10);
        for (RunResult run : results.beyond()) {
            assertThat(run.architecture().hiddenActivation()).isEqualTo(Activation.ELU);
            Autoencoder model = Autoencoder.load(out.resolve(run.model()));
            assertThat(model.architecture()).isEqualTo(run.architecture());
            assertThat(model.error(DataSource.load(data.toString(), QUIET).split("test")))
                    .isCloseTo(run.testMse(), within(1e-12));
            assertThat(results.analyses().run(run.name())).isPresent();
            assertThat(out.resolve("explorer/" + run.name() + ".html")).hasContent("without");
        }

        JsonNode json = JsonMapper.shared().readTree(Files.readString(out.resolve("results.json")));
        assertThat(json.get("runs").size()).isEqualTo(10);
        JsonNode run = json.get("beyond").get(2);
        assertThat(json.get("beyond").size()).isEqualTo(3);
        assertThat(run.get("architecture").asString()).isEqualTo("4x4x1-16c3s2-32c3s2-128-16");
        assertThat(run.get("activation").asString()).isEqualTo("elu");
        assertThat(run.get("clusters").get("kmeans").get("accuracy").asDouble()).isPositive();
        List<String> csv = Files.readAllLines(out.resolve("results.csv"));
        assertThat(csv).hasSize(14);
        assertThat(csv.get(13)).startsWith(run.get("name").asString() + ",4x4x1-16c3s2-32c3s2-128-16,128,16,tuned,");

        // The folder knows the networks beyond the report, and they are used again.
        force = false;
        assertThat(study().beyond()).isEqualTo(results.beyond());
        assertThat(reused()).isEqualTo(13);
        beyond = null;
        assertThatThrownBy(this::study).hasMessageContaining("beyond.name = beyond, expected nothing");
    }

    @Test
    void findsTheClassesInTheCodes() throws IOException {
        quick = false;
        epochs = 10; // fewer are a first look
        StudyResults first = study();
        JsonNode json = JsonMapper.shared().readTree(Files.readString(out.resolve("results.json")));
        for (JsonNode run : json.get("runs")) {
            JsonNode clusters = run.get("clusters");
            assertThat(clusters.get("kmeans").propertyNames())
                    .containsExactly("accuracy", "nmi", "ari", "purity", "silhouette");
            assertThat(clusters.get("best").propertyNames()).containsExactly("pipeline", "accuracy", "nmi", "ari");
            boolean better = first.runs().stream()
                    .filter(other -> other.architecture()
                            .toString()
                            .equals(run.get("architecture").asString()))
                    .noneMatch(other -> other.testMse() < run.get("testMse").asDouble());
            assertThat(clusters.get("pipelines"))
                    .extracting(pipeline -> pipeline.get("pipeline").asString())
                    .isEqualTo(
                            better && run.get("latent").asInt() > 2
                                    ? List.of("kmeans", "gmm", "umap+kmeans", "umap+gmm")
                                    : List.of("kmeans", "gmm"));
            assertThat(clusters.get("pipelines"))
                    .allMatch(pipeline -> pipeline.get("accuracy").asDouble()
                            <= clusters.get("best").get("accuracy").asDouble());
            assertThat(clusters.get("pipelines")).contains(clusters.get("best"));
            assertThat(clusters.get("knnAccuracy").asDouble()).isBetween(0.0, 1.0);
            assertThat(run.get("confusion").size()).isEqualTo(10);
            for (JsonNode line : run.get("confusion")) {
                int sum = 0;
                for (JsonNode count : line) {
                    sum += count.asInt();
                }
                assertThat(sum).isEqualTo(5); // 50 test rows, labels in turn
            }
        }
        assertThat(json.get("baselines"))
                .extracting(baseline -> baseline.get("name").asString())
                .containsExactly("pca-2", "pca-8", "pca-16", "raw");
        // The spots of different labels lie in different places, and nothing else is bright.
        JsonNode raw = json.get("baselines").get(3).get("clusters");
        assertThat(raw.get("knnAccuracy").asDouble()).isEqualTo(1);
        assertThat(raw.get("kmeans").get("accuracy").asDouble()).isGreaterThan(0.9);
        assertThat(json.get("originalsConfusion").get(3).get(3).asInt()).isEqualTo(5);

        assertThat(first.analyses().maps()).extracting("name").hasSize(5).contains("pca-16", "raw");
        assertThat(Files.readAllLines(out.resolve("maps/raw.csv"))).hasSize(51).startsWith("x,y,label");
        for (RunResult run : first.runs()) {
            boolean hasMap =
                    first.analyses().maps().stream().anyMatch(map -> map.name().equals(run.name()));
            assertThat(out.resolve("explorer/" + run.name() + ".html")).hasContent(hasMap ? "with map" : "without");
        }

        StudyResults second = study();
        assertThat(said).doesNotContain("clustered in");
        assertThat(second.analyses().runs()).isEqualTo(first.analyses().runs());
        Files.writeString(out.resolve("analysis/raw.json"), "{\"format\": 1, ");
        Files.delete(out.resolve("analysis/16-128-2-paper.json"));
        StudyResults third = study(epochs, 0, 1);
        assertThat(said)
                .contains("raw: clustering again, because its record analysis/raw.json is damaged")
                .contains("16-128-2-paper: clustered in");
        assertThat(third.analyses().runs()).isEqualTo(first.analyses().runs());
        assertThat(third.analyses().baselines()).isEqualTo(first.analyses().baselines());
    }

    @Test
    void rowsOfOneClassHaveNoClusters() throws IOException {
        for (String part : List.of("train", "t10k")) {
            Path labels = data.resolve(part + "-labels-idx1-ubyte");
            Idx.writeLabels(labels, new int[part.equals("train") ? TinyData.TRAIN : TinyData.TEST]);
        }
        StudyResults results = study();
        assertThat(results.analyses()).isEqualTo(Analyses.NONE);
        JsonNode json = JsonMapper.shared().readTree(Files.readString(out.resolve("results.json")));
        assertThat(json.propertyNames()).doesNotContain("baselines", "originalsConfusion");
        assertThat(json.get("runs").get(0).propertyNames()).doesNotContain("clusters", "confusion");
        assertThat(out.resolve("maps")).doesNotExist();
        assertThat(out.resolve("explorer")).isDirectoryContaining(page -> page.endsWith(ONE + ".html"));
    }

    @Test
    void threadsDoNotChangeTheModels() throws IOException {
        List<String> hashes = hashes(study(1, 0, 1));
        out = folder.resolve("again");
        assertThat(hashes(study(1, 0, 5))).isEqualTo(hashes);
    }

    private static List<List<Double>> errors(StudyResults results) {
        return results.runs().stream()
                .flatMap(run -> run.history().stream())
                .map(epoch -> List.of(epoch.trainMse(), epoch.testMse(), epoch.trainMseAtEnd()))
                .toList();
    }

    private static List<String> hashes(StudyResults results) {
        return results.runs().stream().map(RunResult::weightsSha256).toList();
    }

    @Test
    void aSecondStartUsesWhatIsFinished() throws IOException {
        StudyResults first = study();
        StudyResults second = study();
        assertThat(second.runs()).isEqualTo(first.runs());
        assertThat(reused()).isEqualTo(10);
        assertThat(trained()).isZero();
    }

    @Test
    void onlyWhatIsMissingIsTrained() throws IOException {
        StudyResults first = study();
        Files.delete(out.resolve("runs/" + ONE + ".json"));
        assertThat(hashes(study())).isEqualTo(hashes(first));
        assertThat(reused()).isEqualTo(9);
        assertThat(said).contains(ONE + ": finished, test MSE").doesNotContain("training again");
    }

    @Test
    void whatIsDamagedIsTrainedAgain() throws IOException {
        StudyResults first = study();
        Path model = out.resolve("models/" + ONE + ".safetensors");
        Path entry = out.resolve("runs/" + ONE + ".json");

        Files.write(model, java.util.Arrays.copyOf(Files.readAllBytes(model), 500));
        assertThat(hashes(study())).isEqualTo(hashes(first));
        assertThat(said)
                .contains(ONE + ": training again, because its model models/" + ONE + ".safetensors is" + " damaged");

        Files.copy(
                out.resolve("models/16-128-2-paper.safetensors"),
                model,
                java.nio.file.StandardCopyOption.REPLACE_EXISTING);
        assertThat(hashes(study())).isEqualTo(hashes(first));
        assertThat(said).contains(ONE + ": training again, because its model").contains("is not the recorded one");

        Files.delete(model);
        study();
        assertThat(said).contains(ONE + ": training again, because its model").contains("is missing");

        for (String text : List.of(
                "",
                "{}",
                "[1, 2",
                "{\"format\": " + RunRecord.FORMAT + "}",
                "null",
                "{\"format\": null}",
                Files.readString(entry).substring(0, 200))) {
            Files.writeString(entry, text);
            assertThat(hashes(study())).isEqualTo(hashes(first));
            assertThat(said).contains(ONE + ": training again, because its record");
            assertThat(reused()).isEqualTo(9);
        }
        CheckedJson.write(entry, Map.of("format", 0));
        study();
        assertThat(said)
                .contains(ONE + ": training again, because its record runs/" + ONE
                        + ".json is of another version of Hourglass");
    }

    /**
     * Whatever a byte of a record becomes: it is made again, with a line that says so, and the results stay what they
     * were.
     */
    @Test
    void recordsThatWereTouchedAreNotTrusted() throws IOException {
        quick = false;
        epochs = 10; // fewer are a first look
        study();
        String csv = withoutTimes(Files.readString(out.resolve("results.csv")));
        List<String> records = List.of(
                "runs/" + ONE + ".json",
                "analysis/raw.json",
                "parts/sweep-16-128-8.json",
                "parts/variance-16-128-2.json");
        for (UnaryOperator<String> touch : List.<UnaryOperator<String>>of(
                StudyTest::withAnotherDigit,
                text -> text.replaceFirst("\\{ ", "{"),
                text -> text.replaceFirst(": (\\[[^\\[\\]{}]*\\]|\"[0-9]+-[^\"]*\")", ": null"),
                text -> text.replaceFirst("\"record\" :\n\\{[\\s\\S]*", "\"record\" :\nnull\n}\n"),
                text -> text + " ",
                text -> text.substring(0, text.length() / 2))) {
            for (String record : records) {
                String text = Files.readString(out.resolve(record));
                assertThat(touch.apply(text)).isNotEqualTo(text);
                Files.writeString(out.resolve(record), touch.apply(text));
            }
            study();
            for (String record : records) {
                assertThat(lines("its record " + record + " is damaged"))
                        .as(said)
                        .isEqualTo(1);
            }
            assertThat(lines(" again, because ")).isEqualTo(records.size());
            assertThat(withoutTimes(Files.readString(out.resolve("results.csv"))))
                    .isEqualTo(csv);
        }
    }

    private static String withAnotherDigit(String text) {
        int digit = text.indexOf("0.") + 3;
        return text.substring(0, digit) + (text.charAt(digit) == '7' ? '3' : '7') + text.substring(digit + 1);
    }

    private static String withoutTimes(String csv) {
        return csv.replaceAll(",[^,\n]*,(models/)", ",$1");
    }

    @Test
    void otherSettingsAreTrainedAgain() throws IOException {
        study();
        study(2, 0, 2);
        assertThat(reused()).isZero();
        assertThat(said).contains(ONE + ": training again, because it was trained for 1 epoch");
        study(2, 5, 2);
        assertThat(said).contains(ONE + ": training again, because it was trained with seed 0");
        TinyData.write(data, 4, 99);
        study(2, 5, 2);
        assertThat(reused()).isZero();
        assertThat(said).contains(ONE + ": training again, because it was trained on other data");
    }

    @Test
    void resultsOfOtherSettingsStayUnlessForced() throws IOException {
        force = false;
        study();
        study(1, 0, 5); // of the same settings: threads do not decide anything
        String results = Files.readString(out.resolve("results.json"));
        assertThatThrownBy(() -> study(2, 0, 2))
                .hasMessageContaining(out.toString())
                .hasMessageContaining("holds results of other settings: paper.epochs = 1, expected paper.epochs = 2")
                .hasMessageContaining("--force");
        quick = false;
        assertThatThrownBy(this::study).hasMessageContaining("quick = true, expected quick = false");
        assertThat(out.resolve("results.json")).hasContent(results);
        Path foreign = Files.createDirectories(folder.resolve("foreign"));
        Files.writeString(foreign.resolve("report.html"), "mine");
        out = foreign;
        assertThatThrownBy(this::study).hasMessageContaining("foreign").hasMessageContaining("is not empty");
        assertThat(foreign.resolve("report.html")).hasContent("mine");
        assertThat(foreign.resolve("settings.txt")).doesNotExist();
        force = true;
        quick = true;
        study();
        assertThat(foreign.resolve("report.html")).hasContent("drawn");
    }

    @Test
    void keepsASecondStudyOutOfTheFolder() throws IOException {
        Files.createDirectories(out);
        try (FolderLock lock = FolderLock.of(out, "taken")) {
            assertThat(lock).isNotNull();
            assertThatThrownBy(this::study)
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining(out + ": another study is running in this folder");
        }
        assertThat(study().runs()).hasSize(10);
    }

    @Test
    void clearsAwayWhatAKilledStudyLeft() throws IOException {
        Path leftover = Files.createDirectories(out.resolve("models")).resolve(".hourglass-1234.tmp");
        Files.writeString(leftover, "half a model");
        study();
        assertThat(leftover).doesNotExist();
    }

    @Test
    void refusesDataItCannotCompare() throws IOException {
        data = TinyData.write(folder.resolve("narrow"), 1);
        assertThatThrownBy(this::study)
                .hasMessage("narrow: rows of 1 value, expected at least 3: the study's narrowest code has 2 values");
    }

    @Test
    void narrowRowsLeaveOutWideCodes() throws IOException {
        data = TinyData.write(folder.resolve("narrow"), 3);
        assertThat(study().runs())
                .extracting(RunResult::name)
                .containsExactly(
                        "9-128-2-paper",
                        "9-128-2-tuned",
                        "9-256-128-2-paper",
                        "9-256-128-2-tuned",
                        "9-256-128-8-paper",
                        "9-256-128-8-tuned");
        assertThat(said).contains("narrow: rows of 9 values, so the study leaves out 2 of the report's 5 networks");
    }

    /**
     * As if the study had been killed in that run: its record is gone, and the state of an earlier epoch lies there.
     */
    private void leaveCheckpoints(int stop, Recipe recipe) throws IOException {
        Files.delete(out.resolve("runs/" + ONE + ".json"));
        DataSplit split = DataSource.load(data.toString(), QUIET);
        assertThatThrownBy(() -> new Trainer(Architecture.of(16, List.of(128), 2), recipe)
                        .test(split.split("test"))
                        .trainSample(split.train()) // there are so few rows that all are measured
                        .checkpoints(out.resolve("checkpoints/" + ONE), true)
                        .listener(new TrainingListener() {
                            @Override
                            public void onEpoch(History.Epoch epoch) {
                                if (epoch.epoch() == stop) {
                                    throw new IllegalStateException("killed");
                                }
                            }
                        })
                        .fit(split.train()))
                .hasMessage("killed");
    }

    @Test
    void aKilledRunGoesOnAfterItsLastEpoch() throws IOException {
        StudyResults first = study(3, 0, 2);
        assertThat(out.resolve("checkpoints")).isEmptyDirectory();
        leaveCheckpoints(2, Recipe.tuned().with(r -> r.epochs(3)));
        StudyResults second = study(3, 0, 2);
        assertThat(hashes(second)).isEqualTo(hashes(first));
        assertThat(second.runs().get(1).history()).hasSize(3);
        assertThat(errors(second)).isEqualTo(errors(first));
        assertThat(said)
                .contains(ONE + ": resuming after epoch 2 from " + out.resolve("checkpoints/" + ONE))
                .contains(ONE + " epoch 3/3")
                .doesNotContain(ONE + " epoch 2/3");
        assertThat(out.resolve("checkpoints")).isEmptyDirectory();
    }

    @Test
    void checkpointsOfOtherSettingsAreReplaced() throws IOException {
        StudyResults first = study();
        leaveCheckpoints(2, Recipe.tuned().with(r -> r.epochs(3)));
        assertThat(hashes(study())).isEqualTo(hashes(first));
        assertThat(said.lines().filter(line -> line.contains(ONE + ": training from the beginning, because ")))
                .singleElement()
                .asString()
                .contains("belongs to another run: recipe.epochs is 3, expected 1");
        assertThat(out.resolve("checkpoints")).isEmptyDirectory();
    }

    @Test
    void checkpointsOfAFinishedRunAreRemoved() throws IOException {
        study();
        Path left = Files.createDirectories(out.resolve("checkpoints/" + ONE)).resolve("epoch-0000001.safetensors");
        Files.writeString(left, "killed before this was removed");
        study();
        assertThat(reused()).isEqualTo(10);
        assertThat(out.resolve("checkpoints")).isEmptyDirectory();
    }

    /** Whatever the training measured, the network's final weights have this error on the rows it learned from. */
    @Test
    void theTrainingErrorIsThatOfTheFinalWeights() throws IOException {
        StudyResults results = study(2, 0, 2);
        Dataset train = DataSource.load(data.toString(), QUIET).train();
        for (RunResult run : results.runs()) {
            Autoencoder model = Autoencoder.load(out.resolve(run.model()));
            assertThat(run.trainRowsMeasured()).isEqualTo(TinyData.TRAIN);
            assertThat(run.trainMseAtEnd()).isEqualTo(run.history().get(1).trainMseAtEnd());
            assertThat(model.error(train)).isCloseTo(run.trainMseAtEnd(), within(1e-12));
            assertThat(run.trainMseAtEnd()).isLessThan(run.history().get(0).trainMseAtEnd());

            Cost cost = run.cost();
            assertThat(cost.parameters()).isEqualTo(run.architecture().parameters());
            assertThat(cost.weightsBytes()).isGreaterThanOrEqualTo(4 * cost.parameters());
            assertThat(cost.optimizerBytes()).isEqualTo(2 * cost.weightsBytes()); // both recipes use a form of Adam
            assertThat(cost.trainingBytes()).isGreaterThan(3 * cost.weightsBytes());
            assertThat(cost.modelFileBytes()).isEqualTo(Files.size(out.resolve(run.model())));
            assertThat(cost.codeBytesPerRow()).isEqualTo(4 * run.latent());
            assertThat(cost.sharedMachine()).isTrue();
        }
        assertThat(study(2, 0, 1).runs()).isEqualTo(results.runs()); // used again
        force = false;
        out = folder.resolve("alone");
        StudyResults alone = study(2, 0, 1);
        assertThat(errors(alone)).isEqualTo(errors(results));
        assertThat(alone.runs()).noneMatch(run -> run.cost().sharedMachine());
    }

    @Test
    void moreSeedsShowHowMuchErrorsVary() throws IOException {
        StudyResults one = study();
        assertThat(one.seeds()).isEmpty();
        assertThat(one.testMse(one.runs().get(1))).isEmpty();
        seeds = 3;
        StudyResults results = study();
        assertThat(reused()).isEqualTo(10);
        assertThat(trained()).isEqualTo(10);
        assertThat(results.runs()).isEqualTo(one.runs());
        assertThat(results.analyses().runs()).hasSize(10);
        assertThat(results.seeds())
                .extracting(SeedRuns::run)
                .containsExactly(
                        ONE, "16-128-16-tuned", "16-256-128-2-tuned", "16-256-128-8-tuned", "16-256-128-16-tuned");
        for (SeedRuns of : results.seeds()) {
            assertThat(of.each()).extracting(SeedRuns.Seed::seed).containsExactly(0L, 1L, 2L);
            assertThat(of.each()).extracting(SeedRuns.Seed::weightsSha256).doesNotHaveDuplicates();
            for (SeedRuns.Seed each : of.each()) {
                assertThat(Autoencoder.load(out.resolve(each.model()))
                                .error(DataSource.load(data.toString(), QUIET).split("test")))
                        .isCloseTo(each.testMse(), within(1e-12));
            }
        }
        RunResult run = results.runs().get(1);
        assertThat(results.testMse(results.runs().get(0))).isEmpty(); // of the other recipe
        Spread spread = results.testMse(run).orElseThrow();
        assertThat(spread.count()).isEqualTo(3);
        assertThat(run.testMse()).isBetween(spread.least(), spread.most());
        assertThat(spread.range()).isPositive();

        JsonNode json = JsonMapper.shared().readTree(Files.readString(out.resolve("results.json")));
        JsonNode of = json.get("seeds").get(0);
        assertThat(of.get("run").asString()).isEqualTo(ONE);
        assertThat(of.get("testMse").get("mean").asDouble()).isEqualTo(spread.mean());
        assertThat(of.get("each").get(1).get("model").asString()).isEqualTo("models/" + ONE + "-seed1.safetensors");

        // Killed in the middle and started again; then nothing is left to train.
        Files.delete(out.resolve("runs/" + ONE + "-seed2.json"));
        StudyResults again = study();
        assertThat(again.seeds().get(0).testMse()).isEqualTo(spread);
        assertThat(trained()).isEqualTo(1);
        force = false;
        assertThat(study().seeds()).isEqualTo(again.seeds());
        assertThat(reused()).isEqualTo(20);
        seeds = 1;
        assertThatThrownBy(this::study).hasMessageContaining("seeds = 3, expected ");

        // A network's seed decides its weights, whatever else is trained.
        seeds = 1;
        out = folder.resolve("another seed");
        StudyResults other = study(1, 1, 1);
        for (SeedRuns each : results.seeds()) {
            assertThat(other.runs())
                    .filteredOn(same -> same.name().equals(each.run()))
                    .extracting(RunResult::weightsSha256)
                    .containsExactly(each.each().get(1).weightsSha256());
        }
    }

    private long lines(String text) {
        return said.lines().filter(line -> line.contains(text)).count();
    }

    @Test
    void theWholeStudyHasVarianceAndSweepToo() throws IOException {
        quick = false;
        epochs = 10; // fewer are a first look
        StudyResults first = study();
        assertThat(first.variance()).extracting(VarianceResult::latent).containsExactly(2, 8, 16);
        // A code of 64 would be wider than the rows.
        assertThat(first.sweep()).extracting(SweepResult::latent).containsExactly(2, 8, 16, 2, 8, 16);
        // What the study trains by the same recipe is not trained twice.
        assertThat(lines("sweep of ")).isEqualTo(1);
        assertThat(said).contains("sweep of 16-128-8: test MSE");
        for (SweepResult result : first.sweep()) {
            first.runs().stream()
                    .filter(run -> run.name().equals(result.network() + "-tuned"))
                    .forEach(run -> assertThat(result.testMse()).isEqualTo(run.testMse()));
            assertThat(result.training().recipe().epochs()).isEqualTo(10);
            assertThat(result.training().rows()).isEqualTo(TinyData.TRAIN);
        }
        assertThat(first.sweep()).allMatch(result -> result.testMse() > 0 && result.pcaTestMse() >= 0);
        assertThat(Files.readAllLines(out.resolve("sweep.csv"))).hasSize(7);
        assertThat(out.resolve("variance.json")).isNotEmptyFile();

        SmallData small = first.smallData().orElseThrow();
        assertThat(small.network()).isEqualTo("16-256-128-16");
        assertThat(small.rows()).isEqualTo(TinyData.TRAIN / 2);
        assertThat(small.recipe()).isEqualTo(Recipe.paper());
        assertThat(small.history()).hasSize(100);
        assertThat(small.last().trainMseAtEnd())
                .isLessThan(small.history().get(0).trainMseAtEnd());
        assertThat(small.history())
                .allMatch(epoch -> epoch.testMse() >= small.best().testMse());

        // All there: used again. One part gone, one damaged: those alone are made again.
        StudyResults second = study();
        assertThat(second.variance()).isEqualTo(first.variance());
        assertThat(second.sweep()).isEqualTo(first.sweep());
        assertThat(second.smallData()).isEqualTo(first.smallData());
        assertThat(lines("reused")).isEqualTo(10 + 3 + 1 + 1);
        assertThat(lines("variance of 16-128-2: bias^2")).isZero();
        Files.delete(out.resolve("parts/variance-16-128-8.json"));
        Files.writeString(out.resolve("parts/sweep-16-128-8.json"), "{\"hidden\": [128]");
        StudyResults third = study();
        assertThat(third.variance()).isEqualTo(first.variance());
        assertThat(third.sweep()).isEqualTo(first.sweep());
        assertThat(lines("reused")).isEqualTo(10 + 2 + 1);
        assertThat(said)
                .contains("variance of 16-128-8: bias^2", "sweep of 16-128-8: test MSE")
                .contains("sweep of 16-128-8: training again, because its record")
                .contains("is damaged");

        // Other settings are not mixed in.
        StudyResults other = study(epochs, 5, 2);
        assertThat(lines("training again, because it was trained with seed 0")).isEqualTo(10 + 3 + 1 + 1);
        assertThat(other.variance()).doesNotContainAnyElementsOf(first.variance());
        assertThat(other.sweep()).doesNotContainAnyElementsOf(first.sweep());
    }

    @Test
    void aQuickStudyLeavesThemOut() throws IOException {
        StudyResults results = study();
        assertThat(results.variance()).isEmpty();
        assertThat(results.sweep()).isEmpty();
        assertThat(results.smallData()).isEmpty();
        assertThat(out.resolve("sweep.csv")).doesNotExist();
        assertThat(out.resolve("variance.json")).doesNotExist();
    }

    @Test
    void aShortStudySparesRowsToo() {
        assertThat(Effort.of(60_000, 10_000, 45, false)).isEqualTo(new Effort(60_000, 10_000, true));
        assertThat(Effort.of(60_000, 10_000, 100, true)).isEqualTo(new Effort(60_000, 10_000, false));
        assertThat(Effort.of(60_000, 10_000, 1_000_000, false)).isEqualTo(new Effort(60_000, 10_000, true));
        assertThat(Effort.of(60_000, 10_000, 20, false)).isEqualTo(new Effort(26_666, 10_000, true));
        assertThat(Effort.of(60_000, 10_000, 10, false)).isEqualTo(new Effort(13_333, 10_000, true));
        assertThat(Effort.of(60_000, 10_000, 9, false)).isEqualTo(new Effort(12_000, 2_000, false));
        assertThat(Effort.of(200, 100, 2, false)).isEqualTo(new Effort(200, 100, false));
        assertThat(Effort.of(2_000_000_000, 1, 11, true)).isEqualTo(new Effort(488_888_888, 1, false));
    }
}
