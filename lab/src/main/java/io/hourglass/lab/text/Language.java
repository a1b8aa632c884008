package io.hourglass.lab.text;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** The languages of the study's report and of the explorer. */
public enum Language {
    ENGLISH("en", Locale.ROOT),
    FRENCH("fr", Locale.FRENCH);

    private final String code;
    private final Locale locale;

    Language(String code, Locale locale) {
        this.code = code;
        this.locale = locale;
    }

    /** As options, HTML and the names of message files write it, for instance {@code fr}. */
    public String code() {
        return code;
    }

    /** How numbers are written in sentences; files of data always have decimal points. */
    public Locale locale() {
        return locale;
    }

    /**
     * The language of a code.
     *
     * @throws IllegalArgumentException if there is none
     */
    public static Language parse(String code) {
        return Arrays.stream(values())
                .filter(language -> language.code.equals(code))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("'" + code + "', expected "
                        + Arrays.stream(values()).map(Language::code).collect(Collectors.joining(" or "))));
    }
}
