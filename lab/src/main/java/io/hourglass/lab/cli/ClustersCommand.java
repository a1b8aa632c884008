package io.hourglass.lab.cli;

import io.hourglass.Autoencoder;
import io.hourglass.Dataset;
import io.hourglass.format.FormatException;
import io.hourglass.lab.analysis.ClusterScores;
import io.hourglass.lab.analysis.DegenerateEmbeddingException;
import io.hourglass.lab.analysis.Pipelines;
import io.hourglass.lab.analysis.Pipelines.Partition;
import io.hourglass.lab.analysis.Silhouette;
import io.hourglass.lab.data.CsvRows;
import io.hourglass.lab.data.Output;
import io.hourglass.lab.data.RowNames;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code hourglass clusters}. */
@Command(
        name = "clusters",
        description = {
            "Groups rows by their codes and, if the rows have labels, compares the groups with the labels.",
            "Tries four ways: k-means and a Gaussian mixture (gmm), each on the codes themselves and after UMAP."
        },
        footer = {"", "Example:", "  hourglass clusters model.safetensors --data mnist -o clusters.csv"})
@SuppressWarnings("NullAway.Init") // picocli fills the fields
final class ClustersCommand extends Subcommand {
    @Mixin
    private ModelOption modelFile;

    @Mixin
    private RowsOption rows;

    @Option(
            names = "--k",
            paramLabel = "N",
            description = "Number of clusters. Default: the number of different labels.")
    private @Nullable Integer k;

    @Option(names = "--seed", paramLabel = "N", description = "Seed of the clustering. Default: 0.")
    private long seed;

    @Option(names = "--json", description = "Print the results as JSON.")
    private boolean json;

    @Option(
            names = {"-o", "--output", "--out"},
            paramLabel = "FILE",
            description = "File to write (.csv): for each row, its cluster by each way, numbered from 0; - writes to "
                    + "standard output.")
    private @Nullable Path output;

    @Mixin
    private SafeCsvOption safeCsv;

    @Mixin
    private ForceOption force;

    ClustersCommand(Console console) {
        super(console);
    }

    @Override
    void run() throws IOException {
        Output target = output == null ? null : console.output(output);
        if (output != null && target != null) {
            if (target.standard() == null) {
                requireName(output, "-o", ".csv");
            }
            requireWritable(output);
            force.requireNew(output, rows.inputs(modelFile.path()));
        }
        Autoencoder model = readModel(modelFile, rows);
        RowsOption.Named named = rows.readNamed(model, console.progress());
        Dataset data = named.data();
        int clusters = clusters(data);
        if (clusters < 1 || clusters > data.rows()) {
            throw wrongUsage("--k " + clusters + ": expected 1 to " + data.rows() + ", the number of rows");
        }
        float[][] codes = model.encode(data);
        console.progress().say("clustering " + Shown.count(data.rows(), "code"));
        List<Partition> found = new ArrayList<>(Pipelines.direct(codes, clusters, seed));
        if (codes[0].length > 1) {
            console.progress().say("clustering again after UMAP");
            try {
                found.addAll(Pipelines.umap(codes, clusters, seed));
            } catch (DegenerateEmbeddingException e) {
                console.progress().note("no UMAP: " + e.getMessage());
            }
        }
        List<Map<String, Object>> lines = new ArrayList<>();
        for (Partition partition : found) {
            lines.add(line(partition, codes, data));
        }
        if (target != null) {
            write(target, found, safeCsv.cells(named.names()));
        }
        console.progress().close();
        PrintStream out = target == null ? console.out() : console.telling(target);
        if (json) {
            Map<String, Object> fields = new LinkedHashMap<>();
            fields.put("model", modelFile.toString());
            fields.put("data", data.name());
            fields.put("rows", data.rows());
            fields.put("k", clusters);
            fields.put("seed", seed);
            fields.put("pipelines", lines);
            out.println(Shown.json(fields));
        } else {
            print(lines, out);
            if (target != null) {
                out.println("Clusters: " + target);
            }
        }
    }

    private void write(Output target, List<Partition> found, @Nullable RowNames names) throws IOException {
        List<String> columns = new ArrayList<>(List.of(names == null ? "row" : names.title()));
        found.forEach(partition -> columns.add(partition.pipeline()));
        CsvRows.write(
                target,
                found.get(0).clusters().length,
                row -> Stream.concat(
                                Stream.of(
                                        names == null ? "" + row : names.names().get(row)),
                                found.stream().map(partition -> "" + partition.clusters()[row]))
                        .toArray(String[]::new),
                columns,
                done -> {});
    }

    private int clusters(Dataset data) throws FormatException {
        if (k != null) {
            return k;
        }
        if (!data.hasLabels()) {
            throw new FormatException(data.name() + ": has no labels; set the number of clusters with --k");
        }
        return (int) Arrays.stream(labels(data)).distinct().count();
    }

    private static int[] labels(Dataset data) {
        int[] labels = new int[data.rows()];
        Arrays.setAll(labels, data::label);
        return labels;
    }

    private static Map<String, Object> line(Partition partition, float[][] codes, Dataset data) {
        Map<String, Object> line = new LinkedHashMap<>();
        line.put("pipeline", partition.pipeline());
        if (data.hasLabels()) {
            ClusterScores scores = ClusterScores.of(partition.clusters(), labels(data));
            line.put("accuracy", scores.accuracy());
            line.put("nmi", scores.nmi());
            line.put("ari", scores.ari());
            line.put("purity", scores.purity());
        }
        line.put("silhouette", Silhouette.of(codes, partition.clusters()));
        return line;
    }

    private static void print(List<Map<String, Object>> lines, PrintStream out) {
        StringBuilder head = new StringBuilder(String.format(Locale.ROOT, "%-12s", "pipeline"));
        lines.get(0).keySet().stream().skip(1).forEach(name -> head.append(String.format(Locale.ROOT, " %10s", name)));
        out.println(head);
        for (Map<String, Object> line : lines) {
            StringBuilder text = new StringBuilder(String.format(Locale.ROOT, "%-12s", line.get("pipeline")));
            line.values().stream()
                    .skip(1)
                    .forEach(value -> text.append(String.format(" %10s", Shown.number("%.4f", (Double) value))));
            out.println(text);
        }
    }
}
