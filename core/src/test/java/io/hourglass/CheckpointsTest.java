package io.hourglass;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hourglass.format.FormatException;
import io.hourglass.format.Safetensors;
import io.hourglass.io.FolderLock;
import io.hourglass.nn.Activation;
import io.hourglass.nn.Architecture;
import io.hourglass.nn.Loss;
import io.hourglass.nn.Objective;
import io.hourglass.nn.Optimizer;
import io.hourglass.nn.Variant;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(value = 300, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class CheckpointsTest {
    private static final Architecture SMALL = Architecture.parse("37-19-5-3");
    private static final Recipe RECIPE =
            Recipe.paper().with(r -> r.epochs(6).batchSize(8).schedule(Schedule.ONE_CYCLE));
    private static final Dataset TRAIN = TestData.pixels(50, 37, 1);
    private static final Dataset TEST = TestData.pixels(20, 37, 2);

    @TempDir
    Path temporary;

    /** Thrown to stop a run. */
    private static final class Stopped extends RuntimeException {
        private static final long serialVersionUID = 1;
    }

    /** Collects notes and epochs, and stops the run after one of them. */
    private static final class Ear implements TrainingListener {
        private final int last;
        private final List<String> notes = new ArrayList<>();
        private final List<Integer> epochs = new ArrayList<>();
        private @Nullable History resumed;

        Ear(int last) {
            this.last = last;
        }

        @Override
        public void onNote(String note) {
            notes.add(note);
        }

        @Override
        public void onResume(History done) {
            assertThat(resumed).isNull();
            assertThat(epochs).isEmpty();
            resumed = done;
        }

        @Override
        public void onEpoch(History.Epoch epoch) {
            epochs.add(epoch.epoch());
            if (epoch.epoch() == last) {
                throw new Stopped();
            }
        }
    }

    private final Ear all = new Ear(0);

    private Path folder() {
        return temporary.resolve("states");
    }

    private Path file(int epoch) {
        return folder().resolve("epoch-000000" + epoch + ".safetensors");
    }

    private List<String> names() throws IOException {
        try (Stream<Path> files = Files.list(folder())) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> !name.equals(".lock"))
                    .sorted()
                    .toList();
        }
    }

    private static Trainer trainer() {
        return new Trainer(SMALL, RECIPE).threads(1).test(TEST);
    }

    private static Trainer.Result undisturbed() {
        return trainer().fit(TRAIN);
    }

    private Trainer resuming(Trainer trainer) {
        return trainer.checkpoints(folder(), true).listener(all);
    }

    private void stopAfter(int epoch) {
        stopAfter(epoch, trainer());
    }

    private void stopAfter(int epoch, Trainer trainer) {
        assertThatThrownBy(() -> trainer.checkpoints(folder(), true)
                        .listener(new Ear(epoch))
                        .fit(TRAIN))
                .isInstanceOf(Stopped.class);
    }

    private static void assertSame(Trainer.Result result, Trainer.Result expected) {
        assertThat(result.model().weightsSha256()).isEqualTo(expected.model().weightsSha256());
        assertThat(result.model().metadata()).isEqualTo(expected.model().metadata());
        assertThat(withoutSeconds(result)).isEqualTo(withoutSeconds(expected));
    }

    /** Records are equal where their numbers have the same bits. */
    private static List<History.Epoch> withoutSeconds(Trainer.Result result) {
        return result.history().epochs().stream()
                .map(epoch -> new History.Epoch(
                        epoch.epoch(),
                        epoch.trainMse(),
                        epoch.testMse(),
                        0,
                        epoch.trainLoss(),
                        epoch.trainKl(),
                        epoch.trainMseAtEnd()))
                .toList();
    }

    @Test
    void aResumedRunHasTheErrorsOfItsSample() {
        Dataset sample = TRAIN.slice(3, 20);
        stopAfter(2, trainer().trainSample(sample));
        assertRefused(
                trainer().trainSample(TEST),
                TRAIN,
                "data.sample.sha256 is " + sample.sha256() + ", expected " + TEST.sha256());
        assertRefused(trainer(), TRAIN, "data.sample.sha256 is ", "expected none");
        Trainer.Result resumed = resuming(trainer().trainSample(sample)).fit(TRAIN);
        assertSame(resumed, trainer().trainSample(sample).fit(TRAIN));
        assertThat(resumed.history().epochs()).allMatch(epoch -> epoch.trainMseAtEnd() > 0);
    }

    @ParameterizedTest
    @CsvSource({"1, 1", "1, 2", "2, 2", "3, 1", "4, 2", "5, 1", "6, 2"})
    void aResumedRunEqualsOneNeverStopped(int epoch, int threads) {
        stopAfter(epoch, trainer().threads(threads));
        Trainer.Result resumed = resuming(trainer().threads(3 - threads)).fit(TRAIN);
        assertSame(resumed, undisturbed());
        assertThat(all.notes).containsExactly("resuming after epoch " + epoch + " from " + file(epoch));
        assertThat(all.resumed).isNotNull();
        assertThat(all.resumed.epochs()).isEqualTo(resumed.history().epochs().subList(0, epoch));
        assertThat(all.epochs).hasSize(6 - epoch);
    }

    /** Filters, their optimiser's state and the best epoch's are stored in PyTorch's order and come back. */
    @ParameterizedTest
    @CsvSource({
        "5x7x1-3c3s2-4c3s1-6-2, PLAIN, ADAM",
        "4x4x2-3c3s2-5-2, VARIATIONAL, ADAMW",
        "6x5x1-2c5s2-3c1s1-2, PLAIN, SGD"
    })
    void aResumedConvolutionalRunEqualsOneNeverStopped(Architecture widths, Variant variant, Optimizer optimizer) {
        Architecture architecture = widths.withVariant(variant);
        Dataset train = TestData.pixels(50, architecture.inputs(), 1);
        Recipe recipe = RECIPE.with(r -> r.optimizer(optimizer).momentum(optimizer == Optimizer.SGD ? 0.9 : 0));
        Supplier<Trainer> trainer = () -> new Trainer(architecture, recipe)
                .test(TestData.pixels(20, architecture.inputs(), 2))
                .patience(9);
        assertThatThrownBy(() -> trainer.get()
                        .checkpoints(folder(), true)
                        .listener(new Ear(3))
                        .fit(train))
                .isInstanceOf(Stopped.class);
        assertSame(
                resuming(trainer.get().threads(2)).fit(train),
                trainer.get().threads(1).fit(train));
        assertThat(all.epochs).hasSize(3);
    }

    @Test
    void aRunMayStopAfterEveryEpoch() {
        for (int epoch = 1; epoch <= 6; epoch++) {
            stopAfter(epoch);
        }
        assertSame(resuming(trainer()).fit(TRAIN), undisturbed());
        assertThat(all.epochs).as("all were trained already").isEmpty();
        assertThat(all.resumed.epochs()).hasSize(6);
    }

    @Test
    void resumesWithoutATestSet() {
        stopAfter(4, new Trainer(SMALL, RECIPE).threads(2));
        Trainer.Result result = resuming(new Trainer(SMALL, RECIPE)).fit(TRAIN);
        assertSame(result, new Trainer(SMALL, RECIPE).fit(TRAIN));
        assertThat(result.history().last().testMse()).isNaN();
    }

    @Test
    void resumesFromAnInitialModel() {
        Autoencoder start = undisturbed().model();
        stopAfter(3, trainer().initial(start));
        assertSame(
                resuming(trainer().initial(start)).fit(TRAIN),
                trainer().initial(start).fit(TRAIN));
    }

    @Test
    void everyStopIsBeforeOrAfterTheWholeState() {
        assertThatThrownBy(() -> resuming(trainer())
                        .listener(new TrainingListener() {
                            @Override
                            public void onNote(String note) {
                                throw new Stopped();
                            }
                        })
                        .fit(TRAIN))
                .isInstanceOf(Stopped.class);
        assertSame(resuming(trainer()).fit(TRAIN), undisturbed());
        assertThat(all.notes).containsExactly("no checkpoint in " + folder() + ", starting from the beginning");
        assertThat(all.resumed).isNull();
    }

    @Test
    void keepsTheLastTwo() throws IOException {
        stopAfter(1);
        assertThat(names()).containsExactly("epoch-0000001.safetensors");
        stopAfter(4);
        assertThat(names()).containsExactly("epoch-0000003.safetensors", "epoch-0000004.safetensors");
    }

    @Test
    void namesDoNotDependOnTheLocale() throws IOException {
        Locale before = Locale.getDefault();
        try {
            Locale.setDefault(Locale.forLanguageTag("ar-EG-u-nu-arab"));
            stopAfter(1);
        } finally {
            Locale.setDefault(before);
        }
        assertThat(names()).containsExactly("epoch-0000001.safetensors");
    }

    @Test
    void clearsAwayWhatAKilledProcessLeft() throws IOException {
        stopAfter(1);
        Path other = Files.writeString(folder().resolve("notes.txt"), "the user's own");
        Path leftover = Files.writeString(folder().resolve(".hourglass-1234.tmp"), "half a state");
        stopAfter(2);
        assertThat(leftover).doesNotExist();
        assertThat(other).exists();
    }

    @Test
    void keepsASecondRunOut() throws IOException {
        Files.createDirectories(folder());
        try (FolderLock lock = FolderLock.of(folder(), "taken")) {
            assertThat(lock).isNotNull();
            assertThatThrownBy(() -> resuming(trainer()).fit(TRAIN))
                    .isInstanceOf(UncheckedIOException.class)
                    .hasRootCauseMessage(folder() + ": another run is writing its checkpoints here");
        }
        assertSame(resuming(trainer()).fit(TRAIN), undisturbed());
    }

    @Test
    void aFileInPlaceOfTheFolderIsRefusedAtOnce() throws IOException {
        Files.writeString(folder(), "");
        assertThatThrownBy(() -> resuming(trainer()).fit(TRAIN))
                .isInstanceOf(UncheckedIOException.class)
                .hasMessageContaining(folder() + ": is a file, expected a folder");
        assertThat(all.epochs).isEmpty();
    }

    /** Flips a bit of a byte at a share of the file's length. */
    private static byte[] flipped(byte[] bytes, double at) {
        byte[] copy = bytes.clone();
        copy[(int) (at * (bytes.length - 1))] ^= 1;
        return copy;
    }

    private void damage(int epoch, UnaryOperator<byte[]> how) {
        try {
            Files.write(file(epoch), how.apply(Files.readAllBytes(file(epoch))));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @ParameterizedTest
    @ValueSource(doubles = {0, 0.0005, 0.01, 0.05, 0.1, 0.3, 0.5, 0.7, 0.9, 1})
    void aFlippedBitIsNoticed(double at) {
        stopAfter(4);
        damage(4, bytes -> flipped(bytes, at));
        assertFallsBackToThree();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 7, 8, 9, 500, 5000, -4, -1})
    void aHalfWrittenFileIsNoticed(int length) {
        stopAfter(4);
        damage(4, bytes -> Arrays.copyOf(bytes, length < 0 ? bytes.length + length : length));
        assertFallsBackToThree();
    }

    private void assertFallsBackToThree() {
        assertSame(resuming(trainer()).fit(TRAIN), undisturbed());
        assertThat(all.notes).hasSize(2);
        assertThat(all.notes.get(0)).startsWith("checkpoint skipped: " + file(4) + ": ");
        assertThat(all.notes.get(1)).isEqualTo("resuming after epoch 3 from " + file(3));
        assertThat(all.epochs).containsExactly(4, 5, 6);
    }

    /** Each bit of the header and some of the tensors: never another result, never an exception. */
    @Test
    void noFlippedBitPassesForAState() throws IOException {
        stopAfter(1);
        byte[] whole = Files.readAllBytes(file(1));
        int header = new String(whole, StandardCharsets.ISO_8859_1).indexOf("}}") + 2;
        Random random = new Random(1);
        for (int i = 0; i < 8 * header; i += 1 + random.nextInt(16)) {
            assertNoticed(whole, i / 8, i % 8);
        }
        for (int i = 0; i < 100; i++) {
            assertNoticed(whole, header + random.nextInt(whole.length - header), random.nextInt(8));
        }
    }

    private void assertNoticed(byte[] whole, int at, int bit) throws IOException {
        byte[] damaged = whole.clone();
        damaged[at] ^= (byte) (1 << bit);
        Files.write(file(1), damaged);
        List<String> notes = new ArrayList<>();
        try (Checkpoints states = new Checkpoints(folder(), SMALL, Optimizer.ADAMW, Map.of(), notes::add)) {
            assertThat(states.newest(7)).as("byte %d, bit %d", at, bit).isEmpty();
        } catch (FormatException e) {
            throw new AssertionError("byte " + at + ", bit " + bit, e);
        }
        assertThat(notes).hasSize(2);
    }

    @Test
    void startsAnewWhereAllAreDamaged() throws IOException {
        stopAfter(5);
        damage(5, bytes -> flipped(bytes, 0.5));
        damage(4, bytes -> new byte[0]);
        stopAfter(1, resuming(trainer()));
        assertThat(names())
                .as("the damaged ones of later epochs no longer stand before the new ones")
                .containsExactly("epoch-0000001.safetensors");
        assertSame(resuming(trainer()).fit(TRAIN), undisturbed());
        assertThat(all.notes).containsExactly("resuming after epoch 1 from " + file(1));
    }

    @Test
    void saysThatAllAreDamaged() {
        stopAfter(5);
        damage(5, bytes -> flipped(bytes, 0.5));
        damage(4, bytes -> new byte[0]);
        assertSame(resuming(trainer()).fit(TRAIN), undisturbed());
        assertThat(all.notes).hasSize(3);
        assertThat(all.notes.get(0)).startsWith("checkpoint skipped: " + file(5) + ": damaged, ");
        assertThat(all.notes.get(1)).startsWith("checkpoint skipped: " + file(4) + ": not a model file: 0 bytes");
        assertThat(all.notes.get(2))
                .isEqualTo("no undamaged checkpoint in " + folder() + ", starting from the beginning");
    }

    private void assertRefused(Trainer trainer, Dataset train, String... texts) {
        assertThatThrownBy(() -> trainer.checkpoints(folder(), true).fit(train))
                .isInstanceOf(UncheckedIOException.class)
                .hasCauseInstanceOf(FormatException.class)
                .hasMessageContaining(file(2) + ": belongs to another run: ")
                .hasMessageContainingAll(texts);
    }

    @Test
    void refusesTheStateOfAnotherRun() throws IOException {
        stopAfter(2);
        List<String> before = names();
        assertRefused(
                new Trainer(Architecture.parse("37-19-5-2"), RECIPE).test(TEST),
                TRAIN,
                "architecture is 37-19-5-3, expected 37-19-5-2");
        assertRefused(
                new Trainer(
                                Architecture.of(37, SMALL.hidden(), 3)
                                        .withActivations(
                                                Activation.RELU, SMALL.latentActivation(), SMALL.outputActivation()),
                                RECIPE)
                        .test(TEST),
                TRAIN,
                "activation.hidden is tanh, expected relu");
        assertRefused(trainer(), TestData.pixels(50, 37, 3), "data.train.sha256 is " + TRAIN.sha256());
        assertRefused(
                trainer().test(TRAIN), TRAIN, "data.test.sha256 is " + TEST.sha256() + ", expected " + TRAIN.sha256());
        assertRefused(new Trainer(SMALL, RECIPE), TRAIN, "data.test.sha256 is ", "expected none");
        assertRefused(trainer().initial(undisturbed().model()), TRAIN, "initial.sha256 is random, expected ");
        assertRefused(of(RECIPE.with(r -> r.seed(1))), TRAIN, "recipe.seed is 0, expected 1");
        assertRefused(of(RECIPE.with(r -> r.epochs(7))), TRAIN, "recipe.epochs is 6, expected 7");
        assertRefused(
                of(RECIPE.with(r -> r.batchSize(9).learningRate(0.25))),
                TRAIN,
                "recipe.batch_size is 8, expected 9; recipe.learning_rate is 0.005, expected 0.25");
        assertRefused(of(RECIPE.with(r -> r.shuffle(false))), TRAIN, "recipe.shuffle is true, expected false");
        assertRefused(
                new Trainer(SMALL.withVariant(Variant.TIED), RECIPE).test(TEST),
                TRAIN,
                "architecture.variant is plain, expected tied");
        assertRefused(
                of(RECIPE.with(r ->
                        r.objective(new Objective(Loss.BCE, 0.5, 2)).noise(0.25).mask(0.75))),
                TRAIN,
                "recipe.loss is mse, expected bce; recipe.sparsity is 0.0, expected 0.5; recipe.beta is 1.0, expected "
                        + "2.0; "
                        + "recipe.noise is 0.0, expected 0.25; recipe.mask is 0.0, expected 0.75");
        assertRefused(
                of(RECIPE.with(
                        r -> r.schedule(Schedule.ONE_CYCLE.withDrops(2, 0.5).withByEpoch(true)))),
                TRAIN,
                "recipe.drop_epochs is 30.0, expected 2.0; recipe.drop_factor is 0.1, expected 0.5; "
                        + "recipe.rate_changes is step, expected epoch");
        assertRefused(
                of(RECIPE.with(r -> r.schedule(Schedule.COSINE.withWarmup(1)))),
                TRAIN,
                "recipe.schedule is one-cycle, expected cosine",
                "recipe.warmup_epochs is 0.0, expected 1.0");
        assertThat(names()).isEqualTo(before);
        assertSame(resuming(trainer()).fit(TRAIN), undisturbed());
    }

    private static Trainer of(Recipe recipe) {
        return new Trainer(SMALL, recipe).test(TEST);
    }

    @Test
    void theRecipesNameDecidesNothing() {
        stopAfter(2);
        Recipe named = RECIPE.with(r -> r.name("own"));
        assertThat(resuming(of(named)).fit(TRAIN).model().weightsSha256())
                .isEqualTo(undisturbed().model().weightsSha256());
    }

    @Test
    void refusesToStartAnewOverAnEarlierRun() throws IOException {
        stopAfter(2);
        assertThatThrownBy(() -> trainer().checkpoints(folder(), false).fit(TRAIN))
                .isInstanceOf(UncheckedIOException.class)
                .hasMessageContaining(folder() + ": holds checkpoints of an earlier run; resume it, or choose another");
        assertThat(names()).hasSize(2);
    }

    @Test
    void withoutCheckpointsThereResumingOrNotIsTheSame() {
        assertSame(trainer().checkpoints(folder(), false).fit(TRAIN), undisturbed());
    }

    @Test
    void aCheckpointIsAModelFile() throws IOException {
        stopAfter(6);
        Autoencoder model = Autoencoder.load(file(6));
        Trainer.Result whole = undisturbed();
        assertThat(model.weightsSha256()).isEqualTo(whole.model().weightsSha256());
        assertThat(model.metadata())
                .containsEntry("checkpoint.epoch", "6")
                .containsEntry("recipe.epochs", "6")
                .containsEntry(
                        "result.test_mse",
                        Double.toString(whole.history().last().testMse()))
                .doesNotContainKeys("checkpoint.history", "checkpoint.sha256");
        assertThat(Safetensors.read(file(6))
                        .tensors()
                        .get("adam.v.encoder.0.weight")
                        .shape())
                .containsExactly(19, 37);

        Path saved = temporary.resolve("model.safetensors");
        model.save(saved);
        assertThat(Autoencoder.load(saved).weightsSha256()).isEqualTo(model.weightsSha256());

        damage(6, bytes -> flipped(bytes, 0.9));
        assertThatThrownBy(() -> Autoencoder.load(file(6)))
                .isInstanceOf(FormatException.class)
                .hasMessageContaining(file(6) + ": damaged, ");
    }

    /** Checkpoints of 0.1 name no optimiser. */
    @Test
    void resumesARunOfTheFirstVersion() throws IOException {
        stopAfter(3);
        Safetensors content = Safetensors.read(file(3));
        Map<String, String> metadata = new LinkedHashMap<>(content.metadata());
        metadata.keySet().removeAll(List.of("recipe.optimizer", "recipe.momentum", "recipe.nesterov"));
        metadata.put(Checkpoints.SUM, Checkpoints.sum(metadata, Checkpoints.values(content)));
        Safetensors.write(file(3), metadata, content.tensors());
        assertSame(resuming(trainer()).fit(TRAIN), undisturbed());
        assertThat(all.notes).contains("resuming after epoch 3 from " + file(3));
    }

    private static Trainer patient() {
        Recipe recipe = Recipe.paper().with(r -> r.epochs(60).batchSize(8).learningRate(0.02));
        return new Trainer(SMALL, recipe).threads(1).test(TEST).patience(4);
    }

    /** Killed before the best epoch, after it, and after the last. */
    @Test
    void patienceOutlivesAKilledProcess() throws IOException {
        Trainer.Result whole = patient().fit(TRAIN);
        int best = whole.epoch().epoch();
        int last = whole.history().epochs().size();
        assertThat(best).isGreaterThan(1);
        assertThat(last).isEqualTo(best + 4);
        for (int killed : new int[] {best - 1, best, best + 1, last}) {
            Path states = temporary.resolve("killed-" + killed);
            assertThatThrownBy(() -> patient()
                            .checkpoints(states, true)
                            .listener(new Ear(killed))
                            .fit(TRAIN))
                    .isInstanceOf(Stopped.class);
            Trainer.Result resumed = patient().checkpoints(states, true).fit(TRAIN);
            assertThat(resumed.model().weightsSha256())
                    .as("killed after epoch %d of %d", killed, last)
                    .isEqualTo(whole.model().weightsSha256());
            assertThat(resumed.history().epochs())
                    .usingRecursiveFieldByFieldElementComparatorIgnoringFields("seconds", "trainMseAtEnd")
                    .isEqualTo(whole.history().epochs());
            assertThat(resumed.epoch().epoch()).isEqualTo(best);
            // A checkpoint stands for its own epoch, whatever else it holds.
            Path newest = states.resolve(String.format(Locale.ROOT, "epoch-%07d.safetensors", last));
            assertThat(Autoencoder.load(newest).error(TEST))
                    .isEqualTo(whole.history().last().testMse());
        }
        assertThatThrownBy(() -> patient()
                        .patience(5)
                        .checkpoints(temporary.resolve("killed-" + best), true)
                        .fit(TRAIN))
                .isInstanceOf(UncheckedIOException.class)
                .hasMessageContaining("recipe.patience is 4, expected 5");
    }
}
