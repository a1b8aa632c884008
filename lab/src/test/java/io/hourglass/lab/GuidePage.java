package io.hourglass.lab;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The fenced blocks of a Markdown page, and what the examples among them mean.
 *
 * <p>In a {@code console} block, a line that starts with {@code $ } is a command. It continues on the next line if it
 * ends in a backslash, or if the next line starts with {@code > }. The lines after it, up to the next command, are the
 * output that the page shows. There, a line {@code ...} stands for any number of lines, {@code ...} at the end of a
 * line for the rest of it, and a duration for any other.
 */
final class GuidePage {
    /** Stands for lines that the page leaves out. */
    static final String ANY_LINES = "...";

    private static final Pattern FENCE = Pattern.compile("(\\s*)```+\\s*(\\S*).*");
    private static final Pattern DURATION =
            Pattern.compile("(\\d+ h )?(\\d+ min )?\\b\\d+(\\.\\d+)? (s|ms|µs|ns|min|h)\\b");
    private static final Pattern NUMBER = Pattern.compile("[\\d.,-]*\\d[\\d.,-]*");
    private static final Pattern PROGRAM =
            Pattern.compile("^public (?:final )?(?:class|record) (\\w+)", Pattern.MULTILINE);

    private final Path file;
    private final List<String> lines;

    private GuidePage(Path file, List<String> lines) {
        this.file = file;
        this.lines = lines;
    }

    static GuidePage read(Path file) throws IOException {
        return new GuidePage(file, Files.readAllLines(file));
    }

    /**
     * A fenced block.
     *
     * @param language the word after the opening fence, or an empty one
     * @param start the index of its first line after the fence
     * @param lines what is between the fences
     */
    record Block(String language, int start, List<String> lines) {
        String text() {
            return String.join("\n", lines) + "\n";
        }

        /** The name of the public class that the block holds, if it is a whole program. */
        Optional<String> program() {
            Matcher matcher = PROGRAM.matcher(text());
            return language.equals("java") && matcher.find() ? Optional.of(matcher.group(1)) : Optional.empty();
        }
    }

    /**
     * A command of a console block and the output the page shows after it.
     *
     * @param line the number of its line in the page, from 1
     * @param shown its lines as they stand in the page
     * @param command what bash is given
     * @param expected the lines after it, without empty ones at the end
     */
    record Example(int line, List<String> shown, String command, List<String> expected) {}

    Path file() {
        return file;
    }

    List<Block> blocks() {
        List<Block> blocks = new ArrayList<>();
        int open = -1;
        String language = "";
        for (int i = 0; i < lines.size(); i++) {
            Matcher fence = FENCE.matcher(lines.get(i));
            if (!fence.matches()) {
                continue;
            }
            if (open >= 0) {
                blocks.add(new Block(language, open, List.copyOf(lines.subList(open, i))));
                open = -1;
            } else {
                open = i + 1;
                language = fence.group(2);
                if (!fence.group(1).isEmpty() && !language.isEmpty()) {
                    throw new AssertionError("%s:%d: a %s block must not be indented".formatted(file, open, language));
                }
            }
        }
        if (open >= 0) {
            throw new AssertionError("%s:%d: this block has no end".formatted(file, open));
        }
        return blocks;
    }

    List<Example> examples(Block block) {
        List<Example> examples = new ArrayList<>();
        int i = 0;
        while (i < block.lines().size()) {
            int first = i;
            if (!block.lines().get(i).startsWith("$ ")) {
                throw new AssertionError(
                        "%s:%d: expected a command that starts with '$ '".formatted(file, block.start() + first + 1));
            }
            StringBuilder command = new StringBuilder(block.lines().get(i++).substring(2));
            while (i < block.lines().size()
                    && (block.lines().get(i).startsWith("> ")
                            || command.toString().endsWith("\\"))) {
                String more = block.lines().get(i++);
                command.append('\n').append(more.startsWith("> ") ? more.substring(2) : more);
            }
            List<String> shown = block.lines().subList(first, i);
            int output = i;
            while (i < block.lines().size() && !block.lines().get(i).startsWith("$ ")) {
                i++;
            }
            examples.add(new Example(
                    block.start() + first + 1,
                    shown,
                    command.toString(),
                    withoutEmptyEnd(block.lines().subList(output, i))));
        }
        return examples;
    }

    /** This page with other lines in that block. */
    GuidePage with(Block block, List<String> replacement) {
        List<String> changed = new ArrayList<>(lines.subList(0, block.start()));
        changed.addAll(replacement);
        changed.addAll(lines.subList(block.start() + block.lines().size(), lines.size()));
        return new GuidePage(file, changed);
    }

    void write() throws IOException {
        Files.writeString(file, String.join("\n", lines) + "\n");
    }

    /** Lines without the empty ones at their end. */
    static List<String> withoutEmptyEnd(List<String> lines) {
        int end = lines.size();
        while (end > 0 && lines.get(end - 1).isBlank()) {
            end--;
        }
        return List.copyOf(lines.subList(0, end));
    }

    /** Whether a command printed what the page shows. */
    static boolean matches(List<String> expected, List<String> actual) {
        // fits[a]: whether the expected lines so far fit the first a actual ones.
        boolean[] fits = new boolean[actual.size() + 1];
        fits[0] = true;
        for (String line : expected) {
            boolean[] next = new boolean[fits.length];
            for (int a = 0; a < fits.length; a++) {
                if (line.equals(ANY_LINES)) {
                    next[a] = fits[a] || a > 0 && next[a - 1];
                } else {
                    next[a] = a > 0 && fits[a - 1] && isSame(line, actual.get(a - 1));
                }
            }
            fits = next;
        }
        return fits[actual.size()];
    }

    /**
     * What the page should show: the actual lines, with {@link #ANY_LINES} where the page left lines out, if the lines
     * around it are found again, with other numbers perhaps.
     */
    static List<String> updated(List<String> expected, List<String> actual) {
        List<String> result = new ArrayList<>();
        int from = 0; // first actual line that is not dealt with
        boolean skipping = false;
        for (String line : expected) {
            if (line.equals(ANY_LINES)) {
                result.add(line);
                skipping = true;
                continue;
            }
            int at = skipping ? find(line, actual, from) : from;
            skipping = false;
            if (at >= actual.size() || !isAlike(line, actual.get(at))) {
                return actual;
            }
            result.add(isSame(line, actual.get(at)) ? line : actual.get(at));
            from = at + 1;
        }
        return skipping || from == actual.size() ? result : actual;
    }

    /** Where a line is from there on: the same, or else one that begins with the same numbers, or else one like it. */
    private static int find(String line, List<String> actual, int from) {
        List<Predicate<String>> tests = List.of(
                other -> isSame(line, other),
                other -> isAlike(line, other) && firstNumber(line).equals(firstNumber(other)),
                other -> isAlike(line, other));
        for (Predicate<String> test : tests) {
            for (int at = from; at < actual.size(); at++) {
                if (test.test(actual.get(at))) {
                    return at;
                }
            }
        }
        return actual.size();
    }

    private static String firstNumber(String line) {
        Matcher matcher = NUMBER.matcher(line);
        return matcher.find() ? matcher.group() : "";
    }

    private static boolean isSame(String expected, String actual) {
        if (expected.endsWith(ANY_LINES)) {
            return actual.startsWith(expected.substring(0, expected.length() - ANY_LINES.length()));
        }
        return comparable(expected).equals(comparable(actual));
    }

    private static boolean isAlike(String expected, String actual) {
        return isSame(expected, actual) || withoutNumbers(expected).equals(withoutNumbers(actual));
    }

    private static String withoutNumbers(String line) {
        return NUMBER.matcher(comparable(line)).replaceAll("#");
    }

    private static String comparable(String line) {
        return DURATION.matcher(line.stripTrailing()).replaceAll("<duration>");
    }
}
