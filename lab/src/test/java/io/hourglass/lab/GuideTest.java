package io.hourglass.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.hourglass.lab.GuidePage.Block;
import io.hourglass.lab.GuidePage.Example;
import io.hourglass.lab.cli.CommandLines;
import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine.ParameterException;

/**
 * The examples of README.md and docs/guide: run by the launcher that users have, README's in a folder of their own, and
 * the guide's in one folder, page after page.
 *
 * <p>After a change that is meant, let it write what the commands print now into the pages, and read the difference:
 *
 * <pre>mvn -o -Dquick -Dmaven.test.skip=false -Dsurefire.failIfNoSpecifiedTests=false test -pl lab -am \
 *     -Dtest=GuideTest -Dguide.update=true</pre>
 *
 * <p>{@code -Dguide.page=tables} runs the examples of that page alone; it may need files of others: {@code
 * -Dguide.page='started|own-data'}.
 */
@Tag("guide")
class GuideTest {
    /** Pages whose console blocks are run. A page may use what the ones before it have written. */
    private static final List<String> PAGES = List.of(
            "README.md",
            "docs/guide/getting-started.md",
            "docs/guide/command-line.md",
            "docs/guide/tables.md",
            "docs/guide/your-own-data.md",
            "docs/guide/images.md",
            "docs/guide/anomalies.md",
            "docs/guide/time-series.md",
            "docs/guide/compression.md",
            "docs/guide/pytorch-onnx.md",
            "docs/guide/library.md",
            "docs/guide/explorer.md",
            "docs/guide/troubleshooting.md");

    /** What the JDK says of the vector module at each start; the guide shows it once and leaves it out elsewhere. */
    private static final Pattern OF_THE_JDK =
            Pattern.compile("WARNING: Using incubator modules: .*|warning: using incubating module.*|1 warning");

    private static final Path ROOT = Path.of("").toAbsolutePath().getParent();
    private static final boolean UPDATE = Boolean.getBoolean("guide.update");
    private static final Pattern CHOSEN = Pattern.compile(System.getProperty("guide.page", ""));

    @TempDir
    static Path temporary;

    private static Path clone;
    private static Path guide;
    private static Path bin;
    private static Path core;
    private static String options = "";

    @BeforeAll
    static void installHourglass() throws Exception {
        assumeTrue(File.separatorChar == '/', "the guide's commands are for a POSIX system");
        assumeTrue(
                Stream.of(System.getenv("PATH").split(":")).anyMatch(path -> Files.isExecutable(Path.of(path, "bash"))),
                "bash is not on the PATH");
        Path lib = Files.createDirectories(temporary.resolve("lib"));
        for (String entry : System.getProperty("java.class.path").split(File.pathSeparator)) {
            Path path = Path.of(entry);
            if (Files.isDirectory(path) && !path.endsWith("test-classes")) {
                jar(path, lib.resolve("hourglass-" + module(path) + ".jar"));
            } else if (Files.isRegularFile(path)) {
                Files.createSymbolicLink(lib.resolve(path.getFileName()), path);
            }
        }
        try (Stream<Path> jars = Files.list(lib)) {
            core = jars.filter(jar -> jar.getFileName().toString().startsWith("hourglass-core"))
                    .findFirst()
                    .orElseThrow();
        }
        bin = Files.createDirectories(temporary.resolve("bin"));
        Path launcher = Files.writeString(bin.resolve("hourglass"), """
                #!/bin/sh
                . '%s/lab/src/dist/lib/launch.sh'
                find_java
                run '%s' '%s' "$@"
                """.formatted(ROOT, ROOT, lib));
        Files.setPosixFilePermissions(launcher, PosixFilePermissions.fromString("rwxr-xr-x"));
        clone = Files.createDirectories(temporary.resolve("clone"));
        Files.createSymbolicLink(clone.resolve("hourglass"), launcher);
        guide = Files.createDirectories(temporary.resolve("guide"));
        for (Path folder : List.of(clone, guide)) {
            Files.createSymbolicLink(folder.resolve("data"), ROOT.resolve("data"));
        }
        archiveClasses();
    }

    /** JUnit warns of each link that it finds in a folder it deletes. */
    @AfterAll
    static void deleteLinks() throws IOException {
        try (Stream<Path> files = Files.walk(temporary, 2)) {
            for (Path link : files.filter(Files::isSymbolicLink).toList()) {
                Files.delete(link);
            }
        }
    }

    /**
     * Has the JVM keep the classes of a command in an archive, from which all others start in half the time. It changes
     * nothing else, and where it does not work commands start as usual.
     */
    private static void archiveClasses() throws IOException, InterruptedException {
        Files.writeString(guide.resolve("a.csv"), "1,2\n2,3\n3,5\n4,5\n");
        Path list = temporary.resolve("classes.txt");
        Path archive = temporary.resolve("classes.jsa");
        String train = "hourglass train --data a.csv --latent 1 --epochs 1 -o a.safetensors";
        execute("HOURGLASS_JAVA_OPTS=-XX:DumpLoadedClassList=" + list + " " + train, guide);
        execute("rm -f a.csv a.safetensors", guide);
        options = "-Xlog:disable -XX:SharedArchiveFile=" + archive;
        execute(
                "HOURGLASS_JAVA_OPTS='-Xshare:dump -XX:SharedClassListFile=" + list + " " + options + "' " + train,
                guide);
    }

    @TestFactory
    Stream<DynamicTest> examplesPrintWhatThePageShows() {
        return PAGES.stream()
                .filter(page -> Files.exists(ROOT.resolve(page)))
                .filter(page -> CHOSEN.matcher(page).find())
                .map(page -> DynamicTest.dynamicTest(page, () -> run(page)));
    }

    @TestFactory
    Stream<DynamicTest> shownCommandsParse() throws IOException {
        return allPages().stream().map(page -> DynamicTest.dynamicTest(page, () -> parse(page)));
    }

    @Test
    void allPagesWithConsoleBlocksAreRun() throws IOException {
        for (String page : allPages()) {
            if (!PAGES.contains(page)) {
                assertThat(GuidePage.read(ROOT.resolve(page)).blocks())
                        .as("%s: not among the pages whose examples are run", page)
                        .noneMatch(block -> block.language().equals("console"));
            }
        }
    }

    @Test
    void outputIsComparedLineByLine() {
        List<String> actual = List.of("reading x.csv", "epoch 1: 0.5, 12 s", "epoch 2: 0.4, 1 min 02 s", "done");
        assertThat(GuidePage.matches(actual, actual)).isTrue();
        assertThat(GuidePage.matches(List.of("reading x.csv", "...", "done"), actual))
                .isTrue();
        assertThat(GuidePage.matches(List.of("...", "epoch 2: 0.4, 7.3 s", "..."), actual))
                .isTrue();
        assertThat(GuidePage.matches(List.of("...", "epoch 2: 0.5, 7.3 s", "..."), actual))
                .isFalse();
        assertThat(GuidePage.matches(List.of("...", "done", "..."), actual)).isTrue();
        assertThat(GuidePage.matches(List.of("reading x.csv", "..."), actual)).isTrue();
        assertThat(GuidePage.matches(List.of("reading x.csv"), actual)).isFalse();
        assertThat(GuidePage.matches(List.of(), actual)).isFalse();
        assertThat(GuidePage.matches(List.of("..."), List.of())).isTrue();
        assertThat(GuidePage.matches(List.of("...", "epoch 2: 0.4...", "done"), actual))
                .isTrue();
        assertThat(GuidePage.matches(List.of("...", "epoch 2: 0.5...", "done"), actual))
                .isFalse();
        assertThat(GuidePage.updated(List.of("reading y.csv"), actual)).isEqualTo(actual);
        assertThat(GuidePage.updated(List.of("...", "epoch 2: 0.7, 39 s", "..."), actual))
                .containsExactly("...", "epoch 2: 0.4, 1 min 02 s", "...");
        assertThat(GuidePage.updated(List.of("...", "epoch 2: 0.7, 3 min 09 s"), actual))
                .isEqualTo(actual);
    }

    private static List<String> allPages() throws IOException {
        List<String> pages = new ArrayList<>(List.of("README.md"));
        if (Files.isDirectory(ROOT.resolve("docs/guide"))) {
            try (Stream<Path> files = Files.list(ROOT.resolve("docs/guide"))) {
                files.filter(file -> file.toString().endsWith(".md"))
                        .map(file -> "docs/guide/" + file.getFileName())
                        .sorted()
                        .forEach(pages::add);
            }
        }
        return pages;
    }

    /** Runs a page's examples; a wrong one does not keep the following from being run. */
    private static void run(String name) throws Exception {
        Path folder = name.equals("README.md") ? clone : guide;
        GuidePage page = GuidePage.read(ROOT.resolve(name));
        GuidePage rewritten = page;
        List<String> faults = new ArrayList<>();
        int shift = 0; // lines that blocks before this one have gained
        for (Block block : page.blocks()) {
            if (block.program().isPresent()) {
                Files.writeString(folder.resolve(block.program().get() + ".java"), block.text());
            }
            if (!block.language().equals("console")) {
                continue;
            }
            List<String> updated = new ArrayList<>();
            List<Example> examples = page.examples(block);
            for (int i = 0; i < examples.size(); i++) {
                Example example = examples.get(i);
                Outcome outcome = execute(example.command(), folder);
                String fault = fault(example, outcome);
                if (!fault.isEmpty()) {
                    faults.add("%s:%d: %s%n".formatted(name, example.line(), fault));
                }
                updated.addAll(example.shown());
                boolean same = GuidePage.matches(example.expected(), outcome.lines());
                updated.addAll(same ? example.expected() : GuidePage.updated(example.expected(), outcome.lines()));
                updated.addAll(emptyLines(block, examples, i));
            }
            Block moved = new Block(block.language(), block.start() + shift, block.lines());
            rewritten = rewritten.with(moved, updated);
            shift += updated.size() - block.lines().size();
        }
        if (UPDATE) {
            rewritten.write();
            faults.removeIf(fault -> !fault.contains("ended with"));
        }
        if (!faults.isEmpty()) {
            throw new AssertionError(
                    "%d examples of %s are wrong:%n%s".formatted(faults.size(), name, String.join("\n", faults)));
        }
    }

    /** The empty lines between an example and the next. */
    private static List<String> emptyLines(Block block, List<Example> examples, int i) {
        Example example = examples.get(i);
        int first = example.line() - block.start() - 1;
        int end = i + 1 < examples.size()
                ? examples.get(i + 1).line() - block.start() - 1
                : block.lines().size();
        return block.lines()
                .subList(first + example.shown().size() + example.expected().size(), end);
    }

    private static String fault(Example example, Outcome outcome) {
        boolean shownToFail = example.expected().stream().anyMatch(line -> line.startsWith("hourglass: "));
        boolean update = UPDATE && outcome.lines().stream().anyMatch(line -> line.startsWith("hourglass: "));
        boolean exitIsRight = shownToFail || update ? outcome.exit() == 1 || outcome.exit() == 2 : outcome.exit() == 0;
        if (exitIsRight && GuidePage.matches(example.expected(), outcome.lines())) {
            return "";
        }
        StringBuilder text = new StringBuilder(String.join("\n", example.shown()));
        if (!exitIsRight) {
            text.append("\nended with exit code ").append(outcome.exit());
        }
        text.append("\n--- expected\n");
        example.expected().forEach(line -> text.append(line).append('\n'));
        text.append("--- printed\n");
        outcome.lines().forEach(line -> text.append(line).append('\n'));
        return text.toString();
    }

    private record Outcome(int exit, List<String> lines) {}

    /** Runs a command as a reader does who has Hourglass on the PATH. */
    private static Outcome execute(String command, Path folder) throws IOException, InterruptedException {
        Path log = temporary.resolve("output.txt");
        ProcessBuilder builder = new ProcessBuilder("bash", "-c", command)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile());
        Path java = Path.of(System.getProperty("java.home"));
        builder.environment()
                .put(
                        "PATH",
                        bin + File.pathSeparator + java.resolve("bin") + File.pathSeparator + System.getenv("PATH"));
        builder.environment().put("JAVA_HOME", java.toString());
        builder.environment().put("HOURGLASS_JAR", core.toString());
        builder.environment().put("LC_ALL", "C.UTF-8");
        builder.environment().put("HOURGLASS_JAVA_OPTS", options);
        List.of("JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS", "CLASSPATH").forEach(builder.environment()::remove);
        Process process = builder.start();
        process.getOutputStream().close();
        boolean ended = process.waitFor(10, TimeUnit.MINUTES);
        if (!ended) {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly().waitFor();
        }
        List<String> lines = new ArrayList<>(Files.readString(log, StandardCharsets.UTF_8)
                .lines()
                .filter(line -> !OF_THE_JDK.matcher(line).matches())
                .toList());
        if (!ended) {
            lines.add("(stopped after ten minutes)");
        }
        return new Outcome(ended ? process.exitValue() : -1, GuidePage.withoutEmptyEnd(lines));
    }

    /** Checks the commands that a page shows without their output. */
    private static void parse(String name) throws IOException {
        GuidePage page = GuidePage.read(ROOT.resolve(name));
        for (Block block : page.blocks()) {
            if (!block.language().equals("sh")) {
                continue;
            }
            List<String> commands = block.text().replace("\\\n", " ").lines().toList();
            for (String command : commands) {
                List<String> words = words(command.strip());
                while (!words.isEmpty() && words.get(0).matches("[A-Z_]+=.*")) {
                    words.remove(0);
                }
                if (words.isEmpty() || !words.remove(0).matches("(\\./|bin/|.*/bin/)?hourglass")) {
                    continue;
                }
                try {
                    CommandLines.parse(words);
                } catch (ParameterException e) {
                    throw new AssertionError(
                            "%s: the block at line %d: %s: %s".formatted(name, block.start(), command, e.getMessage()),
                            e);
                }
            }
        }
    }

    /** A command's words as the shell gives them to a program, up to a pipe, a redirection or a comment. */
    static List<String> words(String command) {
        List<String> words = new ArrayList<>();
        StringBuilder word = new StringBuilder();
        boolean begun = false;
        char quote = 0;
        for (int i = 0; i < command.length(); i++) {
            char c = command.charAt(i);
            if (quote != 0) {
                if (c == quote) {
                    quote = 0;
                } else {
                    word.append(c);
                }
            } else if (c == '"' || c == '\'') {
                quote = c;
                begun = true;
            } else if ("|<>&;".indexOf(c) >= 0 || c == '#' && !begun) {
                break;
            } else if (Character.isWhitespace(c)) {
                if (begun) {
                    words.add(word.toString());
                    word.setLength(0);
                    begun = false;
                }
            } else {
                word.append(c);
                begun = true;
            }
        }
        if (begun) {
            words.add(word.toString());
        }
        return words;
    }

    @Test
    void wordsAreTheShells() {
        assertThat(words("hourglass x --only-labels '\"a,b\",c' -o \"my file\"  # why"))
                .containsExactly("hourglass", "x", "--only-labels", "\"a,b\",c", "-o", "my file");
        assertThat(words("a b#c ''|d")).isEqualTo(Arrays.asList("a", "b#c", ""));
    }

    /** Which module's classes a folder holds: {@code lab} for {@code lab/target/classes}. */
    private static String module(Path classes) {
        Path path = classes.toAbsolutePath();
        while (path != null && !Files.exists(path.resolve("pom.xml"))) {
            path = path.getParent();
        }
        assertThat(path).as("the module of %s", classes).isNotNull();
        return path.getFileName().toString();
    }

    /** A jar of a folder of classes. */
    private static void jar(Path classes, Path jar) throws IOException {
        try (OutputStream out = Files.newOutputStream(jar);
                ZipOutputStream zip = new ZipOutputStream(out);
                Stream<Path> files = Files.walk(classes)) {
            for (Path file : files.filter(Files::isRegularFile).sorted().toList()) {
                zip.putNextEntry(new ZipEntry(classes.relativize(file).toString()));
                Files.copy(file, zip);
                zip.closeEntry();
            }
        }
    }
}
