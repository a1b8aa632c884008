package io.hourglass.lab.page;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Files on the class path, with {@code {{name}}} where a value goes. */
public final class Template {
    private static final Pattern PLACE = Pattern.compile("\\{\\{(\\w+)}}");

    private Template() {}

    /** Fills in the values, in one pass: what looks like a placeholder inside a value stays text. */
    public static String fill(String template, Map<String, String> values) {
        return PLACE.matcher(template).replaceAll(place -> {
            String value = values.get(place.group(1));
            if (value == null) {
                throw new IllegalArgumentException("no value for " + place.group());
            }
            return Matcher.quoteReplacement(value);
        });
    }

    /**
     * A file as text.
     *
     * @param owner a class of the package that the file belongs to
     * @param path absolute, or relative to that package
     */
    public static String read(Class<?> owner, String path) throws IOException {
        try (InputStream in = owner.getResourceAsStream(path)) {
            if (in == null) {
                throw new IOException(path + " is not on the class path");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
