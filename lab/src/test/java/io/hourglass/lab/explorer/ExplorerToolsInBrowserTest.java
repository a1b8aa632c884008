package io.hourglass.lab.explorer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.microsoft.playwright.CDPSession;
import com.microsoft.playwright.Download;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Mouse;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.ColorScheme;
import com.microsoft.playwright.options.ReducedMotion;
import io.hourglass.Autoencoder;
import io.hourglass.ColumnWeights;
import io.hourglass.Dataset;
import io.hourglass.Imputation;
import io.hourglass.Scaler;
import io.hourglass.anomaly.AnomalyDetector;
import io.hourglass.lab.Chromium;
import io.hourglass.lab.Mnist;
import io.hourglass.lab.data.RowNames;
import io.hourglass.lab.page.LabelColours;
import io.hourglass.lab.page.Template;
import io.hourglass.lab.text.Language;
import io.hourglass.lab.text.Messages;
import io.hourglass.nn.Architecture;
import io.hourglass.nn.Columns;
import io.hourglass.nn.Layer;
import io.hourglass.nn.Loss;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Selecting, comparing, colouring, finding and undoing in the explorer, in both languages. */
@Tag("once")
class ExplorerToolsInBrowserTest {
    private static final int ROWS = 300;

    @TempDir
    static Path folder;

    @SuppressWarnings("NullAway.Init")
    private static Chromium chromium;

    @SuppressWarnings("NullAway.Init")
    private static Dataset digits;

    @SuppressWarnings("NullAway.Init")
    private static Autoencoder plane;

    @SuppressWarnings("NullAway.Init")
    private static Autoencoder wide;

    @BeforeAll
    static void writePages() throws IOException {
        chromium = Chromium.start();
        digits = Mnist.test().slice(0, ROWS);
        plane = AnomalyDetector.learn(model(Architecture.of(784, List.of(32), 2)), digits, 0)
                .model();
        wide = AnomalyDetector.learn(model(Architecture.of(784, List.of(64), 5)), digits, 0)
                .model();
        Items items = Items.of(plane, digits, null, ROWS);
        Items others = items.with(wide, digits);
        ExplorerModel first = new ExplorerModel("plane", plane, items, List.of(PlaneMap.direct(items, null)));
        ExplorerModel second = new ExplorerModel("wide", wide, others, List.of(PlaneMap.direct(others, null)));
        ExplorerPage.write(folder.resolve("one.html"), List.of(first), Language.ENGLISH, false, "../report.html");
        ExplorerPage.write(folder.resolve("pair.html"), List.of(first, second), Language.ENGLISH, false, null);
        ExplorerPage.write(folder.resolve("paire.html"), List.of(first, second), Language.FRENCH, false, "rapport");
        writeTable();
    }

    /** The page table.html: 60 rows with names, a number, a missing value and a category; no labels. */
    private static void writeTable() throws IOException {
        double[] values = new double[60 * 4];
        for (int row = 0; row < 60; row++) {
            values[4 * row] = row == 7 ? Double.NaN : 10 * row;
            values[4 * row + 1] = row % 2;
            values[4 * row + 2] = 1 - row % 2;
        }
        Dataset data = Dataset.ofTable("orders", values, 4);
        String rest = ",\"gaps\":false,\"comma\":false,\"order\":\"year-first\",\"times\":false,\"cycles\":[]}";
        Columns columns = Columns.parse("1,c3");
        Scaler scaler = Scaler.fit(Scaler.Kind.MIN_MAX, data, columns);
        Map<String, String> text = new LinkedHashMap<>(scaler.metadata());
        text.putAll(ColumnWeights.fit(columns, data, scaler, Loss.MSE).metadata());
        text.putAll(Imputation.fit(Imputation.Kind.MEDIAN, data, columns).metadata());
        text.put(
                "table.columns",
                "{\"named\":true,\"columns\":[{\"name\":\"price\",\"type\":\"number\",\"texts\":[]" + rest
                        + ",{\"name\":\"country\",\"type\":\"category\",\"texts\":[\"DE\",\"FR\"]" + rest + "]}");
        Autoencoder model = model(Architecture.of(4, List.of(), 2)).withMetadata(text);
        List<String> names = IntStream.range(0, 60)
                .mapToObj(row -> "order-" + (char) ('a' + row % 26) + row)
                .toList();
        Items items = Items.of(model, data, new RowNames("id", names), 60);
        ExplorerModel shown = new ExplorerModel("orders", model, items, List.of(PlaneMap.direct(items, null)));
        ExplorerPage.write(folder.resolve("table.html"), List.of(shown), Language.ENGLISH, false, null);
        ExplorerPage.write(folder.resolve("tableau.html"), List.of(shown), Language.FRENCH, false, null);
    }

    private static Autoencoder model(Architecture architecture) {
        Random random = new Random(5);
        Map<String, float[]> tensors = new LinkedHashMap<>();
        for (Layer layer : architecture.layers()) {
            for (boolean isBias : new boolean[] {false, true}) {
                float[] values = new float[isBias ? layer.biases() : (int) layer.weights()];
                for (int i = 0; i < values.length; i++) {
                    values[i] = (float) (random.nextGaussian() * 2 / Math.sqrt(layer.fanIn()));
                }
                tensors.put(isBias ? layer.bias() : layer.weight(), values);
            }
        }
        return Autoencoder.of(architecture, tensors, Map.of());
    }

    @AfterAll
    static void stop() {
        if (chromium != null) {
            chromium.close();
        }
    }

    @AfterEach
    void nothingWentWrong() {
        chromium.closePages();
        // axe reads pixels back to see what lies behind texts, and Chromium says that this is slow.
        chromium.forgetProblems(problem -> problem.contains("willReadFrequently"));
        assertThat(chromium.problems()).isEmpty();
    }

    private static Page open(String file, int width) {
        return ready(chromium.page(width), file);
    }

    private static Page ready(Page page, String file) {
        String[] parts = file.split("#", 2);
        page.navigate(folder.resolve(parts[0]).toUri() + (parts.length > 1 ? "#" + parts[1] : ""));
        page.evaluate("window.hourglass.then(h => { window.h = h; })");
        return page;
    }

    private static double[] numbers(Page page, String expression) {
        String text = (String) page.evaluate("Array.from(" + expression + ").join()");
        return text.isEmpty()
                ? new double[0]
                : Arrays.stream(text.split(",", -1))
                        .mapToDouble(Double::parseDouble)
                        .toArray();
    }

    private static int[] rows(Page page, String expression) {
        return Arrays.stream(numbers(page, expression)).mapToInt(v -> (int) v).toArray();
    }

    private static boolean is(Page page, String expression) {
        return Boolean.TRUE.equals(page.evaluate(expression));
    }

    /** Waits until an expression holds; the page's policy forbids Playwright's own way. */
    private static void await(Page page, String expression) {
        for (int i = 0; i < 1500 && !is(page, expression); i++) {
            page.waitForTimeout(20);
        }
        assertThat(is(page, expression)).as(expression).isTrue();
    }

    /** Drags from one place to another, around the middle of the first map. */
    private static void drag(Page page, int x, int y, int toX, int toY) {
        Locator map = page.locator("#map");
        double left = map.boundingBox().x + map.boundingBox().width / 2;
        double top = map.boundingBox().y + map.boundingBox().height / 2;
        page.mouse().move(left + x, top + y);
        page.mouse().down();
        page.mouse().move(left + toX, top + toY, new Mouse.MoveOptions().setSteps(4));
        page.mouse().up();
    }

    /** The rows within the box that was drawn last, which had these corners on the screen. */
    private static int[] inBox(Page page, int x, int y, int toX, int toY) {
        double[] box = numbers(page, "h.scene.steps.at(-1).places.flat()"); // left, top, right, top, right, bottom, ...
        double[] corners = numbers(page, "h.scene.steps.at(-1).places.flatMap(place => h.map.toScreen(...place))");
        double[] middle = numbers(page, "[h.map.width / 2, h.map.height / 2]");
        double[] drawn = {corners[0] - middle[0], corners[1] - middle[1], corners[4] - middle[0], corners[5] - middle[1]
        };
        assertThat(drawn).containsExactly(new double[] {x, y, toX, toY}, within(1.5));
        double[] points = numbers(page, "h.map.layout.points");
        return IntStream.range(0, ROWS)
                .filter(i -> points[2 * i] > box[0]
                        && points[2 * i] < box[2]
                        && points[2 * i + 1] < box[1]
                        && points[2 * i + 1] > box[5])
                .toArray();
    }

    private static int[] without(int[] all, int... some) {
        return Arrays.stream(all)
                .filter(row -> Arrays.stream(some).noneMatch(each -> each == row))
                .toArray();
    }

    private static int[] together(int[] a, int[] b) {
        return IntStream.concat(Arrays.stream(a), Arrays.stream(b))
                .distinct()
                .sorted()
                .toArray();
    }

    private static final String SELECTED = "h.scene.selected()";

    @Test
    void oneSelectionIsMadeByMouseKeysAndButtonsAndMeasured() throws IOException {
        Page page = open("pair.html", 1280);
        page.click("[data-tool=box]");
        drag(page, -60, -60, 60, 60);
        int[] box = inBox(page, -60, -60, 60, 60);
        assertThat(box).hasSizeBetween(20, ROWS - 20);
        assertThat(rows(page, SELECTED)).containsExactly(box);
        assertThat(rows(page, "h.maps[1].bright")).containsExactly(box); // linked
        page.keyboard().down("Shift");
        drag(page, 60, -60, 120, 60);
        page.keyboard().up("Shift");
        int[] more = together(box, inBox(page, 60, -60, 120, 60));
        assertThat(rows(page, SELECTED)).containsExactly(more);
        page.keyboard().down("Alt");
        drag(page, -20, -20, 20, 20);
        page.keyboard().up("Alt");
        int[] less = without(more, inBox(page, -20, -20, 20, 20));
        assertThat(rows(page, SELECTED)).containsExactly(less);

        // The same without keys, for fingers.
        page.click("[data-way=add]");
        drag(page, -20, -20, 20, 20);
        assertThat(rows(page, SELECTED)).containsExactly(more);
        page.click("[data-way=sub]");
        drag(page, 60, -60, 120, 60);
        assertThat(rows(page, SELECTED)).containsExactly(without(more, inBox(page, 60, -60, 120, 60)));
        page.click("[data-way=new]");
        drag(page, -60, -60, 60, 60);
        assertThat(rows(page, SELECTED)).containsExactly(box);

        // What is selected, in numbers.
        double[] errors = plane.errors(digits);
        assertThat(page.textContent("#selection-facts"))
                .contains(box.length + " of 300 (" + Math.round(100.0 * box.length / ROWS) + " %)")
                .contains("plane: mean error"
                        + String.format(
                                "%.4g",
                                Arrays.stream(box)
                                        .mapToDouble(row -> errors[row])
                                        .average()
                                        .orElseThrow()))
                .contains("wide: mean anomaly score");
        long[] counts = new long[10];
        Arrays.stream(box).forEach(row -> counts[digits.label(row)]++);
        long most = Arrays.stream(counts).max().orElseThrow();
        assertThat(page.locator("#selection-labels tbody tr").first().textContent())
                .contains(String.valueOf(most), Math.round(100.0 * most / box.length) + " %");
        assertThat(page.locator("#sample .thumb").count()).isEqualTo(12);

        page.click("#zoom-selection");
        for (int n = 0; n < 2; n++) {
            double[] at = numbers(page, SELECTED + ".flatMap(i => h.maps[" + n + "].screenOf(i))");
            double[] size = numbers(page, "[h.maps[" + n + "].width, h.maps[" + n + "].height]");
            for (int i = 0; i < at.length; i++) {
                assertThat(at[i]).isBetween(0.0, size[i % 2]);
            }
        }
        List<String> lines = Files.readAllLines(
                page.waitForDownload(() -> page.click("#export")).path());
        assertThat(lines.get(0))
                .isEqualTo("row,label,plane: error,plane: score,plane: z0,plane: z1,wide: error,wide: score,"
                        + "wide: z0,wide: z1,wide: z2,wide: z3,wide: z4");
        assertThat(lines).hasSize(box.length + 1);
        double[] scores = AnomalyDetector.of(wide).scores(digits);
        String[] cells = lines.get(1).split(",", -1);
        assertThat(cells[0]).isEqualTo(String.valueOf(box[0]));
        assertThat(Double.parseDouble(cells[2])).isCloseTo(errors[box[0]], within(1e-6));
        assertThat(Double.parseDouble(cells[7])).isCloseTo(scores[box[0]], within(1e-5));
        assertThat(Double.parseDouble(cells[12])).isCloseTo(wide.encode(digits.row(box[0]))[4], within(1e-5));

        // With keys: invert, all, none, and around the cross.
        page.locator("#map canvas[tabindex]").focus();
        page.keyboard().press("i");
        assertThat(rows(page, SELECTED))
                .containsExactly(without(IntStream.range(0, ROWS).toArray(), box));
        page.keyboard().press("a");
        assertThat(rows(page, SELECTED)).hasSize(ROWS);
        page.keyboard().press("Escape");
        assertThat(is(page, "h.scene.isSelective")).isFalse();
        page.keyboard().press("0");
        page.keyboard().press("s");
        int[] circle = rows(page, SELECTED);
        assertThat(circle).isNotEmpty();
        page.keyboard().press("Shift+ArrowRight");
        page.keyboard().press("Shift+ArrowRight");
        page.keyboard().press("Shift+S");
        assertThat(rows(page, SELECTED)).contains(circle).hasSizeGreaterThan(circle.length);
        page.keyboard().press("Alt+s");
        assertThat(rows(page, SELECTED)).hasSizeLessThan(circle.length + 1);
    }

    @Test
    void aRowShowsItsNeighboursIsFoundPinnedAndComparedInBothModels() {
        Page page = open("pair.html", 1280);
        page.fill("#wanted", "41");
        page.keyboard().press("Enter");
        assertThat(page.textContent("#stage-title")).isEqualTo("Row 41, label " + digits.label(41));
        assertThat(rows(page, "h.scene.near")).containsExactly(nearest(plane, 41));
        assertThat(page.locator("#near .thumb").count()).isEqualTo(8);
        long shared = IntStream.of(nearest(plane, 41))
                .filter(row -> IntStream.of(nearest(wide, 41)).anyMatch(other -> other == row))
                .count();
        assertThat(page.textContent("#near-of")).contains(shared + " of them").contains("among the nearest in wide");
        double[] there = numbers(page, "h.maps[1].screenOf(41)");
        assertThat(there[0]).isCloseTo(numbers(page, "[h.maps[1].width / 2]")[0], within(1.0));
        assertThat(page.locator("#stage canvas:visible").count()).isEqualTo(5); // one original, two reconstructions
        assertThat(page.textContent("#stage-error")).contains("Error of wide: ");
        page.click("#pin");
        assertThat(rows(page, "h.scene.pins")).containsExactly(41);

        // On the other map: its neighbours and its sliders.
        Locator second = page.locator("#map-2");
        page.mouse().click(second.boundingBox().x + 1 + there[0], second.boundingBox().y + 1 + there[1]);
        int clicked = rows(page, "[h.scene.current]")[0]; // another may lie on the same pixel
        assertThat(rows(page, "h.scene.near")).containsExactly(nearest(wide, clicked));
        page.click("#tab-code");
        assertThat(page.locator("#panel-code input:visible").count()).isEqualTo(5);
        page.click("#tab-near");
        page.click("#select-near");
        assertThat(rows(page, SELECTED)).hasSize(9).contains(clicked);

        page.fill("#wanted", "7");
        assertThat(page.locator("#found button").allTextContents())
                .containsExactly("Row 7, label " + digits.label(7), "All rows with the label 7");
        page.locator("#found button").nth(1).click();
        assertThat(rows(page, SELECTED))
                .containsExactly(IntStream.range(0, ROWS)
                        .filter(row -> digits.label(row) == 7)
                        .toArray());
        page.fill("#wanted", "nowhere");
        assertThat(page.textContent("#found")).isEqualTo("Nothing found");
    }

    /** The eight rows whose codes are nearest to a row's. */
    private static int[] nearest(Autoencoder model, int row) {
        float[][] codes = model.encode(digits);
        return IntStream.range(0, ROWS)
                .filter(other -> other != row)
                .boxed()
                .sorted(Comparator.comparingDouble(other -> IntStream.range(0, codes[row].length)
                        .mapToDouble(d -> Math.pow(codes[other][d] - (double) codes[row][d], 2))
                        .sum()))
                .limit(8)
                .mapToInt(Integer::intValue)
                .toArray();
    }

    @Test
    void stepsAreUndoneByTheButtonTheKeysAndTheBrowser() {
        Page page = open("one.html", 1280);
        assertThat(page.locator("#undo").isDisabled()).isTrue();
        page.locator("#legend button").nth(3).click();
        await(page, "location.hash.includes('hide=3')");
        page.selectOption("#colour", "error");
        await(page, "location.hash.includes('colour=error')");
        page.click("#zoom-in");
        await(page, "location.hash.includes('view=')");
        page.click("[data-tool=box]");
        drag(page, -60, -60, 60, 60);
        await(page, "location.hash.includes('select=new-code:')");
        String shared = page.url();
        int[] selected = rows(page, SELECTED);
        page.click("#undo");
        await(page, "!h.scene.isSelective");
        page.keyboard().press("Control+z");
        await(page, "h.map.view.zoom === 1");
        page.evaluate("history.back()"); // what the browser's button does
        await(page, "h.scene.colouring.id === 'label'");
        assertThat(page.inputValue("#colour")).isEqualTo("label");
        page.click("#undo");
        await(page, "h.scene.hidden.size === 0 && document.querySelector('#undo').disabled");
        page.evaluate("history.forward()");
        await(page, "h.scene.hidden.has(3)");
        Page other = chromium.page(1280);
        other.navigate(shared);
        other.evaluate("window.hourglass.then(h => { window.h = h; })");
        assertThat(rows(other, SELECTED)).containsExactly(selected);
        assertThat(is(other, "h.scene.hidden.has(3) && h.scene.colouring.id === 'error' && h.map.view.zoom > 1"))
                .isTrue();
        assertThat(other.getAttribute(".links a >> nth=0", "href")).isEqualTo("../report.html");
    }

    @Test
    void coloursFollowErrorsScoresAndColumnsAndTheMapIsSaved() throws IOException {
        Page page = open("one.html", 1280);
        assertThat(page.locator("#colour option").allTextContents()).containsExactly("label", "error", "anomaly score");
        double[] scores = AnomalyDetector.of(plane).scores(digits);
        for (String by : List.of("error", "score")) {
            page.selectOption("#colour", by);
            double[] values = by.equals("error") ? plane.errors(digits) : scores;
            int[] order = IntStream.range(0, ROWS)
                    .boxed()
                    .sorted(Comparator.comparingDouble(row -> values[row]))
                    .mapToInt(Integer::intValue)
                    .toArray();
            assertThat(red(page, order[0])).isLessThan(red(page, order[ROWS / 2]));
            assertThat(numbers(page, "h.scene.colouring.colour(h.items, " + order[0] + ")"))
                    .containsExactly(numbers(page, "h.colours().ramp[0]"));
            assertThat(numbers(page, "h.scene.colouring.colour(h.items, " + order[ROWS - 1] + ")"))
                    .containsExactly(numbers(page, "h.colours().ramp[10]"));
        }
        page.click("#tab-selection");
        Download download = page.waitForDownload(() -> page.click("#save-map"));
        assertThat(download.suggestedFilename()).isEqualTo("map.png");
        BufferedImage picture = ImageIO.read(download.path().toFile());
        assertThat(picture.getWidth()).isEqualTo((int) numbers(page, "[h.map.overlay.width]")[0]);
        assertThat(picture.getHeight()).isGreaterThan((int) numbers(page, "[h.map.overlay.height]")[0]);
        int coloured = 0;
        for (int y = 0; y < picture.getHeight(); y++) {
            for (int x = 0; x < picture.getWidth(); x++) {
                coloured += Math.abs((picture.getRGB(x, y) >> 16 & 255) - (picture.getRGB(x, y) & 255)) > 60 ? 1 : 0;
            }
        }
        assertThat(coloured).isGreaterThan(1000);

        Page table = open("table.html", 1280);
        assertThat(table.locator("#colour option").allTextContents())
                .containsExactly("none", "error", "price", "country");
        table.selectOption("#colour", "c0");
        assertThat(table.textContent("#scale")).isEqualTo("price10580"); // from the 1 % to the 99 % quantile
        assertThat(numbers(table, "h.scene.colouring.colour(h.items, 7)"))
                .isNotEqualTo(numbers(table, "h.colours().ramp[0]")); // missing
        table.selectOption("#colour", "c1");
        assertThat(table.textContent("#scale")).isEqualTo("country DE FR");
        assertThat(numbers(table, "h.scene.colouring.colour(h.items, 2)"))
                .isNotEqualTo(numbers(table, "h.scene.colouring.colour(h.items, 3)"));
        table.fill("#wanted", "ORDER-H");
        assertThat(table.locator("#found button").allTextContents())
                .containsExactly("id order-h7 (row 7)", "id order-h33 (row 33)", "id order-h59 (row 59)");
    }

    private static double red(Page page, int row) {
        double[] colour = numbers(page, "h.scene.colouring.colour(h.items, " + row + ")");
        return colour[0] - colour[2];
    }

    @Test
    void aTapLooksAndALongPressPins() {
        Page page = ready(chromium.touchPage(400), "one.html");
        CDPSession fingers = page.context().newCDPSession(page);
        Locator map = page.locator("#map");
        map.scrollIntoViewIfNeeded();
        double[] in = numbers(page, "h.map.screenOf(17)");
        double x = map.boundingBox().x + 1 + in[0];
        double y = map.boundingBox().y + 1 + in[1];
        touch(fingers, "touchStart", x, y);
        touch(fingers, "touchEnd");
        await(page, "h.scene.current !== null");
        assertThat(numbers(page, "h.scene.pins")).isEmpty();
        int row = rows(page, "[h.scene.current]")[0];
        assertThat(page.locator("#near .thumb").count()).isEqualTo(8);
        touch(fingers, "touchStart", x, y);
        await(page, "h.scene.pins.length === 1");
        touch(fingers, "touchEnd");
        assertThat(rows(page, "h.scene.pins")).containsExactly(row);
        // A box, added to by the button.
        page.click("[data-tool=box]");
        page.click("[data-way=add]");
        map.scrollIntoViewIfNeeded();
        double middle = map.boundingBox().y + map.boundingBox().height / 2;
        for (int from : new int[] {-80, 10}) {
            touch(fingers, "touchStart", 200 + from, middle - 70);
            touch(fingers, "touchMove", 200 + from + 30, middle);
            touch(fingers, "touchMove", 200 + from + 70, middle + 70);
            touch(fingers, "touchEnd");
        }
        assertThat(rows(page, SELECTED)).hasSizeBetween(2, ROWS - 1);
        assertThat(is(page, "h.scene.steps.length === 2")).isTrue();
    }

    private static void touch(CDPSession fingers, String type, double... place) {
        JsonArray points = new JsonArray();
        if (place.length > 0) {
            JsonObject point = new JsonObject();
            point.addProperty("x", place[0]);
            point.addProperty("y", place[1]);
            points.add(point);
        }
        JsonObject event = new JsonObject();
        event.addProperty("type", type);
        event.add("touchPoints", points);
        fingers.send("Input.dispatchTouchEvent", event);
    }

    @Test
    void nothingHindersReadersAtAnyWidthInLightAndDark() throws IOException {
        String axe = Template.read(
                ExplorerToolsInBrowserTest.class, "/META-INF/resources/webjars/axe-core/4.6.3/axe.min.js");
        for (String file : List.of("paire.html", "table.html")) {
            Page page = chromium.page(1280);
            page.emulateMedia(new Page.EmulateMediaOptions().setReducedMotion(ReducedMotion.REDUCE));
            ready(page, file + "#select=new-rows:0,1,2,3,4,5,6&row=3&pins=4,5&hide=1");
            page.evaluate(axe);
            for (ColorScheme scheme : List.of(ColorScheme.LIGHT, ColorScheme.DARK)) {
                page.emulateMedia(
                        new Page.EmulateMediaOptions().setColorScheme(scheme).setReducedMotion(ReducedMotion.REDUCE));
                // The pair has all that the table has and more: the table's values on a narrow screen are enough.
                for (int width : file.equals("table.html") ? new int[] {400} : new int[] {400, 768, 1280}) {
                    page.setViewportSize(width, 900);
                    String tab = width == 400 ? "selection" : width == 768 ? "pins" : "near";
                    page.click("#tab-" + tab);
                    page.mouse().move(1, 1);
                    assertThat((List<?>) page.evaluate("axe.run().then(r => r.violations.map(v => v.id + ': ' "
                                    + "+ v.nodes.map(n => n.html).join()))"))
                            .as(file + ", " + scheme + ", " + width)
                            .isEmpty();
                    assertThat(is(page, "document.documentElement.scrollWidth <= innerWidth"))
                            .isTrue();
                }
            }
        }
    }

    /** Everything that readers see or hear, also of what is hidden at the moment. */
    private static final String TEXTS = """
            (() => {
              const texts = [document.title];
              const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
              while (walk.nextNode()) {
                if (!['SCRIPT', 'STYLE'].includes(walk.currentNode.parentElement.tagName)) {
                  texts.push(walk.currentNode.data);
                }
              }
              for (const e of document.querySelectorAll('body *')) {
                for (const name of ['title', 'aria-label', 'placeholder', 'aria-valuetext', 'label']) {
                  if (e.hasAttribute(name)) texts.push(e.getAttribute(name));
                }
              }
              return texts.map((text) => text.trim()).filter((text) => text).join('\\n');
            })()""";

    @Test
    void theFrenchPageIsFrench() {
        StringBuilder all = new StringBuilder();
        for (String file : List.of("paire.html", "tableau.html")) {
            Page page = open(file, 1280);
            all.append(page.evaluate(TEXTS)).append('\n');
            page.click("[data-tool=box]");
            drag(page, -60, -60, 60, 60);
            all.append(page.evaluate(TEXTS)).append('\n');
            page.fill("#wanted", "3");
            page.keyboard().press("Enter");
            page.click("#pin");
            page.selectOption("#colour", "error");
            page.click("#tab-code");
            page.click("#random");
            all.append(page.evaluate(TEXTS)).append('\n');
            if (file.equals("paire.html")) {
                page.click("[data-tool=path]");
                drag(page, -60, 0, 60, 0);
                assertThat(page.textContent("#scale")).matches("erreur0,\\d+0,\\d+");
            }
            all.append(page.evaluate(TEXTS)).append('\n');
            assertThat(page.getAttribute("html", "lang")).isEqualTo("fr");
            assertThat(page.textContent("#pins")).contains("Ligne 3".substring(file.equals("paire.html") ? 0 : 7));
        }
        String shown = all.toString();
        Map<String, String> french =
                Messages.of(ExplorerPage.class, Language.FRENCH).all();
        Messages.of(ExplorerPage.class, Language.ENGLISH).all().forEach((key, english) -> {
            for (String part : english.split("\\{\\d}", -1)) {
                String words = part.strip();
                if (words.length() > 3
                        && !Objects.requireNonNull(french.get(key)).contains(words)) {
                    assertThat(shown).as(key).doesNotContainPattern("(?m)\\b" + Pattern.quote(words) + "(\\b|$)");
                }
            }
        });
        assertThat(shown.lines().filter(line -> ENGLISH.matcher(line).find())).isEmpty();
        assertThat(shown).contains("’").doesNotContain("'", "undefined", "NaN");
    }

    /** Words that an English sentence can hardly do without, and a French one does not have. */
    private static final Pattern ENGLISH = Pattern.compile(
            "\\b(the|of|and|with|is|are|this|that|row|rows|label|labels|show|which|from|its|value|values|error)\\b");

    @Test
    void everySentenceIsThereInBothLanguagesAndUsed() throws IOException {
        Map<String, String> english =
                Messages.of(ExplorerPage.class, Language.ENGLISH).all();
        Map<String, String> french =
                Messages.of(ExplorerPage.class, Language.FRENCH).all();
        assertThat(french.keySet()).isEqualTo(english.keySet());
        StringBuilder sources = new StringBuilder(Bundle.of("main.js"));
        String html = Template.read(ExplorerPage.class, "explorer.html");
        Path java = Path.of("src/main/java/io/hourglass/lab/explorer/ExplorerPage.java");
        sources.append(Files.readString(java));
        List<String> unused = new ArrayList<>();
        for (String key : english.keySet()) {
            assertThat(numbersOf(french.get(key))).as(key).isEqualTo(numbersOf(english.get(key)));
            assertThat(english.get(key) + french.get(key)).as(key).doesNotContain("'");
            String name = key.replaceFirst("\\.(one|other)$", "");
            boolean isPlural = !name.equals(key);
            assertThat(isPlural)
                    .as(key)
                    .isEqualTo(english.containsKey(name + ".one") && english.containsKey(name + ".other"));
            String prefix = key.substring(0, key.lastIndexOf('.') + 1);
            boolean isUsed = sources.indexOf("'" + name + "'") >= 0
                    || sources.indexOf("\"" + name + "\"") >= 0
                    || html.contains("{{" + key.replace('.', '_') + "}}")
                    || !prefix.isEmpty()
                            && (sources.indexOf("`" + prefix + "${") >= 0
                                    || sources.indexOf("\"" + prefix + "\" +") >= 0)
                    || key.startsWith("meta.")
                    || key.startsWith("subtitle.")
                    || key.matches("map\\.\\w+\\.note");
            if (!isUsed) {
                unused.add(key);
            }
        }
        assertThat(unused).isEmpty();
    }

    private static List<String> numbersOf(String pattern) {
        return Pattern.compile("\\{\\d}")
                .matcher(pattern)
                .results()
                .map(match -> match.group())
                .distinct()
                .sorted()
                .toList();
    }

    // ---- colours, as eyes without red cones see them

    /** Colour vision of protanopes, of linear red, green and blue (Machado, Oliveira and Fernandes, 2009). */
    private static final double[][] PROTANOPE = {
        {0.152286, 1.052583, -0.204868}, {0.114503, 0.786281, 0.099216}, {-0.003882, -0.048116, 1.051998}
    };

    private static final double[][] SEES_ALL = {{1, 0, 0}, {0, 1, 0}, {0, 0, 1}};

    /** Lightness, green to red and blue to yellow (Ottosson, 2020) of a colour in linear light. */
    private static double[] oklab(double... rgb) {
        double l = Math.cbrt(0.4122214708 * rgb[0] + 0.5363325363 * rgb[1] + 0.0514459929 * rgb[2]);
        double m = Math.cbrt(0.2119034982 * rgb[0] + 0.6806995451 * rgb[1] + 0.1073969566 * rgb[2]);
        double s = Math.cbrt(0.0883024619 * rgb[0] + 0.2817188376 * rgb[1] + 0.6299787005 * rgb[2]);
        return new double[] {
            0.2104542553 * l + 0.7936177850 * m - 0.0040720468 * s,
            1.9779984951 * l - 2.4285922050 * m + 0.4505937099 * s,
            0.0259040371 * l + 0.7827717662 * m - 0.8086757660 * s
        };
    }

    private static double[] linear(double... rgb) {
        return Arrays.stream(rgb)
                .map(v -> v / 255)
                .map(v -> v <= 0.04045 ? v / 12.92 : Math.pow((v + 0.055) / 1.055, 2.4))
                .toArray();
    }

    private static double[] seen(double[][] eye, double... rgb) {
        double[] light = linear(rgb);
        return oklab(Arrays.stream(eye)
                .mapToDouble(row -> Math.max(0, row[0] * light[0] + row[1] * light[1] + row[2] * light[2]))
                .toArray());
    }

    private static double contrast(double[] a, double[] b) {
        double[] lights = {light(a), light(b)};
        Arrays.sort(lights);
        return (lights[1] + 0.05) / (lights[0] + 0.05);
    }

    private static double light(double[] rgb) {
        double[] linear = linear(rgb);
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2];
    }

    private static double[] parse(String hex) {
        return IntStream.of(0, 2, 4)
                .mapToDouble(at -> Integer.parseInt(hex.substring(at, at + 2), 16))
                .toArray();
    }

    @Test
    void huesAreTheSameInTheDarkAndProtanopesTellLabelsApart() {
        for (int label = 0; label < 10; label++) {
            double[] light = seen(SEES_ALL, parse(LabelColours.ON_WHITE.get(label)));
            double[] dark = seen(SEES_ALL, parse(ExplorerPage.ON_BLACK.get(label)));
            if (Math.hypot(light[1], light[2]) > 0.05) { // a grey has no hue
                double turn = Math.toDegrees(Math.atan2(light[2], light[1]) - Math.atan2(dark[2], dark[1]));
                assertThat(Math.abs((turn + 540) % 360 - 180))
                        .as("label " + label)
                        .isLessThan(15);
            }
        }
        Page page = open("one.html", 1280);
        for (ColorScheme scheme : List.of(ColorScheme.LIGHT, ColorScheme.DARK)) {
            page.emulateMedia(new Page.EmulateMediaOptions().setColorScheme(scheme));
            double[] paper = numbers(page, "h.colours().paper");
            double[] labels = numbers(page, "h.colours().labels.flat()");
            double[] shapes = numbers(page, "h.colours().shapes");
            for (int a = 0; a < shapes.length; a++) {
                double[] one = Arrays.copyOfRange(labels, 3 * a, 3 * a + 3);
                assertThat(contrast(one, paper)).as(scheme + " " + a).isGreaterThan(3);
                for (int b = 0; b < a; b++) {
                    double[] two = Arrays.copyOfRange(labels, 3 * b, 3 * b + 3);
                    double[] first = seen(PROTANOPE, one);
                    double[] second = seen(PROTANOPE, two);
                    double hue = Math.hypot(first[1] - second[1], first[2] - second[2]);
                    boolean isConfused = hue < 0.09;
                    assertThat(!isConfused || shapes[a] != shapes[b] || Math.abs(first[0] - second[0]) > 0.08)
                            .as(scheme + ": labels " + a + " and " + b)
                            .isTrue();
                }
            }
            // From low to high, the scale stands out more and more, for protanopes as well.
            double[] ramp = numbers(page, "h.colours().ramp.flat()");
            double before = 0;
            for (int i = 0; i < 11; i++) {
                double[] colour = Arrays.copyOfRange(ramp, 3 * i, 3 * i + 3);
                double distance = Math.abs(seen(PROTANOPE, colour)[0] - seen(PROTANOPE, paper)[0]);
                assertThat(contrast(colour, paper)).isGreaterThan(3);
                assertThat(distance).as(scheme + " " + i).isGreaterThan(before);
                before = distance;
            }
        }
    }
}
