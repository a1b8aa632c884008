package io.hourglass.lab.data;

import io.hourglass.Dataset;
import io.hourglass.format.FormatException;
import io.hourglass.lab.progress.Progress;
import io.hourglass.nn.Columns;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A table of which it is known what rows are anomalies.
 *
 * @param name of its file
 * @param rows in their own units, without their labels, so that no detector sees them
 * @param layout which values are categories
 * @param anomaly [rows]
 */
public record LabelledTable(String name, Dataset rows, Columns layout, boolean[] anomaly) {
    private static final Pattern FILE = Pattern.compile(".*\\.((csv|tsv|arff)(\\.gz)?|npz)");

    /** Names of columns that are labels if the user names none, in lower case. */
    private static final List<String> COLUMNS = List.of("label", "class", "target", "outlier", "anomaly");

    private static final String LABELS = "y"; // an array's name

    /** Labels that mean an anomaly if the other label is the one beside it. */
    private static final Map<String, String> ANOMALIES =
            Map.of("1", "0", "1.0", "0.0", "yes", "no", "true", "false", "anomaly", "normal", "outlier", "inlier");

    /**
     * The files of a folder that may be such tables, by name.
     *
     * @throws FormatException if there is none
     * @throws IOException if the folder cannot be read
     */
    public static List<Path> files(Path folder) throws IOException {
        try (Stream<Path> all = Files.list(folder)) {
            List<Path> files = all.filter(Files::isRegularFile)
                    .filter(file ->
                            FILE.matcher(nameOf(file).toLowerCase(Locale.ROOT)).matches())
                    .sorted(Comparator.comparing(LabelledTable::nameOf))
                    .toList();
            if (files.isEmpty()) {
                throw new FormatException(
                        folder + ": holds no tables, expected files that end in .npz, .arff, .csv or .tsv");
            }
            return files;
        }
    }

    /**
     * Reads a table. Its labels are the column that the options name or, if they name none, the one whose name says so;
     * in an .npz file, the array y.
     *
     * @param anomalies the labels of anomalies; null if the two labels tell
     * @throws FormatException if it has no labels, its labels do not tell which rows are anomalies, or it is damaged
     * @throws IOException if it cannot be read
     */
    public static LabelledTable read(Path file, ReadOptions options, @Nullable LabelSet anomalies, Progress progress)
            throws IOException {
        boolean arrays = nameOf(file).toLowerCase(Locale.ROOT).endsWith(".npz");
        DataSplit split = arrays ? readArrays(file, options, progress) : readTable(file, options, progress);
        Dataset rows = split.train();
        if (!rows.hasLabels()) {
            throw unlabelled(file);
        }
        boolean[] anomaly = anomalies == null ? mark(file, rows) : anomalies.mark(rows);
        return new LabelledTable(nameOf(file), rows.withLabels(new int[rows.rows()]), split.layout(), anomaly);
    }

    private static String nameOf(Path file) {
        return String.valueOf(file.getFileName());
    }

    private static DataSplit readTable(Path file, ReadOptions options, Progress progress) throws IOException {
        TableOptions table = options.table();
        if (table.label() == null) {
            RawTable raw = DataSource.open(new TableFile(file, file.toString()), options, Progress.silent());
            if (raw.labelColumn() < 0) {
                table = table.withLabel(labelColumn(file, raw.names()));
            }
        }
        return DataSource.load(file.toString(), options.withTable(table), progress);
    }

    private static String labelColumn(Path file, List<String> names) throws FormatException {
        List<String> found = names.stream()
                .filter(name -> COLUMNS.contains(name.strip().toLowerCase(Locale.ROOT)))
                .toList();
        if (found.size() > 1) {
            throw new FormatException(file + ": the columns " + FormatException.quote(String.join(", ", found))
                    + " may all be labels, expected --label-column with one of them");
        }
        if (found.isEmpty()) {
            throw unlabelled(file);
        }
        return found.get(0);
    }

    private static FormatException unlabelled(Path file) {
        return new FormatException(file + ": has no labels, expected a column named " + String.join(", ", COLUMNS)
                + " (or --label-column), or an array " + LABELS);
    }

    private static DataSplit readArrays(Path file, ReadOptions options, Progress progress) throws IOException {
        List<String> names = Npz.names(file);
        String asked = options.table().label();
        String label = asked != null && names.contains(asked) ? asked : LABELS;
        if (!names.contains(label)) {
            throw unlabelled(file);
        }
        String values = options.array() != null ? options.array() : "X";
        DataSplit split = DataSource.load(
                file.toString(), options.withTable(TableOptions.DEFAULT).withArray(values), progress);
        Npy.Array labels = Npz.read(file, label);
        if (labels.length() != split.train().rows()) {
            throw new FormatException(file + ": array " + FormatException.quote(label) + " of shape " + labels.shape()
                    + ", expected a label for each of the " + split.train().rows() + " rows");
        }
        List<String> texts = new ArrayList<>();
        for (int row = 0; row < labels.length(); row++) {
            double value = labels.value(row);
            texts.add(value == Math.rint(value) ? String.valueOf((long) value) : String.valueOf(value));
        }
        return split.withRows(LabelNames.label(split.train(), texts), null);
    }

    private static boolean[] mark(Path file, Dataset rows) throws FormatException {
        int[] labels = Arrays.stream(rows.labels()).distinct().sorted().toArray();
        for (int i = 0; i < 2 && labels.length == 2; i++) {
            String text = rows.labelName(labels[i]).toLowerCase(Locale.ROOT);
            String other = rows.labelName(labels[1 - i]).toLowerCase(Locale.ROOT);
            if (other.equals(ANOMALIES.get(text))) {
                int anomalous = labels[i];
                boolean[] anomaly = new boolean[rows.rows()];
                for (int row = 0; row < anomaly.length; row++) {
                    anomaly[row] = rows.label(row) == anomalous;
                }
                return anomaly;
            }
        }
        String found = labels.length > 5
                ? "has " + labels.length + " different labels"
                : "has the labels "
                        + FormatException.quote(String.join(
                                ", ",
                                Arrays.stream(labels).mapToObj(rows::labelName).toList()));
        throw new FormatException(file + ": " + found + ", expected 0 and 1, or --anomaly-labels");
    }
}
