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
import io.hourglass.lab.analysis.MeanError;
import io.hourglass.lab.data.Column;
import io.hourglass.lab.data.RowNames;
import io.hourglass.lab.data.TableColumns;
import io.hourglass.lab.data.WindowSettings;
import io.hourglass.lab.page.Html;
import io.hourglass.lab.page.LabelColours;
import io.hourglass.lab.page.Template;
import io.hourglass.lab.text.Json;
import io.hourglass.lab.text.Language;
import io.hourglass.lab.text.Messages;
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

    /** The colours of {@link LabelColours#ON_WHITE}, with the same hues, for the dark page. */
    static final List<String> ON_BLACK =
            List.of("fcfbff", "279dff", "ac78b0", "b13c2f", "ed5a31", "5560e3", "f6d49d", "7e5681", "c9ab91", "b4c7fe");

    private static final int MOST_TEXT = 300;

    private final List<ExplorerModel> models;
    private final Messages words;
    private final boolean small;
    private final @Nullable String report;

    private ExplorerPage(List<ExplorerModel> models, Language language, boolean small, @Nullable String report) {
        this.models = models;
        this.words = Messages.of(ExplorerPage.class, language);
        this.small = small;
        this.report = report;
    }

    /**
     * Writes the page.
     *
     * @param models one, or two of the same rows that are shown beside each other
     * @param small whether to round weights and codes to float16
     * @param report address of the study's report, to which the page links; null if there is none
     * @throws IllegalArgumentException if a weight or a code does not fit into float16, or the anomaly threshold in a
     *     model's metadata is invalid
     * @throws IOException if the file cannot be written
     */
    public static void write(
            Path file, List<ExplorerModel> models, Language language, boolean small, @Nullable String report)
            throws IOException {
        TextFile.write(file, new ExplorerPage(models, language, small, report).html());
    }

    /** What all models share: the rows. */
    private Items items() {
        return models.get(0).items();
    }

    private String html() throws IOException {
        String library = "\n" + Template.read(ExplorerPage.class, LIBRARY);
        String script = "\n"
                + Bundle.of("main.js")
                        .replace("{{onWhite}}", String.join(" ", LabelColours.ON_WHITE))
                        .replace("{{onBlack}}", String.join(" ", ON_BLACK));
        String style = "\n" + Template.read(ExplorerPage.class, "explorer.css");
        Map<String, String> values = new HashMap<>();
        words.all().forEach((key, text) -> values.put(key.replace('.', '_'), Html.escape(text)));
        values.put("language", words.language().code());
        values.put("title", Html.escape(title()));
        values.put("subtitle", Html.escape(subtitle()));
        values.put("links", links());
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

    private String title() {
        String name = models.get(0).name();
        return models.size() == 1
                ? words.say("page.title", name)
                : words.say("page.title.pair", name, models.get(1).name());
    }

    private String links() {
        if (report == null) {
            return "";
        }
        String address = Html.escape(report);
        return "<a href=\"" + address + "\">" + Html.escape(words.say("link.report")) + "</a> <a href=\"" + address
                + "#reconstructions\">" + Html.escape(words.say("link.reconstructions")) + "</a> <a href=\"" + address
                + "#how\">" + Html.escape(words.say("link.how")) + "</a> ";
    }

    private String subtitle() throws FormatException {
        int shown = items().rows().length;
        int all = items().typical().all().rows();
        String key = "subtitle." + (shown == all ? "all." : "some.") + unit();
        String rows = words.say(key, all, items().data().name(), shown);
        List<String> each = models.stream()
                .map(of -> words.say(
                        "subtitle.model",
                        architecture(of.model()),
                        of.model().architecture().parameters(),
                        words.say(of.model().table().differ() ? "subtitle.columns" : "subtitle.values"),
                        decimals(of.items().typical().all().mean(), 5)))
                .toList();
        return models.size() == 1
                ? each.get(0) + " " + rows
                : words.say("of", each.get(0), models.get(0).name()) + " "
                        + words.say("of", each.get(1), models.get(1).name()) + " " + rows;
    }

    private String decimals(double value, int digits) {
        return String.format(words.language().locale(), "%." + digits + "f", value);
    }

    private String unit() throws FormatException {
        return WindowSettings.of(models.get(0).model()).isPresent() ? "windows" : "rows";
    }

    private String architecture(Autoencoder model) {
        Variant variant = model.architecture().variant();
        return model.architecture() + (variant == Variant.PLAIN ? "" : ", " + words.say("variant." + variant.label()));
    }

    private Map<String, Object> payload() throws FormatException {
        Autoencoder model = models.get(0).model();
        Map<String, Object> payload = new LinkedHashMap<>();
        payload.put("messages", words.all());
        payload.put("shape", items().data().shape().orElse(null));
        TableColumns columns = TableColumns.of(model);
        boolean windows = WindowSettings.of(model).isPresent();
        boolean table = !windows && items().data().shape().isEmpty();
        payload.put("table", table ? table(columns) : null);
        payload.put("named", columns.named());
        payload.put("window", windows ? columns.calledValues() : null);
        payload.put("names", names(windows));
        Map<String, PackedArray> sections = new LinkedHashMap<>();
        sections.put("rows", PackedArray.ints(items().rows()));
        PackedArray values = models.stream()
                .map(of -> of.items().values())
                .filter(PackedArray::isExact)
                .findFirst()
                .orElse(items().values());
        sections.put("values", values);
        payload.put("labels", labels(sections));
        List<Map<String, Object>> each = new ArrayList<>();
        for (int n = 0; n < models.size(); n++) {
            each.add(model(models.get(n), n + ".", sections));
        }
        payload.put("models", each);
        payload.put("sections", sections);
        return payload;
    }

    /** What the rows are called, in the page's language as far as Hourglass has called them so. */
    private @Nullable RowNames names(boolean windows) {
        RowNames names = items().names();
        if (names == null) {
            return null;
        }
        if (!windows) {
            return names.title().equals("file") ? new RowNames(words.say("names.file"), names.names()) : names;
        }
        String to = words.say("names.to");
        return new RowNames(
                words.say("names.window"),
                names.names().stream()
                        .map(name -> name.replaceFirst("(.*) to ", "$1 " + to + " "))
                        .toList());
    }

    /** One model of the page; its sections get a prefix. */
    private Map<String, Object> model(ExplorerModel of, String prefix, Map<String, PackedArray> sections) {
        Autoencoder plain = of.model().plain();
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("name", of.name());
        fields.put("facts", facts(of));
        fields.put("model", network(of.model(), plain));
        fields.put("scaler", scaler(of.model()));
        fields.put("columns", layout(of.model()));
        fields.put(
                "imputed",
                of.model().imputation().map(imputation -> imputation.values()).orElse(null));
        fields.put("errors", errors(of));
        fields.put("maps", of.maps().stream().map(this::map).toList());
        sections.put(prefix + "weights", numbers(weights(plain)));
        sections.put(prefix + "codes", numbers(flat(of.items().codes())));
        sections.put(prefix + "errors", floats(of.items().errors()));
        double[] scores = of.items().scores();
        if (scores != null) {
            sections.put(prefix + "scores", floats(scores));
        }
        for (PlaneMap map : of.maps()) {
            sections.put(prefix + "map-" + map.kind(), PackedArray.floats(flat(map.points())));
        }
        return fields;
    }

    private static PackedArray floats(double[] values) {
        float[] floats = new float[values.length];
        for (int i = 0; i < values.length; i++) {
            floats[i] = (float) values[i];
        }
        return PackedArray.floats(floats);
    }

    /** The entries of the tab Facts, as terms and texts. */
    private List<List<String>> facts(ExplorerModel of) {
        Autoencoder model = of.model();
        List<List<String>> facts = new ArrayList<>();
        facts.add(List.of(words.say("fact.model"), of.name()));
        facts.add(List.of(words.say("fact.architecture"), architecture(model)));
        facts.add(List.of(
                words.say("fact.weights"),
                words.say("fact.weights.text", model.weightsSha256(), small ? "float16" : "float32")));
        facts.add(List.of(words.say("fact.data"), of.items().data().name()));
        Items.Errors errors = of.items().typical();
        MeanError all = errors.all();
        String text = words.say(
                "fact.errors.text",
                all.rows(),
                decimals(all.mean(), 6),
                decimals(errors.median(), 6),
                decimals(errors.q99(), 6));
        facts.add(List.of(
                words.say("fact.errors"),
                text + (all.excluded() == 0 ? "" : " " + words.say("fact.excluded", all.excluded()))));
        model.metadata().forEach((key, value) -> {
            if (!key.startsWith("scaler.")
                    && !key.startsWith("columns.")
                    && !key.startsWith("table.")
                    && !key.startsWith("architecture")
                    && !Baseline.holds(key)
                    && !AnomalyDetector.holds(key)) {
                String term = words.all().containsKey("meta." + key) ? words.say("meta." + key) : key;
                facts.add(List.of(term, value.length() > MOST_TEXT ? value.substring(0, MOST_TEXT) + " …" : value));
            }
        });
        facts.add(List.of(words.say("fact.made"), "Hourglass " + Version.current()));
        return facts;
    }

    private static Map<String, Object> network(Autoencoder model, Autoencoder plain) {
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

    private static @Nullable Map<String, Object> scaler(Autoencoder model) {
        Scaler scaler = model.scaler();
        return scaler.kind() == Scaler.Kind.NONE
                ? null
                : new TreeMap<>(Map.of("offset", scaler.offset(), "factor", scaler.factor()));
    }

    /** The width and the spread of each column, null for an input only; null if all are plain numbers. */
    private static @Nullable List<Map<String, Object>> layout(Autoencoder model) {
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

    private static Map<String, Object> errors(ExplorerModel of) {
        Map<String, Object> errors = new LinkedHashMap<>();
        errors.put("median", of.items().typical().median());
        errors.put("q99", of.items().typical().q99());
        errors.put(
                "threshold",
                AnomalyDetector.of(of.model())
                        .withScore(AnomalyDetector.Score.RECONSTRUCTION)
                        .threshold()
                        .map(Threshold::score)
                        .orElse(null));
        return errors;
    }

    private Map<String, Object> map(PlaneMap map) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("kind", map.kind());
        fields.put("title", words.say("map." + map.kind()));
        fields.put("x", axis(map, 0));
        fields.put("y", axis(map, 1));
        String note = "map." + map.kind() + ".note";
        fields.put(
                "note",
                (words.all().containsKey(note) ? words.say(note) + " " : "")
                        + (map.note() == null ? "" : words.say("map.note." + map.note())));
        fields.put("plane", map.plane());
        return fields;
    }

    /** The meaning of an axis. */
    private String axis(PlaneMap map, int axis) {
        double[] shares = map.shares();
        if (shares != null) {
            return words.say("axis.pca", axis + 1, String.format(Locale.ROOT, "%.0f", 100 * shares[axis]));
        }
        return switch (map.kind()) {
            case "umap" -> "UMAP " + (axis + 1);
            case "line" -> words.say(axis == 0 ? "axis.line" : "axis.error");
            default -> words.say("axis.code", "z" + axis);
        };
    }

    private PackedArray numbers(float[] values) {
        return small ? PackedArray.halves(values) : PackedArray.floats(values);
    }

    /**
     * All weights and biases, layer by layer, in the order in which the page's rows lie: the channels of a pixel
     * together. A convolution's filters are [out][kernel][kernel][in], a transposed one's [kernel][kernel][out][in].
     */
    private static float[] weights(Autoencoder plain) {
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
        Dataset data = items().data();
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
