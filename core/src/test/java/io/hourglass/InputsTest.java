package io.hourglass;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hourglass.anomaly.AnomalyDetector;
import io.hourglass.nn.Architecture;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Columns are matched by name, and values converted to the model's units. */
class InputsTest {
    private static final Recipe RECIPE = Recipe.tuned().with(r -> r.epochs(2));

    @TempDir
    Path folder;

    /** Columns a, b, c of very different size. */
    private static Dataset table(List<String> columns) {
        Random random = new Random(1);
        double[] values = new double[40 * columns.size()];
        for (int r = 0; r < 40; r++) {
            double[] abc = {random.nextDouble(), 1000 * random.nextDouble(), -5 + random.nextDouble()};
            for (int j = 0; j < columns.size(); j++) {
                int which = "abc".indexOf(columns.get(j));
                values[r * columns.size() + j] = which < 0 ? 7 * r : abc[which];
            }
        }
        return Dataset.ofDoubles("table", values, columns.size()).withColumns(columns);
    }

    private static Autoencoder model(Dataset train, Scaler.Kind kind) {
        return new Trainer(Architecture.parse(train.inputs() + "-2"), RECIPE)
                .scaler(Scaler.fit(kind, train))
                .test(train)
                .fit(train)
                .model();
    }

    @Test
    void columnsAreMatchedByName() throws Exception {
        Dataset train = table(List.of("a", "b", "c"));
        Path file = folder.resolve("model.safetensors");
        model(train, Scaler.Kind.MIN_MAX).save(file);
        Autoencoder model = Autoencoder.load(file);
        assertThat(model.columns()).containsExactly("a", "b", "c");
        Dataset swapped = table(List.of("c", "extra", "a", "b"));
        assertThat(model.errors(swapped)).isEqualTo(model.errors(train));
        assertThat(model.encode(swapped)).isDeepEqualTo(model.encode(train));
        assertThat(model.reconstruct(swapped)).isDeepEqualTo(model.reconstruct(train));
        assertThat(model.match(swapped).notes())
                .containsExactly("table: ignores 1 column that the model does not know: 'extra'");
        assertThat(model.match(train).rows()).isSameAs(train);
        assertThat(model.match(train).notes()).isEmpty();
        assertThat(new AnomalyFixture(model).contributions(model.match(swapped).rows()))
                .isEqualTo(new AnomalyFixture(model).contributions(train));
    }

    private record AnomalyFixture(Autoencoder model) {
        List<AnomalyDetector.Contribution> contributions(Dataset data) {
            return AnomalyDetector.of(model).explain(data, 3).get(3).contributions();
        }
    }

    @Test
    void aMissingOrRepeatedColumnIsNamed() {
        Autoencoder model = model(table(List.of("a", "b", "c")), Scaler.Kind.MIN_MAX);
        assertThatThrownBy(() -> model.errors(table(List.of("a", "c", "x"))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("table: no column 'b', expected the columns that the model was trained on");
        assertThatThrownBy(() -> model.encode(table(List.of("a", "b", "b", "c"))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("table: more than one column 'b', expected the columns that the model was trained on");
    }

    @Test
    void withoutNamesThePositionDecides() {
        Dataset train = table(List.of("a", "b", "c"));
        Autoencoder model = model(train, Scaler.Kind.MIN_MAX);
        Dataset nameless = train.withColumns(List.of());
        assertThat(model.errors(nameless)).isEqualTo(model.errors(train));
        assertThat(model.match(nameless).notes())
                .containsExactly("table: has no column names; columns are taken in the model's order");
        Autoencoder unnamed = model(nameless, Scaler.Kind.MIN_MAX);
        assertThat(unnamed.match(train).notes())
                .containsExactly("table: the model has no column names; columns are taken in the order of the data");
        assertThat(unnamed.match(nameless).notes()).isEmpty();
        Dataset wide = table(List.of("a", "b", "c", "x")).withColumns(List.of());
        assertThatThrownBy(() -> model.errors(wide))
                .hasMessage("table has rows of 4 values, but the model 3-2 takes 3");
    }

    @Test
    void testRowsAndAnInitialModelAreMatchedToo() {
        Dataset train = table(List.of("a", "b", "c"));
        Scaler scaler = Scaler.fit(Scaler.Kind.MIN_MAX, train);
        Trainer trainer = new Trainer(Architecture.parse("3-2"), RECIPE).scaler(scaler);
        Trainer.Result straight = trainer.test(train).fit(train);
        Trainer.Result swapped = trainer.test(table(List.of("b", "c", "a"))).fit(train);
        assertThat(swapped.epoch().testMse()).isEqualTo(straight.epoch().testMse());
        Autoencoder first = straight.model();
        Autoencoder on = new Trainer(Architecture.parse("3-2"), RECIPE)
                .initial(first)
                .fit(train)
                .model();
        Autoencoder onSwapped = new Trainer(Architecture.parse("3-2"), RECIPE)
                .initial(first)
                .fit(table(List.of("c", "a", "b")))
                .model();
        assertThat(onSwapped.weightsSha256()).isEqualTo(on.weightsSha256());
    }

    private static byte[] bytes() {
        byte[] bytes = new byte[60 * 4];
        new Random(2).nextBytes(bytes);
        return bytes;
    }

    private static Dataset numbers(float divisor) {
        byte[] bytes = bytes();
        float[] values = new float[bytes.length];
        for (int i = 0; i < values.length; i++) {
            values[i] = (bytes[i] & 0xff) / divisor;
        }
        return Dataset.ofFloats("numbers", values, 4);
    }

    /**
     * A model of numbers from 0 to 255 takes pixels as such, a model of pixels takes numbers from 0 to 255 as pixels.
     */
    @Test
    void pixelsAndNumbersMeanTheSame() {
        Dataset pixels = Dataset.ofPixels("pixels", bytes(), 4);
        Autoencoder ofNumbers = model(numbers(1), Scaler.Kind.MIN_MAX);
        assertThat(ofNumbers.isOfPixels()).isFalse();
        assertThat(ofNumbers.errors(pixels)).isEqualTo(ofNumbers.errors(numbers(1)));
        assertThat(ofNumbers.errors(Dataset.ofBytes("bytes", bytes(), 4))).isEqualTo(ofNumbers.errors(numbers(1)));
        assertThat(ofNumbers.match(pixels).notes())
                .containsExactly("pixels: the model was trained on numbers, so pixels are read as 0 to 255");

        Autoencoder ofPixels =
                new Trainer(Architecture.parse("4-2"), RECIPE).fit(pixels).model();
        assertThat(ofPixels.isOfPixels()).isTrue();
        assertThat(ofPixels.errors(numbers(1))).isEqualTo(ofPixels.errors(pixels));
        assertThat(ofPixels.errors(Dataset.ofBytes("bytes", bytes(), 4))).isEqualTo(ofPixels.errors(pixels));
        assertThat(ofPixels.match(numbers(1)).notes())
                .containsExactly("numbers: the model was trained on pixels, so 0 to 255 is read as 0 to 1");
        assertThat(ofPixels.errors(numbers(255))).isEqualTo(ofPixels.errors(pixels));
    }

    /** Values that cannot be pixels are refused. */
    @Test
    void aModelOfPixelsRefusesOtherNumbers() {
        Autoencoder model = new Trainer(Architecture.parse("4-2"), RECIPE)
                .fit(Dataset.ofPixels("pixels", bytes(), 4))
                .model();
        Dataset fractions = Dataset.ofFloats("fractions", new float[] {0, 0.5f, 3.5f, 200}, 4);
        assertThatThrownBy(() -> model.errors(fractions))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "fractions: values range from 0.0 to 200.0, but the model was trained on pixels: expected 0 to "
                                + "1, or whole numbers from 0 to 255");
        assertThatThrownBy(() -> model.encode(Dataset.ofFloats("negative", new float[] {0, 0.5f, -1, 1}, 4)))
                .hasMessageStartingWith("negative: values range from -1.0 to 1.0");
    }

    /** Values from 0 to 1 for a model of pixels from 0 to 255: accepted with a note. */
    @Test
    void valuesOfAnotherSizeAreMentioned() {
        Autoencoder model = model(numbers(1), Scaler.Kind.MIN_MAX);
        assertThat(model.match(numbers(255)).notes())
                .singleElement()
                .asString()
                .startsWith("numbers: values go only up to ")
                .endsWith("are they in the same units?");
        assertThat(model.match(numbers(1)).notes()).isEmpty();
    }

    /** A file of tensors does not state units: nothing is converted. */
    @Test
    void unknownUnitsAreLeftAlone() {
        Dataset pixels = Dataset.ofPixels("pixels", bytes(), 4);
        Autoencoder trained =
                new Trainer(Architecture.parse("4-2"), RECIPE).fit(pixels).model();
        Autoencoder tensors = Autoencoder.of(trained.architecture(), trained.tensors(), Map.of());
        assertThat(tensors.isOfPixels()).isFalse();
        assertThat(tensors.errors(pixels)).isEqualTo(trained.errors(pixels));
        assertThat(tensors.match(numbers(1)).notes()).isEmpty();
    }

    /** Its scaler would scale other columns than it was fitted to. */
    @Test
    void aScalerOfAnotherOrderIsRefused() {
        Dataset train = table(List.of("a", "b", "c"));
        Autoencoder first = model(train, Scaler.Kind.MIN_MAX);
        Dataset swapped = table(List.of("c", "a", "b"));
        Trainer trainer = new Trainer(Architecture.parse("3-2"), RECIPE).initial(first);
        assertThatThrownBy(() ->
                        trainer.scaler(Scaler.fit(Scaler.Kind.MIN_MAX, swapped)).fit(swapped))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("table: columns in another order than the initial model's");
        Dataset matched = first.match(swapped).rows();
        assertThat(trainer.scaler(Scaler.fit(Scaler.Kind.MIN_MAX, matched))
                        .fit(matched)
                        .epoch()
                        .trainMse())
                .isLessThan(1);
    }

    @Test
    void explainedRowsAreMatchedAsTheOthers() {
        Autoencoder model = model(table(List.of("a", "b", "c")), Scaler.Kind.MIN_MAX);
        AnomalyDetector detector = AnomalyDetector.of(model);
        Dataset wide = table(List.of("a", "b", "c", "x"));
        assertThat(detector.explain(wide, 3))
                .isEqualTo(detector.explain(model.match(wide).rows(), 3));
        Dataset narrow = wide.selectColumns(new int[] {0, 1}).withColumns(List.of());
        assertThatThrownBy(() -> detector.explain(narrow, 3))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("table has rows of 2 values, but the model 3-2 takes 3");
    }

    /** Numbers from 0 to 1 are what pixels stand for. */
    @Test
    void aModelOfSharesTakesPixelsAsShares() {
        Dataset pixels = Dataset.ofPixels("pixels", bytes(), 4);
        Autoencoder model = model(numbers(255), Scaler.Kind.MIN_MAX);
        assertThat(model.errors(pixels)).isEqualTo(model.errors(numbers(255)));
        assertThat(model.match(pixels).notes()).isEmpty();
        assertThat(model.match(numbers(1)).notes())
                .singleElement()
                .asString()
                .matches("numbers: values go up to 2\\d\\d.0, but only up to [01].\\d+ in the rows that the model was "
                        + "trained on; divide pixels by 255");
    }

    @Test
    void damagedTextIsRefused() {
        Autoencoder model = model(table(List.of("a", "b", "c")), Scaler.Kind.MIN_MAX);
        for (Map<String, String> wrong : List.of(
                Map.of("data.columns", "a\nb"), Map.of("data.units", "metres"), Map.of("data.largest", "much"))) {
            assertThatThrownBy(() -> model.withMetadata(wrong))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageStartingWith(wrong.keySet().iterator().next());
        }
    }
}
