package io.hourglass.lab.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.hourglass.Dataset;
import io.hourglass.TrainingListener;
import io.hourglass.lab.data.DataSource;
import io.hourglass.lab.data.Npy;
import io.hourglass.lab.detection.NetworkDetector;
import io.hourglass.lab.progress.Progress;
import io.hourglass.nn.Columns;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.zip.GZIPOutputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BenchmarkCommandTest {
    private static final int ROWS = 90;

    @TempDir
    Path temporary;

    private Path tables;
    private Path csv;

    @BeforeEach
    void nameFiles() throws IOException {
        tables = Files.createDirectory(temporary.resolve("tables"));
        csv = temporary.resolve("r.csv");
    }

    /** Three columns that agree up to noise; in every tenth row, an anomaly, the last one has the other sign. */
    private static double[][] values(long seed) {
        Random random = new Random(seed);
        double[][] rows = new double[ROWS][3];
        for (int row = 0; row < ROWS; row++) {
            double t = random.nextGaussian();
            for (int j = 0; j < 3; j++) {
                rows[row][j] = (isAnomaly(row) && j == 2 ? -3 : 1) * t + 0.1 * random.nextGaussian();
            }
        }
        return rows;
    }

    private static boolean isAnomaly(int row) {
        return row % 10 == 3;
    }

    private static List<String> lines(double[][] rows, String normal, String anomalous) {
        List<String> lines = new ArrayList<>();
        for (int row = 0; row < rows.length; row++) {
            lines.add(String.format(Locale.ROOT, "%.5f,%.5f,%.5f", rows[row][0], rows[row][1], rows[row][2])
                    + (normal.isEmpty() ? "" : "," + (isAnomaly(row) ? anomalous : normal)));
        }
        return lines;
    }

    private void write(String name, String head, List<String> lines) throws IOException {
        Files.writeString(tables.resolve(name), head + "\n" + String.join("\n", lines) + "\n");
    }

    /** An archive with rows and their labels, as many as asked for, under a name. */
    private void writeArrays(String name, String labelled, int count) throws IOException {
        double[][] labels = new double[count][1];
        for (int row = 0; row < count; row++) {
            labels[row][0] = isAnomaly(row) ? 1 : 0;
        }
        Path x = temporary.resolve("X.npy");
        Path y = temporary.resolve(labelled + ".npy");
        Npy.write(x, values(3));
        Npy.write(y, labels);
        try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(tables.resolve(name)))) {
            for (Path array : List.of(x, y)) {
                zip.putNextEntry(new ZipEntry(String.valueOf(array.getFileName())));
                zip.write(Files.readAllBytes(array));
            }
        }
    }

    private void writeAll() throws IOException {
        write("a.csv", "u,v,w,Class", lines(values(1), "0", "1"));
        write(
                "b.arff",
                "@relation b\n@attribute u real\n@attribute v real\n@attribute w real\n"
                        + "@attribute outlier {yes,no}\n@data",
                lines(values(2), "no", "yes"));
        writeArrays("c.npz", "y", ROWS);
        byte[] plain =
                String.join("\n", lines(values(4), "0", "1")).replace(',', '\t').getBytes();
        try (GZIPOutputStream packed = new GZIPOutputStream(Files.newOutputStream(tables.resolve("d.tsv.gz")))) {
            packed.write(("u\tv\tw\tlabel\n").getBytes());
            packed.write(plain);
        }
        write("e.csv", "u,v,w", lines(values(1), "", ""));
    }

    private static List<String> withoutSeconds(Path csv) throws IOException {
        return Files.readAllLines(csv).stream()
                .map(line -> line.substring(0, line.lastIndexOf(',')))
                .toList();
    }

    @Test
    void measuresEachDetectorOnEachTable() throws IOException {
        writeAll();
        Path page = temporary.resolve("r.html");
        Cli cli = Cli.ok("benchmark", tables, "-o", csv, "--page", page, "--threads", 1);
        assertThat(cli.out().lines().map(line -> line.replaceAll(" .*", "")))
                .containsExactly(
                        "ROC-AUC",
                        "a.csv",
                        "b.arff",
                        "c.npz",
                        "d.tsv.gz",
                        "mean",
                        "mean",
                        "seconds",
                        "Results:",
                        "Page:");
        assertThat(cli.err()).contains("note: leaving out " + tables.resolve("e.csv") + ": has no labels");
        List<String> lines = Files.readAllLines(csv);
        assertThat(lines.get(0)).isEqualTo("file,rows,columns,anomalies,detector,roc_auc,average_precision,seconds");
        assertThat(lines).hasSize(1 + 4 * 6);
        assertThat(lines.subList(1, 7).stream().map(line -> line.split(",")[4]).toList())
                .containsExactly("autoencoder", "pca", "pca-quarter", "mean", "knn5", "iforest");
        assertThat(lines.subList(1, lines.size())).allSatisfy(line -> {
            assertThat(line).matches("[a-d]\\.[a-z.]+,90,3,9,.*");
            assertThat(Double.parseDouble(line.split(",")[5])).isBetween(0.5, 1.0);
        });
        assertThat(lines)
                .filteredOn(line -> line.contains(",pca,"))
                .allSatisfy(line ->
                        assertThat(Double.parseDouble(line.split(",")[5])).isGreaterThan(0.8));
        assertThat(page).content().contains("tables: anomalies found", "d.tsv.gz");

        List<String> before = withoutSeconds(csv);
        Cli.ok("benchmark", tables, "-o", csv, "--force", "--threads", 2);
        assertThat(withoutSeconds(csv)).isEqualTo(before);
        Cli.ok("benchmark", tables, "-o", csv, "--force", "--protocol", "unsupervised");
        assertThat(withoutSeconds(csv)).hasSameSizeAs(before).doesNotContainAnyElementsOf(before.subList(1, 3));
    }

    /** The detector is what {@code train} and {@code score} give, bit for bit. */
    @Test
    void theAutoencoderIsThatOfTrainAndScore() throws IOException {
        Path train = temporary.resolve("train.csv");
        Path test = temporary.resolve("test.csv");
        Path model = temporary.resolve("m.safetensors");
        Files.write(train, lines(values(5), "", ""));
        Files.write(test, lines(values(6), "", ""));
        Cli.ok("train", "--data", train, "-o", model);
        Cli.ok("score", model, "--data", test, "-o", csv);
        List<String> scores = Files.readAllLines(csv);
        Dataset rows = DataSource.load(train.toString(), Progress.silent()).train();
        Dataset other = DataSource.load(test.toString(), Progress.silent()).train();
        double[] own = new NetworkDetector(0, null, null, epochs -> new TrainingListener() {})
                .fit(rows, Columns.NONE)
                .orElseThrow()
                .scores(other);
        for (int row = 0; row < own.length; row++) {
            assertThat(Double.parseDouble(scores.get(row + 1).split(",")[1])).isEqualTo(own[row]);
        }
    }

    @Test
    void labelsAreFoundOrNamed() throws IOException {
        write("a.csv", "u,v,w,kind", lines(values(1), "fine", "broken"));
        Cli.run("benchmark", tables).failed(1, tables, "no table could be measured");
        Cli unclear = Cli.run("benchmark", tables, "--label-column", "kind");
        unclear.failed(1, "no table could be measured");
        assertThat(unclear.err())
                .contains("a.csv: has the labels 'broken, fine', expected 0 and 1, or --anomaly-labels");
        Cli named = Cli.ok("benchmark", tables, "--label-column", "kind", "--anomaly-labels", "broken");
        assertThat(named.out()).contains("a.csv").contains("mean ROC-AUC, 1 table ");

        write("a.csv", "u,v,label,class", lines(values(1), "0", "1"));
        assertThat(Cli.run("benchmark", tables).err())
                .contains("a.csv: the columns 'label, class' may all be labels, expected --label-column with one");
        write("a.csv", "u,v,w,class", lines(values(1), "0", "0"));
        assertThat(Cli.run("benchmark", tables).err()).contains("a.csv: has the labels '0', expected 0 and 1");
        write("a.csv", "u,v,w,class", lines(values(1), "0", "1").subList(0, 2));
        assertThat(Cli.run("benchmark", tables, "--anomaly-labels", 1).err())
                .contains("a.csv: no row has a label of 1");
    }

    @Test
    void labelsOfArraysAreAnArray() throws IOException {
        writeArrays("a.npz", "kind", ROWS);
        Cli.run("benchmark", tables).failed(1, "no table could be measured");
        assertThat(Cli.run("benchmark", tables).err())
                .contains("a.npz: has no labels, expected")
                .contains("array y");
        assertThat(Cli.ok("benchmark", tables, "--label-column", "kind").out()).contains("a.npz");
        writeArrays("a.npz", "y", ROWS - 1);
        assertThat(Cli.run("benchmark", tables).err())
                .contains("a.npz: array 'y' of shape [89, 1], expected a label for each of the 90 rows");
    }

    @Test
    void missingValuesNeedARule() throws IOException {
        List<String> lines = lines(values(1), "0", "1");
        lines.set(4, lines.get(4).replaceFirst("[^,]*", ""));
        write("a.csv", "u,v,w,label", lines);
        assertThat(Cli.run("benchmark", tables).err()).contains("is missing, expected a value");
        assertThat(Cli.ok("benchmark", tables, "--impute", "mean").out()).contains("a.csv");
    }

    @Test
    void refusesWrongOptions() throws IOException {
        Cli.run("benchmark").failed(2, "DIR");
        Cli.run("benchmark", temporary.resolve("none")).failed(1, "none: not a folder");
        Cli.run("benchmark", tables).failed(1, tables, "holds no tables", ".npz");
        write("a.csv", "u,v,w,label", lines(values(1), "0", "1"));
        Cli.run("benchmark", tables, "--protocol", "half")
                .failed(2, "unknown protocol 'half': expected semi-supervised or unsupervised");
        Cli.run("benchmark", tables, "-o", temporary.resolve("r.txt")).failed(2, "ends in .csv");
        Cli.run("benchmark", tables, "-o", tables.resolve("a.csv"), "--force").failed(1, "is the input");
        Files.createFile(csv);
        Cli.run("benchmark", tables, "-o", csv).failed(1, "already exists; --force overwrites it");
        Cli piped = Cli.ok("benchmark", tables, "-o", "-");
        assertThat(piped.out().lines().map(line -> line.split(",")[0]).collect(Collectors.toSet()))
                .containsExactlyInAnyOrder("file", "a.csv");
        assertThat(piped.err()).contains("mean ROC-AUC");
    }
}
