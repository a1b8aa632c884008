package io.hourglass.lab.report;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.ColorScheme;
import io.hourglass.Dataset;
import io.hourglass.lab.Chromium;
import io.hourglass.lab.analysis.ColumnPca;
import io.hourglass.lab.analysis.Pca;
import io.hourglass.lab.page.Template;
import io.hourglass.lab.study.Analyses;
import io.hourglass.lab.study.Analyses.LatentMap;
import io.hourglass.lab.study.StudyResults;
import io.hourglass.lab.study.StudyResults.RunResult;
import io.hourglass.lab.study.Subject;
import io.hourglass.lab.text.Language;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The report as its readers meet it: in a browser, from disk, without a network. */
@Tag("once")
class ReportInBrowserTest {
    private static final Dataset TEST = SyntheticStudy.images("mnist");

    @TempDir
    static Path folder;

    @SuppressWarnings("NullAway.Init")
    private static Chromium chromium;

    @BeforeAll
    static void writeReport() throws Exception {
        chromium = Chromium.start();
        write(folder, SyntheticStudy.withSeeds(SyntheticStudy.results(100, "paper", "tuned"), 3, 0.002));
    }

    private static void write(Path folder, StudyResults results) throws Exception {
        write(folder, results, Language.ENGLISH);
    }

    private static void write(Path folder, StudyResults results, Language language) throws Exception {
        List<LatentMap> maps = new ArrayList<>();
        results.all().forEach(run -> maps.add(map(run.name())));
        maps.add(map(Maps.ROWS));
        StudyResults mapped =
                SyntheticStudy.with(results, new Analyses(0, 0, List.of(), List.of(), List.of(), List.of(), maps));
        StudyReport.write(folder, mapped, TEST, ColumnPca.of(Pca.fit(TEST)), SyntheticStudy.models(mapped), language);
    }

    private static LatentMap map(String name) {
        return new LatentMap(name, Pca.fit(TEST).project(TEST, 2));
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
        assertThat(chromium.problems()).isEmpty();
    }

    private static Page open(int width) {
        return chromium.open(folder.resolve("report.html"), width);
    }

    @Test
    void everyFigureIsThere() {
        Page page = open(1280);
        assertThat(page.title()).isEqualTo("Autoencoders on MNIST");
        assertThat(page.locator("nav a").allTextContents())
                .containsExactly(
                        "What was asked",
                        "Results",
                        "Reconstructions",
                        "p = 2 beside p = 16",
                        "Convergence",
                        "Overfitting",
                        "Variation between seeds",
                        "Error by true digit",
                        "Maps of the latent space",
                        "Looking inside",
                        "Bias and variance",
                        "How small can the code be?",
                        "Exactly how it was made",
                        "The lab report, section by section",
                        "Glossary");
        assertThat(page.locator("#reconstructions .sheet").count()).isEqualTo(5);
        assertThat(page.locator("#reconstructions .sheet img").count()).isEqualTo(5 * 4);
        assertThat(page.evaluate("[...document.images].every(i => i.complete && i.naturalWidth > 100)"))
                .isEqualTo(true);
        assertThat(page.locator("#results .numbers tbody tr").count()).isEqualTo(10);
        assertThat(page.locator("#results .numbers .best").count()).isEqualTo(5);
        assertThat(page.locator(".panel").count()).isEqualTo(3);
        assertThat(page.locator(".panel circle").count()).isEqualTo(10 * 10);
        assertThat(page.locator(".heat tbody tr").count()).isEqualTo(10 + 3);
        assertThat(page.locator("#variance .glance-row svg rect").count()).isEqualTo(3 * 2);
        assertThat(page.evaluate("[...document.querySelectorAll('#variance .glance-row rect')]"
                        + ".every(r => r.getBoundingClientRect().width > 5 && r.getBoundingClientRect().height > 10)"))
                .isEqualTo(true);
        assertThat(page.locator("#variance .findings li").count()).isEqualTo(4);
        assertThat(page.locator("#sweep .rate > svg circle").count()).isEqualTo(7);
        assertThat(page.locator("#sweep .rate > svg rect").count()).isEqualTo(2 * 7);
        assertThat(page.locator("#sweep .rate > svg line:not(.grid)").count()).isEqualTo(3 * 6);
        assertThat(page.locator("#sweep tbody tr").count()).isEqualTo(7);
        assertThat(page.locator("#sweep .findings li").count()).isEqualTo(6);
        assertThat(page.textContent("#questions")).doesNotContain("--quick");
        assertThat(page.evaluate("[...document.querySelectorAll('nav a, .answers a')]"
                        + ".every(a => document.querySelector(a.hash))"))
                .isEqualTo(true);
    }

    @Test
    void theLatentSpaceIsDrawn() {
        Page page = open(1280);
        // Two maps for each of the five configurations and for the rows; the plane and its codes; a traversal for each
        // of
        // p = 2, 8, 16; four pairs of digits; worst and best for each p.
        assertThat(page.locator("#maps .pictures img").count()).isEqualTo(2 * 6);
        assertThat(page.locator("#inside .pictures img").count()).isEqualTo(2 + 3 + 4 + 6);
        assertThat(page.locator("#maps figure[id], #inside figure[id]").evaluateAll("all => all.map(f => f.id)"))
                .isEqualTo(List.of(
                        "figure-map-1",
                        "figure-map-2",
                        "figure-map-3",
                        "figure-map-4",
                        "figure-map-5",
                        "figure-map-rows",
                        "figure-plane",
                        "figure-traversals",
                        "figure-interpolations",
                        "figure-extremes"));
        assertThat(page.locator("#maps, #inside").evaluateAll("all => all.map(s => s.innerText).join()"))
                .asString()
                .contains("nearest neighbour of a point has the same digit", "No network has a dead or duplicate")
                .doesNotContain("NaN")
                .doesNotContain("There is no UMAP map");
        assertThat(page.locator(".health tbody tr").count()).isEqualTo(10);
        // Something in many colours, or shades, is drawn in each of them.
        assertThat(page.evaluate("() => [...document.querySelectorAll('.pictures img')].filter(i => {"
                        + "const o = document.createElement('canvas'); o.width = i.naturalWidth; o.height ="
                        + " i.naturalHeight;"
                        + "const k = o.getContext('2d', {willReadFrequently: true}); k.drawImage(i, 0, 0);"
                        + "const d = new Uint32Array(k.getImageData(0, 0, o.width, o.height).data.buffer);"
                        + "return new Set(d).size < 60; }).map(i => i.alt)"))
                .isEqualTo(List.of());
    }

    @Test
    void theSmallestCodeStandsBesideTheLargest() {
        Page page = open(1280);
        assertThat(page.textContent("#comparison-title")).endsWith("p = 2 beside p = 16");
        // The originals once; then two networks and PCA at p = 2, one and PCA at p = 8, two and PCA at p = 16.
        assertThat(page.locator("#figure-comparison .sheet-row").count()).isEqualTo(1 + 3 + 2 + 3);
        assertThat(page.locator("#figure-comparison h3").allTextContents()).containsExactly("p = 2", "p = 8", "p = 16");
        assertThat(page.locator("#figure-comparison-maps img").count()).isEqualTo(2);
        assertThat(page.locator("#table-costs tbody").count()).isEqualTo(3);
        assertThat(page.locator("#table-costs tbody tr").count()).isEqualTo(10);
        assertThat(page.locator("#table-costs tbody tr")
                        .first()
                        .locator("th, td")
                        .allTextContents())
                .containsExactly("784-128-2", "report\u2019s", "2", "40.0 s", "4.23 MB", "202,258", "810.5 kB", "8 B");
        assertThat(page.locator("#questions a[href='#comparison']").count()).isEqualTo(1);
        assertThat(page.locator("#questions a[href='#table-costs']").count()).isEqualTo(1);
    }

    @Test
    void aStudyOfOneWidthComparesNothing(@TempDir Path other) throws Exception {
        List<RunResult> runs = SyntheticStudy.results(2, "tuned").runs().stream()
                .filter(run -> run.latent() == 16)
                .toList();
        write(other, SyntheticStudy.results(runs));
        Page page = chromium.open(other.resolve("report.html"), 1280);
        assertThat(page.locator("#comparison, #table-costs").count()).isZero();
    }

    @Test
    void picturesStandOneUnderTheOtherOnAPhone() {
        Page page = open(400);
        Locator maps = page.locator("#figure-map-2 img");
        assertThat(maps.nth(0).boundingBox().x).isEqualTo(maps.nth(1).boundingBox().x);
        assertThat(maps.nth(0).boundingBox().width).isGreaterThan(350);
        page.setViewportSize(1280, 900);
        assertThat(maps.nth(0).boundingBox().y).isEqualTo(maps.nth(1).boundingBox().y);
    }

    @Test
    void theCurvesAreDrawnAndHoveringTellsTheirValues() {
        Page page = open(1280);
        assertThat(inkedPixels(page)).isGreaterThan(5_000);
        assertThat(page.locator(".still").isVisible()).isFalse();
        assertThat(page.textContent("#curves-epoch")).isEqualTo("Last epoch");
        assertThat(page.locator("#curves-legend td").allTextContents())
                .allSatisfy(value -> assertThat(value).matches("0\\.0\\d{4}"));
        String last = page.textContent("[data-curve='1']");

        page.locator("#curves-plot .u-over").hover();
        assertThat(page.textContent("#curves-epoch")).matches("Epoch (50|51)");
        assertThat(page.textContent("[data-curve='1']")).matches("0\\.0\\d{4}").isNotEqualTo(last);

        // On a curve: its name and value appear beside the pointer.
        Locator over = page.locator("#curves-plot .u-over");
        over.scrollIntoViewIfNeeded();
        double height = over.boundingBox().height;
        for (int y = 10; y < height && page.locator(".tip").isHidden(); y += 15) {
            page.mouse().move(over.boundingBox().x + 300, over.boundingBox().y + y);
        }
        assertThat(page.textContent(".tip"))
                .matches("784-[\\d-]+(report’s|tuned) recipe, (train|test): 0\\.\\d{5} at epoch \\d+");
        page.mouse().move(0, 0);
        assertThat(page.textContent("#curves-epoch")).isEqualTo("Last epoch");
    }

    @Test
    void theAxisSwitchesBetweenLogarithmicAndLinear() {
        Page page = open(1280);
        Locator button =
                page.locator("#curves-toolbar button").filter(new Locator.FilterOptions().setHasText("log scale"));
        assertThat(button.getAttribute("aria-pressed")).isEqualTo("true");
        byte[] logarithmic = page.locator("#curves-plot").screenshot();
        button.click();
        assertThat(button.getAttribute("aria-pressed")).isEqualTo("false");
        assertThat(page.locator("#curves-plot canvas").count()).isEqualTo(1);
        assertThat(inkedPixels(page)).isGreaterThan(5_000);
        assertThat(page.locator("#curves-plot").screenshot()).isNotEqualTo(logarithmic);
    }

    @Test
    void curvesAndGroupsOfThemCanBeHidden() {
        Page page = open(1280);
        int all = inkedPixels(page);
        Locator first = page.locator("[data-curve='1'] button");
        first.click();
        assertThat(first.getAttribute("aria-pressed")).isEqualTo("false");
        int less = inkedPixels(page);
        assertThat(less).isLessThan(all);
        first.click();
        assertThat(inkedPixels(page)).isEqualTo(all);

        for (String group : List.of("report’s recipe", "train")) {
            page.locator("#curves-toolbar button")
                    .filter(new Locator.FilterOptions().setHasText(group))
                    .click();
        }
        assertThat(page.locator("#curves-legend td button[aria-pressed=true]").count())
                .isEqualTo(5);
        for (String group : List.of("tuned recipe", "test")) {
            page.locator("#curves-toolbar button")
                    .filter(new Locator.FilterOptions().setHasText(group))
                    .click();
        }
        assertThat(page.locator("#curves-legend td button[aria-pressed=true]").count())
                .isZero();
        page.locator("#curves-toolbar button:last-child").click(); // all
        assertThat(inkedPixels(page)).isEqualTo(all);
    }

    @Test
    void aNetworksNameShowsItAlone() {
        Page page = open(1280);
        int all = inkedPixels(page);
        Locator name = page.locator("[data-network='784-128-16'] button");
        name.click();
        assertThat(name.getAttribute("aria-pressed")).isEqualTo("true");
        assertThat(page.locator("#curves-legend td button[aria-pressed=true]").count())
                .isEqualTo(4);
        assertThat(inkedPixels(page)).isLessThan(all / 2);
        name.click();
        assertThat(inkedPixels(page)).isEqualTo(all);
    }

    @Test
    void figuresAndTablesAreNumberedWithoutGapsAndLinksLeadSomewhere() {
        Page page = open(1280);
        for (String kind : List.of("Figure", "Table")) {
            Object numbers = page.evaluate(
                    "kind => [...document.querySelectorAll('figcaption > b, .caption > b')]"
                            + ".map(b => b.textContent.match('^' + kind + ' (\\\\d+)')).filter(m => m).map(m => +m[1])",
                    kind);
            List<?> found = (List<?>) numbers;
            assertThat(found.size()).isGreaterThan(5);
            assertThat(found)
                    .isEqualTo(java.util.stream.IntStream.rangeClosed(1, found.size())
                            .boxed()
                            .toList());
        }
        assertThat(page.evaluate("[...document.querySelectorAll('a[href^=\\'#\\']')]"
                        + ".filter(a => !document.getElementById(a.hash.slice(1))).map(a => a.outerHTML)"))
                .isEqualTo(List.of());
        assertThat(page.evaluate("[...document.querySelectorAll('.files a')].map(a => a.getAttribute('href'))"))
                .asInstanceOf(org.assertj.core.api.InstanceOfAssertFactories.list(String.class))
                .hasSizeGreaterThan(30)
                .allSatisfy(file -> assertThat(folder.resolve(file)).isNotEmptyFile());
        // Every figure says how to read it, and every section begins with a question.
        assertThat(page.evaluate("[...document.querySelectorAll('main figcaption')]"
                        + ".filter(c => !c.querySelector('.reading')).map(c => c.textContent)"))
                .isEqualTo(List.of());
        assertThat(page.locator("main > section .question").count()).isGreaterThan(10);
        assertThat(page.evaluate("getComputedStyle(document.querySelector('.net')).whiteSpace"))
                .isEqualTo("nowrap");
        assertThat(page.locator("math").count()).isPositive();
    }

    @Test
    void theContentsStayVisibleOnWideScreensAndKeysReachTheText() {
        Page page = open(1440);
        page.keyboard().press("Tab");
        assertThat(page.evaluate("document.activeElement.className")).isEqualTo("skip");
        page.evaluate("document.getElementById('sweep').scrollIntoView({behavior: 'instant'})");
        // The observer that marks the section answers after a frame or two.
        assertThat(page.evaluate("() => new Promise(done => setTimeout(() => done("
                        + "document.querySelector('nav [aria-current]').hash), 500))"))
                .isEqualTo("#sweep");
        assertThat(page.locator("nav").boundingBox().y).isZero();
        assertThat(page.locator("nav [aria-current]").boundingBox().y).isLessThan(900);
    }

    /** Nothing hinders readers, at any width, light and dark; the French report holds no English and the same data. */
    @Test
    void axeFindsNothingInEitherLanguage(@TempDir Path other) throws Exception {
        write(other, SyntheticStudy.withSeeds(SyntheticStudy.results(12, "paper", "tuned"), 3, 0.002), Language.FRENCH);
        String axe = Template.read(ReportInBrowserTest.class, "/META-INF/resources/webjars/axe-core/4.6.3/axe.min.js");
        for (Path of : List.of(folder, other)) {
            Page page = chromium.open(of.resolve("report.html"), 1280);
            page.evaluate(axe);
            // The layout is that of the English page: its longer words matter most on a narrow screen.
            for (int width : of == folder ? new int[] {1280, 768, 400} : new int[] {400}) {
                page.setViewportSize(width, 900);
                for (ColorScheme scheme : List.of(ColorScheme.LIGHT, ColorScheme.DARK)) {
                    page.emulateMedia(new Page.EmulateMediaOptions().setColorScheme(scheme));
                    assertThat((List<?>) page.evaluate("axe.run().then(r => r.violations.map(v => v.id + ': ' "
                                    + "+ v.nodes.map(n => n.html + ' ' + n.failureSummary).join('; ')))"))
                            .as(of + " at " + width + ", " + scheme)
                            .isEmpty();
                }
            }
        }
        chromium.forgetProblems(problem -> problem.contains("willReadFrequently"));
        noEnglishIsLeft(chromium.open(other.resolve("report.html"), 1280), other);
    }

    private static void noEnglishIsLeft(Page page, Path other) {
        assertThat(page.getAttribute("html", "lang")).isEqualTo("fr");
        String text =
                (String) page.evaluate("() => { document.querySelectorAll('.files').forEach(files => files.remove());"
                        + "const texts = [document.body.innerText];"
                        + "document.querySelectorAll('[alt], [aria-label], [title], svg title')"
                        + ".forEach(e => texts.push("
                        + "e.getAttribute('alt'), e.getAttribute('aria-label'), e.getAttribute('title'),"
                        + " e.textContent));"
                        + "document.querySelectorAll('code, .code')"
                        + ".forEach(c => texts.push('|' + c.textContent + '|'));"
                        + "return texts.filter(t => t).join('\\n'); }");
        Matcher english = Pattern.compile(
                        "(?i)\\b(the|of|with|and|each|which|than|from|network|error|value|row|rows|lower"
                                + "|higher|hidden|layer|training set)\\b")
                .matcher(text.replaceAll("\\|[^|]*\\|", ""));
        List<String> found = new ArrayList<>();
        while (english.find()) {
            found.add(text.substring(Math.max(0, english.start() - 40), Math.min(text.length(), english.end() + 40)));
        }
        assertThat(found).isEmpty();
        // Commas in sentences and tables; points only in files.
        assertThat(page.textContent("#results")).contains("0,0070").doesNotContainPattern("\\d\\.\\d");
        assertThat(other.resolve("tables/results.csv"))
                .content()
                .contains(",0.007,")
                .doesNotContain(";");
    }

    @Test
    void nothingIsWiderThanTheScreen() {
        Page page = open(1280);
        for (int width : new int[] {2560, 1280, 768, 400, 320}) {
            page.setViewportSize(width, 900);
            // Two frames: one for the plot to notice, one to draw.
            page.evaluate("() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))");
            assertThat(page.evaluate("document.documentElement.scrollWidth")).isEqualTo(width);
        }
        assertThat(page.locator(".numbers").first().boundingBox().width)
                .as("scrolls inside its own box")
                .isGreaterThan(320);
    }

    @Test
    void printShowsThePictureInsteadOfThePlot() {
        Page page = open(1280);
        page.emulateMedia(new Page.EmulateMediaOptions().setMedia(com.microsoft.playwright.options.Media.PRINT));
        assertThat(page.locator(".still").isVisible()).isTrue();
        assertThat(page.locator("#curves-plot").isVisible()).isFalse();
        assertThat(page.locator("#curves-toolbar").isVisible()).isFalse();
    }

    @Test
    void hostileNamesAreShownAsText(@TempDir Path other) throws Exception {
        String hostile = "</script><img src=x onerror=document.title='owned'>{{title}} [rows] {0} [x]'\"";
        StudyResults results = SyntheticStudy.results(2, "paper", "tuned");
        List<RunResult> runs = new ArrayList<>(results.runs());
        runs.set(0, SyntheticStudy.withNames(runs.get(0), hostile));
        write(
                other,
                new StudyResults(
                        hostile,
                        hostile,
                        hostile,
                        new StudyResults.DataSummary(
                                hostile, 1, 1, 784, hostile, hostile, 0, hostile, hostile, hostile),
                        new Subject(hostile, Subject.Rows.IMAGE, Subject.Labels.CLASS, hostile, List.of(hostile), 10),
                        new StudyResults.Machine(hostile, 1, hostile, hostile, hostile, 1),
                        runs,
                        List.of(),
                        List.of(),
                        Optional.empty(),
                        SyntheticStudy.variance(),
                        SyntheticStudy.sweep(),
                        Analyses.NONE));

        Page page = chromium.open(other.resolve("report.html"), 400);
        assertThat(page.title()).isEqualTo("Autoencoders on " + hostile);
        assertThat(page.locator("img[src=x]").count()).isZero();
        assertThat(page.textContent("#how dl")).contains(hostile);
        assertThat(page.textContent("#curves-legend")).contains(hostile + " recipe");
        assertThat(page.locator("#curves-plot canvas").count()).isEqualTo(1);
        assertThat(page.evaluate("document.documentElement.scrollWidth")).isEqualTo(400);
    }

    @Test
    void oneEpochAndOneRecipe(@TempDir Path other) throws Exception {
        write(other, SyntheticStudy.results(1, "tuned"));
        Page page = chromium.open(other.resolve("report.html"), 1280);
        assertThat(page.locator("#reconstructions .sheet img").count()).isEqualTo(5 * 3);
        assertThat(inkedPixels(page)).as("points").isGreaterThan(100);
    }

    @Test
    void convolutionsBeyondTheLabReport(@TempDir Path other) throws Exception {
        assertThat(open(1280).locator("#beyond").count()).isZero();
        write(other, SyntheticStudy.beyond(SyntheticStudy.results(2, "tuned"), 0.033, 0.014, 0.005));
        for (int width : new int[] {1280, 400}) {
            Page page = chromium.open(other.resolve("report.html"), width);
            assertThat(page.evaluate("document.documentElement.scrollWidth")).isEqualTo(width);
            assertThat(page.locator("#sweep ~ #beyond, #beyond + #how").count()).isEqualTo(2);
            assertThat(page.locator("#beyond .sheet img").count()).isEqualTo(5);
            assertThat(page.locator("#beyond .gallery img").count()).isEqualTo(2);
            assertThat(page.locator("#beyond tbody").count()).isEqualTo(3);
            assertThat(page.textContent("#how")).contains("28x28x1-16c3s2-32c3s2-128-16-tuned");
        }
    }

    @Test
    void aQuickStudySaysWhatItLeavesOut(@TempDir Path other) throws Exception {
        StudyResults all = SyntheticStudy.results(2, "tuned");
        write(
                other,
                new StudyResults(
                        all.version(),
                        all.command(),
                        all.created(),
                        all.data(),
                        all.subject(),
                        all.machine(),
                        all.runs(),
                        List.of(),
                        List.of(),
                        Optional.empty(),
                        List.of(),
                        List.of(),
                        Analyses.NONE));
        Page page = chromium.open(other.resolve("report.html"), 1280);
        assertThat(page.locator("#variance, #sweep").count()).isZero();
        assertThat(page.textContent("#questions"))
                .contains(
                        "--quick",
                        "leaves out bias and variance, the sweep over the width of the code and the run on few rows");
    }

    /** Pixels of the plot that are coloured: neither transparent nor the grey of grid and text. */
    private static int inkedPixels(Page page) {
        return ((Number) page.evaluate("() => { const c = document.querySelector('#curves-plot canvas');"
                        // A copy: Chromium warns of canvases that are read often.
                        + "const o = document.createElement('canvas'); o.width = c.width; o.height = c.height;"
                        + "const k = o.getContext('2d', {willReadFrequently: true}); k.drawImage(c, 0, 0);"
                        + "const d = k.getImageData(0, 0, c.width, c.height).data; let n = 0;"
                        + "for (let i = 0; i < d.length; i += 4) if (d[i + 3] > 200 && Math.max(d[i], d[i + 1], d[i"
                        + " + 2])"
                        + " - Math.min(d[i], d[i + 1], d[i + 2]) > 40) n++; return n; }"))
                .intValue();
    }
}
