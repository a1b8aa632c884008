package io.hourglass.lab.text;

import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.text.MessageFormat;
import java.util.Collections;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import java.util.function.UnaryOperator;

/**
 * The sentences of a package in one language, from its file {@code messages_en.properties} or {@code
 * messages_fr.properties} in UTF-8. They are patterns of {@link MessageFormat}, whose {@code choice} forms plurals:
 * <code>{0,choice,0#{0} runs|1#{0} run|1&lt;{0} runs}</code>. Whole numbers are written with the language's separators;
 * values that must not change are passed as text. Apostrophes are typographic (’), because MessageFormat reads the
 * plain one as a quote.
 */
public final class Messages {
    private final Language language;
    private final Map<String, String> patterns = new TreeMap<>();

    private Messages(Language language) {
        this.language = language;
    }

    /** @param owner a class of the package that the sentences belong to */
    public static Messages of(Class<?> owner, Language language) {
        String file = "messages_" + language.code() + ".properties";
        Messages messages = new Messages(language);
        Properties read = new Properties();
        try (InputStream in = owner.getResourceAsStream(file)) {
            if (in == null) {
                throw new IOException(file + " is not on the class path");
            }
            read.load(new InputStreamReader(in, StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        read.stringPropertyNames().forEach(key -> messages.patterns.put(key, read.getProperty(key)));
        return messages;
    }

    public Language language() {
        return language;
    }

    /** The same messages, each changed before its values are put in: what a value says is never changed. */
    public Messages changed(UnaryOperator<String> change) {
        Messages changed = new Messages(language);
        patterns.forEach((key, pattern) -> changed.patterns.put(key, change.apply(pattern)));
        return changed;
    }

    /**
     * A sentence.
     *
     * @param values in place of {@code {0}}, {@code {1}} and so on
     * @throws IllegalArgumentException if there is no such sentence, or its pattern is invalid
     */
    public String say(String key, Object... values) {
        String pattern = patterns.get(key);
        if (pattern == null) {
            throw new IllegalArgumentException("no message " + key + " in " + language.code());
        }
        return new MessageFormat(pattern, language.locale()).format(values);
    }

    /** All patterns by their keys, in alphabetical order: for pages whose scripts fill them in. */
    public Map<String, String> all() {
        return Collections.unmodifiableMap(patterns);
    }
}
