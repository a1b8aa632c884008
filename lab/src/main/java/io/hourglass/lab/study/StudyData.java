package io.hourglass.lab.study;

import io.hourglass.Imputation;
import io.hourglass.Scaler;
import io.hourglass.lab.data.ReadOptions;
import io.hourglass.lab.data.TableOptions;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The data of a study or an experiment.
 *
 * @param spec as given to {@code --data}
 * @param options how to read it
 * @param validation fraction of the training rows to hold out and test on; null to hold out {@value
 *     #DEFAULT_VALIDATION} of them only if the data have no test rows
 * @param shape of the images that the rows are; null if the data say so themselves, or the rows are no images
 * @param scale the scaler asked for; null for the default
 * @param ofReport whether the networks are the lab report's: all their outputs are sigmoids, and their rows are numbers
 *     from 0 to 1
 */
public record StudyData(
        String spec,
        ReadOptions options,
        @Nullable Double validation,
        ReadOptions.@Nullable Size shape,
        Scaler.@Nullable Kind scale,
        boolean ofReport) {
    /** The fraction that is held out by default. */
    public static final double DEFAULT_VALIDATION = 0.2;

    /** @throws IllegalArgumentException if the fraction is not between 0 and 1 */
    public StudyData {
        if (validation != null && !(validation > 0 && validation < 1)) {
            throw new IllegalArgumentException("validation = " + validation + ", expected a fraction between 0 and 1");
        }
    }

    /** The data of the lab report's networks. */
    public StudyData(String spec, ReadOptions options, @Nullable Double validation, ReadOptions.@Nullable Size shape) {
        this(spec, options, validation, shape, null, true);
    }

    /** The same for networks that take rows as {@code train} does. */
    public StudyData asTrained(Scaler.@Nullable Kind asked, Imputation.@Nullable Kind impute) {
        ReadOptions filled = options.withImputation(impute);
        boolean pixels = asked == Scaler.Kind.PIXEL; // of which some are the same in all rows
        return new StudyData(
                spec,
                pixels ? filled.withTable(filled.table().withConstants()) : filled,
                validation,
                shape,
                asked,
                false);
    }

    /** The settings that decide the results. */
    public Map<String, String> decisive() {
        Map<String, String> settings = new LinkedHashMap<>();
        settings.put("data", spec);
        settings.put(
                "validation",
                validation == null ? DEFAULT_VALIDATION + " if there are no test rows" : String.valueOf(validation));
        put(settings, "header", options.table().header());
        put(settings, "separator", options.table().separator());
        put(settings, "decimal", options.table().decimal());
        put(settings, "label column", options.table().label());
        put(settings, "id", options.table().id());
        put(settings, "missing", options.table().missing());
        put(settings, "categories", options.table().categories());
        put(settings, "ignore", options.table().ignored());
        put(settings, "columns", options.table().only());
        put(settings, "scale", scale == null ? null : scale.label());
        put(
                settings,
                "impute",
                options.imputation() == null ? null : options.imputation().label());
        put(settings, "size", options.size());
        put(settings, "array", options.array());
        put(settings, "shape", shape);
        if (!options.table().encoding().equals(TableOptions.DEFAULT.encoding())) {
            settings.put("encoding", options.table().encoding().name());
        }
        if (options.colours() != ReadOptions.Colours.GREY) {
            settings.put("rgb", options.colours() == ReadOptions.Colours.RGB ? "true" : "as found");
        }
        return settings;
    }

    private static void put(Map<String, String> settings, String name, @Nullable Object value) {
        boolean none = value instanceof List<?> list && list.isEmpty();
        if (value != null && !none) {
            settings.put(name, value.toString());
        }
    }
}
