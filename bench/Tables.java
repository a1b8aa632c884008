import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.math.BigDecimal;
import java.math.MathContext;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Makes the tables of BENCHMARKS.md from what the commands wrote; {@code bench/all} calls it, with Jackson on the class
 * path. The first argument names the table, the others its files. Markdown goes to standard output.
 */
public final class Tables {
    /** What training on a table prints at its end. */
    private static final Pattern HELD_OUT = Pattern.compile(
            "(\\S+), \\S+ recipe: train .*?, validation (?:MSE|error per column) ([-.\\dEe]+),.*\\R"
                    + "validation .* of predicting the mean ([-.\\dEe]+), PCA with \\d+ components ([-.\\dEe]+)");

    private Tables() {}

    public static void main(String[] args) throws IOException {
        System.setOut(new PrintStream(new FileOutputStream(FileDescriptor.out), true, StandardCharsets.UTF_8));
        Path first = Path.of(args[1]);
        switch (args[0]) {
            case "study" -> study(json(first), args[2]);
            case "clusters" -> clusters(json(first));
            case "sweep" -> sweep(json(first));
            case "variance" -> variance(json(first));
            case "speed" -> speed(json(first), json(Path.of(args[args.length - 1])));
            case "pytorch" -> pytorch(Arrays.stream(args).skip(1).map(Path::of).toList());
            case "codec" -> codec(first, Path.of(args[2]));
            case "anomalies" -> anomalies(first);
            case "left-out" -> leftOut(first);
            case "tables" -> tables(first);
            case "detectors" -> detectors(Arrays.stream(args).skip(1).map(Path::of).toList());
            case "series" -> series(Arrays.stream(args).skip(1).map(Path::of).toList());
            case "variants" -> variants(first);
            case "data" -> data(first, args[2]);
            case "explorer" -> explorer(first);
            case "spark" -> spark(first);
            default -> throw new IllegalArgumentException("no table is called " + args[0]);
        }
    }

    // ------------------------------------------------------------ the study

    private static void study(JsonNode results, String seconds) {
        header("network", "recipe", "epochs", "train MSE", "test MSE", "PCA, same p", "seconds");
        for (JsonNode run : results.path("runs")) {
            row(
                    text(run, "architecture"),
                    recipe(run),
                    text(run, "epochs"),
                    format("%.5f", run, "trainMse"),
                    format("%.5f", run, "testMse"),
                    format("%.5f", run, "pcaTestMse"),
                    format("%.0f", run, "trainSeconds"));
        }
        System.out.println("\nThe whole study took " + seconds + " seconds.");
    }

    /** The results call the report's recipe paper. */
    private static String recipe(JsonNode run) {
        return text(run, "recipe").equals("paper") ? "report's" : text(run, "recipe");
    }

    private static void clusters(JsonNode results) {
        List<String> pipelines = List.of("kmeans", "gmm", "umap+kmeans", "umap+gmm");
        header(
                "codes of",
                "10 nearest neighbours",
                "k-means",
                "Gaussian mixture",
                "UMAP, then k-means",
                "UMAP, then a mixture");
        Map<String, JsonNode> sources = new LinkedHashMap<>();
        for (JsonNode run : results.path("runs")) {
            if (text(run, "recipe").equals("tuned")) {
                sources.put(text(run, "architecture"), run.path("clusters"));
            }
        }
        for (JsonNode baseline : results.path("baselines")) {
            String name = text(baseline, "name"); // pca-16, raw
            sources.put(
                    name.equals("raw") ? "none: raw pixels" : name.replaceFirst("pca-", "PCA, p = "),
                    baseline.path("clusters"));
        }
        sources.forEach((name, clusters) -> {
            List<String> cells = new ArrayList<>(List.of(name, percent(clusters.path("knnAccuracy"))));
            for (String pipeline : pipelines) {
                String cell = "\u2013";
                for (JsonNode scores : clusters.path("pipelines")) {
                    if (text(scores, "pipeline").equals(pipeline)) {
                        cell = percent(scores.path("accuracy")) + " / " + format("%.2f", scores, "nmi");
                    }
                }
                cells.add(cell);
            }
            row(cells);
        });
    }

    private static void sweep(JsonNode results) {
        JsonNode entries = results.path("sweep");
        if (entries.isEmpty()) {
            System.out.println("(A study of so few epochs leaves this out.)");
            return;
        }
        Set<Integer> widths = new TreeSet<>();
        Map<String, Map<Integer, Double>> errors = new LinkedHashMap<>();
        Map<Integer, Double> pca = new LinkedHashMap<>();
        for (JsonNode entry : entries) {
            int latent = entry.path("latent").asInt();
            widths.add(latent);
            errors.computeIfAbsent(network(entry), name -> new LinkedHashMap<>())
                    .put(latent, number(entry, "testMse"));
            pca.put(latent, number(entry, "pcaTestMse"));
        }
        errors.put("PCA", pca);
        header(Stream.concat(Stream.of("p"), widths.stream().map(Object::toString)).toList());
        errors.forEach((name, byWidth) -> row(Stream.concat(
                        Stream.of(name),
                        widths.stream().map(p -> byWidth.containsKey(p) ? format("%.4f", byWidth.get(p)) : "\u2013"))
                .toList()));
    }

    private static void variance(JsonNode results) {
        if (results.path("variance").isEmpty()) {
            System.out.println("(A study of so few epochs leaves this out.)");
            return;
        }
        header("network", "p", "squared bias", "variance", "test MSE");
        for (JsonNode entry : results.path("variance")) {
            row(
                    network(entry),
                    text(entry, "latent"),
                    format("%.5f", entry, "bias2"),
                    format("%.5f", entry, "variance"),
                    format("%.5f", entry, "mse"));
        }
    }

    private static String network(JsonNode entry) {
        StringBuilder name = new StringBuilder("784");
        entry.path("hidden").forEach(width -> name.append('-').append(width.asInt()));
        return name + "-p";
    }

    // ------------------------------------------------------------ speed

    private static void speed(JsonNode first, JsonNode second) {
        System.out.println("Multiply-adds alone: "
                + first.path("peakGflops").properties().stream()
                        .map(peak -> format("%.1f", peak.getValue().asDouble()) + " GFLOP/s on " + peak.getKey()
                                + (peak.getKey().equals("1") ? " thread" : " threads"))
                        .collect(Collectors.joining(", "))
                + ".\n");
        header("training", "rows", "threads", "s/epoch", "rows/s", "of peak", "second run: s/epoch", "of peak");
        for (int i = 0; i < first.path("training").size(); i++) {
            JsonNode entry = first.path("training").get(i);
            JsonNode again = second.path("training").get(i);
            row(
                    text(entry, "architecture"),
                    format("%,.0f", entry, "rows"),
                    text(entry, "threads"),
                    format("%.3f", entry, "secondsPerEpoch"),
                    format("%,.0f", entry, "imagesPerSecond"),
                    share(entry),
                    format("%.3f", again, "secondsPerEpoch"),
                    share(again));
        }
        System.out.println();
        header(
                "encoding, decoding, scoring",
                "threads",
                "codes/s",
                "of peak",
                "decoded rows/s",
                "of peak",
                "scored rows/s",
                "of peak",
                "encode one");
        for (int i = 0; i < first.path("encode").size(); i++) {
            JsonNode encode = first.path("encode").get(i);
            JsonNode decode = first.path("decode").get(i);
            JsonNode score = first.path("score").get(i);
            row(
                    text(encode, "architecture"),
                    text(encode, "threads"),
                    format("%,.0f", encode, "imagesPerSecond"),
                    share(encode),
                    format("%,.0f", decode, "imagesPerSecond"),
                    share(decode),
                    format("%,.0f", score, "imagesPerSecond"),
                    share(score),
                    format("%.1f \u00b5s", encode, "singleImageMicros"));
        }
    }

    private static String share(JsonNode entry) {
        return format("%.0f %%", 100 * number(entry, "fractionOfPeak"));
    }

    private static void pytorch(List<Path> files) throws IOException {
        header("network", "start", "Hourglass: s/epoch", "PyTorch: s/epoch", "train MSE", "Hourglass / PyTorch");
        List<JsonNode> starts = new ArrayList<>();
        for (Path file : files) {
            starts.add(json(file));
        }
        for (int n = 0; n < starts.get(0).path("comparisons").size(); n++) {
            for (int start = 0; start < starts.size(); start++) {
                JsonNode comparison = starts.get(start).path("comparisons").get(n);
                row(
                        text(comparison, "architecture"),
                        Integer.toString(start + 1),
                        entries(comparison, "Hourglass", "%.3f", "secondsPerEpoch"),
                        entries(comparison, "PyTorch", "%.3f", "secondsPerEpoch"),
                        format("%.5f", comparison.path("entries").get(0), "trainMse") + " and "
                                + format("%.5f", comparison.path("entries").get(1), "trainMse"),
                        format("%.1f", comparison, "ratio"));
            }
        }
        System.out.println("\nPyTorch " + text(starts.get(0), "pytorch") + ".");
    }

    /** A value of each contestant whose name begins so, with its threads: {@code 0.511 (1 thread), ...}. */
    private static String entries(JsonNode comparison, String name, String format, String value) {
        List<String> values = new ArrayList<>();
        for (JsonNode entry : comparison.path("entries")) {
            if (text(entry, "name").startsWith(name + ", ")) {
                values.add(format(format, entry, value) + " ("
                        + text(entry, "name").substring(name.length() + 2) + ")");
            }
        }
        return String.join(", ", values);
    }

    // ------------------------------------------------------------ codec, anomalies, variants

    private static final List<String> SHOWN_BITS = List.of("2", "3", "4", "5", "6", "8", "12", "16");

    private static void codec(Path csv, Path modelFile) throws IOException {
        Map<String, Map<String, String>> model = new LinkedHashMap<>();
        Map<String, Map<String, String>> pca = new LinkedHashMap<>();
        List<String> lossless = new ArrayList<>();
        for (Map<String, String> record : csv(csv)) {
            switch (record.get("codec")) {
                case "model" -> model.put(record.get("bits"), record);
                case "pca" -> pca.put(record.get("bits"), record);
                default -> lossless.add(
                        record.get("codec") + " " + format("%.2f", parse(record, "bytes_per_row")) + " bytes a row");
            }
        }
        header("bits", "bytes/row", "PSNR, dB", "MSE", "PCA: bytes/row", "PSNR, dB", "MSE");
        model.forEach((bits, record) -> {
            if (!SHOWN_BITS.contains(bits)) {
                return;
            }
            Map<String, String> beside = pca.get(bits);
            row(
                    bits,
                    format("%.2f", parse(record, "bytes_per_row")),
                    format("%.2f", parse(record, "psnr")),
                    format("%.4f", parse(record, "mse")),
                    format("%.2f", parse(beside, "bytes_per_row")),
                    format("%.2f", parse(beside, "psnr")),
                    format("%.4f", parse(beside, "mse")));
        });
        System.out.println("\nWithout loss: " + String.join(", ", lossless) + ". The model, which a reader needs once: "
                + format("%,d", Files.size(modelFile)) + " bytes.");
    }

    private static void anomalies(Path folder) throws IOException {
        header("trained and calibrated on", "anomalies", "ROC-AUC", "found", "false alarms");
        scores("digits 0 to 8", "digit 9", folder.resolve("nines.csv"));
        scores("digits 0 to 8", "Fashion-MNIST", folder.resolve("clothes.csv"));
    }

    /** Each digit left out of training once, and the mean; then clothes, of which no digit was left out. */
    private static void leftOut(Path folder) throws IOException {
        Map<String, String> files = new LinkedHashMap<>(); // by column; %s is what was left out
        for (String network : List.of("dense", "conv")) {
            String name = network.equals("conv") ? "convolutional" : network;
            files.put(name, network + "-%s.csv");
            if (Files.exists(folder.resolve(network + "-clothes-reconstruction.csv"))) {
                files.put(name + ", reconstruction", network + "-%s-reconstruction.csv");
            }
        }
        header(Stream.concat(Stream.of("left out"), files.keySet().stream()).toList());
        List<List<Double>> digits = new ArrayList<>();
        for (int digit = 0; digit < 10; digit++) {
            if (Files.exists(folder.resolve("dense-" + digit + ".csv"))) { // a smoke run has one
                List<Double> areas = areas(folder, files.values(), String.valueOf(digit));
                digits.add(areas);
                areas(String.valueOf(digit), areas);
            }
        }
        areas(
                "mean",
                IntStream.range(0, files.size())
                        .mapToObj(column -> digits.stream()
                                .mapToDouble(areas -> areas.get(column))
                                .average()
                                .orElseThrow())
                        .toList());
        areas("nothing; Fashion-MNIST", areas(folder, files.values(), "clothes"));
    }

    private static void areas(String name, List<Double> areas) {
        row(Stream.concat(Stream.of(name), areas.stream().map(area -> format("%.3f", area)))
                .toList());
    }

    private static List<Double> areas(Path folder, Collection<String> files, String leftOut) throws IOException {
        List<Double> areas = new ArrayList<>();
        for (String file : files) {
            List<double[]> rows = new ArrayList<>();
            for (Map<String, String> record : csv(folder.resolve(format(file, leftOut)))) {
                rows.add(new double[] {parse(record, "score"), parse(record, "anomaly")});
            }
            areas.add(rocAuc(rows));
        }
        return areas;
    }

    private static void scores(String trained, String anomalies, Path csv) throws IOException {
        List<double[]> rows = new ArrayList<>(); // score, anomaly
        int[][] flagged = new int[2][2]; // by anomaly: rows, flags
        for (Map<String, String> record : csv(csv)) {
            int anomaly = Integer.parseInt(record.get("anomaly"));
            rows.add(new double[] {parse(record, "score"), anomaly});
            flagged[anomaly][0]++;
            flagged[anomaly][1] += Integer.parseInt(record.get("flag"));
        }
        row(trained, anomalies, format("%.4f", rocAuc(rows)), counted(flagged[1]), counted(flagged[0]));
    }

    /** The chance that an anomaly has a higher score than a normal row; of equal scores, half (Mann and Whitney). */
    private static double rocAuc(List<double[]> rows) {
        rows.sort((a, b) -> Double.compare(a[0], b[0]));
        double pairs = 0;
        long normal = 0;
        long anomalies = 0;
        for (int from = 0, to; from < rows.size(); from = to) {
            long normalHere = 0;
            long anomaliesHere = 0;
            for (to = from; to < rows.size() && rows.get(to)[0] == rows.get(from)[0]; to++) {
                if (rows.get(to)[1] == 1) {
                    anomaliesHere++;
                } else {
                    normalHere++;
                }
            }
            pairs += anomaliesHere * (normal + normalHere / 2.0);
            normal += normalHere;
            anomalies += anomaliesHere;
        }
        return pairs / ((double) normal * anomalies);
    }

    private static String counted(int[] rowsAndFlags) {
        return format("%.2f %% of %,d", 100.0 * rowsAndFlags[1] / rowsAndFlags[0], rowsAndFlags[0]);
    }

    /** Errors of network, PCA and mean: of held-out rows as training prints them, of untouched rows by evaluation. */
    private static void tables(Path folder) throws IOException {
        List<String[]> names = Files.readAllLines(folder.resolve("tables.tsv")).stream()
                .map(line -> line.split("\t", -1))
                .toList();
        boolean untouched = Files.exists(folder.resolve("evaluate-" + names.get(0)[0] + ".out"));
        List<String> header = new ArrayList<>(List.of("data", "network", "held out: mean", "PCA", "network", "/ PCA"));
        if (untouched) {
            header.addAll(List.of("untouched: mean", "PCA", "network", "/ PCA"));
        }
        header(header);
        for (String[] name : names) {
            String printed = Files.readString(folder.resolve("train-" + name[0] + ".out"));
            Matcher trained = HELD_OUT.matcher(printed);
            if (!trained.find()) {
                throw new IOException("no errors in train-" + name[0] + ".out");
            }
            double mean = Double.parseDouble(trained.group(3));
            double pca = Double.parseDouble(trained.group(4));
            double network = Double.parseDouble(trained.group(2));
            List<String> cells = new ArrayList<>(List.of("`" + name[1] + "`", trained.group(1)));
            cells.addAll(List.of(digits(mean), digits(pca), digits(network), format("%.2f", network / pca)));
            Path evaluated = folder.resolve("evaluate-" + name[0] + ".out");
            if (untouched && Files.exists(evaluated)) {
                JsonNode json = json(evaluated);
                double rest = json.path("mse").asDouble();
                double pcaRest = json.path("pcaMse").asDouble();
                cells.addAll(List.of(
                        digits(json.path("meanMse").asDouble()),
                        digits(pcaRest),
                        digits(rest),
                        format("%.2f", rest / pcaRest)));
            } else if (untouched) {
                cells.addAll(List.of("", "", "", ""));
            }
            row(cells);
        }
    }

    /** Detectors on labelled tables: the ROC-AUC for each table; then means and seconds. One table for each file. */
    private static void detectors(List<Path> files) throws IOException {
        for (Path file : files) {
            Map<String, List<Map<String, String>>> tables = new LinkedHashMap<>();
            for (Map<String, String> record : csv(file)) {
                tables.computeIfAbsent(record.get("file"), any -> new ArrayList<>()).add(record);
            }
            List<Map<String, String>> one = tables.values().iterator().next();
            if (file != files.get(0)) {
                System.out.println();
                System.out.println("With `" + options(file) + "`:");
                System.out.println();
            }
            List<String> header = new ArrayList<>(List.of("data"));
            one.forEach(of -> header.add(of.get("detector")));
            header(header);
            for (List<Map<String, String>> of : tables.values()) {
                String best = format(
                        "%.3f",
                        of.stream()
                                .mapToDouble(detector -> parse(detector, "roc_auc"))
                                .max()
                                .orElseThrow());
                List<String> cells = new ArrayList<>(
                        List.of("`" + of.get(0).get("file").replaceAll("^\\d+_|\\.npz$", "") + "`"));
                for (Map<String, String> detector : of) {
                    String rocAuc = format("%.3f", parse(detector, "roc_auc"));
                    cells.add(rocAuc.equals(best) ? "**" + rocAuc + "**" : rocAuc);
                }
                row(cells);
            }
            for (String figure : List.of("roc_auc", "average_precision", "seconds")) {
                boolean sum = figure.equals("seconds");
                List<String> cells = new ArrayList<>(List.of(
                        sum ? "seconds, all tables" : figure.equals("roc_auc") ? "mean" : "mean average precision"));
                for (int i = 0; i < one.size(); i++) {
                    int detector = i;
                    double all = sum(tables.values().stream().map(of -> of.get(detector)).toList(), figure);
                    cells.add(format(sum ? "%.1f" : "%.4f", sum ? all : all / tables.size()));
                }
                row(cells);
            }
        }
    }

    /**
     * Detectors on series: ROC-AUC, ranges found and false alarms, for each series of the first file; then the mean and
     * the sums of each file.
     */
    private static void series(List<Path> files) throws IOException {
        for (Path file : files) {
            Map<String, List<Map<String, String>>> series = new LinkedHashMap<>();
            for (Map<String, String> record : csv(file)) {
                series.computeIfAbsent(record.get("file"), any -> new ArrayList<>()).add(record);
            }
            List<Map<String, String>> one = series.values().iterator().next();
            if (file == files.get(0)) {
                List<String> header = new ArrayList<>(List.of("series", "trained on", "ranges"));
                one.forEach(of -> header.add(of.get("detector")));
                header(header);
                for (List<Map<String, String>> of : series.values()) {
                    Map<String, String> any = of.get(0);
                    double best = of.stream()
                            .mapToDouble(detector -> parse(detector, "roc_auc"))
                            .max()
                            .orElseThrow();
                    List<String> cells = new ArrayList<>(List.of(
                            "`" + any.get("file").replaceAll(".*/|\\.csv$", "") + "`",
                            format("%.0f %%", 100 * parse(any, "train_rows") / parse(any, "rows")),
                            any.get("ranges")));
                    for (Map<String, String> detector : of) {
                        String rocAuc = format("%.3f", parse(detector, "roc_auc"));
                        cells.add((rocAuc.equals(format("%.3f", best)) ? "**" + rocAuc + "**" : rocAuc)
                                + format("; %s, %s", detector.get("found"), detector.get("false_alarms")));
                    }
                    row(cells);
                }
            }
            List<String> cells = new ArrayList<>(List.of(
                    file == files.get(0) ? "mean; sums" : "`" + options(file) + "`",
                    "",
                    format("%.0f", sum(series.values().stream().map(of -> of.get(0)).toList(), "ranges"))));
            for (int i = 0; i < one.size(); i++) {
                int detector = i;
                List<Map<String, String>> all =
                        series.values().stream().map(of -> of.get(detector)).toList();
                cells.add(format(
                        "%.3f; %.0f, %.0f",
                        sum(all, "roc_auc") / all.size(),
                        sum(all, "found"),
                        sum(all, "false_alarms")));
            }
            row(cells);
        }
    }

    private static double sum(List<Map<String, String>> records, String name) {
        return records.stream().mapToDouble(record -> parse(record, name)).sum();
    }

    /** The options of a run, from the name of its file: _ stands for a space. */
    private static String options(Path file) {
        return file.getFileName().toString().replace(".csv", "").replace('_', ' ');
    }

    /** Three digits, without a power of ten. */
    private static String digits(double value) {
        return new BigDecimal(value)
                .round(new MathContext(3))
                .toPlainString();
    }

    private static void variants(Path folder) throws IOException {
        header("options", "test MSE", "loss per image", "of which KL", "mean L1 of a code", "s/epoch", "to plain");
        Map<String, String> options = new LinkedHashMap<>();
        for (String line : Files.readAllLines(folder.resolve("variants.tsv"))) {
            String[] fields = line.split("\t", -1);
            options.put(fields[0], fields[1]);
        }
        Map<String, Double> seconds = new LinkedHashMap<>();
        for (String name : options.keySet()) {
            seconds.put(
                    name,
                    median(csv(folder.resolve(name + ".csv")).stream()
                            .map(epoch -> parse(epoch, "seconds"))
                            .toList()));
        }
        double plain = (seconds.get("plain") + seconds.get("plain-again")) / 2;
        for (Map.Entry<String, String> option : options.entrySet()) {
            String name = option.getKey();
            List<Map<String, String>> epochs = csv(folder.resolve(name + ".csv"));
            Map<String, String> last = epochs.get(epochs.size() - 1);
            double l1 = csv(folder.resolve(name + "-codes.csv")).stream()
                    .mapToDouble(code -> code.values().stream()
                            .mapToDouble(value -> Math.abs(Double.parseDouble(value)))
                            .sum())
                    .average()
                    .orElseThrow();
            row(
                    option.getValue().isEmpty() ? "none" : "`" + option.getValue() + "`",
                    format("%.6f", parse(last, "test_mse")),
                    last.containsKey("train_loss") ? format("%.3f", 784 * parse(last, "train_loss")) : "",
                    last.containsKey("train_kl_per_image") ? format("%.3f", parse(last, "train_kl_per_image")) : "",
                    format("%.1f", l1),
                    format("%.3f", seconds.get(name)),
                    format("%.2f", seconds.get(name) / plain));
        }
    }

    private static double median(List<Double> values) {
        List<Double> sorted = values.stream().sorted().toList();
        int n = sorted.size();
        return (sorted.get((n - 1) / 2) + sorted.get(n / 2)) / 2;
    }

    // ------------------------------------------------------------ data, explorer, Spark

    private static void data(Path times, String idx) throws IOException {
        Map<String, Map<String, String[]>> byName = new LinkedHashMap<>();
        for (String line : Files.readAllLines(times)) {
            String[] fields = line.split("\t");
            byName.computeIfAbsent(fields[1], name -> new LinkedHashMap<>()).put(fields[0], fields);
        }
        List<String> sets = List.of("table", "images", "idx");
        header("command", "table: s", "peak MB", "images: s", "peak MB", idx + ": s", "peak MB");
        byName.forEach((name, bySet) -> {
            List<String> cells = new ArrayList<>(List.of("`" + name + "`"));
            for (String set : sets) {
                cells.add(format("%.1f", Double.parseDouble(bySet.get(set)[2])));
                cells.add(format("%.0f", Double.parseDouble(bySet.get(set)[3]) / 1024));
            }
            row(cells);
        });
    }

    private static void explorer(Path folder) throws IOException {
        Map<String, String> pages = new LinkedHashMap<>();
        pages.put("wide", "784-256-128-16");
        pages.put("small", "784-256-128-16, `--small`");
        pages.put("plane", "784-256-128-2");
        pages.put("all", "784-256-128-2, training images");
        header("page of", "size, MB");
        for (Map.Entry<String, String> page : pages.entrySet()) {
            row(page.getValue(), format("%.1f", Files.size(folder.resolve(page.getKey() + ".html")) / 1e6));
        }
    }

    private static final Pattern TRAINED = Pattern.compile(
            "(\\d+) partitions?, .*test MSE ([0-9.]+), ([0-9.]+) s .*, ([0-9.]+) s of processor time.*");
    private static final Pattern SCORED = Pattern.compile("  (\\S.*?) +([0-9.]+) +([0-9.]+)");

    private static void spark(Path folder) throws IOException {
        header("training 784-128-16", "test MSE", "from one partition", "seconds", "processor seconds");
        double one = 0;
        for (String name : List.of("one", "four")) {
            Matcher line = Files.readAllLines(folder.resolve(name + ".out")).stream()
                    .map(TRAINED::matcher)
                    .filter(Matcher::matches)
                    .findFirst()
                    .orElseThrow(() -> new IllegalStateException(name + ".out has no line with a test MSE"));
            double error = Double.parseDouble(line.group(2));
            row(
                    name.equals("one") ? "`local[1]`, 1 partition" : "`local[2]`, 4 partitions",
                    line.group(2),
                    name.equals("one") ? "" : format("%+.1f %%", 100 * (error / one - 1)),
                    line.group(3),
                    line.group(4));
            one = error;
        }
        System.out.println();

        Map<String, Map<String, Double>> networks = new LinkedHashMap<>(); // network, program, microseconds a row
        Map<String, Double> programs = new LinkedHashMap<>();
        for (String line : Files.readAllLines(folder.resolve("score.out"))) {
            Matcher scored = SCORED.matcher(line);
            if (line.matches("\\d+(-\\d+)+, .*")) {
                programs = new LinkedHashMap<>();
                networks.put(line.substring(0, line.indexOf(',')), programs);
            } else if (scored.matches()) {
                programs.put(scored.group(1), Double.parseDouble(scored.group(2)));
            }
        }
        List<String> columns = new ArrayList<>(List.of("scoring, microseconds of processor time a row"));
        networks.keySet().forEach(network -> columns.addAll(List.of(network + ": `vector`", "`array<float>`")));
        header(columns);
        List<List<String>> kinds = List.of(
                List.of("Spark reads the rows and drops them", ": read and dropped", ""),
                List.of("a stage without results", ": stage without results", ""),
                List.of("codes: library / stage", ": stage, latent", "library, latent"),
                List.of("errors: library / stage", ": stage, error", "library, error"),
                List.of("both: library / stage", ": stage, latent and error", "library, latent and error"));
        for (List<String> kind : kinds) {
            List<String> cells = new ArrayList<>(List.of(kind.get(0)));
            for (Map<String, Double> of : networks.values()) {
                for (String rows : List.of("vectors", "floats")) {
                    double stage = of.get(rows + kind.get(1));
                    if (kind.get(2).isEmpty()) {
                        cells.add(format("%.2f", stage));
                    } else {
                        double library = of.get(kind.get(2));
                        cells.add(format("%.2f / %.2f (%.0f %%)", library, stage, 100 * library / stage));
                    }
                }
            }
            row(cells);
        }
    }

    // ------------------------------------------------------------ reading and writing

    private static JsonNode json(Path file) {
        return JsonMapper.builder().build().readTree(file);
    }

    /** Records by column name; the files read here have no quotes. */
    private static List<Map<String, String>> csv(Path file) throws IOException {
        List<String> lines = Files.readAllLines(file);
        String[] names = lines.get(0).split(",", -1);
        List<Map<String, String>> records = new ArrayList<>();
        for (String line : lines.subList(1, lines.size())) {
            String[] fields = line.split(",", -1);
            Map<String, String> record = new LinkedHashMap<>();
            for (int i = 0; i < names.length; i++) {
                record.put(names[i], fields[i]);
            }
            records.add(record);
        }
        return records;
    }

    private static double parse(Map<String, String> record, String name) {
        String value = record.get(name);
        if (value == null) {
            throw new IllegalStateException("no column " + name + ", only " + new LinkedHashSet<>(record.keySet()));
        }
        return value.isEmpty() ? Double.NaN : Double.parseDouble(value);
    }

    private static String text(JsonNode node, String name) {
        JsonNode value = node.path(name);
        if (value.isMissingNode()) {
            throw new IllegalStateException("no value " + name);
        }
        return value.asString();
    }

    private static double number(JsonNode node, String name) {
        return Double.parseDouble(text(node, name));
    }

    private static String format(String format, JsonNode node, String name) {
        return format(format, number(node, name));
    }

    private static String format(String format, Object... values) {
        return String.format(Locale.ROOT, format, values);
    }

    private static String percent(JsonNode share) {
        return format("%.1f %%", 100 * share.asDouble());
    }

    private static void header(String... cells) {
        header(List.of(cells));
    }

    private static void header(List<String> cells) {
        row(cells);
        System.out.println("|" + "---|".repeat(cells.size()));
    }

    private static void row(String... cells) {
        row(List.of(cells));
    }

    private static void row(List<String> cells) {
        System.out.println("| " + String.join(" | ", cells) + " |");
    }
}
