package io.hourglass.lab;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Page;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The browser tests rely on: it draws, runs scripts, and reports what goes wrong. */
@Tag("once")
class ChromiumTest {
    @TempDir
    Path folder;

    @Test
    void opensAPageFromDiskAndRunsItsScript() throws Exception {
        Path html = Files.writeString(
                folder.resolve("good.html"),
                "<title>Hourglass</title><p id=a></p><script>a.textContent = 6 * 7 + ' ' + innerWidth</script>");
        try (Chromium chromium = Chromium.start()) {
            Page page = chromium.open(html, 400);
            assertThat(page.title()).isEqualTo("Hourglass");
            assertThat(page.textContent("#a")).isEqualTo("42 400");
            assertThat(page.screenshot()).hasSizeGreaterThan(100);
            assertThat(chromium.problems()).isEmpty();
        }
    }

    @Test
    void noticesErrorsAndRequestsToTheNetwork() throws Exception {
        Path html = Files.writeString(
                folder.resolve("bad.html"),
                "<img src='https://example.org/a.png'><script>console.error('one')</script><script>nothing()</script>");
        try (Chromium chromium = Chromium.start()) {
            chromium.open(html, 400);
            assertThat(chromium.problems())
                    .anyMatch(problem -> problem.contains("console error: one"))
                    .anyMatch(problem -> problem.contains("uncaught") && problem.contains("nothing"))
                    .anyMatch(problem -> problem.contains("network: https://example.org/a.png"));
        }
    }
}
