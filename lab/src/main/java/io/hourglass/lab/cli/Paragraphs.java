package io.hourglass.lab.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Breaks the texts of the help into lines of a given width. */
final class Paragraphs {
    /** What starts a command that is to be copied from the help; the lines that continue it are indented further. */
    static final String INDENT = "  ";

    private static final String CONTINUED = " \\";
    private static final Pattern WORD = Pattern.compile("(?:'[^']*'|\"[^\"]*\"|\\S)+");

    private Paragraphs() {}

    /** Breaks a text between words; only a word that is longer than a line exceeds the width. */
    static List<String> wrap(String text, int width) {
        List<String> lines = new ArrayList<>();
        StringBuilder line = new StringBuilder();
        for (String word : text.strip().split("\\s+")) {
            if (line.length() > 0 && line.length() + 1 + word.length() > width) {
                lines.add(line.toString());
                line.setLength(0);
            }
            line.append(line.length() == 0 ? "" : " ").append(word);
        }
        lines.add(line.toString());
        return lines;
    }

    /**
     * Joins the lines of a description or footer that belong together: those of a command end in a backslash, except
     * the last one.
     */
    static List<String> joined(String[] lines) {
        List<String> whole = new ArrayList<>();
        String begun = "";
        for (String line : lines) {
            String all = begun.isEmpty() ? line : begun + " " + line.strip();
            if (all.endsWith(CONTINUED)) {
                begun = all.substring(0, all.length() - CONTINUED.length());
            } else {
                whole.add(all);
                begun = "";
            }
        }
        return whole;
    }

    /** Whether a line of a description or footer is a command to copy. */
    static boolean isCommand(String line) {
        return line.startsWith(INDENT);
    }

    /**
     * Breaks a command so that it can be pasted into a shell: lines that go on end in a backslash, and an option stays
     * with its value if both fit a line.
     */
    static List<String> command(String command, int width) {
        List<String> lines = new ArrayList<>();
        StringBuilder line = new StringBuilder(INDENT);
        boolean empty = true;
        for (String part : parts(command, width)) {
            if (!empty && line.length() + 1 + part.length() + CONTINUED.length() > width) {
                lines.add(line + CONTINUED);
                line = new StringBuilder(INDENT.repeat(3));
                empty = true;
            }
            line.append(empty ? "" : " ").append(part);
            empty = false;
        }
        lines.add(line.toString());
        return lines;
    }

    /** The words of a command, an option together with the word after it unless they are too long for a line. */
    private static List<String> parts(String command, int width) {
        int most = width - INDENT.length() * 3 - CONTINUED.length();
        List<String> parts = new ArrayList<>();
        boolean option = false;
        Matcher words = WORD.matcher(command);
        while (words.find()) {
            String word = words.group();
            String last = parts.isEmpty() ? "" : parts.get(parts.size() - 1);
            boolean joins = parts.size() == 1 || option && !word.startsWith("-");
            if (joins && !last.isEmpty() && last.length() + 1 + word.length() <= most) {
                parts.set(parts.size() - 1, last + " " + word);
            } else {
                parts.add(word);
            }
            option = word.startsWith("-");
        }
        return parts;
    }
}
