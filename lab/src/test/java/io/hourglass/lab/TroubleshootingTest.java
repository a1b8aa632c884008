package io.hourglass.lab;

import static org.assertj.core.api.Assertions.assertThat;

import io.hourglass.lab.explorer.ExplorerPage;
import io.hourglass.lab.text.Language;
import io.hourglass.lab.text.Messages;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * docs/guide/troubleshooting.md quotes the messages that ask the user for something, and quotes them rightly.
 *
 * <p>A list item that begins with code quotes a message there, or several with "or" between them; "…" stands for any
 * text. In the sources, a message is what the string literals of one statement say, with "…" wherever the program puts
 * something in. Three rules hold:
 *
 * <ol>
 *   <li>Every quoted message is in the sources: all its parts between "…" stand in one message, in this order.
 *   <li>Every message that names an option or tells the user to do something is quoted: this part of it, at least.
 *   <li>All other messages that ask for something say ", expected ..." (the page explains this form once).
 * </ol>
 */
@Tag("once")
class TroubleshootingTest {
    private static final Path ROOT = Path.of("").toAbsolutePath().getParent();
    private static final Path PAGE = ROOT.resolve("docs/guide/troubleshooting.md");
    private static final String GAP = "…";

    /** Java files in which no literal is a message to the user: they write the report's and the pages' text. */
    private static final Pattern OTHER_TEXT = Pattern.compile(".*/lab/report/.*|.*/study/ResultsCsv.java");

    private static final List<String> SCRIPTS =
            List.of("hourglass", "lab/src/dist/lib/launch.sh", "lab/src/dist/bin/hourglass.bat");

    /** An option, or an imperative after a stop. An option at the beginning says where the fault is. */
    private static final Pattern INSTRUCTION = Pattern.compile(
            "(?<!^)--[a-z][a-z-]+|[:;,.(](?: or| and)? "
                    + "(?:ask|bring|choose|give|install|leave|name|put|"
                    + "raise|read|repartition|resume|say|set|sort|start|take"
                    + "|try|use|wait|write)\\b",
            Pattern.CASE_INSENSITIVE);

    /** "expected" that does not follow a comma or its like, nor what the program puts in. */
    private static final Pattern EXPECTED_ELSEWHERE = Pattern.compile("(?<!^)(?<![,:;(…] )(?<![(…])\\bexpected\\b");

    /** How literals begin that are no messages of their own although they name an option; each must be there. */
    private static final List<String> NO_MESSAGES = List.of(
            "Started again with the same folder", // help
            ": … of its …rows held out to test on (--validation", // progress
            "--scale standard", // what "; try …" may say
            "no --hidden (of two networks",
            "no --conv (of two dense networks",
            "a smaller --beta");

    private static List<String> messages;
    private static List<List<String>> quoted;

    @BeforeAll
    static void read() throws IOException {
        messages = new ArrayList<>();
        for (String module : List.of("core", "lab", "spark")) {
            try (Stream<Path> files = Files.walk(ROOT.resolve(module).resolve("src/main/java"))) {
                for (Path file : files.filter(path -> path.toString().endsWith(".java"))
                        .sorted()
                        .toList()) {
                    if (!OTHER_TEXT.matcher(file.toString()).matches()) {
                        messages.addAll(messagesOfJava(Files.readString(file)));
                    }
                }
            }
        }
        messages.addAll(
                messagesOfJava(Files.readString(ROOT.resolve("lab/src/test/java/io/hourglass/lab/Chromium.java"))));
        for (String script : SCRIPTS) {
            messages.addAll(messagesOfScript(Files.readString(ROOT.resolve(script))));
        }
        messages.add(Messages.of(ExplorerPage.class, Language.ENGLISH).say("page.problem", GAP));
        quoted = quoted(Files.readString(PAGE));
    }

    @Test
    void quotedMessagesAreTheSources() {
        assertThat(quoted).hasSizeGreaterThan(40);
        assertThat(quoted.stream().filter(parts -> messages.stream().noneMatch(message -> holds(message, parts))))
                .as("quoted in %s, but in no source", PAGE.getFileName())
                .isEmpty();
    }

    @Test
    void messagesThatTellTheUserToDoSomethingAreQuoted() {
        List<String> missing = messages.stream()
                .filter(message -> NO_MESSAGES.stream().noneMatch(message::startsWith))
                .filter(message -> !instructionsAreQuoted(message))
                .toList();
        assertThat(missing)
                .as("in the sources, but not quoted in %s", PAGE.getFileName())
                .isEmpty();
        assertThat(NO_MESSAGES)
                .allSatisfy(start -> assertThat(messages).anyMatch(message -> message.startsWith(start)));
    }

    @Test
    void whatIsExpectedFollowsWhatIsThere() {
        assertThat(messages.stream()
                        .filter(message -> EXPECTED_ELSEWHERE.matcher(message).find())
                        .filter(message -> !instructionsAreQuoted(message)))
                .isEmpty();
    }

    @Test
    void messagesAreTakenFromStatements() {
        assertThat(messagesOfJava("""
                /** A comment's "text". */
                @Option(names = "--x", description = {"use " + "it", "(or not)"})
                int x = 1; // "no"
                void f() {
                    throw new E(file + ": no column '" + name // "why"
                            + "', expected one" + " of them");
                    char quote = '"';
                    out.printf("%,d rows of \\"%s\\"%n", rows, name);
                }
                """)).containsExactly(": no column '…', expected one of them", "rows of \"…\"");
        assertThat(messagesOfScript("""
                # a comment; install it
                say "$2 is Java $version;" \\
                    "17 or later is needed."
                    echo hourglass: JAVA_HOME ^(%JAVA_HOME%^) holds no java 1>&2
                """))
                .containsExactly("is Java …; 17 or later is needed.", "hourglass: JAVA_HOME (…) holds no java");
        assertThat(quoted("- `a: … is\n  wrong` or `b`\n  `no`\n\n`no`\n"))
                .containsExactly(List.of("a:", "is wrong"), List.of("b"));
    }

    /** Whether those parts stand in the message, one after another. */
    private static boolean holds(String message, List<String> parts) {
        int from = 0;
        for (String part : parts) {
            int at = message.indexOf(part, from);
            if (at < 0) {
                return false;
            }
            from = at + part.length();
        }
        return true;
    }

    /** Whether each instruction in the message is within a part of a quoted message that it holds. */
    private static boolean instructionsAreQuoted(String message) {
        return INSTRUCTION
                .matcher(message)
                .results()
                .allMatch(instruction -> quoted.stream()
                        .filter(parts -> holds(message, parts))
                        .flatMap(List::stream)
                        .anyMatch(part -> {
                            int at = message.lastIndexOf(part, instruction.start());
                            return at >= 0 && at + part.length() >= instruction.end();
                        }));
    }

    private static List<List<String>> quoted(String page) {
        List<List<String>> quoted = new ArrayList<>();
        Matcher item = Pattern.compile("^- (`[^`]+`(?:\\s+or\\s+`[^`]+`)*)", Pattern.MULTILINE)
                .matcher(page);
        while (item.find()) {
            Matcher span = Pattern.compile("`([^`]+)`").matcher(item.group(1));
            while (span.find()) {
                quoted.add(Arrays.stream(normal(span.group(1)).split(GAP))
                        .map(String::strip)
                        .filter(part -> !part.isEmpty())
                        .toList());
            }
        }
        return quoted;
    }

    private static String normal(String text) {
        return text.replaceAll("\\s+", " ").replaceAll("…( ?…)+", GAP).strip();
    }

    /** Comments, literals, and annotations with arguments, which are no statements; else a character at a time. */
    private static final Pattern TOKEN = Pattern.compile(
            "(?<comment>/\\*.*?\\*/|//[^\\n]*)|\"\"\"(?<block>.*?)\"\"\"|\"(?<string>"
                    + "(?:[^\"\\\\]|\\\\.)*)\"|'(?:[^'\\\\]|\\\\.)+'"
                    + "|(?<annotation>@\\w+\\()|(?<other>[\\s+]+|.)",
            Pattern.DOTALL);

    private static List<String> messagesOfJava(String source) {
        List<String> found = new ArrayList<>();
        StringBuilder message = new StringBuilder();
        boolean gap = false; // whether anything but + stood since the last literal
        int depth = 0; // of parentheses within an annotation; 0 outside
        for (Matcher token = TOKEN.matcher(source); token.find(); ) {
            String other = token.group("other");
            if (depth > 0 || token.group("annotation") != null) {
                depth += token.group("annotation") != null || "(".equals(other) ? 1 : ")".equals(other) ? -1 : 0;
            } else if (token.group("string") != null || token.group("block") != null) {
                String literal = token.group("string") != null ? token.group("string") : token.group("block");
                message.append(gap ? GAP : "").append(unescaped(literal));
                gap = false;
            } else if (other != null && ";{}".contains(other)) {
                add(found, message);
                gap = false;
            } else if (token.group("comment") == null && (other == null || !other.matches("[\\s+]+"))) {
                gap = true;
            }
        }
        return found;
    }

    private static void add(List<String> found, StringBuilder message) {
        String text = normal(message.toString()).replaceAll("^(… ?)+|( ?…)+$", "");
        if (text.contains(" ")) { // else a name
            found.add(text);
        }
        message.setLength(0);
    }

    private static String unescaped(String literal) {
        return literal.replaceAll("%[-,+0-9.]*[a-zA-Z&&[^n]]", GAP)
                .replaceAll("%n|\\\\[nrt]", " ")
                .replaceAll("\\\\(.)", "$1");
    }

    /** What say "..." of a shell script, echo of a batch file and a template of JavaScript say. */
    private static List<String> messagesOfScript(String source) {
        List<String> found = new ArrayList<>();
        String lines = source.replaceAll("[\\\\^]\\R\\s*", " ").replaceAll("\" +\"", " "); // continued ones
        Matcher line = Pattern.compile("\\bsay \"([^\"]+)\"|\\becho (hourglass: .*?) 1>&2")
                .matcher(lines);
        while (line.find()) {
            String text = Stream.of(1, 2)
                    .map(line::group)
                    .filter(g -> g != null)
                    .findFirst()
                    .orElseThrow();
            add(
                    found,
                    new StringBuilder(
                            text.replaceAll("\\$\\{[^}]*}|\\$\\w+|%\\w+%", GAP).replace("^", "")));
        }
        return found;
    }
}
