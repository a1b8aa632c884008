package io.hourglass.lab.training;

import io.hourglass.Autoencoder;
import io.hourglass.Dataset;
import io.hourglass.ImageShape;
import io.hourglass.Trainer;
import io.hourglass.Version;
import io.hourglass.nn.Shape;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What a model file states besides weights and architecture: how it was made, and what its rows look like. */
public final class ModelMetadata {
    /** The name of the training rows. */
    public static final String TRAIN_NAME = "data.name";

    /** SHA-256 of the training rows. */
    public static final String TRAIN_SHA256 = "data.sha256";

    /** The epoch, counted from 1, after which the model was saved. */
    public static final String EPOCH = "result.epoch";

    /** The number of epochs it was trained for: more than {@link #EPOCH} if an earlier epoch was the best. */
    public static final String EPOCHS = "result.epochs";

    private static final String VALIDATION = "data.validation";
    private static final String SHAPE = "data.image_shape";
    private static final Pattern SHAPE_FORM = Pattern.compile("(\\d{1,5})x(\\d{1,5})x([13])");

    private ModelMetadata() {}

    /**
     * The model, whose metadata already states its recipe, with metadata on its training rows and results.
     *
     * @param trainSha256 {@link Dataset#sha256} of the training rows; passed in because it takes a while to compute
     * @param measuredOn what the rows that its error was measured on are called: test or validation
     */
    public static Autoencoder describe(Trainer.Result trained, Dataset train, String trainSha256, String measuredOn) {
        Map<String, String> entries = new LinkedHashMap<>();
        entries.put("hourglass.version", Version.current());
        entries.put(TRAIN_NAME, train.name());
        entries.put(TRAIN_SHA256, trainSha256);
        entries.put("data.train_rows", Integer.toString(train.rows()));
        entries.put(EPOCH, Integer.toString(trained.epoch().epoch()));
        entries.put(EPOCHS, Integer.toString(trained.history().epochs().size()));
        entries.put("result.train_mse", Double.toString(trained.epoch().trainMse()));
        if (!Double.isNaN(trained.epoch().testMse())) {
            entries.put(
                    "result." + measuredOn + "_mse",
                    Double.toString(trained.epoch().testMse()));
        }
        train.shape().ifPresent(shape -> entries.put(SHAPE, shape.toString()));
        return trained.model().withMetadata(entries);
    }

    /**
     * The checksum in a model file or a checkpoint, which loading has verified; null if there is none.
     */
    public static @Nullable String checksum(Map<String, String> metadata) {
        String ofModel = metadata.get("hourglass.sha256");
        return ofModel == null ? metadata.get("checkpoint.sha256") : ofModel;
    }

    /**
     * The image shape of the model's rows, which its convolutions or its file state; empty if the file states none (the
     * model was trained on a table, or is PyTorch's) or an impossible one, or the images have neither one nor three
     * channels.
     */
    public static Optional<ImageShape> imageShape(Autoencoder model) {
        Shape image = model.architecture().image();
        if (!model.architecture().convolutions().isEmpty()) {
            return image.channels() == 1 || image.channels() == 3
                    ? Optional.of(new ImageShape(image.height(), image.width(), image.channels()))
                    : Optional.empty();
        }
        Matcher form = SHAPE_FORM.matcher(model.metadata().getOrDefault(SHAPE, ""));
        if (!form.matches() || number(form, 1) == 0 || number(form, 2) == 0) {
            return Optional.empty();
        }
        ImageShape shape = new ImageShape(number(form, 1), number(form, 2), number(form, 3));
        return shape.values() == model.architecture().inputs() ? Optional.of(shape) : Optional.empty();
    }

    /** Metadata that states which fraction of the training rows was held out. */
    public static Map<String, String> ofValidation(double fraction) {
        return Map.of(VALIDATION, Double.toString(fraction));
    }

    /**
     * The fraction of the training rows that was held out; empty if none was, or the file states no valid fraction.
     */
    public static OptionalDouble validation(Autoencoder model) {
        try {
            double fraction = Double.parseDouble(model.metadata().getOrDefault(VALIDATION, ""));
            return fraction > 0 && fraction < 1 ? OptionalDouble.of(fraction) : OptionalDouble.empty();
        } catch (NumberFormatException e) {
            return OptionalDouble.empty();
        }
    }

    private static int number(Matcher form, int group) {
        return Integer.parseInt(form.group(group));
    }
}
