package io.hourglass.format;

import java.util.HashSet;
import java.util.Set;

/**
 * Reads the kinds of JSON that a safetensors header uses: objects, arrays, strings and non-negative integers. The
 * caller asks for what must come next, so the caller's code limits the nesting, and no tree is built. The reader is
 * strict: no duplicate names, comments, trailing commas, leading zeros, raw control characters or halves of surrogate
 * pairs.
 */
final class JsonReader {
    private final String source;
    private final String text;
    private int at;

    /**
     * A reader at the beginning of the text.
     *
     * @param source starts every message, for instance the file and "header"
     */
    JsonReader(String source, String text) {
        this.source = source;
        this.text = text;
    }

    /** Reads the value of one member of an object. */
    @FunctionalInterface
    interface Member {
        void read(String name) throws FormatException;
    }

    /** Reads one element of an array. */
    @FunctionalInterface
    interface Element {
        void read() throws FormatException;
    }

    /** Reads an object; {@code member} must read each member's value. */
    void object(Member member) throws FormatException {
        expect('{');
        if (skip('}')) {
            return;
        }
        Set<String> names = new HashSet<>();
        do {
            String name = string();
            if (!names.add(name)) {
                throw new FormatException(source + ": " + FormatException.quote(name) + " twice, expected once");
            }
            expect(':');
            member.read(name);
        } while (skip(','));
        expect('}');
    }

    /** Reads an array; {@code element} must read each element. */
    void array(Element element) throws FormatException {
        expect('[');
        if (skip(']')) {
            return;
        }
        do {
            element.read();
        } while (skip(','));
        expect(']');
    }

    /** Reads a whole number from 0 to 2<sup>63</sup> - 1. */
    long integer() throws FormatException {
        skipSpace();
        int start = at;
        long value = 0;
        while (at < text.length() && isDigit(text.charAt(at))) {
            int digit = text.charAt(at) - '0';
            boolean leadingZero = at > start && value == 0;
            if (leadingZero || value > (Long.MAX_VALUE - digit) / 10) {
                throw unexpected("a whole number from 0 to 2^63 - 1");
            }
            value = 10 * value + digit;
            at++;
        }
        if (at == start) {
            throw unexpected("a whole number from 0");
        }
        return value; // whatever comes next refuses a fraction or an exponent
    }

    private static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }

    /** Reads a string and decodes its escapes. */
    String string() throws FormatException {
        expect('"');
        int start = at;
        while (at < text.length() && text.charAt(at) != '"' && text.charAt(at) != '\\' && text.charAt(at) >= ' ') {
            at++;
        }
        if (at < text.length() && text.charAt(at) == '"') {
            return text.substring(start, at++);
        }
        StringBuilder value = new StringBuilder(text.substring(start, at));
        while (at < text.length() && text.charAt(at) != '"') {
            char c = text.charAt(at);
            if (c < ' ') {
                throw unexpected("a control character as an escape");
            }
            at++;
            if (c == '\\') {
                escape(value);
            } else {
                value.append(c);
            }
        }
        if (at == text.length()) {
            throw unexpected("'\"'");
        }
        at++;
        return value.toString();
    }

    private void escape(StringBuilder value) throws FormatException {
        char c = at < text.length() ? text.charAt(at) : 0;
        int index = "\"\\/bfnrt".indexOf(c);
        if (c == 'u') {
            at++;
            char unit = hexUnit();
            value.append(unit);
            if (Character.isSurrogate(unit)) {
                boolean paired = Character.isHighSurrogate(unit) && text.startsWith("\\u", at);
                at += paired ? 2 : 0;
                char low = paired ? hexUnit() : 0;
                if (!Character.isLowSurrogate(low)) {
                    throw unexpected("both halves of a surrogate pair");
                }
                value.append(low);
            }
        } else if (index >= 0) {
            at++;
            value.append("\"\\/\b\f\n\r\t".charAt(index));
        } else {
            throw unexpected("one of the escapes \" \\ / b f n r t u");
        }
    }

    private char hexUnit() throws FormatException {
        int unit = 0;
        for (int i = 0; i < 4; i++) {
            // Character.digit accepts digits of every script, JSON only ASCII
            int digit = at < text.length() && text.charAt(at) < 128 ? Character.digit(text.charAt(at), 16) : -1;
            if (digit < 0) {
                throw unexpected("four hexadecimal digits");
            }
            unit = 16 * unit + digit;
            at++;
        }
        return (char) unit;
    }

    /** Checks that only white space is left. */
    void end() throws FormatException {
        skipSpace();
        if (at < text.length()) {
            throw unexpected("the end");
        }
    }

    private void expect(char c) throws FormatException {
        if (!skip(c)) {
            throw unexpected("'" + c + "'");
        }
    }

    private boolean skip(char c) {
        skipSpace();
        if (at < text.length() && text.charAt(at) == c) {
            at++;
            return true;
        }
        return false;
    }

    private void skipSpace() {
        while (at < text.length() && " \t\n\r".indexOf(text.charAt(at)) >= 0) {
            at++;
        }
    }

    private FormatException unexpected(String expected) {
        String found = at < text.length() ? FormatException.quote(text.substring(at, at + 1)) : "the end";
        return new FormatException(source + ": " + found + " at character " + at + ", expected " + expected);
    }
}
