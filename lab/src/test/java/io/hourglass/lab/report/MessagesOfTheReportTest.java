package io.hourglass.lab.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.hourglass.lab.text.Language;
import io.hourglass.lab.text.Messages;
import java.text.MessageFormat;
import java.util.Map;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** English and French have the same messages, with the same values, and no form of a word is missing. */
class MessagesOfTheReportTest {
    private static final Map<String, String> ENGLISH =
            Messages.of(Words.class, Language.ENGLISH).all();
    private static final Map<String, String> FRENCH =
            Messages.of(Words.class, Language.FRENCH).all();

    @Test
    void noKeyIsMissing() {
        assertThat(FRENCH.keySet().stream().filter(MessagesOfTheReportTest::isSentence))
                .containsExactlyElementsOf(ENGLISH.keySet().stream()
                        .filter(MessagesOfTheReportTest::isSentence)
                        .toList());
    }

    /** Each language has the forms that its own sentences need. */
    private static boolean isSentence(String key) {
        return !key.startsWith("label.") && !key.startsWith("row.");
    }

    @Test
    void everyMessageIsAPatternWithTheSameValuesInBothLanguages() {
        ENGLISH.keySet().stream().filter(MessagesOfTheReportTest::isSentence).forEach(key -> {
            for (Map<String, String> messages : java.util.List.of(ENGLISH, FRENCH)) {
                new MessageFormat(messages.get(key));
                assertThat(messages.get(key)).as(key).doesNotContain("'").isNotBlank();
            }
            assertThat(values(FRENCH.get(key))).as(key).isEqualTo(values(ENGLISH.get(key)));
        });
    }

    private static TreeSet<String> values(String pattern) {
        return Pattern.compile("\\{(\\d)")
                .matcher(pattern)
                .results()
                .map(value -> value.group(1))
                .collect(java.util.stream.Collectors.toCollection(TreeSet::new));
    }

    @Test
    void everyFormThatASentenceNeedsExistsForAllKindsOfData() {
        for (Language language : Language.values()) {
            Messages.of(Words.class, language)
                    .all()
                    .forEach((key, pattern) -> Pattern.compile("\\[([a-z.]+)]")
                            .matcher(pattern)
                            .results()
                            .forEach(form -> {
                                for (boolean kind : new boolean[] {false, true}) {
                                    assertThat(new Words(language, kind, kind).form(form.group(1)))
                                            .as(key)
                                            .isNotBlank();
                                }
                            }));
        }
    }
}
