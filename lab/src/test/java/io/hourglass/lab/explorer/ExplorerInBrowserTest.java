package io.hourglass.lab.explorer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.microsoft.playwright.CDPSession;
import com.microsoft.playwright.Download;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.ColorScheme;
import com.microsoft.playwright.options.ReducedMotion;
import io.hourglass.Autoencoder;
import io.hourglass.ColumnWeights;
import io.hourglass.Dataset;
import io.hourglass.ImageShape;
import io.hourglass.Imputation;
import io.hourglass.Scaler;
import io.hourglass.lab.Chromium;
import io.hourglass.lab.Mnist;
import io.hourglass.lab.RandomTable;
import io.hourglass.lab.data.RowNames;
import io.hourglass.lab.text.Language;
import io.hourglass.nn.Activation;
import io.hourglass.nn.Architecture;
import io.hourglass.nn.Columns;
import io.hourglass.nn.Layer;
import io.hourglass.nn.Loss;
import io.hourglass.nn.Variant;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The explorer as its users meet it: in a browser, from disk, without a network. */
@Tag("once")
class ExplorerInBrowserTest {
    private static final int ROWS = 600;

    private static final String HOSTILE =
            "</script><script>window.hacked = 1</script><img src=x onerror='window.hacked = 1'>";

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
        plane = model(Architecture.of(784, List.of(32), 2), Map.of());
        wide = model(
                Architecture.of(784, List.of(256, 128), 16),
                Map.of(
                        "anomaly.threshold",
                        "0.2",
                        "anomaly.method",
                        "quantile",
                        "anomaly.false_alarms",
                        "0.01",
                        "anomaly.calibration_rows",
                        "600"));
        write("plane.html", plane, digits, false);
        write("wide.html", wide, digits, false);
        write("small.html", wide, digits, true);
        writeBent();
    }

    @AfterAll
    static void stop() {
        if (chromium != null) {
            chromium.close();
        }
    }

    @AfterEach
    void nothingWentWrong() {
        // Reading pixels back is slow, and Chromium says so; only measurements and tests do it.
        chromium.closePages();
        assertThat(chromium.problems().stream()
                        .filter(problem -> !problem.contains("GPU stall due to ReadPixels")
                                && !problem.contains("willReadFrequently")))
                .isEmpty();
    }

    private static void write(String file, Autoencoder model, Dataset data, boolean small) throws IOException {
        Items items = Items.of(model, data, null, 100_000);
        writePage(
                folder.resolve(file),
                new ExplorerModel(file, model, items, List.of(PlaneMap.direct(items, null))),
                small);
    }

    private static void writePage(Path file, ExplorerModel model, boolean small) throws IOException {
        ExplorerPage.write(file, List.of(model), Language.ENGLISH, small, null);
    }

    /**
     * The page bent.html, whose first map has no formula: the first two values of the codes, bent. The second one is
     * PCA.
     */
    private static void writeBent() throws IOException {
        Items items = Items.of(wide, digits, null, 100_000);
        float[][] points = new float[ROWS][];
        for (int i = 0; i < ROWS; i++) {
            points[i] =
                    new float[] {items.codes()[i][0], items.codes()[i][1] + items.codes()[i][0] * items.codes()[i][0]};
        }
        List<PlaneMap> maps = List.of(PlaneMap.umap(points), PlaneMap.direct(items, null));
        writePage(folder.resolve("bent.html"), new ExplorerModel("bent.html", wide, items, maps), false);
    }

    /** A network with random weights. */
    private static Autoencoder model(Architecture architecture, Map<String, String> metadata) {
        Random random = new Random(5);
        Map<String, float[]> tensors = new LinkedHashMap<>();
        for (Layer layer : architecture.layers()) {
            tensors.put(layer.weight(), values(random, (int) layer.weights(), layer.fanIn()));
            tensors.put(layer.bias(), values(random, layer.biases(), layer.fanIn()));
        }
        return Autoencoder.of(architecture, tensors, metadata);
    }

    /** The decoder's weights as the encoder's, transposed. */
    private static Autoencoder tied(Architecture architecture, Map<String, float[]> tensors) {
        List<Layer> layers = architecture.layers();
        for (int i = 0; i < architecture.encoderLayers(); i++) {
            Layer layer = layers.get(i);
            float[] weights = tensors.get(layer.weight());
            float[] transposed = new float[weights.length];
            for (int w = 0; w < weights.length; w++) {
                transposed[w % layer.inputs() * layer.outputs() + w / layer.inputs()] = weights[w];
            }
            tensors.put(layers.get(layers.size() - 1 - i).weight(), transposed);
        }
        return Autoencoder.of(architecture, tensors, Map.of());
    }

    private static float[] values(Random random, int length, int inputs) {
        float[] values = new float[length];
        for (int i = 0; i < length; i++) {
            values[i] = (float) (random.nextGaussian() * 2 / Math.sqrt(inputs));
        }
        return values;
    }

    private static Page open(String file, int width) {
        Page page = chromium.open(folder.resolve(file), width);
        page.evaluate("window.hourglass.then(h => { window.h = h; })");
        return page;
    }

    private static double[] numbers(Page page, String expression) {
        return numbers(page.evaluate("Array.from(" + expression + ").join()"));
    }

    /** A list of the page's as text: one value takes Playwright far less time than hundreds. */
    private static double[] numbers(Object list) {
        String text = (String) list;
        return text.isEmpty()
                ? new double[0]
                : Arrays.stream(text.split(",", -1))
                        .mapToDouble(Double::parseDouble)
                        .toArray();
    }

    /**
     * Waits until an expression holds, at most a minute. (Page.waitForFunction evaluates text within the page, which
     * the page's Content-Security-Policy forbids.)
     */
    private static void await(Page page, String expression) {
        long end = System.nanoTime() + 60_000_000_000L;
        while (!Boolean.TRUE.equals(page.evaluate(expression))) {
            assertThat(System.nanoTime())
                    .as("not within a minute: " + expression)
                    .isLessThan(end);
            page.waitForTimeout(20);
        }
    }

    /** Where an item is on the page. */
    private static double[] place(Page page, int item) {
        Locator map = page.locator("#map");
        map.scrollIntoViewIfNeeded();
        double[] in = numbers(page, "h.map.screenOf(" + item + ")");
        // The map's units begin within its border.
        return new double[] {map.boundingBox().x + 1 + in[0], map.boundingBox().y + 1 + in[1]};
    }

    /** The page's numbers for each of the first rows, for one expression of a row {@code i}, in one question. */
    private static double[][] ofRows(Page page, int rows, String expression) {
        Object lists = page.evaluate(
                "Array.from({ length: " + rows + " }, (_, i) => Array.from(" + expression + ").join()).join(';')");
        return Arrays.stream(((String) lists).split(";", -1))
                .map(ExplorerInBrowserTest::numbers)
                .toArray(double[][]::new);
    }

    private static final String CODE = "h.engine.encode(h.items.row(i))";
    private static final String IMAGE = "h.engine.decode(h.items.code(i))";
    private static final String ERROR = "[h.engine.error(h.items.row(i), h.engine.decode(h.items.code(i)))]";

    /** Codes, reconstructions and errors of the first 100 rows. */
    private static void requireNumbersOfJava(Page page, Autoencoder model, String error) {
        requireNumbersOfJava(page, model, digits.slice(0, 100), error);
    }

    private static void requireNumbersOfJava(Page page, Autoencoder model, Dataset rows, String error) {
        float[][] codes = model.encode(rows);
        float[][] images = model.decode(codes);
        double[] errors = model.errors(rows);
        double[][] code = ofRows(page, rows.rows(), CODE);
        double[][] image = ofRows(page, rows.rows(), IMAGE);
        double[][] ofError = ofRows(page, rows.rows(), error);
        for (int i = 0; i < rows.rows(); i++) {
            assertThat(code[i]).hasSameSizeAs(codes[i]);
            for (int d = 0; d < codes[i].length; d++) {
                assertThat(code[i][d]).isCloseTo(codes[i][d], within(toleranceOf(codes[i][d])));
            }
            assertThat(image[i]).hasSize(rows.inputs());
            for (int j = 0; j < rows.inputs(); j++) {
                if (!(Math.abs(image[i][j] - images[i][j]) <= 1e-5)) { // an assertion each would take seconds
                    assertThat(image[i][j]).isCloseTo(images[i][j], within(1e-5));
                }
            }
            assertThat(ofError[i][0]).isCloseTo(errors[i], within(1e-5));
        }
    }

    private static double toleranceOf(double value) {
        return 1e-5 * Math.max(1, Math.abs(value));
    }

    @Test
    void theNumbersAreThoseOfJava() {
        requireNumbersOfJava(open("wide.html", 1280), wide, ERROR);
    }

    @ParameterizedTest
    @EnumSource
    void theNumbersOfEachVariantAreThoseOfJava(Variant variant) throws IOException {
        Architecture architecture = Architecture.of(784, List.of(64), 5).withVariant(variant);
        Autoencoder model = variant == Variant.TIED
                ? tied(
                        architecture,
                        model(architecture.withVariant(Variant.PLAIN), Map.of()).tensors())
                : model(architecture, Map.of());
        String file = variant.label() + ".html";
        write(file, model, digits.slice(0, 100), false);
        Page page = open(file, 1280);
        requireNumbersOfJava(page, model, "[h.items.errors[i]]");
        assertThat(page.textContent(".subtitle"))
                .startsWith("784-64-5" + (variant == Variant.PLAIN ? "," : ", " + variant.label() + ","));
        page.click("#tab-facts");
        assertThat(page.textContent("#facts")).contains(model.weightsSha256()); // of the file's own tensors
    }

    /** Odd sides, colour, channels that are no colours, strides, kernels, and no dense hidden layer. */
    @ParameterizedTest
    @CsvSource({
        "28x28x1-16c3s2-32c3s2-128-16, tanh",
        "7x10x3-4c5s2-6c3s1-9-3, elu",
        "9x7x2-4c3s2-5c3s2-3, gelu",
        "5x5x1-3c1s1-2c5s3-2c3s2-2c3s2-6-2:5-7-25, relu",
    })
    void theNumbersOfConvolutionsAreThoseOfJava(String shape, String activation) throws IOException {
        for (Variant variant : List.of(Variant.PLAIN, Variant.VARIATIONAL)) {
            Architecture architecture = Architecture.parse(shape)
                    .withActivations(Activation.parse(activation), Activation.IDENTITY, Activation.SIGMOID)
                    .withVariant(variant);
            byte[] pixels = new byte[30 * architecture.inputs()];
            new Random(6).nextBytes(pixels);
            Dataset data = architecture.inputs() == 784
                    ? digits.slice(0, 100)
                    : Dataset.ofPixels("random", pixels, architecture.inputs());
            Autoencoder model = model(architecture, Map.of());
            write("convolutions.html", model, data, false);
            requireNumbersOfJava(open("convolutions.html", 400), model, data, ERROR);
        }
    }

    @Test
    void colourImagesAreDrawnInColour() throws IOException {
        int rows = 20;
        byte[] pixels = new byte[rows * 6 * 5 * 3];
        new Random(7).nextBytes(pixels);
        Dataset data = Dataset.ofPixels("colour", pixels, 90).withShape(new ImageShape(6, 5, 3));
        Autoencoder model = model(Architecture.parse("6x5x3-4c3s2-8-2"), Map.of());
        write("colour.html", model, data, false);
        Page page = open("colour.html", 1280);
        assertThat(page.locator("#tab-draw").isVisible()).isFalse();
        double[] at = place(page, 4);
        page.mouse().move(at[0], at[1]);
        int shown = ((Number) page.evaluate("h.scene.focus")).intValue();
        for (String canvas : List.of("original", "reconstruction")) {
            float[] row = canvas.equals("original") ? data.row(shown) : model.reconstruct(data.row(shown));
            double[] drawn = numbers(
                    page, "document.querySelector('#" + canvas + "').getContext('2d').getImageData(0, 0, 5, 6).data");
            for (int j = 0; j < row.length; j++) {
                assertThat(drawn[j / 3 * 4 + j % 3]).as(canvas).isCloseTo(row[j] * 255, within(0.6));
            }
        }
    }

    @Test
    void fingersMoveZoomSelectAndDraw() {
        Page page = chromium.touchPage(400);
        page.navigate(folder.resolve("plane.html").toUri().toString());
        page.evaluate("window.hourglass.then(h => { window.h = h; })");
        Locator map = page.locator("#map");
        map.scrollIntoViewIfNeeded();
        double x = map.boundingBox().x + map.boundingBox().width / 2;
        double y = map.boundingBox().y + map.boundingBox().height / 2;
        CDPSession fingers = page.context().newCDPSession(page);
        touch(fingers, "touchStart", x, y);
        touch(fingers, "touchMove", x + 30, y + 20);
        touch(fingers, "touchMove", x + 60, y + 40);
        touch(fingers, "touchEnd");
        double[] view = numbers(page, "[h.map.view.x * h.map.unit, h.map.view.y * h.map.unit, h.map.view.zoom]");
        assertThat(view[0]).isCloseTo(-60, within(1.0));
        assertThat(view[1]).isCloseTo(40, within(1.0));
        assertThat(view[2]).isEqualTo(1);

        touch(fingers, "touchStart", x - 40, y, x + 40, y);
        for (int i = 1; i <= 8; i++) {
            touch(fingers, "touchMove", x - 40 - 5 * i, y, x + 40 + 5 * i, y);
        }
        touch(fingers, "touchEnd");
        assertThat(numbers(page, "[h.map.view.zoom]")[0]).isCloseTo(2, within(0.1));

        page.click("[data-tool=lasso]");
        map.scrollIntoViewIfNeeded();
        double top = map.boundingBox().y + map.boundingBox().height / 2;
        touch(fingers, "touchStart", x - 90, top - 90);
        for (int[] to : new int[][] {{90, -90}, {90, 90}, {-90, 90}}) {
            touch(fingers, "touchMove", x + to[0], top + to[1]);
        }
        touch(fingers, "touchEnd");
        assertThat(page.locator("#selection").isVisible()).isTrue();
        assertThat(numbers(page, "h.scene.selected()").length).isBetween(1, ROWS - 1);

        page.click("#tab-draw");
        Locator sketch = page.locator("#sketch");
        sketch.scrollIntoViewIfNeeded();
        double left = sketch.boundingBox().x;
        double up = sketch.boundingBox().y;
        touch(fingers, "touchStart", left + 30, up + 30);
        touch(fingers, "touchMove", left + 60, up + 90);
        touch(fingers, "touchEnd");
        assertThat(page.textContent("#stage-title")).isEqualTo("Your drawing, centred");
    }

    /** One event of the fingers at these places: x, y, x, y, ... */
    private static void touch(CDPSession fingers, String type, double... places) {
        JsonArray points = new JsonArray();
        for (int i = 0; i < places.length; i += 2) {
            JsonObject point = new JsonObject();
            point.addProperty("x", places[i]);
            point.addProperty("y", places[i + 1]);
            point.addProperty("id", i);
            points.add(point);
        }
        JsonObject event = new JsonObject();
        event.addProperty("type", type);
        event.add("touchPoints", points);
        fingers.send("Input.dispatchTouchEvent", event);
    }

    /** Text and the opaque colour behind it, by the formula of WCAG 2: every element that holds text of its own. */
    private static final String CONTRASTS = """
            (() => {
              const parse = (text) => (text.match(/[\\d.]+/g) ?? []).map(Number);
              const light = ([r, g, b]) => [r, g, b].map((v) => v / 255)
                .map((v) => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4))
                .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
              const behind = (e) => {
                const colour = parse(getComputedStyle(e).backgroundColor);
                return colour.length === 3 ? colour : e.parentElement ? behind(e.parentElement) : [255, 255, 255];
              };
              const low = [];
              let seen = 0;
              for (const e of document.querySelectorAll('body *')) {
                const own = [...e.childNodes].some((n) => n.nodeType === 3 && n.data.trim());
                if (!own || !e.checkVisibility() || ['SCRIPT', 'STYLE'].includes(e.tagName)) continue;
                const [a, b] = [light(parse(getComputedStyle(e).color)), light(behind(e))];
                const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
                seen++;
                if (ratio < 4.5) low.push(`${e.tagName} ${e.id} ${e.textContent.slice(0, 20)}: ${ratio.toFixed(2)}`);
              }
              for (const mark of document.querySelectorAll('#legend button[aria-pressed=true] i')) {
                const [a, b] = [light(parse(getComputedStyle(mark).backgroundColor)), \
                light(behind(mark.parentElement))];
                const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
                seen++;
                if (ratio < 3) low.push(`mark of ${mark.parentElement.textContent}: ${ratio.toFixed(2)}`);
              }
              return seen < 28 ? ['only ' + seen + ' texts and marks'] : low;
            })()""";

    @ParameterizedTest
    @EnumSource(names = {"LIGHT", "DARK"})
    void textStandsOutFromItsPaper(ColorScheme scheme) {
        Page page = chromium.page(1280);
        // Without motion: colours of borders change at once.
        page.emulateMedia(new Page.EmulateMediaOptions().setColorScheme(scheme).setReducedMotion(ReducedMotion.REDUCE));
        page.navigate(
                folder.resolve("wide.html").toUri() + "#select=new-pca:-0.5,-0.5,0.5,-0.5,0.5,0.5&hide=1,2&row=3");
        page.evaluate("window.hourglass.then(h => { window.h = h; })");
        for (String tab : List.of("near", "selection", "code", "pins", "draw", "facts")) {
            page.click("#tab-" + tab);
            page.mouse().move(1, 1);
            assertThat((List<?>) page.evaluate(CONTRASTS)).as(tab).isEmpty();
        }
        page.click("#open-help");
        assertThat((List<?>) page.evaluate(CONTRASTS)).as("help").isEmpty();
    }

    @Test
    void hoveringShowsOriginalReconstructionAndDifference() {
        Page page = open("plane.html", 1280);
        int item = 17;
        double[] at = place(page, item);
        page.mouse().move(at[0], at[1]);
        int shown = ((Number) page.evaluate("h.scene.focus")).intValue(); // another may lie on the same pixel
        assertThat(page.textContent("#stage-title")).isEqualTo("Row " + shown + ", label " + digits.label(shown));
        assertThat(page.locator("#stage canvas:visible").count()).isEqualTo(3);
        // The pixels on the page are the image's.
        double[] pixels =
                numbers(page, "document.querySelector('#original').getContext('2d').getImageData(0, 0, 28, 28).data");
        float[] row = digits.row(shown);
        for (int j = 0; j < row.length; j++) {
            assertThat(pixels[4 * j]).isCloseTo(row[j] * 255, within(0.6));
        }
        assertThat(Double.parseDouble(page.textContent("#error-value")))
                .isCloseTo(plane.errors(digits)[shown], within(1e-4));
        assertThat(page.textContent("#stage-error"))
                .contains("sets no limit for anomalies", "Half of all rows are below");
        page.mouse().click(at[0], at[1]);
        assertThat(page.locator("[aria-pressed]:not(button)").count()).isZero();
    }

    @Test
    void aPlaceIsDecodedLive() {
        Page page = open("plane.html", 1280);
        page.click("[data-tool=decode]");
        Locator map = page.locator("#map");
        page.mouse().move(map.boundingBox().x + 60, map.boundingBox().y + 50);
        double[] code = numbers(page, "h.map.layout.codeAt(...h.map.toPlace(...h.map.cursor))");
        float[] expected = plane.decode(new float[] {(float) code[0], (float) code[1]});
        double[] image = numbers(page, "h.stage().reconstruction");
        for (int j = 0; j < image.length; j++) {
            assertThat(image[j]).isCloseTo(expected[j], within(1e-5));
        }
        assertThat(page.textContent("#stage-title")).isEqualTo("Decoded from this place");
        assertThat(page.locator("#stage canvas:visible").count()).isEqualTo(2);
        int nearest = nearest(plane.encode(digits), new float[] {(float) code[0], (float) code[1]});
        assertThat(page.textContent("#stage-error"))
                .contains("Row " + nearest + ", label " + digits.label(nearest) + ".");
    }

    private static int nearest(float[][] codes, float[] code) {
        int best = 0;
        for (int i = 1; i < codes.length; i++) {
            best = distance(codes[i], code) < distance(codes[best], code) ? i : best;
        }
        return best;
    }

    private static double distance(float[] a, float[] b) {
        double sum = 0;
        for (int d = 0; d < a.length; d++) {
            sum += (a[d] - b[d]) * (double) (a[d] - b[d]);
        }
        return sum;
    }

    @Test
    void aMapWithoutAFormulaIsDecodedBetweenItsPoints() throws IOException {
        Page page = open("bent.html", 1280);
        float[][] codes = wide.encode(digits);
        for (int i = 0; i < 50; i++) {
            double[] code = numbers(
                    page,
                    "h.map.layout.codeAt(h.map.layout.points[" + 2 * i + "], h.map.layout.points[" + (2 * i + 1)
                            + "])");
            for (int d = 0; d < 16; d++) {
                assertThat(code[d]).isCloseTo(codes[i][d], within(1e-3));
            }
        }
        // Without jumps: across the map, and beyond its rim, in steps of a tenth of a pixel and less.
        double jump = numbers(page, """
                (() => {
                  let [most, before] = [0, null];
                  for (let k = 0; k <= 20000; k++) {
                    const code = h.map.layout.codeAt(-2 + k / 5000, 0.1 + k / 20000);
                    if (code.some((v) => !Number.isFinite(v))) return [1e9];
                    if (before) most = Math.max(most, Math.hypot(...code.map((v, d) => v - before[d])));
                    before = code;
                  }
                  return [most];
                })()""")[0];
        double reach = numbers(page, "[Math.hypot(...h.items.ranges.map((r) => r.high - r.low))]")[0];
        assertThat(jump).isPositive().isLessThan(reach / 20);
    }

    @Test
    void aDrawnPathIsPlayedAtAnEvenPaceAndSharedByTheAddress() throws IOException {
        Page page = open("bent.html", 1280);
        page.click("[data-tool=path]");
        Locator map = page.locator("#map");
        double x = map.boundingBox().x + map.boundingBox().width / 2;
        double y = map.boundingBox().y + map.boundingBox().height / 2;
        page.mouse().move(x - 120, y);
        page.mouse().down();
        page.mouse().move(x + 120, y, new com.microsoft.playwright.Mouse.MoveOptions().setSteps(12));
        page.mouse().up();
        assertThat(page.locator("#panel-pins").isVisible()).isTrue();
        page.click("#play");
        setTime(page, 0.25);
        double[] from = numbers(page, "h.map.path.places[0]");
        double[] to = numbers(page, "h.map.path.places.at(-1)");
        double[] star = numbers(page, "h.map.markerPlace");
        assertThat(star[0]).isCloseTo(from[0] + (to[0] - from[0]) / 4, within(1e-3));
        assertThat(star[1]).isCloseTo(from[1], within(1e-2));
        double[] expected = numbers(page, "h.map.layout.codeAt(...h.map.markerPlace)");
        double[] code = numbers(page, "h.map.marker");
        for (int d = 0; d < 16; d++) {
            assertThat(code[d]).isCloseTo(expected[d], within(1e-3));
        }
        await(page, "location.hash.includes('path=')");
        String hash = (String) page.evaluate("location.hash");
        Page again = chromium.page(1280);
        again.navigate(folder.resolve("bent.html").toUri() + hash);
        again.evaluate("window.hourglass.then(h => { window.h = h; })");
        assertThat(again.locator("#player").isVisible()).isTrue();
        assertThat(numbers(again, "h.map.path.places[0]")).isEqualTo(from);
        again.evaluate("location.hash = ''"); // another address: nothing of this one stays
        await(again, "h.map.path === null");
        assertThat(again.locator("#player").isVisible()).isFalse();
    }

    /** Draws with the tool that is chosen, around the middle of the map. */
    private static void draw(Page page, int[]... places) {
        Locator map = page.locator("#map");
        map.scrollIntoViewIfNeeded();
        double x = map.boundingBox().x + map.boundingBox().width / 2;
        double y = map.boundingBox().y + map.boundingBox().height / 2;
        page.mouse().move(x + places[0][0], y + places[0][1]);
        page.mouse().down();
        for (int[] place : places) {
            page.mouse().move(x + place[0], y + place[1], new com.microsoft.playwright.Mouse.MoveOptions().setSteps(6));
        }
        page.mouse().up();
    }

    private static final int[][] SQUARE = {{-70, -70}, {70, -70}, {70, 70}, {-70, 70}, {-70, -60}};

    /** The page of an address. */
    private static Page again(String file, String hash) {
        Page page = chromium.page(1280);
        page.navigate(folder.resolve(file).toUri() + hash);
        page.evaluate("window.hourglass.then(h => { window.h = h; })");
        return page;
    }

    /** The numbers of the rows that the page writes. */
    private static List<String> saved(Page page) throws IOException {
        page.click("#tab-selection");
        List<String> lines = Files.readAllLines(
                page.waitForDownload(() -> page.click("#export")).path());
        assertThat(lines.get(0)).startsWith("row,label,error,z0,");
        return lines.stream().skip(1).map(line -> line.split(",", -1)[0]).toList();
    }

    @Test
    void theLassoOfOneMapSelectsOnAllOfThemAndInTheAddress() throws IOException {
        Page page = open("bent.html", 1280);
        page.click("[data-tool=lasso]");
        draw(page, SQUARE);
        // By hand: what lies in the polygon on the map where it was drawn.
        java.awt.geom.Path2D lasso = new java.awt.geom.Path2D.Double(java.awt.geom.Path2D.WIND_EVEN_ODD);
        double[] corners = numbers(page, "h.scene.steps[0].places.flat()");
        lasso.moveTo(corners[0], corners[1]);
        for (int i = 2; i < corners.length; i += 2) {
            lasso.lineTo(corners[i], corners[i + 1]);
        }
        double[] points = numbers(page, "h.map.layout.points");
        List<String> rows = IntStream.range(0, ROWS)
                .filter(i -> lasso.contains(points[2 * i], points[2 * i + 1]))
                .mapToObj(String::valueOf)
                .toList();
        assertThat(rows).hasSizeBetween(1, ROWS - 1);
        assertThat(saved(page)).isEqualTo(rows);
        page.click("[data-map=pca]");
        String bar = rows.size() + " of 600 rows selected";
        assertThat(page.textContent("#selected")).isEqualTo(bar);
        assertThat(saved(page)).isEqualTo(rows);
        await(page, "location.hash.includes('select=new-umap:') && location.hash.includes('map=pca')");
        Page other = again("bent.html", (String) page.evaluate("location.hash"));
        assertThat(numbers(other, "h.scene.steps[0].places.flat()")).isEqualTo(corners);
        assertThat(other.textContent("#selected")).isEqualTo(bar);
        assertThat(saved(other)).isEqualTo(rows);
        page.click("[data-map=umap]");
        assertThat(page.textContent("#selected")).isEqualTo(rows.size() + " of 600 rows selected");
        // A map that this page has not, a place that is no number: no lasso rather than another one.
        for (String wrong : List.of("#select=new-code:-1,-1,1,-1,1,1", "#select=new-umap:-1,-1,1,-1,x,1,1,-1,1")) {
            Page none = again("bent.html", wrong);
            assertThat(none.locator("#selection").isVisible()).as(wrong).isFalse();
        }
    }

    @Test
    void theAddressIsExactFarIn() {
        Page page = open("plane.html", 1280);
        page.evaluate("h.map.setView({ x: h.map.layout.points[80], y: h.map.layout.points[81], zoom: 400 })");
        page.click("[data-tool=lasso]");
        draw(page, SQUARE);
        double[] selected = numbers(page, "h.scene.selected()");
        assertThat(selected).contains(40).hasSizeLessThan(ROWS);
        page.click("[data-tool=look]");
        draw(page, new int[][] {{0, 0}, {33, 21}});
        page.evaluate("(() => { const s = document.querySelector('#slider-1'); s.value = 1 / 3;"
                + "s.dispatchEvent(new Event('input')); })()");
        await(page, "location.hash.includes('select=') && location.hash.includes('code=')");
        double[] lasso = numbers(page, "h.scene.steps[0].places.flat()");
        Page again = again("plane.html", (String) page.evaluate("location.hash"));
        assertThat(numbers(again, "h.scene.steps[0].places.flat()")).isEqualTo(lasso);
        assertThat(numbers(again, "h.scene.selected()")).isEqualTo(selected);
        assertThat(numbers(again, "h.sliders()")).isEqualTo(numbers(page, "h.sliders()"));
        double[] at = numbers(page, "h.map.screenOf(40)");
        double[] there = numbers(again, "h.map.screenOf(40)");
        assertThat(there[0]).isCloseTo(at[0], within(0.5));
        assertThat(there[1]).isCloseTo(at[1], within(0.5));
    }

    @Test
    void aDrawnPathStaysOnItsMapAndIsRemovedByAButtonOrEscape() throws IOException {
        Page page = open("bent.html", 1280);
        for (boolean escape : new boolean[] {false, true}) {
            page.click("[data-map=umap]");
            page.click("[data-tool=path]");
            draw(page, new int[][] {{-120, 0}, {120, 40}});
            page.click("#play");
            setTime(page, 0.5);
            double[] code = numbers(page, "h.map.layout.codeAt(...h.map.markerPlace)");
            page.click("[data-map=pca]");
            setTime(page, 0.5); // the same film as on its own map
            assertThat(numbers(page, "h.map.marker")).isEqualTo(code);
            await(page, "location.hash.includes('pathmap=umap')");
            Page again = again("bent.html", (String) page.evaluate("location.hash"));
            setTime(again, 0.5);
            assertThat(numbers(again, "h.map.marker")).isEqualTo(code);
            assertThat(page.locator("#remove-path").isVisible()).isTrue();
            if (escape) {
                page.keyboard().press("Escape"); // wherever the focus is
            } else {
                page.click("#remove-path");
            }
            assertThat(page.evaluate("h.map.path === null && h.map.marker === null"))
                    .isEqualTo(true);
            assertThat(page.locator("#player").isVisible()).isFalse();
            assertThat(page.locator("#remove-path").isVisible()).isFalse();
            await(page, "!location.hash.includes('path=')");
        }
        page.click("[data-tool=lasso]");
        Locator map = page.locator("#map");
        page.mouse().move(map.boundingBox().x + 50, map.boundingBox().y + 50);
        page.mouse().down();
        page.mouse().move(map.boundingBox().x + 150, map.boundingBox().y + 50);
        page.keyboard().press("Escape"); // a stroke that has begun is given up
        page.mouse().move(map.boundingBox().x + 150, map.boundingBox().y + 150);
        page.mouse().up();
        assertThat(page.evaluate("h.scene.steps.length === 0 && h.map.stroke === null"))
                .isEqualTo(true);
        assertThat(numbers(page, "[h.map.view.x, h.map.view.y]")).containsExactly(0, 0);
    }

    @ParameterizedTest
    @ValueSource(ints = {400, 900, 1280})
    void emptySpaceHasAWayBackAndNothingJumps(int width) throws IOException {
        Page page = open("bent.html", width);
        String places = "['#map', '#legend', '.tabs'].flatMap(s => { const r = document.querySelector(s)"
                + ".getBoundingClientRect(); return [r.y + scrollY, r.height]; })";
        page.evaluate("scrollTo(0, 0)"); // what sticks to the window's rim moves with it
        double[] still = numbers(page, places);
        Locator back = page.locator(".show-all");
        assertThat(back.isVisible()).isFalse();
        page.evaluate("h.map.zoomAt(3, 3, 30)");
        back.waitFor();
        page.evaluate("scrollTo(0, 0)");
        page.mouse()
                .move(
                        page.locator("#map").boundingBox().x + 9,
                        page.locator("#map").boundingBox().y + 9);
        assertThat(page.textContent("#stage-title")).startsWith("Decoded");
        assertThat(numbers(page, places)).containsExactly(still, within(1.0));
        back.click();
        await(page, "document.querySelector('.show-all').hidden");
        assertThat(numbers(page, "[h.map.view.x, h.map.view.y, h.map.view.zoom]"))
                .containsExactly(0, 0, 1);
        double[] at = place(page, 5);
        page.mouse().move(at[0], at[1]);
        assertThat(page.textContent("#stage-title")).startsWith("Row ");
        for (String tool : List.of("look", "decode", "path", "lasso")) {
            page.click("[data-tool=" + tool + "]");
            page.evaluate("scrollTo(0, 0)");
            assertThat(numbers(page, places)).as(tool).containsExactly(still, within(1.0));
        }
        draw(page, SQUARE);
        page.click("[data-map=pca]");
        page.click("[data-tool=path]");
        draw(page, new int[][] {{-60, 0}, {60, 20}});
        page.evaluate("scrollTo(0, 0)");
        assertThat(page.locator("#foot button:visible").allTextContents()).containsExactly("Clear", "Remove path");
        assertThat(numbers(page, places)).as("selection and path").containsExactly(still, within(1.0));
    }

    private static void setTime(Page page, double time) {
        page.evaluate("(() => { const t = document.querySelector('#time'); t.value = " + time
                + "; t.dispatchEvent(new Event('input')); })()");
    }

    @Test
    void clickingPinsAndTwoPinsArePlayed() {
        Page page = open("plane.html", 1280);
        for (int item : new int[] {3, 250}) {
            double[] at = place(page, item);
            page.mouse().click(at[0], at[1]);
            page.click("#pin");
        }
        page.click("#tab-pins");
        assertThat(page.locator("#pins li").count()).isEqualTo(2);
        page.click("#between-pins");
        await(page, "Number(document.querySelector('#time').value) > 0.1");
        page.click("#play");
        assertThat(page.locator("#strip canvas").count()).isEqualTo(8);
        setTime(page, 0.5);
        double[] middle = numbers(page, "h.map.marker");
        double[] first = numbers(page, "h.items.code(h.scene.pins[0])");
        double[] last = numbers(page, "h.items.code(h.scene.pins[1])");
        assertThat(middle[0]).isCloseTo((first[0] + last[0]) / 2, within(1e-4));
        page.locator(".remove").first().click();
        assertThat(page.locator("#pins li").count()).isEqualTo(1);
    }

    @Test
    void theLassoSelectsAndExportsRowNumbers() throws IOException {
        Page page = open("plane.html", 1280);
        page.click("[data-tool=lasso]");
        Locator map = page.locator("#map");
        double x = map.boundingBox().x + map.boundingBox().width / 2;
        double y = map.boundingBox().y + map.boundingBox().height / 2;
        page.mouse().move(x - 70, y - 70);
        page.mouse().down();
        for (int[] to : new int[][] {{70, -70}, {70, 70}, {-70, 70}, {-70, -60}}) {
            page.mouse().move(x + to[0], y + to[1], new com.microsoft.playwright.Mouse.MoveOptions().setSteps(6));
        }
        page.mouse().up();
        List<?> inside = (List<?>) page.evaluate("[...Array(h.items.count).keys()].filter(i => {"
                + "const [x, y] = h.map.screenOf(i); return Math.abs(x - h.map.width / 2) < 66 && "
                + "Math.abs(y - h.map.height / 2) < 66; })");
        double[] selected = numbers(page, "h.scene.selected()");
        assertThat(inside).isNotEmpty();
        assertThat(selected)
                .contains(inside.stream()
                        .mapToDouble(i -> ((Number) i).doubleValue())
                        .toArray());
        assertThat(selected.length).isLessThan(ROWS);
        assertThat(page.textContent("#selected")).isEqualTo(selected.length + " of 600 rows selected");
        Download download = page.waitForDownload(() -> page.click("#export"));
        List<String> lines = Files.readAllLines(download.path());
        assertThat(lines).hasSize(selected.length + 1).startsWith("row,label,error,z0,z1");
        int first = (int) selected[0];
        String[] cells = lines.get(1).split(",", -1);
        assertThat(cells[0]).isEqualTo(String.valueOf(first));
        assertThat(cells[1]).isEqualTo(String.valueOf(digits.label(first)));
        assertThat(Double.parseDouble(cells[2])).isCloseTo(plane.errors(digits)[first], within(1e-6));
        assertThat(Double.parseDouble(cells[4])).isCloseTo(plane.encode(digits.row(first))[1], within(1e-5));
        page.click("#deselect");
        assertThat(page.locator("#selection").isVisible()).isFalse();
    }

    @Test
    void theLegendHidesIsolatesAndInverts() {
        Page page = open("wide.html", 1280);
        Locator legend = page.locator("#legend button");
        legend.nth(7).click();
        assertThat(legend.nth(7).getAttribute("aria-pressed")).isEqualTo("false");
        long sevens =
                IntStream.range(0, ROWS).filter(row -> digits.label(row) == 7).count();
        assertThat(numbers(page, "h.scene.selected()")).hasSize(ROWS - (int) sevens);
        page.click("#invert-labels");
        assertThat(numbers(page, "h.scene.selected()")).hasSize((int) sevens);
        page.click("#all-labels");
        assertThat(numbers(page, "h.scene.hidden")).isEmpty();
        legend.nth(7).dblclick();
        assertThat(numbers(page, "h.scene.selected()")).hasSize((int) sevens);
        legend.nth(7).focus();
        page.keyboard().press("Enter");
        assertThat(numbers(page, "h.scene.selected()")).isEmpty();
        assertThat(page.evaluate("document.activeElement === document.querySelectorAll('#legend button')[7]"))
                .isEqualTo(true);
    }

    @Test
    void slidersDecode() {
        Page page = open("wide.html", 1280);
        page.click("#tab-code");
        Locator slider = page.locator("#slider-4");
        slider.focus();
        slider.press("ArrowRight");
        slider.press("ArrowRight");
        double[] code = numbers(page, "h.sliders()");
        double mean = ((Number) page.evaluate("h.items.ranges[4].mean")).doubleValue();
        assertThat(code[4]).isGreaterThan(mean);
        float[] floats = new float[16];
        for (int d = 0; d < 16; d++) {
            floats[d] = (float) code[d];
        }
        float[] expected = wide.decode(floats);
        double[] image = numbers(page, "h.stage().reconstruction");
        for (int j = 0; j < image.length; j++) {
            assertThat(image[j]).isCloseTo(expected[j], within(1e-5));
        }
        page.click("#random");
        assertThat(numbers(page, "h.sliders()")).isNotEqualTo(code);
        page.click("#reset");
        assertThat(numbers(page, "h.sliders()")[4]).isCloseTo(mean, within(1e-4));
    }

    @Test
    void aDrawingIsCentredEncodedAndDecoded() {
        Page page = open("wide.html", 1280);
        page.click("#tab-draw");
        Locator canvas = page.locator("#sketch");
        canvas.scrollIntoViewIfNeeded();
        double x = canvas.boundingBox().x;
        double y = canvas.boundingBox().y;
        page.mouse().move(x + 20, y + 20); // a small stroke in a corner
        page.mouse().down();
        page.mouse().move(x + 28, y + 60, new com.microsoft.playwright.Mouse.MoveOptions().setSteps(8));
        page.mouse().up();
        double[] image = numbers(page, "h.stage().row");
        double mass = 0;
        double down = 0;
        double across = 0;
        int top = 28;
        int bottom = -1;
        float[] row = new float[784];
        for (int j = 0; j < 784; j++) {
            row[j] = (float) image[j];
            mass += image[j];
            down += image[j] * (j / 28 + 0.5);
            across += image[j] * (j % 28 + 0.5);
            if (image[j] > 0.1) {
                top = Math.min(top, j / 28);
                bottom = Math.max(bottom, j / 28);
            }
        }
        assertThat(down / mass).isCloseTo(14, within(0.6));
        assertThat(across / mass).isCloseTo(14, within(0.6));
        assertThat(bottom - top + 1).isBetween(19, 21);
        double[] code = numbers(page, "h.map.marker");
        float[] expected = wide.encode(row);
        for (int d = 0; d < 16; d++) {
            assertThat(code[d]).isCloseTo(expected[d], within(toleranceOf(expected[d])));
        }
        assertThat(page.locator("#drawn-near .thumb").count()).isEqualTo(8);
        assertThat(page.textContent("#drawn")).contains("of its 8 nearest neighbours");
        assertThat(page.textContent("#stage-error")).contains("Above 0.2000 a row counts as an anomaly.");
        page.click("#clear-sketch");
        assertThat(page.locator("#drawn-near .thumb").count()).isZero();
    }

    @Test
    void keysPointPinSelectAndZoom() {
        Page page = open("plane.html", 1280);
        Locator map = page.locator("#map canvas[tabindex]");
        map.focus();
        page.keyboard().press("Shift+ArrowRight");
        assertThat(numbers(page, "h.map.cursor")[0])
                .isCloseTo(((Number) page.evaluate("h.map.width / 2 + 40")).doubleValue(), within(0.01));
        page.keyboard().press("+");
        assertThat(((Number) page.evaluate("h.map.view.zoom")).doubleValue()).isCloseTo(1.25, within(1e-9));
        page.keyboard().press("s");
        assertThat(page.locator("#selection").isVisible()).isTrue();
        page.keyboard().press("Escape");
        assertThat(page.locator("#selection").isVisible()).isFalse();
        page.keyboard().press("0");
        page.keyboard().press("?");
        assertThat(page.locator("#help").isVisible()).isTrue();
        page.keyboard().press("Escape");
        assertThat(page.locator("#help").isVisible()).isFalse();
    }

    @Test
    void theAddressHoldsTheView() {
        Page page = open("plane.html", 1280);
        double[] at = place(page, 40);
        page.mouse().click(at[0], at[1]);
        page.click("#pin");
        page.mouse().move(at[0], at[1]);
        page.mouse().wheel(0, -200);
        page.click("#tab-pins");
        page.locator("#legend button").nth(2).click();
        await(page, "location.hash.includes('hide=2') && location.hash.includes('tab=pins')");
        double zoom = ((Number) page.evaluate("h.map.view.zoom")).doubleValue();
        String hash = (String) page.evaluate("location.hash");
        assertThat(zoom).isGreaterThan(1.5);
        Page again = chromium.page(1280);
        again.navigate(folder.resolve("plane.html").toUri() + hash);
        again.evaluate("window.hourglass.then(h => { window.h = h; })");
        assertThat(((Number) again.evaluate("h.map.view.zoom")).doubleValue()).isCloseTo(zoom, within(1e-3));
        assertThat(again.locator("#pins li").count()).isEqualTo(1);
        assertThat(again.locator("#panel-pins").isVisible()).isTrue();
        assertThat(numbers(again, "h.scene.hidden")).containsExactly(2);
    }

    @Test
    void thePolicyLetsNothingThrough() {
        Page page = open("plane.html", 1280);
        Object blocked = page.evaluate("""
                (async () => {
                  const blocked = new Set();
                  document.addEventListener('securitypolicyviolation', (e) => blocked.add(e.effectiveDirective));
                  const url = 'http://127.0.0.1:9/';
                  await fetch(url).catch(() => {});
                  try { new WebSocket('ws://127.0.0.1:9/'); } catch { }
                  try { new Worker('data:text/javascript,0'); } catch { }
                  for (const [name, attributes] of [['img', { src: url }], ['link', { rel: 'stylesheet', href: url }], \
                  ['iframe', { src: url }],
                    ['video', { src: url }], ['object', { data: url }], ['script', { src: url }]]) {
                    document.body.append(Object.assign(document.createElement(name), attributes));
                  }
                  const inline = document.createElement('script');
                  inline.textContent = 'window.ran = 1';
                  document.body.append(inline);
                  for (let i = 0; i < 600 && blocked.size < 8; i++) await new Promise((done) => setTimeout(done, 100));
                  return [...blocked, String(window.ran)];
                })()""");
        chromium.forgetProblems(text -> text.contains("Content Security Policy") || text.contains("127.0.0.1:9"));
        assertThat((List<?>) blocked)
                .map(String::valueOf)
                .contains(
                        "connect-src",
                        "img-src",
                        "style-src-elem",
                        "frame-src",
                        "media-src",
                        "object-src",
                        "script-src-elem",
                        "worker-src",
                        "undefined");
    }

    @Test
    void whatAFingerPointsAtIsInSightOnAPhone() {
        Page page = open("wide.html", 400);
        page.click("#tab-code");
        Locator map = page.locator("#map");
        for (int slider : new int[] {-1, 15}) {
            Locator touched = slider < 0 ? map : page.locator("#slider-" + slider);
            touched.scrollIntoViewIfNeeded();
            Locator stage = page.locator("#reconstruction");
            assertThat(stage.boundingBox().y).isPositive();
            assertThat(stage.boundingBox().y + stage.boundingBox().height).isLessThan(900);
        }
    }

    @Test
    void hostileTextStaysText() throws IOException {
        Dataset data = Dataset.ofFloats(HOSTILE, values(new Random(1), 40 * 6, 1), 6)
                .withLabels(IntStream.range(0, 40).map(i -> i % 2).toArray())
                .withLabelNames(List.of(HOSTILE, "{{script}} & \"b\""));
        Architecture architecture = Architecture.of(6, List.of(5), 2)
                .withActivations(Activation.TANH, Activation.IDENTITY, Activation.IDENTITY);
        write("hostile.html", model(architecture, Map.of("note", HOSTILE)), data, false);
        Page page = open("hostile.html", 1280);
        assertThat(page.locator("#legend button").first().textContent()).isEqualTo(HOSTILE);
        assertThat(page.textContent(".subtitle")).contains(HOSTILE);
        page.click("#tab-facts");
        assertThat(page.textContent("#facts")).contains(HOSTILE);
        double[] at = place(page, 0);
        page.mouse().click(at[0], at[1]);
        assertThat(page.evaluate("window.hacked === undefined && document.images.length === 0"))
                .isEqualTo(true);
    }

    @Test
    void rowsThatAreNoImagesAreValuesInTheirOwnUnits() throws IOException {
        float[] values = new float[60 * 6];
        Random random = new Random(3);
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) (random.nextGaussian() * 20 + 100 * (i % 6));
        }
        Dataset data = Dataset.ofFloats("table", values, 6);
        Architecture architecture = Architecture.of(6, List.of(5), 1)
                .withActivations(Activation.RELU, Activation.SIGMOID, Activation.IDENTITY);
        List<String> names = List.of("a", "b", HOSTILE, "d", "e", "f");
        Autoencoder model = model(architecture, Map.of("data.columns", String.join("\n", names)))
                .withMetadata(Scaler.fit(Scaler.Kind.STANDARD, data).metadata());
        Path file = folder.resolve("table.safetensors");
        model.save(file);
        Autoencoder scaled = Autoencoder.load(file);
        assertThat(scaled.scaler().isNone()).isFalse();
        write("table.html", scaled, data, false);
        Page page = open("table.html", 400);
        assertThat(page.locator("#tab-draw").isVisible()).isFalse();
        assertThat(page.locator("#values tbody th").allTextContents()).isEqualTo(names);
        assertThat(page.evaluate("window.hacked === undefined")).isEqualTo(true);
        double[] image = numbers(page, "h.engine.decode(h.engine.encode(h.items.row(5)))");
        float[] expected = scaled.reconstruct(data.row(5));
        for (int j = 0; j < 6; j++) {
            assertThat(image[j]).isCloseTo(expected[j], within(toleranceOf(expected[j])));
        }
        assertThat(((Number) page.evaluate("h.engine.error(h.items.row(5), h.engine.decode(h.items.code(5)))"))
                        .doubleValue())
                .isCloseTo(scaled.errors(data)[5], within(1e-5));
    }

    /** A network that decodes every code to the same values, in its own units. */
    private static Autoencoder constant(float[] values, Map<String, String> metadata) {
        Architecture architecture = Architecture.of(values.length, List.of(), 2)
                .withActivations(Activation.IDENTITY, Activation.IDENTITY, Activation.IDENTITY);
        Map<String, float[]> tensors =
                new LinkedHashMap<>(model(architecture, Map.of()).tensors());
        tensors.put("decoder.0.weight", new float[2 * values.length]);
        tensors.put("decoder.0.bias", values);
        return Autoencoder.of(architecture, tensors, metadata);
    }

    private static final double TUESDAY = 1_772_496_000; // 2026-03-03

    /** Three orders: country, date with its week, price. The network expects Germany, a Tuesday, and 105. */
    private static Autoencoder orders(Dataset data) {
        double week = 2 * Math.PI / 7; // Tuesdays begin a seventh after Mondays
        double[] offset = {0, 0, 0, TUESDAY, 0, 0, 100};
        double[] factor = {1, 1, 1, 1e-6, 1, 1, 0.1};
        Scaler scaler = Scaler.of(Scaler.Kind.STANDARD, offset, factor);
        Columns table = ColumnWeights.fit(Columns.parse("c3,4"), data, scaler, Loss.MSE);
        Map<String, String> text = new LinkedHashMap<>(scaler.metadata());
        text.putAll(table.metadata());
        text.putAll(Imputation.fit(Imputation.Kind.MEDIAN, data, table).metadata());
        String rest = "\"gaps\":false,\"comma\":false,\"order\":\"year-first\",\"times\":false,\"cycles\":";
        text.put(
                "table.columns",
                "{\"named\":true,\"columns\":["
                        + "{\"name\":\"country\",\"type\":\"category\",\"texts\":[\"DE\",\"FR\"]," + rest + "[]},"
                        + "{\"name\":\"order\",\"type\":\"id\",\"texts\":[]," + rest + "[]},"
                        + "{\"name\":\"day\",\"type\":\"date\",\"texts\":[]," + rest + "[\"week\"]},"
                        + "{\"name\":\"price\",\"type\":\"number\",\"texts\":[]," + rest + "[]}]}");
        float[] decoded = {2, 0, -5, 0, (float) Math.sin(week), (float) Math.cos(week), 0.5f};
        return constant(decoded, text);
    }

    private static Dataset orderRows() {
        double[] values = new double[21];
        for (int row = 0; row < 3; row++) {
            double turns = (1 + 5 * (row % 2)) / 7.0; // Tuesday, Sunday, Tuesday
            System.arraycopy(
                    new double[] {
                        row == 0 ? 1 : 0,
                        row == 1 ? 1 : 0,
                        row == 2 ? 1 : 0,
                        TUESDAY + 86_400 * (row == 0 ? 0 : row == 1 ? 5 : 70),
                        Math.sin(2 * Math.PI * turns),
                        Math.cos(2 * Math.PI * turns),
                        row == 1 ? Double.NaN : 99.5 + row
                    },
                    0,
                    values,
                    7 * row,
                    7);
        }
        return Dataset.ofTable("orders", values, 7);
    }

    private static String lines(Page page) {
        return (String) page.evaluate("[...document.querySelectorAll('#values tbody tr')]"
                + ".map(tr => [...tr.children].map(c => c.textContent).slice(0, 3).join(' | ')).join('\\n')");
    }

    @ParameterizedTest
    @EnumSource(names = {"LIGHT", "DARK"})
    void aRowOfATableIsShownInItsOwnUnits(ColorScheme scheme) throws IOException {
        Dataset data = orderRows();
        Autoencoder model = orders(data);
        Items items = Items.of(model, data, new RowNames("order", List.of("x-1", "x-2", HOSTILE)), 10);
        Path file = folder.resolve("orders.html");
        writePage(file, new ExplorerModel("orders", model, items, List.of(PlaneMap.direct(items, null))), false);
        Page page = chromium.page(400);
        page.emulateMedia(new Page.EmulateMediaOptions().setColorScheme(scheme).setReducedMotion(ReducedMotion.REDUCE));
        page.navigate(file.toUri() + "#pins=1");
        page.evaluate("window.hourglass.then(h => { window.h = h; })");
        assertThat(page.textContent("#stage-title")).isEqualTo("order x-2 (row 1)");
        assertThat(lines(page))
                .isEqualTo("country | FR | DE, 88 %\nday | 2026-03-08 (Sun) | Tue\nprice | missing | 105.00");
        assertThat(page.locator("#stage canvas:visible").count()).isZero();
        double[] shares = numbers(
                page,
                "h.items.table.lines(h.items.row(1), h.stage().reconstruction).map(l => l.share)"
                        + ".map(share => share ?? -1)");
        double[] squares = model.squaredErrors(data.row(1));
        double sum = Arrays.stream(squares).sum();
        assertThat(shares[0]).isCloseTo(squares[0] / sum, within(1e-4));
        assertThat(shares[1]).isCloseTo((squares[1] + squares[2] + squares[3]) / sum, within(1e-4));
        assertThat(shares[2]).isEqualTo(-1);
        assertThat(page.locator("#values .largest th").textContent())
                .isEqualTo(shares[1] > shares[0] ? "day" : "country");
        page.click("#by-share");
        assertThat(page.locator("#values tbody th").first().textContent())
                .isEqualTo(shares[1] > shares[0] ? "day" : "country");
        assertThat(page.locator("[aria-sort=descending] button").getAttribute("id"))
                .isEqualTo("by-share");
        page.click("#by-column");
        assertThat(page.evaluate("document.documentElement.scrollWidth <= innerWidth"))
                .isEqualTo(true);
        assertThat((List<?>) page.evaluate(CONTRASTS.replace("seen < 28", "seen < 20")))
                .isEmpty();

        page.click("#tab-code");
        page.locator("#slider-0").press("ArrowRight");
        assertThat(lines(page)).isEqualTo("country | DE, 88 %\nday | 2026-03-03\nprice | 105.00");
        page.click("#tab-facts");
        assertThat(page.textContent("#facts")).doesNotContain("table.columns");
        page.navigate("about:blank");
        page.navigate(file.toUri() + "#pins=2");
        page.evaluate("window.hourglass.then(h => { window.h = h; })");
        assertThat(page.textContent("#stage-title")).isEqualTo("order " + HOSTILE + " (row 2)");
        assertThat(lines(page))
                .isEqualTo("country | (other) | DE, 88 %\nday | 2026-05-12 | 2026-03-03\nprice | 101.5 | 105.00");
    }

    @Test
    void ofManyColumnsThoseWithTheLargestErrorsComeFirst() throws IOException {
        Dataset data = Dataset.ofFloats("wide", values(new Random(8), 20 * 60, 1), 60);
        List<String> names = IntStream.range(0, 60).mapToObj(j -> "c" + j).toList();
        write("many.html", constant(new float[60], Map.of("data.columns", String.join("\n", names))), data, false);
        Page page = open("many.html", 1280);
        float[] row = data.row(0);
        List<String> ranked = names.stream()
                .sorted(Comparator.comparingDouble(name -> -Math.abs(row[Integer.parseInt(name.substring(1))])))
                .limit(40)
                .toList();
        Locator shown = page.locator("#values tbody th");
        assertThat(shown.allTextContents()).isEqualTo(ranked);
        assertThat(page.textContent("#values-more"))
                .isEqualTo("40 of 60 columns with the largest shares of the error.");
        page.click("#by-column");
        assertThat(shown.allTextContents())
                .isEqualTo(names.stream().filter(ranked::contains).toList());
    }

    /** A model of windows of 4 rows with two columns, which expects zeros. */
    private static Autoencoder ofWindows(Map<String, String> more) {
        String column = "{\"name\":\"%s\",\"type\":\"number\",\"texts\":[],\"comma\":false,"
                + "\"order\":\"year-first\",\"times\":false,\"gaps\":false,\"cycles\":[]}";
        Map<String, String> text = new LinkedHashMap<>(more);
        text.putAll(
                Map.of("window.rows", "4", "window.stride", "1", "window.gap", "1.5", "window.time_column", "time"));
        text.put(
                "table.columns",
                "{\"named\":true,\"columns\":[" + column.formatted("flow") + "," + column.formatted("heat") + "]}");
        return constant(new float[8], text);
    }

    @Test
    void aWindowIsShownAsAChartOfEachColumn() throws IOException {
        Dataset data = Dataset.ofFloats("pumps", values(new Random(9), 12 * 8, 1), 8);
        Autoencoder model = ofWindows(Map.of());
        RowNames names = new RowNames(
                "window",
                IntStream.range(0, 12)
                        .mapToObj(i -> i + ":00 to " + (i + 3) + ":00")
                        .toList());
        Items items = Items.of(model, data, names, 100);
        Path file = folder.resolve("windows.html");
        writePage(file, new ExplorerModel("windows", model, items, List.of(PlaneMap.direct(items, null))), false);
        Page page = open("windows.html", 400);
        assertThat(page.textContent("#stage-title")).isEqualTo("0:00 to 3:00");
        double[] squares = model.squaredErrors(data.row(0));
        double flow = (squares[0] + squares[2] + squares[4] + squares[6])
                / Arrays.stream(squares).sum();
        List<String> charts = page.locator("#charts figcaption b").allTextContents();
        assertThat(charts).isEqualTo(flow >= 0.5 ? List.of("flow", "heat") : List.of("heat", "flow"));
        assertThat(page.locator("#charts svg").nth(flow >= 0.5 ? 0 : 1).getAttribute("aria-label"))
                .isEqualTo("flow: original and reconstruction, " + Math.round(100 * flow) + " % of the error");
        assertThat(page.locator("#charts polyline").count()).isEqualTo(4);
        // Heights are values, between the least and the largest of the column at any time.
        double[] heights = numbers(
                page,
                "[...document.querySelectorAll('#charts polyline.was')][" + charts.indexOf("flow")
                        + "].getAttribute('points').split(' ').map(p => Number(p.split(',')[1]))");
        float[] all = new float[48];
        for (int i = 0; i < all.length; i++) {
            all[i] = data.row(i / 4)[2 * (i % 4)];
        }
        Arrays.sort(all);
        for (int time = 0; time < 4; time++) {
            double part = (data.row(0)[2 * time] - all[0]) / (all[47] - all[0]);
            assertThat(heights[time]).isCloseTo(60 * (1 - part), within(0.1));
        }
        assertThat(page.locator("#values").isVisible()).isFalse();
        assertThat(page.locator("#stage canvas:visible").count()).isZero();
        assertThat(page.evaluate("document.documentElement.scrollWidth <= innerWidth"))
                .isEqualTo(true);
        page.click("#tab-code");
        page.locator("#slider-1").press("ArrowRight");
        assertThat(page.locator("#charts polyline").count()).isEqualTo(2);
    }

    @Test
    void missingValuesOfAWindowHaveNoPartInItsChartsAndShares() throws IOException {
        double[] values = {1, 3, Double.NaN, 1, 2, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0};
        Dataset data = Dataset.ofTable("pumps", values, 8);
        Autoencoder model =
                ofWindows(Imputation.of(Imputation.Kind.MEAN, new double[8]).metadata());
        Items items = Items.of(model, data, new RowNames("window", List.of("first", "second")), 100);
        Path file = folder.resolve("gaps.html");
        writePage(file, new ExplorerModel("gaps", model, items, List.of(PlaneMap.direct(items, null))), false);
        Page page = open("gaps.html", 400);
        // Squares: flow 1 + 4 + 1, heat 9 + 1 + 1 + 1.
        assertThat(page.locator("#charts figcaption").allTextContents())
                .containsExactly("heat 0 to 367 % of the error", "flow 0 to 233 % of the error");
        assertThat(page.evaluate("[...document.querySelectorAll('#charts polyline')]"
                        + ".map(line => line.getAttribute('points').split(' ').length)"))
                .isEqualTo(List.of(4, 4, 3, 4));
        assertThat(page.evaluate("document.querySelector('#charts').innerHTML.includes('NaN')"))
                .isEqualTo(false);
    }

    /** Softmax, means over columns, and missing values, with and without categories. */
    @ParameterizedTest
    @ValueSource(strings = {"2,c4,i1,c3", "10"})
    void theNumbersOfATableAreThoseOfJava(String layout) throws IOException {
        Columns table = Columns.parse(layout);
        Dataset data = RandomTable.rows(table, 60, 0.1);
        Scaler scaler = Scaler.fit(Scaler.Kind.MIN_MAX, data, table);
        Map<String, String> text = new LinkedHashMap<>(scaler.metadata());
        text.putAll(ColumnWeights.fit(table, data, scaler, Loss.MSE).metadata());
        text.putAll(Imputation.fit(Imputation.Kind.MEDIAN, data, table).metadata());
        Autoencoder model = model(Architecture.of(10, List.of(7), 3), text);
        write("columns.html", model, data, false);
        Page page = open("columns.html", 400);
        for (int row = 0; row < data.rows(); row++) {
            float[] values = data.row(row);
            near(numbers(page, "h.engine.encode(h.items.row(" + row + "))"), model.encode(values));
            near(
                    numbers(page, "h.engine.decode(h.engine.encode(h.items.row(" + row + ")))"),
                    model.reconstruct(values));
            double error = ((Number) page.evaluate("h.engine.error(h.items.row(" + row
                            + "), h.engine.decode(h.engine.encode(h.items.row(" + row + "))))"))
                    .doubleValue();
            assertThat(error).isCloseTo(model.error(values), within(1e-5 * Math.max(1, error)));
        }
    }

    /** Weights so large that sums reach both ends of every function. */
    @ParameterizedTest
    @EnumSource
    void everyActivationAgrees(Activation activation) throws IOException {
        Dataset data = Dataset.ofFloats("table", values(new Random(4), 40 * 6, 2), 6);
        Architecture architecture =
                Architecture.of(6, List.of(5), 2).withActivations(activation, activation, activation);
        Autoencoder model = model(architecture, Map.of());
        write(activation.label() + ".html", model, data, false);
        Page page = open(activation.label() + ".html", 400);
        for (int row = 0; row < 40; row++) {
            double[] code = numbers(page, "h.engine.encode(h.items.row(" + row + "))");
            double[] shown = numbers(page, "h.engine.decode(h.engine.encode(h.items.row(" + row + ")))");
            near(code, model.encode(data.row(row)));
            near(shown, model.reconstruct(data.row(row)));
        }
    }

    private static void near(double[] shown, float[] expected) {
        for (int j = 0; j < expected.length; j++) {
            assertThat(shown[j]).isCloseTo(expected[j], within(1e-5 * Math.max(1, Math.abs(expected[j]))));
        }
    }

    @Test
    void halfPrecisionIsSmallerAndAlmostTheSame() throws IOException {
        assertThat(Files.size(folder.resolve("small.html")))
                .isLessThan(Files.size(folder.resolve("wide.html")) * 2 / 3);
        Page page = open("small.html", 1280);
        double[] image = numbers(page, "h.engine.decode(h.engine.encode(h.items.row(9)))");
        float[] expected = wide.reconstruct(digits.row(9));
        for (int j = 0; j < 784; j++) {
            assertThat(image[j]).isCloseTo(expected[j], within(0.02));
        }
    }

    @Test
    void bothRenderersDrawTheSamePoints() {
        for (String renderer : List.of("canvas", "webgl")) {
            Page page = chromium.page(1280);
            page.navigate(folder.resolve("plane.html").toUri() + "#renderer=" + renderer);
            page.evaluate("window.hourglass.then(h => { window.h = h; })");
            byte[] picture = page.locator("#map").screenshot();
            assertThat(inked(page, picture)).as(renderer).isBetween(0.005, 0.5);
        }
    }

    /** The part of a picture's pixels that have a colour. */
    private static double inked(Page page, byte[] picture) {
        try {
            java.awt.image.BufferedImage image = javax.imageio.ImageIO.read(new java.io.ByteArrayInputStream(picture));
            int coloured = 0;
            for (int y = 0; y < image.getHeight(); y++) {
                for (int x = 0; x < image.getWidth(); x++) {
                    int rgb = image.getRGB(x, y);
                    int red = rgb >> 16 & 255;
                    int blue = rgb & 255;
                    coloured += Math.abs(red - blue) > 60 ? 1 : 0;
                }
            }
            return coloured / (double) (image.getWidth() * image.getHeight());
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    /** Each call into the browser's drawing takes a microsecond or so: one for each point would be felt. */
    @Test
    void manyPointsAreDrawnInFewCalls() throws IOException {
        byte[] pixels = new byte[20_000 * 16];
        new Random(2).nextBytes(pixels);
        Dataset data = Dataset.ofPixels("many", pixels, 16).withShape(new ImageShape(4, 4, 1));
        write("many.html", model(Architecture.of(16, List.of(8), 2), Map.of()), data, false);
        for (String renderer : List.of("canvas", "webgl")) {
            Page page = again("many.html", "#renderer=" + renderer);
            Object calls = page.evaluate("""
                    (() => {
                      let calls = 0;
                      for (const type of [CanvasRenderingContext2D, WebGLRenderingContext, WebGL2RenderingContext]) {
                        for (const [name, method] of Object.entries(Object.getOwnPropertyDescriptors(type.prototype))) {
                          if (typeof method.value === 'function' && name !== 'constructor') {
                            type.prototype[name] = function (...all) { calls++; return method.value.apply(this, all); };
                          }
                        }
                      }
                      h.map.draw();
                      return calls;
                    })()""");
            assertThat(((Number) calls).intValue()).as(renderer).isBetween(2, 2000);
            page.context().close();
        }
    }

    @Test
    void nothingIsWiderThanAPhone() {
        for (int width : new int[] {400, 1280, 2560}) {
            Page page = open("wide.html", width);
            assertThat(page.evaluate("document.documentElement.scrollWidth <= innerWidth"))
                    .isEqualTo(true);
        }
    }
}
