package io.hourglass.lab.report;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Page;
import io.hourglass.Autoencoder;
import io.hourglass.Dataset;
import io.hourglass.lab.Chromium;
import io.hourglass.lab.analysis.ColumnPca;
import io.hourglass.lab.analysis.Pca;
import io.hourglass.lab.explorer.StudyExplorers;
import io.hourglass.lab.study.StudyResults;
import io.hourglass.lab.study.StudyResults.RunResult;
import io.hourglass.lab.text.Language;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A study's report leads to an explorer of each network. */
@Tag("once")
class ExplorersOfAStudyTest {
    @TempDir
    Path folder;

    @Test
    void theReportLinksThemAndTheyOpen() throws IOException {
        Dataset test = SyntheticStudy.images("mnist");
        StudyResults results = SyntheticStudy.results(100, "tuned");
        Map<String, Autoencoder> models = SyntheticStudy.models(results);
        StudyExplorers explorers = new StudyExplorers(Language.ENGLISH);
        for (RunResult run : results.runs()) {
            explorers.write(folder, run, test, Objects.requireNonNull(models.get(run.name())), Optional.empty());
        }
        StudyReport.write(folder, results, test, ColumnPca.of(Pca.fit(test)), models, Language.ENGLISH);
        try (Chromium chromium = Chromium.start()) {
            Page page = chromium.open(folder.resolve("report.html"), 1280);
            assertThat(page.locator(".explorers a").count())
                    .isEqualTo(results.runs().size());
            String name = results.runs().get(1).name();
            page.locator(".explorers a").nth(1).click();
            page.waitForURL("**/explorer/" + name + ".html*");
            assertThat(page.evaluate("window.hourglass.then(h => h.items.count)"))
                    .isEqualTo(30);
            assertThat(page.textContent("h1")).isEqualTo("The latent space of " + name);
            page.locator(".links a").first().click();
            page.waitForURL("**/report.html*");
            assertThat(page.locator("#reconstructions, #how").count()).isEqualTo(2); // the other links lead there
            assertThat(chromium.problems()).isEmpty();
        }
    }
}
