package io.hourglass.lab.documents;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every link of every document leads somewhere; and what leads nowhere is found. */
@Tag("once")
class MarkdownLinksTest {
    private static final String OTHER = """
            # How it's made: `a.b` & _more_
            ## Again
            ## Again
            ## Größe in %
            <a id="own"></a>
            """;

    @Test
    void everyLinkOfTheRepositoryLeadsSomewhere() throws Exception {
        TreeSet<String> files = Repository.trackedFiles();
        Map<String, String> documents = new TreeMap<>();
        for (String file : files) {
            if (file.endsWith(".md")) {
                documents.put(file, Files.readString(Repository.ROOT.resolve(file)));
            }
        }
        assertThat(documents).containsKeys("README.md", "CONTRIBUTING.md");
        assertThat(new MarkdownLinks(files, documents).problems()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "[a](other.md)",
                "[a](../README.md)",
                "[a](../README.md#here)",
                "[a](../core/src/A.java)",
                "[a](../core/src)",
                "[a](../core/)",
                "![a](a%20picture.png)",
                "[a](other.md#how-its-made-ab--more)",
                "[a](other.md#again-1)",
                "[a](other.md#größe-in-)",
                "[a](other.md#own)",
                "[a](https://example.org/nothing#where)",
                "<img src=\"a%20picture.png\">",
                "`[a](nothing.md)`",
                "[a]\n\n[a]: other.md#again",
            })
    void takesALinkToWhatThereIs(String markdown) {
        assertThat(problems(markdown)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            [a](nothing.md)                 | 'nothing.md' leads to no file of the repository
            [a](/README.md)                 | '/README.md' leads to no file of the repository
            [a](../../README.md)            | '../../README.md' leads to no file of the repository
            [a](Other.md)                   | 'Other.md' leads to no file of the repository
            ![a](nothing.png)               | 'nothing.png' leads to no file of the repository
            <img src="nothing.png">         | 'nothing.png' leads to no file of the repository
            [![a](nothing.png)](other.md)   | 'nothing.png' leads to no file of the repository
            [a](#there)                     | '#there' leads to no heading of docs/page.md
            [a](other.md#again-2)           | 'other.md#again-2' leads to no heading of docs/other.md
            [a](../core/src/A.java#L12)     | '../core/src/A.java#L12' names a heading of what has none
            """)
    void findsALinkToNothing(String markdown, String problem) {
        assertThat(problems(markdown)).containsExactly("docs/page.md:3: " + problem);
    }

    private static List<String> problems(String markdown) {
        TreeSet<String> files = new TreeSet<>(
                List.of("README.md", "core/src/A.java", "docs/a picture.png", "docs/other.md", "docs/page.md"));
        Map<String, String> documents =
                Map.of("README.md", "# Here", "docs/other.md", OTHER, "docs/page.md", "# Page\n\n" + markdown);
        return new MarkdownLinks(files, documents).problems();
    }
}
