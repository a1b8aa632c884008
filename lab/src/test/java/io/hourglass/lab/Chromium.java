package io.hourglass.lab;

import static org.assertj.core.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.abort;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.BrowserType;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Playwright;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * A real headless Chromium for tests of what Hourglass draws.
 *
 * <pre>{@code
 * try (Chromium chromium = Chromium.start()) {
 *     Page page = chromium.open(report, 1280);
 *     assertThat(page.title()).contains("Hourglass");
 *     assertThat(chromium.problems()).isEmpty();
 * }
 * }</pre>
 *
 * <p>Uses the system's browser and Node.js, so that the build downloads neither: {@code HOURGLASS_CHROMIUM} (system
 * property or environment), then {@code chromium} and its kin on the PATH; {@code PLAYWRIGHT_NODEJS_PATH}, then {@code
 * node} on the PATH. Where one is absent the test is skipped and says so; with {@code CI=true} it fails, because a
 * skipped test would go unnoticed there.
 *
 * <p>Not thread-safe (Playwright is not): one instance for each test class or test.
 */
public final class Chromium implements AutoCloseable {
    private final Playwright playwright;
    private final Browser browser;
    private final List<String> problems = new ArrayList<>();

    private Chromium(Playwright playwright, Browser browser) {
        this.playwright = playwright;
        this.browser = browser;
    }

    /** Starts the browser, or skips the test (fails it in CI) with the remedy where there is none. */
    public static Chromium start() {
        String chromium = setting("HOURGLASS_CHROMIUM")
                .or(() -> onPath("chromium", "chromium-browser", "google-chrome", "chrome"))
                .orElseGet(() ->
                        absent("Chromium", "install it (Debian: apt-get install chromium)", "HOURGLASS_CHROMIUM"));
        String node = setting("PLAYWRIGHT_NODEJS_PATH")
                .or(() -> onPath("node", "nodejs"))
                .orElseGet(() ->
                        absent("Node.js", "install it (Debian: apt-get install nodejs)", "PLAYWRIGHT_NODEJS_PATH"));
        Playwright playwright = Playwright.create(new Playwright.CreateOptions()
                .setEnv(Map.of("PLAYWRIGHT_NODEJS_PATH", node, "PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")));
        try {
            Browser browser = playwright
                    .chromium()
                    .launch(new BrowserType.LaunchOptions()
                            .setExecutablePath(Path.of(chromium))
                            .setHeadless(true)
                            // No sandbox: containers, where CI runs as root, do not allow Chromium's own. The pages are
                            // ours.
                            .setArgs(List.of(
                                    "--no-sandbox",
                                    "--disable-gpu",
                                    "--disable-dev-shm-usage",
                                    "--disable-background-networking",
                                    "--disable-component-update")));
            return new Chromium(playwright, browser);
        } catch (RuntimeException e) {
            playwright.close();
            throw e;
        }
    }

    /** Opens a file from disk, without a network, in a window of this width; height 900. */
    public Page open(Path html, int width) {
        Page page = page(width);
        page.navigate(html.toUri().toString());
        return page;
    }

    /** An empty page, without a network, whose errors are collected. */
    public Page page(int width) {
        return page(width, false);
    }

    /** The same, of a screen that fingers touch. */
    public Page touchPage(int width) {
        return page(width, true);
    }

    private Page page(int width, boolean touch) {
        Page page = browser.newContext(new Browser.NewContextOptions()
                        .setViewportSize(width, 900)
                        .setHasTouch(touch)
                        // The reports promise to need no network: let a test notice when one asks for it.
                        .setOffline(true))
                .newPage();
        page.setDefaultTimeout(180_000); // a machine may have much else to do
        page.onConsoleMessage(message -> {
            if (message.type().equals("error") || message.type().equals("warning")) {
                problems.add("console " + message.type() + ": " + message.text());
            }
        });
        page.onPageError(error -> problems.add("uncaught: " + error));
        page.onRequest(request -> {
            if (request.url().startsWith("http")) {
                problems.add("network: " + request.url());
            }
        });
        page.onRequestFailed(request -> problems.add("failed: " + request.url() + " " + request.failure()));
        return page;
    }

    /** Closes all pages, which would go on drawing beside the next ones; what went wrong on them stays known. */
    public void closePages() {
        List.copyOf(browser.contexts()).forEach(BrowserContext::close);
    }

    /** What went wrong on all pages so far: console errors and warnings, uncaught exceptions, any network request. */
    public List<String> problems() {
        return Collections.unmodifiableList(problems);
    }

    /** Takes what a test has provoked off the list. */
    public void forgetProblems(Predicate<String> provoked) {
        problems.removeIf(provoked);
    }

    @Override
    public void close() {
        browser.close();
        playwright.close();
    }

    private static Optional<String> setting(String name) {
        return Optional.ofNullable(System.getProperty(name, System.getenv(name)))
                .filter(value -> !value.isBlank());
    }

    private static Optional<String> onPath(String... names) {
        String path = Optional.ofNullable(System.getenv("PATH")).orElse("");
        return Stream.of(names)
                .flatMap(name -> Stream.of(path.split(File.pathSeparator)).map(folder -> Path.of(folder, name)))
                .filter(Files::isExecutable)
                .map(Path::toString)
                .findFirst();
    }

    private static String absent(String what, String remedy, String variable) {
        String message = "Browser tests need " + what + ": " + remedy + ", or name the executable in " + variable + ".";
        if ("true".equals(System.getenv("CI"))) {
            return fail(message);
        }
        return abort("Skipped. " + message);
    }
}
