package io.hourglass.lab.study;

import io.hourglass.Autoencoder;
import io.hourglass.Dataset;
import io.hourglass.Imputation;
import io.hourglass.Recipe;
import io.hourglass.Scaler;
import io.hourglass.format.FormatException;
import io.hourglass.lab.analysis.Baseline;
import io.hourglass.lab.data.Column;
import io.hourglass.lab.data.DataSource;
import io.hourglass.lab.data.DataSplit;
import io.hourglass.lab.data.ReadOptions;
import io.hourglass.lab.data.TableColumns;
import io.hourglass.lab.progress.Progress;
import io.hourglass.lab.study.StudyResults.DataSummary;
import io.hourglass.lab.training.Defaults;
import io.hourglass.lab.training.ImageScaling;
import io.hourglass.lab.training.ModelMetadata;
import io.hourglass.lab.training.Preparation;
import io.hourglass.nn.Columns;
import io.hourglass.nn.Loss;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * What an experiment works with.
 *
 * @param train rows to train on, in the networks' units: all of {@code data}, or the first ones
 * @param test in the networks' units
 * @param trainAsRead in the data's own units
 * @param testAsRead in the data's own units
 * @param prepared what was learned from all training rows: scaler, weights of columns, imputation
 * @param isTable whether the {@link Defaults} apply
 * @param subject what sentences about the data must know
 * @param metadata what else a model must know about the data
 * @param folder of the results, locked by {@link ResultsFolder#open}
 * @param threads 1 or more
 */
public record Workplace(
        Dataset train,
        Dataset test,
        Dataset trainAsRead,
        Dataset testAsRead,
        Preparation prepared,
        boolean isTable,
        DataSummary data,
        Subject subject,
        Map<String, String> metadata,
        Path folder,
        int threads,
        Progress progress) {
    private static final int FEWEST_MEASURED = 1_000;

    /**
     * Reads the data. If they have no test rows, some training rows are held out.
     *
     * @throws IllegalArgumentException if there is no such data
     * @throws IOException if it cannot be read, has too few rows to hold any out, or the lab report's networks do not
     *     take its columns
     */
    public static Workplace load(StudyData source, Path folder, int threads, Progress progress) throws IOException {
        progress.say("reading " + source.spec());
        // A study fills gaps if there are any; ofReport can say better than a reader that images must have none.
        ReadOptions options = source.ofReport()
                ? source.options().withImputation(Imputation.Kind.MEAN).withoutIndicators()
                : source.options();
        DataSplit split = DataSource.load(source.spec(), options, progress).withShape(source.shape());
        boolean isTable = Defaults.applyTo(split.train(), split.test() != null);
        Double asked = source.validation();
        double held = asked != null ? asked : split.test() == null ? StudyData.DEFAULT_VALIDATION : 0;
        if (held > 0) {
            split = split.withValidation(held);
            progress.say(String.format(
                    Locale.ROOT,
                    "%s: %,d of its %,d %srows held out to test on (--validation %s)",
                    split.name(),
                    split.split("test").rows(),
                    split.train().rows() + split.split("test").rows(),
                    asked == null ? "" : "training ",
                    held));
        }
        Dataset train = split.train();
        boolean images = train.isPixels() || train.shape().isPresent();
        Preparation prepared =
                source.ofReport() && images ? ofReport(split, progress) : asTrained(split, source, progress);
        Scaler scaler = prepared.scaler();
        if (!train.isPixels()) {
            Baseline mean = Baseline.ofMean(train.scaled(scaler), prepared.table());
            split = split.withoutImmeasurable(scaler, mean, progress);
        }
        Dataset test = split.split("test");
        Map<String, String> metadata = new LinkedHashMap<>();
        if (held > 0) {
            metadata.putAll(ModelMetadata.ofValidation(held));
        }
        if (split.columns() != null) {
            metadata.putAll(split.columns().metadata());
        }
        DataSummary data = new DataSummary(
                split.name(),
                train.rows(),
                test.rows(),
                train.inputs(),
                train.sha256(),
                test.sha256(),
                held,
                scaler.kind().label(),
                prepared.imputation().map(of -> of.kind().label()).orElse("none"),
                prepared.table().differ() ? "column" : "value");
        return new Workplace(
                train.scaled(scaler),
                test.scaled(scaler),
                train,
                test,
                prepared,
                isTable,
                data,
                subject(source.spec(), split, data),
                metadata,
                folder,
                threads,
                progress);
    }

    private static Subject subject(String spec, DataSplit split, DataSummary data) {
        Dataset test = split.split("test");
        int[] labels = test.hasLabels()
                ? IntStream.range(0, test.rows()).map(test::label).distinct().toArray()
                : new int[0];
        boolean mnist = data.areMnist();
        TableColumns columns = split.columns();
        return new Subject(
                mnist ? "MNIST" : spec.equals("fashion-mnist") ? "Fashion-MNIST" : data.name(),
                split.train().isPixels() || split.train().shape().isPresent() ? Subject.Rows.IMAGE : Subject.Rows.ROW,
                labels.length == 0 ? Subject.Labels.NONE : mnist ? Subject.Labels.DIGIT : Subject.Labels.CLASS,
                columns == null || !columns.named()
                        ? ""
                        : columns.find(Column.Type.LABEL).map(Column::name).orElse(""),
                test.labelNames(),
                labels.length);
    }

    private static Preparation asTrained(DataSplit split, StudyData source, Progress progress) {
        Dataset train = split.train();
        boolean gaps = train.hasMissing() || split.split("test").hasMissing();
        Imputation.Kind impute = source.ofReport() && gaps
                ? Imputation.Kind.MEAN
                : source.options().imputation();
        Preparation prepared = Preparation.learn(train, split.layout(), source.scale(), impute, Loss.MSE);
        prepared.describe(train, source.scale(), true).ifPresent(progress::say);
        return prepared;
    }

    /**
     * For images, the lab report's networks have sigmoids for outputs and the squared error of each value, and so has
     * all that is measured on them. Images with values outside [0, 1] are scaled to it.
     */
    private static Preparation ofReport(DataSplit split, Progress progress) throws FormatException {
        Columns layout = split.layout();
        if (layout.hasCategories()) {
            throw new FormatException(
                    split.name() + ": has categories, so its rows are no images, expected numbers, " + "or no --shape");
        }
        if (split.train().hasMissing() || split.split("test").hasMissing()) {
            throw new FormatException(split.name() + ": has images with missing values, which a study does not take, "
                    + "expected complete images");
        }
        Scaler scaler = ImageScaling.fit(split.train(), true);
        if (!scaler.isNone()) {
            progress.say("scaler: " + scaler.kind().label() + ", so errors are in the network's units");
        }
        return new Preparation(scaler, layout, Optional.empty());
    }

    /** From the data's own units to the networks'. */
    public Scaler scaler() {
        return prepared.scaler();
    }

    /** A model without its scaler, for rows in the networks' units. */
    static Autoencoder unscaled(Autoencoder model) {
        if (model.scaler().isNone()) {
            return model;
        }
        Map<String, String> metadata = new LinkedHashMap<>(model.metadata());
        metadata.keySet().removeAll(model.scaler().metadata().keySet());
        model.imputation()
                .ifPresent(of -> metadata.putAll(scaled(of, model.scaler()).metadata()));
        return Autoencoder.of(model.architecture(), model.tensors(), metadata);
    }

    private static Imputation scaled(Imputation imputation, Scaler scaler) {
        double[] values = imputation.values();
        Dataset row = Dataset.ofDoubles("imputed values", values, values.length).scaled(scaler);
        return Imputation.of(imputation.kind(), row.doubles(0));
    }

    /** Width of the widest code to try: a row's or, for tables, one less than the number of columns. */
    int widestCode() {
        return isTable ? columns() - 1 : train.inputs();
    }

    private int columns() {
        return Defaults.of(train, prepared.table()).columns();
    }

    /** How wide the rows are, for messages. */
    String describeWidth() {
        int columns = isTable ? columns() : train.inputs();
        String what = columns == train.inputs() ? "value" : "column";
        return "rows of " + columns + " " + what + (columns == 1 ? "" : "s");
    }

    /**
     * A recipe as the data need it. On tables, and on few images without test rows, the tuned recipe becomes the one
     * that {@code train} uses there ({@link Defaults}), and the lab report's takes at least as many steps as that one
     * must.
     *
     * @param epochsGiven whether the recipe's number of epochs is the user's choice
     */
    Recipe suited(Recipe recipe, boolean epochsGiven) {
        if (!isTable) {
            return recipe;
        }
        Defaults defaults = Defaults.of(train, prepared.table());
        int batch = recipe.batchSize();
        Recipe suited = recipe.name().equals(Recipe.tuned().name())
                ? defaults.recipe(recipe, batch, false)
                : recipe.with(r -> r.epochs(Math.max(recipe.epochs(), defaults.epochs(Defaults.FEWEST_STEPS, batch))));
        int epochs = epochsGiven ? recipe.epochs() : Math.max(StudyResults.FIRST_LOOK, suited.epochs());
        return suited.with(r -> r.epochs(epochs));
    }

    /**
     * The same with at most this many training rows: the first ones if labels show that rows are in a random order,
     * otherwise rows at equal distances, because data may be sorted by anything.
     */
    Workplace withFewRows(int rows) {
        if (rows >= train.rows()) {
            return this;
        }
        boolean[] chosen = DataSplit.heldOut(trainAsRead, (double) rows / train.rows());
        boolean inOrder = IntStream.range(0, train.rows() - rows).noneMatch(row -> chosen[row]);
        int[] few = IntStream.range(0, train.rows())
                .filter(row -> inOrder ? row < rows : chosen[row])
                .toArray();
        return new Workplace(
                inOrder ? train.slice(0, rows) : train.select(few),
                test,
                inOrder ? trainAsRead.slice(0, rows) : trainAsRead.select(few),
                testAsRead,
                prepared,
                isTable,
                data,
                subject,
                metadata,
                folder,
                threads,
                progress);
    }

    /**
     * The same with the training rows on which errors are measured after each epoch: as many as test rows, but at least
     * {@value #FEWEST_MEASURED}. To measure all of MNIST's would add almost a
     * third to the training time.
     */
    Workplace withMeasuredRows() {
        return withFewRows(Math.max(test.rows(), FEWEST_MEASURED));
    }
}
