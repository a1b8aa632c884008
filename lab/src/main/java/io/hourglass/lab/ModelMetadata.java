package io.hourglass.lab;

import io.hourglass.Autoencoder;
import io.hourglass.Dataset;
import io.hourglass.History;
import io.hourglass.ImageShape;
import io.hourglass.Recipe;
import io.hourglass.Version;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What a model file tells besides weights and architecture: how it was made, and what its rows look like. */
public final class ModelMetadata {
    private static final String SHAPE = "hourglass.image_shape";
    private static final Pattern SHAPE_FORM = Pattern.compile("(\\d{1,5})x(\\d{1,5})x([13])");

    private ModelMetadata() {}

    /** That model with an account of its training. */
    public static Autoencoder describe(Autoencoder model, Recipe recipe, Dataset train, History history) {
        Map<String, String> entries = new LinkedHashMap<>();
        entries.put("hourglass.version", Version.current());
        entries.put("hourglass.recipe", recipe.name());
        entries.put("hourglass.epochs", Integer.toString(recipe.epochs()));
        entries.put("hourglass.batch_size", Integer.toString(recipe.batchSize()));
        entries.put("hourglass.learning_rate", Double.toString(recipe.learningRate()));
        entries.put("hourglass.schedule", recipe.schedule().label());
        entries.put("hourglass.warmup_epochs", Double.toString(recipe.warmupEpochs()));
        entries.put("hourglass.shuffle", Boolean.toString(recipe.shuffle()));
        entries.put("hourglass.seed", Long.toString(recipe.seed()));
        entries.put("hourglass.data", train.name());
        entries.put("hourglass.data_sha256", train.sha256());
        entries.put("hourglass.train_rows", Integer.toString(train.rows()));
        entries.put("hourglass.train_mse", Double.toString(history.last().trainMse()));
        if (!Double.isNaN(history.last().testMse())) {
            entries.put("hourglass.test_mse", Double.toString(history.last().testMse()));
        }
        train.shape().ifPresent(shape -> entries.put(SHAPE, shape.toString()));
        return model.withMetadata(entries);
    }

    /**
     * How the model's rows are images: as its file says or, where it says nothing (PyTorch's), a grey square if the number of
     * inputs is a square.
     */
    public static Optional<ImageShape> imageShape(Autoencoder model) {
        int inputs = model.architecture().inputs();
        Matcher form = SHAPE_FORM.matcher(model.metadata().getOrDefault(SHAPE, ""));
        if (form.matches()) {
            ImageShape shape = new ImageShape(number(form, 1), number(form, 2), number(form, 3));
            return shape.values() == inputs ? Optional.of(shape) : Optional.empty();
        }
        int side = (int) Math.round(Math.sqrt(inputs));
        return side * side == inputs ? Optional.of(new ImageShape(side, side, 1)) : Optional.empty();
    }

    private static int number(Matcher form, int group) {
        return Integer.parseInt(form.group(group));
    }
}
