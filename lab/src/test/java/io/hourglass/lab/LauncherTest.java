package io.hourglass.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The launch scripts, in a checkout and an unzipped release made up for the test, with a java and a Maven that only say
 * what they were asked for. All paths hold a space.
 */
class LauncherTest {
    /** What the scripts may use beside the shell's own commands; no Java and no Maven among them. */
    private static final List<String> TOOLS = List.of(
            "sh",
            "cat",
            "cp",
            "dirname",
            "find",
            "head",
            "mkdir",
            "mv",
            "readlink",
            "rm",
            "sed",
            "sleep",
            "stty",
            "tail");

    /** What lets the program load the vector module. */
    private static final String OPENED = "<--add-exports=java.base/jdk.internal.module=ALL-UNNAMED>";

    @TempDir
    Path temporary;

    private Path root;
    private Path checkout;
    private Path unzipped;
    private Path path;

    private record Outcome(int exit, String out, String err) {}

    @BeforeEach
    void setUp() throws Exception {
        assumeTrue(File.separatorChar == '/', "needs a POSIX shell");
        root = Files.createDirectories(temporary.toRealPath().resolve("some where"));
        path = Files.createDirectory(root.resolve("path"));
        for (String tool : TOOLS) {
            Path found = Stream.of(System.getenv("PATH").split(":"))
                    .map(folder -> Path.of(folder, tool))
                    .filter(Files::isExecutable)
                    .findFirst()
                    .orElseThrow(() -> new AssertionError(tool + " is not on the PATH"));
            // A script, not a link: some systems have one binary for all tools that looks at its own name.
            script(path.resolve(tool), "exec '" + found + "' \"$@\"");
        }
        Path project = Path.of("").toAbsolutePath().getParent();
        checkout = Files.createDirectory(root.resolve("checkout"));
        copy(project.resolve("hourglass"), checkout.resolve("hourglass"));
        copy(project.resolve("lab/src/dist/lib"), checkout.resolve("lab/src/dist/lib"));
        for (String file :
                List.of("pom.xml", "core/pom.xml", "lab/pom.xml", "core/src/main/A.java", "lab/src/main/B.java")) {
            Files.createDirectories(checkout.resolve(file).getParent());
            Files.writeString(checkout.resolve(file), file);
        }
        unzipped = root.resolve("unzipped");
        copy(project.resolve("lab/src/dist/bin"), unzipped.resolve("bin"));
        copy(project.resolve("lab/src/dist/lib"), unzipped.resolve("lib"));
    }

    @Test
    void saysWhenThereIsNoJava() throws Exception {
        Outcome outcome = release(null, "--version");
        assertThat(outcome.exit()).isEqualTo(1);
        assertThat(outcome.out()).isEmpty();
        assertThat(outcome.err())
                .isEqualTo("hourglass: No Java 17 or later found. Install a JDK (for example Temurin from"
                        + " https://adoptium.net) or set JAVA_HOME to one.\n");
    }

    @Test
    void startsTheJavaOfJavaHome() throws Exception {
        jdk("on path", "25.0.1", path);
        Path home = jdk("jdk", "17.0.15", null);
        Outcome outcome = release(home, "train", "--data", "my data", "");
        assertThat(outcome.exit()).isEqualTo(7);
        assertThat(outcome.err()).isEmpty();
        assertThat(outcome.out())
                .startsWith("<java 17.0.15>" + OPENED + "<-XX:ObjectAlignmentInBytes=64>")
                .contains("<-Dhourglass.home=" + unzipped + ">", "<-cp><" + unzipped + "/lib/*>")
                .doesNotContain("hourglass.tty")
                .endsWith("<io.hourglass.lab.cli.Main><train><--data><my data><>\n");
    }

    /** Java would say it in many lines, or not at all. */
    @Test
    void saysWhenTooFewFilesMayBeOpen() throws Exception {
        Path home = jdk("jdk", "17.0.15", null);
        script(root.resolve("limited"), "ulimit -n 20\nexec '" + unzipped.resolve("bin/hourglass") + "' \"$@\"");
        Outcome outcome = run(root.resolve("limited"), home, "info", "m.safetensors");
        assertThat(outcome.exit()).isEqualTo(1);
        assertThat(outcome.out()).isEmpty();
        assertThat(outcome.err())
                .isEqualTo("hourglass: The limit on open files (ulimit -n) is 20; 32 or more are needed.\n");
    }

    /** In the locale C Java could neither open a file named with an umlaut nor print one. */
    @ParameterizedTest
    @CsvSource({
        "'', C.UTF-8",
        "LANG=C, C.UTF-8",
        "LC_ALL=POSIX LANG=de_DE.UTF-8, C.UTF-8",
        "LC_CTYPE=C LANG=de_DE.ISO-8859-1, C.UTF-8",
        "LANG=nowhere.UTF-8, C.UTF-8",
        "LANG=de_DE.ISO-8859-1, ''",
        "LC_ALL=de_DE.ISO-8859-1 LANG=C, de_DE.ISO-8859-1"
    })
    void letsJavaUseUnicode(String variables, String expected) throws Exception {
        assumeTrue(Files.isDirectory(Path.of("/usr/lib/locale/C.utf8")), "no locale C.UTF-8 here");
        Path home = jdk("jdk", "17", null);
        Map<String, String> environment = new HashMap<>();
        for (String variable : variables.split(" ")) {
            if (!variable.isEmpty()) {
                environment.put(variable.split("=")[0], variable.split("=")[1]);
            }
        }
        assertThat(await(start(unzipped.resolve("bin/hourglass"), home, environment, "info"))
                        .exit())
                .isEqualTo(7);
        assertThat(home.resolve("bin/java.locale")).hasContent(expected);
    }

    @Test
    void helpAndVersionNeedNoVectorModule() throws Exception {
        Path home = jdk("jdk", "17", null);
        assertThat(release(home, "--version").out()).doesNotContain("add-exports");
        assertThat(release(home, "train", "--help").out()).doesNotContain("add-exports");
        assertThat(release(home, "help", "train").out()).doesNotContain("add-exports");
        assertThat(release(home, "completion", "bash").out()).doesNotContain("add-exports");
        assertThat(release(home).out()).doesNotContain("add-exports");
        assertThat(release(home, "columns", "help").out()).contains("add-exports"); // the name of a file
    }

    /** With other versions, what opens the JDK is not tried. */
    @Test
    void laterVersionsOfJavaGetTheModuleAtTheStart() throws Exception {
        assertThat(release(jdk("jdk", "25.0.1", null), "train").out())
                .contains(OPENED)
                .doesNotContain("add-modules");
        assertThat(release(jdk("later", "26", null), "train").out())
                .contains("<--add-modules=jdk.incubator.vector>")
                .doesNotContain("add-exports");
    }

    /** Info reads a model, which chooses kernels: without the module, it would say that they are slow. */
    @Test
    void infoNeedsNoVectorModule() throws Exception {
        Path home = jdk("jdk", "17", null);
        assertThat(release(home, "info", "m.safetensors").out())
                .doesNotContain("add-exports")
                .contains("<-Dhourglass.kernels=scalar>");
        assertThat(release(home, "train", "--data", "info").out())
                .contains("add-exports")
                .doesNotContain("hourglass.kernels");
        // The user's options may name kernels that need it.
        Map<String, String> options = Map.of("HOURGLASS_JAVA_OPTS", "-Dhourglass.kernels=256");
        assertThat(await(start(unzipped.resolve("bin/hourglass"), home, options, "info"))
                        .out())
                .contains("add-exports", "<-Dhourglass.kernels=256>")
                .doesNotContain("scalar");
    }

    /** Java complains about an archive that another version has made. */
    @Test
    void usesAnArchiveOfTheSameJavaOnly() throws Exception {
        Path archive = Files.createFile(unzipped.resolve("lib/hourglass-17.0.15.jsa"));
        String option = "<-XX:SharedArchiveFile=" + archive + "><-Xlog:cds=off>";
        Path home = jdk("jdk", "17.0.15", null);
        assertThat(release(home, "encode").out()).contains("add-exports", option);
        assertThat(release(home, "info").out()).contains("add-exports", option);
        assertThat(release(home, "--help").out()).doesNotContain("SharedArchiveFile"); // made with the module
        assertThat(release(jdk("other", "17.0.16", null), "encode").out()).doesNotContain("SharedArchiveFile");
    }

    @Test
    void makesAnArchiveAfterBuilding() throws Exception {
        Path home = jdk("jdk", "17.0.15", null);
        script(home.resolve("bin/java"), """
                if [ "$1" = -version ]; then
                    echo 'openjdk version "17.0.15" 2025-04-15' >&2
                    exit 0
                fi
                for argument in "$@"; do
                    case $argument in
                    -XX:SharedClassListFile=*) cat "${argument#*=}" >classes.jsa ;;
                    -XX:DumpLoadedClassList=*) echo classes of "$@" >"${argument#*=}" ;;
                    esac
                done
                printf '<%s>' "$@"
                """);
        maven("");
        Outcome first = launcher(home, "info");
        Path archive = checkout.resolve("target/app/lib/hourglass-17.0.15.jsa");
        assertThat(first.err()).isEqualTo("hourglass: Building Hourglass (first use, about a minute) ...\n");
        assertThat(first.out())
                .startsWith(OPENED + "<-XX:ObjectAlignmentInBytes=64>")
                .contains(
                        "<-XX:CompileCommand=quiet>",
                        "CompileThresholdScaling,io.hourglass.compute.VectorTiles::*,0.05>",
                        "<-XX:SharedArchiveFile=" + archive + ">")
                .endsWith("<io.hourglass.lab.cli.Main><info>");
        assertThat(archive)
                .content()
                .startsWith("classes of --add-exports=java.base/jdk.internal.module=ALL-UNNAMED ")
                .contains("-XX:ObjectAlignmentInBytes=64")
                .contains("-cp " + checkout + "/target/app/lib/* ", " encode ");
        assertThat(checkout.resolve("target/app/lib/archive")).doesNotExist();
    }

    @ParameterizedTest
    @CsvSource({"11.0.2, 11", "1.8.0_292, 8", "9, 9"})
    void refusesAnOldJavaHomeAndTriesThePath(String version, int major) throws Exception {
        Path home = jdk("old", version, null);
        jdk("on path", "21.0.1", path);
        Outcome outcome = release(home, "info");
        assertThat(outcome.err())
                .isEqualTo("hourglass: JAVA_HOME (" + home + ") is Java " + major + "; 17 or later is needed.\n"
                        + "hourglass: Trying the java on the PATH instead.\n");
        assertThat(outcome.out()).startsWith("<java 21.0.1>");
    }

    @Test
    void refusesABrokenJavaHome() throws Exception {
        Outcome outcome = release(root.resolve("nowhere"), "info");
        assertThat(outcome.exit()).isEqualTo(1);
        assertThat(outcome.err())
                .contains("JAVA_HOME (" + root + "/nowhere) has no bin/java.", "No Java 17 or later found");

        Path home = jdk("broken", "17", null);
        script(home.resolve("bin/java"), "exit 127");
        assertThat(release(home, "info").err()).contains("JAVA_HOME (" + home + ") does not run.");
    }

    @ParameterizedTest
    @CsvSource({"17.0.15, false", "25-ea, false", "1.8.0_292, true", "11, true"})
    void readsTheVersionFromTheReleaseFileWhereThereIsOne(String version, boolean refused) throws Exception {
        Path home = jdk("jdk", "not asked", null);
        Files.writeString(
                home.resolve("release"), "IMPLEMENTOR=\"x\"\nJAVA_VERSION=\"" + version + "\"\nOS_NAME=\"Linux\"");
        assertThat(release(home, "info").exit()).isEqualTo(refused ? 1 : 7);
    }

    @Test
    void oldJavaOnThePathIsNamed() throws Exception {
        jdk("on path", "11.0.2", path);
        Outcome outcome = release(null, "info");
        assertThat(outcome.exit()).isEqualTo(1);
        assertThat(outcome.err()).contains("/java is Java 11; 17 or later is needed.", "No Java 17 or later found");
    }

    @Test
    void worksThroughLinksFromAnotherFolder() throws Exception {
        Path home = jdk("jdk", "17", null);
        Files.createSymbolicLink(root.resolve("first"), Path.of("unzipped/bin/hourglass"));
        Path elsewhere = Files.createDirectory(root.resolve("else where"));
        Path second = Files.createSymbolicLink(elsewhere.resolve("second"), Path.of("../first"));
        assertThat(run(second, home, "info").out()).contains("<-Dhourglass.home=" + unzipped + ">");
    }

    @Test
    void buildsOnFirstUseAndAgainWhenSourcesChanged() throws Exception {
        Path home = jdk("jdk", "17", null);
        maven("");
        Files.createDirectories(checkout.resolve("core/src/test"));
        Outcome first = launcher(home, "info");
        assertThat(first.err()).isEqualTo("hourglass: Building Hourglass (first use, about a minute) ...\n");
        assertThat(first.exit()).isEqualTo(7);
        assertThat(first.out())
                .contains("<-Dhourglass.home=" + checkout + ">", "<-cp><" + checkout + "/target/app/lib/*>");
        assertThat(checkout.resolve("target/app/lib/hourglass-lab-1.jar")).exists();
        assertThat(checkout.resolve("target/app/lib/hourglass-core-1.jar")).exists();
        assertThat(Files.readString(checkout.resolve("target/build.log")))
                .contains("maven in " + checkout + " on " + home, "-Dquick");

        assertThat(launcher(home, "info").err()).isEmpty();

        // A test's source is no reason to build.
        Path test = checkout.resolve("core/src/test/T.java");
        Files.writeString(test, "");
        Files.setLastModifiedTime(test, FileTime.from(Instant.now().plusSeconds(60)));
        assertThat(launcher(home, "info").err()).isEmpty();

        Files.setLastModifiedTime(
                checkout.resolve("core/src/main/A.java"),
                FileTime.from(Instant.now().plusSeconds(60)));
        assertThat(launcher(home, "info").err()).isEqualTo("hourglass: Building Hourglass (sources changed) ...\n");
        assertThat(checkout.resolve("target/build.lock")).doesNotExist();
    }

    @Test
    void showsTheEndOfAFailedBuild() throws Exception {
        Path home = jdk("jdk", "17", null);
        maven("echo 'cannot find symbol'; exit 1");
        Outcome outcome = launcher(home, "info");
        assertThat(outcome.exit()).isEqualTo(1);
        assertThat(outcome.out()).isEmpty();
        assertThat(outcome.err())
                .contains("cannot find symbol\n")
                .endsWith("hourglass: The build failed; its complete output is in " + checkout + "/target/build.log\n");
        assertThat(checkout.resolve("target/build.lock")).doesNotExist();
        // Nothing half-built stays: the next start builds again.
        maven("");
        assertThat(launcher(home, "info").exit()).isEqualTo(7);
    }

    @Test
    void saysWhatTheBuildNeeds() throws Exception {
        Path home = jdk("jdk", "17", null);
        assertThat(launcher(home, "info").err()).contains("Building needs Maven 3.6.3 or later");
        Files.delete(home.resolve("bin/javac"));
        Outcome outcome = launcher(home, "info");
        assertThat(outcome.exit()).isEqualTo(1);
        assertThat(outcome.err()).contains("is Java 17 without the compiler (javac), which the build needs");
    }

    @Test
    void runsFromABuiltCheckoutThatCannotBeWritten() throws Exception {
        Path home = jdk("jdk", "17", null);
        maven("");
        launcher(home, "info");
        List<Path> all = everything(checkout);
        for (Path file : all) {
            Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("r-xr-xr-x"));
        }
        try {
            Outcome outcome = launcher(home, "info");
            assertThat(outcome.exit()).isEqualTo(7);
            assertThat(outcome.err()).isEmpty();
        } finally {
            for (Path file : all) {
                Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
            }
        }
    }

    /** The first one's build ends when the second one has said that it waits for it. */
    @Test
    void twoAtOnceBuildOnce() throws Exception {
        Path home = jdk("jdk", "17", null);
        maven("echo once >>\"$PWD/../builds\"; until [ -e \"$PWD/../go\" ]; do sleep 0.1; done");
        Process first = start(checkout.resolve("hourglass"), home, "a");
        while (!Files.exists(root.resolve("builds"))) {
            assertThat(first.isAlive()).isTrue();
            Thread.yield();
        }
        Process second = start(checkout.resolve("hourglass"), home, "b");
        assertThat(second.errorReader().readLine())
                .isEqualTo("hourglass: Waiting for a build that another process started ...");
        Files.createFile(root.resolve("go"));
        assertThat(await(first).exit()).isEqualTo(7);
        assertThat(await(second).exit()).isEqualTo(7);
        assertThat(Files.readAllLines(root.resolve("builds"))).containsExactly("once");
    }

    @Test
    void takesOverTheLockOfAProcessThatIsGone() throws Exception {
        Path home = jdk("jdk", "17", null);
        maven("");
        Process gone = new ProcessBuilder("sh", "-c", "exit 0").start();
        gone.waitFor();
        Files.createDirectories(checkout.resolve("target/build.lock"));
        Files.writeString(checkout.resolve("target/build.lock/pid"), gone.pid() + "\n");
        assertThat(launcher(home, "info").exit()).isEqualTo(7);
    }

    /** A folder with a java that prints its version or its arguments and exits with 7, and a javac. */
    private Path jdk(String name, String version, Path link) throws IOException {
        Path home = root.resolve(name);
        Files.createDirectories(home.resolve("bin"));
        script(home.resolve("bin/java"), """
                if [ "$1" = -version ]; then
                    echo 'openjdk version "%s" 2025-04-15' >&2
                    exit 0
                fi
                printf %%s "${LC_ALL:-}" >"$0.locale"
                printf '<java %s>'
                printf '<%%s>' "$@"
                echo
                exit 7
                """.formatted(version, version));
        script(home.resolve("bin/javac"), "exit 0");
        if (link != null) {
            Files.createSymbolicLink(link.resolve("java"), home.resolve("bin/java"));
        }
        return home;
    }

    /** A Maven that runs these commands and leaves what the real one would. */
    private void maven(String commands) throws IOException {
        script(path.resolve("mvn"), """
                echo "maven in $PWD on $JAVA_HOME: $*"
                %s
                mkdir -p lab/target/quick/lib
                echo jar >lab/target/quick/hourglass-lab-1.jar
                echo jar >lab/target/quick/lib/hourglass-core-1.jar
                """.formatted(commands));
    }

    private Outcome launcher(Path javaHome, String... arguments) throws Exception {
        return run(checkout.resolve("hourglass"), javaHome, arguments);
    }

    private Outcome release(Path javaHome, String... arguments) throws Exception {
        return run(unzipped.resolve("bin/hourglass"), javaHome, arguments);
    }

    private Outcome run(Path script, Path javaHome, String... arguments) throws Exception {
        return await(start(script, javaHome, arguments));
    }

    private Process start(Path script, Path javaHome, String... arguments) throws IOException {
        return start(script, javaHome, Map.of(), arguments);
    }

    private Process start(Path script, Path javaHome, Map<String, String> environment, String... arguments)
            throws IOException {
        ProcessBuilder builder = new ProcessBuilder(Stream.concat(Stream.of(script.toString()), Stream.of(arguments))
                .toList());
        builder.environment().clear();
        builder.environment().putAll(environment);
        builder.environment().put("PATH", path.toString());
        if (javaHome != null) {
            builder.environment().put("JAVA_HOME", javaHome.toString());
        }
        return builder.directory(temporary.toFile()).start();
    }

    private static Outcome await(Process process) throws Exception {
        // What the scripts write fits the pipes' buffers, so that one can be read after the other.
        String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        String err = new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(3, TimeUnit.MINUTES)).isTrue();
        return new Outcome(process.exitValue(), out, err);
    }

    private static void script(Path file, String commands) throws IOException {
        Files.writeString(file, "#!/bin/sh\n" + commands + "\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    private static void copy(Path from, Path to) throws IOException {
        for (Path source : everything(from)) {
            Path target = to.resolve(from.relativize(source).toString());
            if (Files.isDirectory(source)) {
                Files.createDirectories(target);
            } else {
                Files.createDirectories(target.getParent());
                Files.copy(source, target, StandardCopyOption.COPY_ATTRIBUTES);
            }
        }
    }

    private static List<Path> everything(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.toList();
        }
    }
}
