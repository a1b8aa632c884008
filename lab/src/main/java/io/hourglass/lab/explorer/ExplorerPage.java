package io.hourglass.lab.explorer;

import io.hourglass.Autoencoder;
import io.hourglass.Dataset;
import io.hourglass.Scaler;
import io.hourglass.Version;
import io.hourglass.anomaly.AnomalyDetector;
import io.hourglass.anomaly.Threshold;
import io.hourglass.format.FormatException;
import io.hourglass.io.Labels;
import io.hourglass.lab.analysis.Baseline;
import io.hourglass.lab.data.Column;
import io.hourglass.lab.data.TableColumns;
import io.hourglass.lab.data.WindowSettings;
import io.hourglass.lab.page.Html;
import io.hourglass.lab.page.LabelColours;
import io.hourglass.lab.page.Template;
import io.hourglass.lab.text.Json;
import io.hourglass.lab.text.TextFile;
import io.hourglass.nn.Columns;
import io.hourglass.nn.Layer;
import io.hourglass.nn.Shape;
import io.hourglass.nn.Variant;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Writes the explorer: one HTML file that holds a network and the rows to show, and loads nothing else. */
public final class ExplorerPage {

    /** d3-delaunay, which triangulates the maps. */
    private static final String LIBRARY = "/META-INF/resources/webjars/d3-delaunay/6.0.4/dist/d3-delaunay.min.js";

    private final String name;
    private final Autoencoder model;

    /** The same model as a plain network, which the page computes. */
    private final Autoencoder plain;

    private final Items items;
    private final List<PlaneMap> maps;
    private final boolean small;

    private ExplorerPage(String name, Autoencoder model, Items items, List<PlaneMap> maps, boolean small) {
        this.name = name;
        this.model = model;
        this.plain = model.plain();
        this.items = items;
        this.maps = maps;
        this.small = small;
    }

    /**
     * Writes the page.
     *
     * @param name of the model, as text
     * @param items rows of the model's width
     * @param maps at least one; the first is shown first
     * @param small whether to round weights and codes to float16
     * @throws IllegalArgumentException if a weight or a code does not fit into float16, or the anomaly threshold in the
     *     model's metadata is invalid
     * @throws IOException if the file cannot be written
     */
    public static void write(Path file, String name, Autoencoder model, Items items, List<PlaneMap> maps, boolean small)
            throws IOException {
        TextFile.write(file, new ExplorerPage(name, model, items, maps, small).html());
    }

    private String html() throws IOException {
        String library = "\n" + Template.read(ExplorerPage.class, LIBRARY);
        String script = "\n" + Bundle.of("main.js").replace("{{onWhite}}", String.join(" ", LabelColours.ON_WHITE));
        String style = "\n" + Template.read(ExplorerPage.class, "explorer.css");
        Map<String, String> values = new HashMap<>();
        values.put("title", Html.escape("The latent space of " + name));
        values.put("subtitle", Html.escape(subtitle()));
        values.put("version", Html.escape(Version.current()));
        values.put("libraryHash", Html.policySource(library));
        values.put("scriptHash", Html.policySource(script));
        values.put("styleHash", Html.policySource(style));
        values.put("library", library);
        values.put("script", script);
        values.put("style", style);
        values.put("payload", Html.escapeJson(Json.write(payload())));
        return Template.fill(Template.read(ExplorerPage.class, "explorer.html"), values);
    }

    private String subtitle() throws FormatException {
        int shown = items.rows().length;
        int all = items.typical().all().rows();
        return String.format(
                Locale.ROOT,
                "%s, %,d parameters. %s of %s, %s %.5f.",
                architecture(),
                model.architecture().parameters(),
                shown == all
                        ? String.format(Locale.ROOT, "All %,d %s", all, unit())
                        : String.format(Locale.ROOT, "%,d of %,d %s", shown, all, unit()),
                items.data().name(),
                model.table().differ() ? "error per column" : "error (MSE)",
                items.typical().all().mean());
    }

    private String unit() throws FormatException {
        return WindowSettings.of(model).isPresent() ? "windows" : "rows";
    }

    private String architecture() {
        Variant variant = model.architecture().variant();
        return model.architecture() + (variant == Variant.PLAIN ? "" : ", " + variant.label());
    }

    private Map<String, Object> payload() throws FormatException {
        Map<String, Object> payload = new LinkedHashMap<>();
        payload.put("facts", facts());
        payload.put("model", network());
        payload.put("scaler", scaler());
        payload.put("columns", layout());
        payload.put(
                "imputed",
                model.imputation().map(imputation -> imputation.values()).orElse(null));
        payload.put("shape", items.data().shape().orElse(null));
        TableColumns columns = TableColumns.of(model);
        boolean windows = WindowSettings.of(model).isPresent();
        boolean table = !windows && items.data().shape().isEmpty();
        payload.put("table", table ? table(columns) : null);
        payload.put("named", columns.named());
        payload.put("window", windows ? columns.calledValues() : null);
        payload.put("names", items.names());
        payload.put("errors", errors());
        payload.put("maps", maps.stream().map(ExplorerPage::map).toList());
        Map<String, PackedArray> sections = new LinkedHashMap<>();
        sections.put("weights", numbers(weights()));
        sections.put("rows", PackedArray.ints(items.rows()));
        sections.put("codes", numbers(flat(items.codes())));
        float[] errors = new float[items.errors().length];
        for (int i = 0; i < errors.length; i++) {
            errors[i] = (float) items.errors()[i];
        }
        sections.put("errors", PackedArray.floats(errors));
        sections.put("values", items.values());
        for (PlaneMap map : maps) {
            sections.put("map-" + map.name(), PackedArray.floats(flat(map.points())));
        }
        payload.put("labels", labels(sections));
        payload.put("sections", sections);
        return payload;
    }

    /** The entries of the tab Facts, as terms and texts. */
    private List<List<String>> facts() {
        List<List<String>> facts = new ArrayList<>();
        facts.add(List.of("Model", name));
        facts.add(List.of("Architecture", architecture()));
        facts.add(List.of("Weights", model.weightsSha256() + " (SHA-256), here as " + (small ? "float16" : "float32")));
        facts.add(List.of("Data", items.data().name()));
        Items.Errors errors = items.typical();
        facts.add(List.of(
                "Errors",
                String.format(
                        Locale.ROOT,
                        "of %,d rows: mean %.6f, median %.6f, 99 %% below %.6f%s",
                        errors.all().rows(),
                        errors.all().mean(),
                        errors.median(),
                        errors.q99(),
                        errors.all().excluded() == 0 ? "" : "; " + errors.all().describeExcluded())));
        model.metadata().forEach((key, text) -> {
            if (!key.startsWith("scaler.")
                    && !key.startsWith("columns.")
                    && !key.startsWith("table.")
                    && !key.startsWith("architecture")
                    && !Baseline.holds(key)
                    && !AnomalyDetector.holds(key)) {
                facts.add(List.of(key, text.length() > 300 ? text.substring(0, 300) + " …" : text));
            }
        });
        facts.add(List.of("Made by", "Hourglass " + Version.current()));
        return facts;
    }

    private Map<String, Object> network() {
        List<Map<String, Object>> layers = new ArrayList<>();
        for (Layer layer : plain.architecture().layers()) {
            Map<String, Object> fields = new LinkedHashMap<>();
            fields.put("inputs", layer.inputs());
            fields.put("outputs", layer.outputs());
            fields.put("activation", layer.activation().label());
            if (layer instanceof Layer.Conv conv) {
                fields.put("small", shape(conv.small()));
                fields.put("large", shape(conv.large()));
                fields.put("kernel", conv.kernel());
                fields.put("stride", conv.stride());
                fields.put("padding", conv.padding());
                fields.put("isTransposed", conv.isTransposed());
            }
            layers.add(fields);
        }
        Map<String, Object> network = new LinkedHashMap<>();
        network.put("inputs", model.architecture().inputs());
        network.put("latent", model.architecture().latent());
        network.put("encoderLayers", model.architecture().encoderLayers());
        network.put("layers", layers);
        return network;
    }

    private static Map<String, Object> shape(Shape shape) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("height", shape.height());
        fields.put("width", shape.width());
        fields.put("channels", shape.channels());
        return fields;
    }

    private @Nullable Map<String, Object> scaler() {
        Scaler scaler = model.scaler();
        return scaler.kind() == Scaler.Kind.NONE
                ? null
                : new TreeMap<>(Map.of("offset", scaler.offset(), "factor", scaler.factor()));
    }

    /** The width and the spread of each column, null for an input only; null if all are plain numbers. */
    private @Nullable List<Map<String, Object>> layout() {
        Columns table = model.table();
        return !table.differ()
                ? null
                : IntStream.range(0, table.count())
                        .<Map<String, Object>>mapToObj(c -> {
                            Map<String, Object> column = new TreeMap<>(Map.of("width", table.width(c)));
                            column.put("spread", table.isInputOnly(c) ? null : table.spread(c));
                            return column;
                        })
                        .toList();
    }

    /** The columns with values, in the words of the file; what only some types need is empty for others. */
    private static List<Map<String, Object>> table(TableColumns columns) {
        List<String> names = columns.usedNames();
        List<Map<String, Object>> table = new ArrayList<>();
        for (TableColumns.Place place : columns.used()) {
            Column column = place.column();
            Map<String, Object> fields = new LinkedHashMap<>();
            fields.put("name", names.get(table.size()));
            fields.put("type", column.isCategory() ? "category" : Labels.of(column.type()));
            fields.put("at", place.at());
            fields.put("width", column.values());
            fields.put("texts", column.texts());
            fields.put("times", column.times());
            fields.put("cycles", column.cycles().stream().map(Labels::of).toList());
            table.add(fields);
        }
        return table;
    }

    private Map<String, Object> errors() {
        Map<String, Object> errors = new LinkedHashMap<>();
        errors.put("median", items.typical().median());
        errors.put("q99", items.typical().q99());
        errors.put(
                "threshold",
                AnomalyDetector.of(model)
                        .withScore(AnomalyDetector.Score.RECONSTRUCTION)
                        .threshold()
                        .map(Threshold::score)
                        .orElse(null));
        return errors;
    }

    private static Map<String, Object> map(PlaneMap map) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("name", map.name());
        fields.put("title", map.title());
        fields.put("x", map.x());
        fields.put("y", map.y());
        fields.put("note", map.note());
        fields.put("plane", map.plane());
        return fields;
    }

    private PackedArray numbers(float[] values) {
        return small ? PackedArray.halves(values) : PackedArray.floats(values);
    }

    /**
     * All weights and biases, layer by layer, in the order in which the page's rows lie: the channels of a pixel
     * together. A convolution's filters are [out][kernel][kernel][in], a transposed one's [kernel][kernel][out][in].
     */
    private float[] weights() {
        Map<String, float[]> tensors = plain.tensors();
        List<float[]> all = new ArrayList<>();
        for (Layer layer : plain.architecture().layers()) {
            float[] weight = Objects.requireNonNull(tensors.get(layer.weight()));
            float[] bias = Objects.requireNonNull(tensors.get(layer.bias()));
            if (layer instanceof Layer.Conv conv) {
                all.add(filters(conv, weight));
                all.add(bias);
            } else {
                float[] rows = new float[weight.length];
                float[] sorted = new float[bias.length];
                for (int o = 0; o < layer.outputs(); o++) {
                    int output = layer.out().channelFirst(o);
                    sorted[o] = bias[output];
                    for (int i = 0; i < layer.inputs(); i++) {
                        rows[o * layer.inputs() + i] =
                                weight[output * layer.inputs() + layer.in().channelFirst(i)];
                    }
                }
                all.add(rows);
                all.add(sorted);
            }
        }
        return flat(all.toArray(float[][]::new));
    }

    private static float[] filters(Layer.Conv conv, float[] weight) {
        int small = conv.small().channels();
        Shape patch = new Shape(conv.kernel(), conv.kernel(), conv.large().channels());
        float[] filters = new float[weight.length];
        for (int s = 0; s < small; s++) {
            for (int i = 0; i < patch.values(); i++) {
                int at = conv.isTransposed() ? i * small + s : s * patch.values() + i;
                filters[at] = weight[s * patch.values() + patch.channelFirst(i)];
            }
        }
        return filters;
    }

    /** The labels' names; the section {@code labels} gets the index of each row's label among them. */
    private List<String> labels(Map<String, PackedArray> sections) {
        Dataset data = items.data();
        int[] numbers = new int[data.rows()];
        List<Integer> labels = List.of();
        if (data.hasLabels()) {
            int[] all = new int[data.rows()];
            Arrays.setAll(all, data::label);
            int[] distinct = Arrays.stream(all).sorted().distinct().toArray();
            Arrays.setAll(numbers, row -> Arrays.binarySearch(distinct, all[row]));
            labels = Arrays.stream(distinct).boxed().toList();
        }
        sections.put("labels", PackedArray.ints(numbers));
        return labels.stream().map(data::labelName).toList();
    }

    private static float[] flat(float[][] rows) {
        int length = 0;
        for (float[] row : rows) {
            length = Math.addExact(length, row.length);
        }
        float[] flat = new float[length];
        int at = 0;
        for (float[] row : rows) {
            System.arraycopy(row, 0, flat, at, row.length);
            at += row.length;
        }
        return flat;
    }
}
