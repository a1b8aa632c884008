package io.hourglass.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JsonReaderTest {
    private static String string(String json) throws FormatException {
        JsonReader reader = new JsonReader("f", json);
        String value = reader.string();
        reader.end();
        return value;
    }

    private static long integer(String json) throws FormatException {
        JsonReader reader = new JsonReader("f", json);
        long value = reader.integer();
        reader.end();
        return value;
    }

    @Test
    void resolvesEscapes() throws FormatException {
        assertThat(string(" \"a\" ")).isEqualTo("a");
        assertThat(string("\"a\\\"\\\\\\/\\b\\f\\n\\r\\t\\u00e9\\uD83D\\uDE00é\""))
                .isEqualTo("a\"\\/\b\f\n\r\té😀é");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "\"",
                "\"a",
                "\"\\",
                "\"\\x\"",
                "\"\\u12\"",
                "\"\\u12g4\"",
                "\"\\u１２３４\"",
                "\"\\ud83d\"",
                "\"\\ud83dx\"",
                "\"\\ud83d\\u0041\"",
                "\"\\ude00\"",
                "\"a\nb\"",
                "\"\\n\nb\"",
                "'a'",
                "\"a\"b",
                "1",
                "\"\\ud83d\\u"
            })
    void refusesStrings(String json) {
        assertThatThrownBy(() -> string(json))
                .isInstanceOf(FormatException.class)
                .hasMessageStartingWith("f: ")
                .hasMessageContaining("expected");
    }

    @Test
    void readsWholeNumbers() throws FormatException {
        assertThat(integer("0")).isZero();
        assertThat(integer(" 1200 ")).isEqualTo(1200);
        assertThat(integer("9223372036854775807")).isEqualTo(Long.MAX_VALUE);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "-1",
                "01",
                "00",
                "1.0",
                "1e3",
                "+1",
                "9223372036854775808",
                "99999999999999999999",
                "null",
                "١"
            })
    void refusesNumbers(String json) {
        assertThatThrownBy(() -> integer(json)).isInstanceOf(FormatException.class);
    }

    @Test
    void readsObjectsAndArrays() throws FormatException {
        List<Object> seen = new ArrayList<>();
        JsonReader reader = new JsonReader("f", " { \"a\" : [ 1 , 2 ] , \"b\" : {} , \"c\":[]}\n");
        reader.object(name -> {
            seen.add(name);
            if (name.equals("b")) {
                reader.object(seen::add);
            } else {
                reader.array(() -> seen.add(reader.integer()));
            }
        });
        reader.end();
        assertThat(seen).containsExactly("a", 1L, 2L, "b", "c");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{",
                "{\"a\"",
                "{\"a\":",
                "{\"a\":1",
                "{\"a\":1,",
                "{\"a\":1,}",
                "{,}",
                "{1:1}",
                "{\"a\" 1}",
                "[1]",
                "{}x",
                "{\"a\":1 \"b\":1}",
                "{\"a\":1,\"a\":1}",
                "{\"a\":1,\"\\u0061\":1}",
                "{}{}",
                "//\n{}"
            })
    void refusesObjects(String json) {
        JsonReader reader = new JsonReader("f", json);
        assertThatThrownBy(() -> {
                    reader.object(name -> reader.integer());
                    reader.end();
                })
                .isInstanceOf(FormatException.class);
    }

    @Test
    void quotesShortAndOnOneLine() {
        assertThat(FormatException.quote("a\nb\u2028")).isEqualTo("'a\\u000ab\\u2028'");
        assertThat(FormatException.quote("x".repeat(1000))).hasSizeLessThan(70).endsWith("...'");
    }
}
