package io.hourglass.lab.documents;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** No text of the repository is wider than {@value LongLines#COLUMNS} columns. */
@Tag("once")
class LongLinesTest {
    /** Not written by hand: lists of npm's, and data that tests read. */
    private static final Pattern NOT_PROSE = Pattern.compile(
            "site/package-lock\\.json|data/examples/.*\\.json|.*/src/(test|it)/resources/.*\\.(json|csv|txt)|"
                    + ".*FuzzTestInputs/.*");

    private static final String WIDE = "word ".repeat(25); // 125 columns
    private static final String URL = "https://example.org/" + "x".repeat(120);

    @Test
    void noLineOfTheRepositoryIsTooWide() throws Exception {
        List<String> found = new ArrayList<>();
        int files = 0;
        for (String file : Repository.trackedFiles()) {
            byte[] bytes = Files.readAllBytes(Repository.ROOT.resolve(file));
            if (isText(bytes) && !NOT_PROSE.matcher(file).matches()) {
                files++;
                found.addAll(LongLines.of(file, new String(bytes, StandardCharsets.UTF_8)));
            }
        }
        assertThat(files).isGreaterThan(300);
        assertThat(found).isEmpty();
    }

    @Test
    void findsWideLinesOfAnyText() {
        assertThat(LongLines.of("A.java", "// short\n// " + WIDE))
                .containsExactly("A.java:2: 128 columns, at most 120");
        assertThat(LongLines.of("a.md", WIDE)).hasSize(1);
        assertThat(LongLines.of("a.md", "```sh\n" + WIDE + "\n```")).hasSize(1);
        assertThat(LongLines.of("a.md", "see " + URL)).hasSize(1);
        assertThat(LongLines.of("a.java", "| " + WIDE + " |")).hasSize(1);
        assertThat(LongLines.of("a.md", "| " + WIDE + WIDE + " |")).containsExactly("a.md:1: 254 columns, at most 160");
    }

    @Test
    void countsCharactersNotCodeUnits() {
        assertThat(LongLines.of("a.md", "𝜃".repeat(120))).isEmpty();
    }

    @Test
    void leavesWhatCannotBeWrapped() {
        assertThat(LongLines.of("a.md", URL)).isEmpty();
        assertThat(LongLines.of("a.md", "- <" + URL + ">")).isEmpty();
        assertThat(LongLines.of("a.md", "[a]: " + URL)).isEmpty();
        assertThat(LongLines.of("A.java", " * " + URL)).isEmpty();
        assertThat(LongLines.of("a.md", "| " + WIDE + " |")).isEmpty();
    }

    @Test
    void leavesWhatAProgramPrintedButNotWhatIsTyped() {
        assertThat(LongLines.of("a.md", "```console\n$ ls\n" + WIDE + "\n```\nshort"))
                .isEmpty();
        assertThat(LongLines.of("a.md", "```console\n$ " + WIDE + "\n```")).hasSize(1);
        assertThat(LongLines.of("a.md", "```console\n$ ls\n```\n" + WIDE)).hasSize(1);
    }

    /** As Git tells: bytes that hold a zero are not text. */
    private static boolean isText(byte[] bytes) {
        for (int i = 0; i < Math.min(bytes.length, 8000); i++) {
            if (bytes[i] == 0) {
                return false;
            }
        }
        return true;
    }
}
