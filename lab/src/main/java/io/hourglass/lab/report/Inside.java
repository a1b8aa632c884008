package io.hourglass.lab.report;

import io.hourglass.Autoencoder;
import io.hourglass.Dataset;
import io.hourglass.lab.analysis.ErrorRanking;
import io.hourglass.lab.analysis.Interpolation;
import io.hourglass.lab.analysis.NearestLabels;
import io.hourglass.lab.analysis.PlaneGrid;
import io.hourglass.lab.analysis.Traversal;
import io.hourglass.lab.report.ImageSheet.Cell;
import io.hourglass.lab.report.ImageSheet.Row;
import io.hourglass.lab.study.StudyResults.RunResult;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What the decoder draws for codes of no image, which images are reconstructed worst, and how codes are used. */
final class Inside {
    /** Side of an image in pixels of the picture, which the page shows at half its size. */
    private static final int SIDE = 56;

    private static final int PLANE_CELLS = 20;

    private static final double[] OFFSETS = {-2, -1.5, -1, -0.5, 0, 0.5, 1, 1.5, 2};

    /** Steps of an interpolation, both ends included. */
    private static final int STEPS = 9;

    /** Number of best and worst images shown for each network. */
    private static final int RANKED = 6;

    /** The confusions that the lab report names (4 mistaken for 9, 5 for 8), and two pairs of unlike digits. */
    private static final int[][] DIGIT_PAIRS = {{4, 9}, {5, 8}, {1, 7}, {2, 0}};

    private final List<RunResult> best;
    private final Dataset test;
    private final Map<String, Autoencoder> models;
    private final Map<String, float[][]> codes;
    private final Pictures pictures;
    private final Paper paper;
    private final String noun;
    private final StringBuilder html = new StringBuilder();

    private Inside(
            List<Configuration> configurations,
            Dataset test,
            Map<String, Autoencoder> models,
            Map<String, float[][]> codes,
            Pictures pictures,
            Paper paper) {
        this.best = configurations.stream()
                .map(Configuration::latent)
                .distinct()
                .sorted()
                .map(latent -> Findings.bestAt(configurations, latent))
                .toList();
        this.test = test;
        this.models = models;
        this.codes = codes;
        this.pictures = pictures;
        this.paper = paper;
        this.noun = paper.words().form("label");
    }

    /**
     * The section; its figures show the best run of each p.
     *
     * @param codes of the test rows, by the names of the runs
     * @param pictures how rows are drawn; null if they are not images: the figures are then left out
     */
    static Section section(
            List<Configuration> configurations,
            Dataset test,
            Map<String, Autoencoder> models,
            Map<String, float[][]> codes,
            @Nullable Pictures pictures,
            Paper paper)
            throws IOException {
        StringBuilder html = new StringBuilder();
        if (pictures == null) {
            html.append(Section.paragraph(
                    "The rows of this data set are not images, so the figures of decoded, interpolated, best and"
                            + " worst images are left out."));
        } else {
            html.append(Section.paragraph(
                    "What the decoder draws for codes of no image, which images are reconstructed worst, and how"
                            + " the networks use the values of their codes. The pictures show the best network for"
                            + " each p."));
            Inside inside = new Inside(configurations, test, models, codes, pictures, paper);
            inside.plane();
            inside.traversals();
            inside.interpolations();
            inside.extremes();
            html.append(inside.html);
        }
        html.append(Health.html(Health.of(configurations, models, codes, test)));
        return new Section("inside", "Looking inside", html.toString());
    }

    private Autoencoder model(RunResult run) {
        return Objects.requireNonNull(models.get(run.name()));
    }

    private float[][] codes(RunResult run) {
        return Objects.requireNonNull(codes.get(run.name()));
    }

    // --- the plane
    // ----------------------------------------------------------------------------------------------------------

    /** What the decoder draws across the plane, beside the codes of the test rows. */
    private void plane() throws IOException {
        for (RunResult run : best) {
            if (run.latent() != 2) {
                continue;
            }
            float[][] points = codes(run);
            PlaneGrid grid = PlaneGrid.over(points, PLANE_CELLS);
            PlotFrame frame = new PlotFrame(
                    (grid.left() + grid.right()) / 2,
                    (grid.bottom() + grid.top()) / 2,
                    grid.right() - grid.left(),
                    grid.top() - grid.bottom());
            String title = Findings.name(run, Words.ENGLISH) + ": what the decoder draws";
            float[][] decoded = model(run).decode(grid.codes());
            Drawing plane = new Drawing(PlotFrame.WIDTH, PlotFrame.HEIGHT, g -> {
                frame.draw(g, title, "z0", "z1", true, paper.words());
                int cell = PlotFrame.SIDE / PLANE_CELLS;
                for (int i = 0; i < decoded.length; i++) {
                    int left = PlotFrame.LEFT + i % PLANE_CELLS * cell;
                    int top = PlotFrame.TOP + i / PLANE_CELLS * cell;
                    pictures.draw(g, decoded[i], left, top, cell);
                }
                frame.close(g);
            });
            String beside = Findings.name(run, Words.ENGLISH) + ": where the test rows lie";
            MapFigure map = new MapFigure(test, LabelStyle.of(test), null, paper.words());
            int empty = emptyCells(points, grid);
            html.append(Gallery.figure(
                    paper,
                    "plane",
                    "What the decoder draws across the plane.",
                    "The first picture decodes a grid of codes over the rectangle that the test codes occupy; the"
                            + " second shows the codes of the test rows in the same rectangle. "
                            + Text.percent((double) empty / decoded.length)
                            + " of the " + Text.count(decoded.length)
                            + " images lie where no test row has its code: there the decoder only extrapolates from"
                            + " what it learned nearby.",
                    List.of(
                            new Gallery.Picture("plane-decoded", "Decoded images over the plane. " + title, plane),
                            new Gallery.Picture(
                                    "plane-rows",
                                    "Codes of the test rows. " + beside,
                                    map.draw(points, frame, beside, "z0", "z1", true)))));
        }
    }

    private static int emptyCells(float[][] points, PlaneGrid grid) {
        boolean[] taken = new boolean[PLANE_CELLS * PLANE_CELLS];
        for (float[] point : points) {
            int column = (int) ((point[0] - grid.left()) / (grid.right() - grid.left()) * PLANE_CELLS);
            int line = (int) ((grid.top() - point[1]) / (grid.top() - grid.bottom()) * PLANE_CELLS);
            taken[Math.min(line, PLANE_CELLS - 1) * PLANE_CELLS + Math.min(column, PLANE_CELLS - 1)] = true;
        }
        int empty = 0;
        for (boolean cell : taken) {
            empty += cell ? 0 : 1;
        }
        return empty;
    }

    // --- traversals
    // ---------------------------------------------------------------------------------------------------------

    private void traversals() throws IOException {
        List<Gallery.Picture> sheets = new ArrayList<>();
        List<String> findings = new ArrayList<>();
        for (RunResult run : best) {
            float[][] all = codes(run);
            int row = Traversal.central(all);
            Traversal traversal = Traversal.of(all, all[row], OFFSETS);
            List<Row> rows = new ArrayList<>();
            double[] changes = new double[run.latent()];
            for (int d = 0; d < run.latent(); d++) {
                float[][] decoded = model(run).decode(traversal.codes()[d]);
                List<Cell> cells = new ArrayList<>();
                for (int s = 0; s < decoded.length; s++) {
                    cells.add(new Cell(decoded[s], !traversal.seen()[d][s], List.of()));
                }
                rows.add(new Row("z" + d, false, cells));
                changes[d] = mse(decoded[0], decoded[decoded.length - 1]);
            }
            // Only whole steps have a heading: all of them would be too close together.
            List<String> heads = Arrays.stream(OFFSETS)
                    .mapToObj(offset -> offset == 0
                            ? "code"
                            : offset != Math.rint(offset)
                                    ? ""
                                    : Text.format("%+.0f", offset).replace('-', '\u2212'))
                    .toList();
            String title = Findings.name(run, Words.ENGLISH) + ", from row " + row;
            sheets.add(new Gallery.Picture(
                    "traversal-" + run.latent(),
                    "Each value of the code changed on its own. " + title,
                    new ImageSheet(title, heads, rows, SIDE).draw(pictures)));
            findings.add(change(run, changes));
        }
        // The widest code has the tallest picture and comes first: the page fills its columns one after the other.
        Collections.reverse(sheets);
        html.append(Gallery.figure(
                paper,
                "traversals",
                "What each value of the code does.",
                "Each row of images changes one value of the code, z0, z1, ..., by \u22122 to +2 of its standard"
                        + " deviations over the test rows and keeps the others. The start is the test row whose"
                        + " code is nearest to the mean. Pale: outside the range that this value has over"
                        + " the test rows.",
                sheets));
        html.append(Section.sentences(findings));
    }

    private static String change(RunResult run, double[] changes) {
        int most = 0;
        int least = 0;
        for (int d = 1; d < changes.length; d++) {
            most = changes[d] > changes[most] ? d : most;
            least = changes[d] < changes[least] ? d : least;
        }
        return "From end to end, z" + most + " of " + Findings.name(run, Words.ENGLISH)
                + " changes the image most and z" + least
                + " least: by a mean squared difference of " + Text.mse(changes[most]) + " and "
                + Text.mse(changes[least]) + " per value.";
    }

    // --- interpolation
    // ------------------------------------------------------------------------------------------------------

    private void interpolations() throws IOException {
        List<Gallery.Picture> sheets = new ArrayList<>();
        List<float[][]> ways = new ArrayList<>(); // for each pair, one of each network and one of blended pixels
        int[][] pairs = pairs();
        for (int[] pair : pairs) {
            float[] from = test.row(pair[0]);
            float[] to = test.row(pair[1]);
            List<Row> rows = new ArrayList<>();
            for (RunResult run : best) {
                float[][] way =
                        model(run).decode(Interpolation.linear(codes(run)[pair[0]], codes(run)[pair[1]], STEPS));
                rows.add(row("p = " + run.latent(), from, way, to));
                ways.add(way);
            }
            float[][] blend = Interpolation.linear(from, to, STEPS);
            rows.add(row("pixels", from, blend, to));
            ways.add(blend);
            sheets.add(new Gallery.Picture(
                    "interpolation-" + (sheets.size() + 1),
                    "From one image to another through the codes. " + name(pair[0]) + " to " + name(pair[1]),
                    new ImageSheet(name(pair[0]) + " to " + name(pair[1]), List.of(), rows, SIDE).draw(pictures)));
        }
        if (sheets.isEmpty()) {
            return; // fewer than two rows
        }
        List<String> findings = test.hasLabels() ? readings(pairs, ways) : List.of();
        html.append(Gallery.figure(
                paper,
                "interpolations",
                "From one image to another.",
                "The first and the last image are from the test set. Between them are decoded codes from the"
                        + " straight line between the codes of these two, for the best network of each p. The last"
                        + " row of images blends the pixels instead."
                        + (findings.isEmpty()
                                ? ""
                                : " The list below says which " + noun
                                        + "s the images look like on the way, judged by the nearest test image."),
                sheets));
        html.append(Section.sentences(findings));
    }

    /** Which labels the images of each interpolation look like, judged by the nearest test image. */
    private List<String> readings(int[][] pairs, List<float[][]> ways) {
        float[][] rows = new float[test.rows()][];
        Arrays.setAll(rows, test::row);
        int[] labels = new int[rows.length];
        Arrays.setAll(labels, test::label);
        float[][] images = ways.stream().flatMap(Arrays::stream).toArray(float[][]::new);
        int[] read = NearestLabels.classify(rows, labels, images, 1); // all at once: scanning the rows takes longest
        List<String> findings = new ArrayList<>();
        int at = 0;
        for (int[] pair : pairs) {
            List<String> readings = new ArrayList<>();
            for (int way = 0; way <= best.size(); way++, at += STEPS) {
                readings.add(changes(Arrays.copyOfRange(read, at, at + STEPS))
                        + (way < best.size() ? " at p = " + best.get(way).latent() : " for the blended pixels"));
            }
            findings.add(
                    "From " + test.label(pair[0]) + " to " + test.label(pair[1]) + ": " + Text.list(readings) + ".");
        }
        return findings;
    }

    /** The labels along an interpolation; a label that repeats is written once. */
    private static String changes(int[] labels) {
        StringBuilder changes = new StringBuilder();
        int last = -1;
        for (int label : labels) {
            if (label != last) {
                last = label;
                changes.append(changes.isEmpty() ? "" : "\u2013").append(label);
            }
        }
        return changes.toString();
    }

    private static Row row(String label, float[] from, float[][] way, float[] to) {
        List<Cell> cells = new ArrayList<>();
        cells.add(new Cell(from));
        for (float[] step : way) {
            cells.add(new Cell(step));
        }
        cells.add(new Cell(to));
        return new Row(label, false, cells);
    }

    /**
     * Pairs of test rows: the first row of each digit in {@link #DIGIT_PAIRS}, or else successive rows of those that
     * the other figures show.
     */
    private int[][] pairs() {
        List<Integer> rows = Samples.indices(test);
        if (noun.equals("digit") && rows.size() == 10) {
            return Arrays.stream(DIGIT_PAIRS)
                    .map(pair -> new int[] {rows.get(pair[0]), rows.get(pair[1])})
                    .toArray(int[][]::new);
        }
        int count = Math.min(DIGIT_PAIRS.length, rows.size() / 2);
        int[][] pairs = new int[count][];
        Arrays.setAll(pairs, i -> new int[] {rows.get(2 * i), rows.get(2 * i + 1)});
        return pairs;
    }

    private String name(int row) {
        return test.hasLabels() ? noun + " " + test.label(row) + " (row " + row + ")" : "row " + row;
    }

    // --- best and worst
    // -----------------------------------------------------------------------------------------------------

    private void extremes() throws IOException {
        List<Gallery.Picture> worst = new ArrayList<>();
        List<Gallery.Picture> best = new ArrayList<>();
        List<String> findings = new ArrayList<>();
        for (RunResult run : this.best) {
            double[] errors = model(run).errors(test);
            ErrorRanking ranking = ErrorRanking.of(errors, RANKED);
            worst.add(extreme(run, "worst", ranking.worst(), errors));
            best.add(extreme(run, "best", ranking.best(), errors));
            findings.add("The worst image of " + Findings.name(run, Words.ENGLISH) + " has an error of "
                    + Text.mse(errors[ranking.worst()[0]])
                    + ", " + Text.factor(errors[ranking.worst()[0]] / run.testMse()) + " times the average; the"
                    + " best has "
                    + Text.mse(errors[ranking.best()[0]]) + ".");
        }
        List<Gallery.Picture> sheets = new ArrayList<>(worst); // the page fills its columns one after the other
        sheets.addAll(best);
        html.append(Gallery.figure(
                paper,
                "extremes",
                "The images reconstructed worst and best.",
                "Of all " + Text.count(test.rows())
                        + " test images, those with the largest and the smallest error for the best network of each"
                        + " p. Above: the original. Below: its reconstruction, "
                        + (test.hasLabels() ? "its " + noun + ", " : "")
                        + "its row in the test set, counted from 0, and its mean squared error per value.",
                sheets));
        html.append(Section.sentences(findings));
    }

    private Gallery.Picture extreme(RunResult run, String which, int[] rows, double[] errors) {
        List<Cell> above = new ArrayList<>();
        List<Cell> below = new ArrayList<>();
        for (int row : rows) {
            above.add(new Cell(test.row(row)));
            List<String> notes = new ArrayList<>();
            if (test.hasLabels()) {
                notes.add(Integer.toString(test.label(row)));
            }
            notes.add("#" + row);
            notes.add(Text.mse(errors[row]));
            below.add(new Cell(model(run).reconstruct(test.row(row)), false, notes));
        }
        String title = Findings.name(run, Words.ENGLISH) + ": " + which;
        return new Gallery.Picture(
                which + "-" + run.latent(),
                "Originals above, reconstructions below. " + title,
                new ImageSheet(
                                title,
                                List.of(),
                                List.of(new Row("", false, above), new Row("", false, below)),
                                2 * SIDE)
                        .draw(pictures));
    }

    private static double mse(float[] a, float[] b) {
        double sum = 0;
        for (int j = 0; j < a.length; j++) {
            double difference = a[j] - b[j];
            sum += difference * difference;
        }
        return sum / a.length;
    }
}
