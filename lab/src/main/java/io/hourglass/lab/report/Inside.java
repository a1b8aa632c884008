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
    private final Words words;
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
        this.words = paper.words();
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
        StringBuilder html = new StringBuilder(paper.question("inside.question"));
        if (pictures == null) {
            html.append(paper.paragraph("inside.none"));
        } else {
            html.append(paper.paragraph("inside.introduction"));
            Inside inside = new Inside(configurations, test, models, codes, pictures, paper);
            inside.plane();
            inside.traversals();
            inside.interpolations();
            inside.extremes();
            html.append(inside.html);
        }
        html.append(Health.html(paper, Health.of(configurations, models, codes, test)));
        return Section.of("inside", paper.words(), html.toString());
    }

    /** Begins a part with its question, and the answer as far as it can be computed. */
    private void part(String id, List<String> findings) {
        html.append("<h3>")
                .append(words.html("inside." + id + ".question"))
                .append("</h3>\n")
                .append(Paper.sentences(findings));
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
            String title = words.say("inside.plane.decoded", Findings.name(run, words));
            float[][] decoded = model(run).decode(grid.codes());
            Drawing plane = new Drawing(PlotFrame.WIDTH, PlotFrame.HEIGHT, g -> {
                frame.draw(g, title, "z0", "z1", true, words);
                int cell = PlotFrame.SIDE / PLANE_CELLS;
                for (int i = 0; i < decoded.length; i++) {
                    int left = PlotFrame.LEFT + i % PLANE_CELLS * cell;
                    int top = PlotFrame.TOP + i / PLANE_CELLS * cell;
                    pictures.draw(g, decoded[i], left, top, cell);
                }
                frame.close(g);
            });
            String beside = words.say("inside.plane.rows", Findings.name(run, words));
            MapFigure map = new MapFigure(test, LabelStyle.of(test), null, words);
            int empty = emptyCells(points, grid);
            part("plane", List.of());
            html.append(Gallery.figure(
                    paper,
                    "plane",
                    words.html("inside.plane.figure"),
                    words.html("inside.plane.shows", words.percent((double) empty / decoded.length), decoded.length),
                    words.html("inside.plane.reading"),
                    List.of(
                            new Gallery.Picture("plane-decoded", title, plane),
                            new Gallery.Picture(
                                    "plane-rows", beside, map.draw(points, frame, beside, "z0", "z1", true)))));
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
                            ? words.say("inside.traversals.start")
                            : offset != Math.rint(offset)
                                    ? ""
                                    : words.number("%+.0f", offset).replace('-', '\u2212'))
                    .toList();
            String title = words.say("inside.traversals.from", Findings.name(run, words), Findings.text(row));
            sheets.add(new Gallery.Picture(
                    "traversal-" + run.latent(),
                    words.say("inside.traversals.alt", title),
                    new ImageSheet(title, heads, rows, SIDE).draw(pictures)));
            findings.add(change(run, changes));
        }
        // The widest code has the tallest picture and comes first: the page fills its columns one after the other.
        Collections.reverse(sheets);
        part("traversals", findings);
        html.append(Gallery.figure(
                paper,
                "traversals",
                words.html("inside.traversals.figure"),
                words.html("inside.traversals.shows"),
                words.html("inside.traversals.reading"),
                sheets));
    }

    private String change(RunResult run, double[] changes) {
        int most = 0;
        int least = 0;
        for (int d = 1; d < changes.length; d++) {
            most = changes[d] > changes[most] ? d : most;
            least = changes[d] < changes[least] ? d : least;
        }
        return words.say(
                "inside.traversals.change",
                "z" + most,
                Findings.name(run, words),
                "z" + least,
                words.mse(changes[most]),
                words.mse(changes[least]));
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
                rows.add(row(words.say("inside.interpolations.p", Findings.text(run.latent())), from, way, to));
                ways.add(way);
            }
            float[][] blend = Interpolation.linear(from, to, STEPS);
            rows.add(row(words.say("inside.interpolations.pixels"), from, blend, to));
            ways.add(blend);
            String title = words.say("inside.interpolations.pair", name(pair[0]), name(pair[1]));
            sheets.add(new Gallery.Picture(
                    "interpolation-" + (sheets.size() + 1),
                    words.say("inside.interpolations.alt", title),
                    new ImageSheet(title, List.of(), rows, SIDE).draw(pictures)));
        }
        if (sheets.isEmpty()) {
            return; // fewer than two rows
        }
        List<String> findings = test.hasLabels() ? readings(pairs, ways) : List.of();
        part("interpolations", findings);
        html.append(Gallery.figure(
                paper,
                "interpolations",
                words.html("inside.interpolations.figure"),
                words.html("inside.interpolations.shows")
                        + (findings.isEmpty() ? "" : " " + words.html("inside.interpolations.list")),
                words.html("inside.interpolations.reading"),
                sheets));
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
                String changes = changes(Arrays.copyOfRange(read, at, at + STEPS));
                readings.add(
                        way < best.size()
                                ? words.say(
                                        "inside.interpolations.at",
                                        changes,
                                        Findings.text(best.get(way).latent()))
                                : words.say("inside.interpolations.blended", changes));
            }
            findings.add(words.say(
                    "inside.interpolations.way",
                    words.label(test.label(pair[0])),
                    words.label(test.label(pair[1])),
                    words.list(readings)));
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
        if (words.digits() && rows.size() == 10) {
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
        return test.hasLabels()
                ? words.say("inside.labelled", words.label(test.label(row)), Findings.text(row))
                : words.say("inside.unlabelled", Findings.text(row));
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
            double most = errors[ranking.worst()[0]];
            findings.add(words.say(
                    "inside.extremes.finding",
                    Findings.name(run, words),
                    words.mse(most),
                    words.factor(most / run.testMse()),
                    words.mse(errors[ranking.best()[0]])));
        }
        List<Gallery.Picture> sheets = new ArrayList<>(worst); // the page fills its columns one after the other
        sheets.addAll(best);
        part("extremes", findings);
        html.append(Gallery.figure(
                paper,
                "extremes",
                words.html("inside.extremes.figure"),
                words.html("inside.extremes.shows" + (test.hasLabels() ? ".labels" : ""), test.rows()),
                words.html("inside.extremes.reading"),
                sheets));
    }

    private Gallery.Picture extreme(RunResult run, String which, int[] rows, double[] errors) {
        List<Cell> above = new ArrayList<>();
        List<Cell> below = new ArrayList<>();
        for (int row : rows) {
            above.add(new Cell(test.row(row)));
            List<String> notes = new ArrayList<>();
            if (test.hasLabels()) {
                notes.add(words.label(test.label(row)));
            }
            notes.add("#" + row);
            notes.add(words.mse(errors[row]));
            below.add(new Cell(model(run).reconstruct(test.row(row)), false, notes));
        }
        String title = words.say("inside.extremes." + which, Findings.name(run, words));
        return new Gallery.Picture(
                which + "-" + run.latent(),
                words.say("inside.extremes.alt", title),
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
