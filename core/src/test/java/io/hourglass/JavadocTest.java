package io.hourglass;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.io.StringWriter;
import java.lang.module.ModuleDescriptor;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.tools.DiagnosticCollector;
import javax.tools.DocumentationTool;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The reference that users of the library read: complete, without warnings, with examples that compile. */
@Tag("once")
class JavadocTest {
    private static final Path SOURCES = Path.of(System.getProperty("basedir", "."), "src", "main", "java");

    /** What an example may use without declaring it; no two examples see each other. */
    private static final String GIVEN =
            "Dataset train, Dataset validation, Dataset test, Autoencoder model, java.nio.file.Path file";

    private static final Pattern TYPE = Pattern.compile(
            "^/\\*\\*(?<doc>.*?)\\*/\\s*^public (final |sealed )?(class|record|enum|interface) (?<name>\\w+)",
            Pattern.MULTILINE | Pattern.DOTALL);
    private static final Pattern EXAMPLE =
            Pattern.compile("<pre>\\{@code\\n(?<code>.*?)\\n *\\* \\}</pre>", Pattern.DOTALL);

    @TempDir
    Path folder;

    /** Nothing is missing in the packages that users see: every {@code @param}, {@code @return} and {@code @throws}. */
    @Test
    void exportedPackagesAreDocumentedCompletely() throws Exception {
        List<String> options = new ArrayList<>(List.of("-Xdoclint:all"));
        options.addAll(exported());
        assertThat(warnings(options)).isEmpty();
        assertThat(folder.resolve("io.hourglass/io/hourglass/Autoencoder.html")).exists();
    }

    @Test
    void internalPackagesHaveNoMistakes() throws Exception {
        assertThat(warnings(List.of("-Xdoclint:all,-missing", "-subpackages", "io.hourglass")))
                .isEmpty();
        assertThat(folder.resolve("io.hourglass/io/hourglass/Autoencoder.html")).exists();
    }

    /** Errors of javadoc, and its warnings about places in the sources. */
    private List<String> warnings(List<String> more) {
        DocumentationTool javadoc = ToolProvider.getSystemDocumentationTool();
        assumeTrue(javadoc != null, "this Java has no javadoc");
        Path tiles =
                location(Autoencoder.class).resolveSibling("generated-sources").resolve("tiles");
        List<String> options = new ArrayList<>(List.of(
                "-quiet",
                "-Xmaxwarns",
                "1000",
                "-d",
                folder.toString(),
                "--module-path",
                location(NullMarked.class).toString(),
                "--add-modules",
                "jdk.incubator.vector",
                "-sourcepath",
                SOURCES + File.pathSeparator + tiles));
        options.addAll(more);
        DiagnosticCollector<JavaFileObject> found = new DiagnosticCollector<>();
        StringWriter out = new StringWriter();
        boolean ok = javadoc.getTask(out, null, found, null, options, null).call();
        assertThat(ok).as(() -> out + " " + found.getDiagnostics()).isTrue();
        // Warnings without a source are about the incubating vector module.
        return found.getDiagnostics().stream()
                .filter(d -> d.getSource() != null)
                .map(d -> d.getSource().getName() + ":" + d.getLineNumber() + ": " + d.getMessage(Locale.ROOT))
                .toList();
    }

    private static Path location(Class<?> type) {
        return Path.of(URI.create(
                type.getProtectionDomain().getCodeSource().getLocation().toString()));
    }

    @Test
    void everyExportedTypeShowsAUse() throws IOException {
        int types = 0;
        for (Path source : exportedSources()) {
            Matcher type = TYPE.matcher(Files.readString(source, StandardCharsets.UTF_8));
            if (type.find()) {
                types++;
                assertThat(source.getFileName()).hasToString(type.group("name") + ".java");
                assertThat(EXAMPLE.matcher(type.group("doc")).find())
                        .as("example of %s", type.group("name"))
                        .isTrue();
            }
        }
        assertThat(types).isEqualTo((int) publicTypes());
    }

    /** Counts the class files, so that no type is missed because its declaration looks different. */
    private static long publicTypes() throws IOException {
        long types = 0;
        for (Path source : exportedSources()) {
            String name = SOURCES.relativize(source)
                    .toString()
                    .replaceAll("\\.java$", "")
                    .replace('/', '.');
            try {
                types += java.lang.reflect.Modifier.isPublic(Class.forName(name).getModifiers()) ? 1 : 0;
            } catch (ClassNotFoundException e) {
                throw new AssertionError(name, e);
            }
        }
        return types;
    }

    @Test
    void theExamplesCompile() throws IOException {
        StringBuilder program = new StringBuilder("import java.nio.file.*;\nimport java.util.*;\n");
        exported().forEach(name -> program.append("import ").append(name).append(".*;\n"));
        program.append("class Examples {\n");
        int examples = 0;
        for (Path source : exportedSources()) {
            Matcher example = EXAMPLE.matcher(Files.readString(source, StandardCharsets.UTF_8));
            while (example.find()) {
                String code = example.group("code").replaceAll("(?m)^ *\\* ?", "");
                program.append("// ").append(source.getFileName()).append('\n');
                program.append("void example").append(examples++).append('(').append(GIVEN);
                program.append(") throws Exception {\n").append(code).append("\n}\n");
            }
        }
        program.append("}\n");
        assertThat(examples).isGreaterThan(20);
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        assumeTrue(compiler != null, "this Java has no compiler");
        Path classes = Path.of(URI.create(Autoencoder.class
                .getProtectionDomain()
                .getCodeSource()
                .getLocation()
                .toString()));
        // On the module path, examples see the exported packages only, as users do.
        List<String> options = List.of(
                "-proc:none",
                "-d",
                folder.toString(),
                "--module-path",
                classes.toString(),
                "--add-modules",
                "io.hourglass");
        JavaFileObject unit = new SimpleJavaFileObject(URI.create("mem:///Examples.java"), JavaFileObject.Kind.SOURCE) {
            @Override
            public CharSequence getCharContent(boolean ignoreEncodingErrors) {
                return program;
            }
        };
        DiagnosticCollector<JavaFileObject> found = new DiagnosticCollector<>();
        boolean ok = compiler.getTask(null, null, found, options, null, List.of(unit))
                .call();
        assertThat(ok)
                .as(() -> found.getDiagnostics() + "\n" + numbered(program.toString()))
                .isTrue();
        assertThat(folder.resolve("Examples.class")).exists();
    }

    private static String numbered(String program) {
        String[] lines = program.split("\n");
        Arrays.setAll(lines, i -> i + 1 + ": " + lines[i]);
        return String.join("\n", lines);
    }

    private static List<String> exported() {
        return Autoencoder.class.getModule().getDescriptor().exports().stream()
                .filter(e -> !e.isQualified())
                .map(ModuleDescriptor.Exports::source)
                .sorted()
                .toList();
    }

    private static List<Path> exportedSources() throws IOException {
        List<Path> sources = new ArrayList<>();
        for (String name : exported()) {
            try (Stream<Path> files = Files.list(SOURCES.resolve(name.replace('.', '/')))) {
                files.filter(file -> file.getFileName().toString().matches("\\w+\\.java"))
                        .sorted()
                        .forEach(sources::add);
            }
        }
        return sources;
    }
}
