package io.hourglass;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.nio.file.Path;
import java.util.Optional;
import java.util.spi.ToolProvider;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The reference that a user of the library makes with the JDK's own tool. */
class JavadocTest {
    @TempDir
    Path folder;

    @Test
    void javadocRuns() throws Exception {
        Optional<ToolProvider> javadoc = ToolProvider.findFirst("javadoc");
        assumeTrue(javadoc.isPresent(), "this Java has no javadoc");
        Path jspecify = Path.of(URI.create(NullMarked.class
                .getProtectionDomain()
                .getCodeSource()
                .getLocation()
                .toString()));
        StringWriter messages = new StringWriter();
        PrintWriter out = new PrintWriter(messages);
        int exit = javadoc.orElseThrow()
                .run(
                        out,
                        out,
                        "-quiet",
                        "-Xdoclint:all,-missing",
                        "-d",
                        folder.toString(),
                        "--module-path",
                        jspecify.toString(),
                        "--add-modules",
                        "jdk.incubator.vector",
                        "-sourcepath",
                        Path.of(System.getProperty("basedir", "."), "src", "main", "java")
                                .toString(),
                        "-subpackages",
                        "io.hourglass");
        // javadoc warns that the library uses an incubating module, and no option stops that.
        assertThat(messages.toString()
                        .lines()
                        .filter(line -> line.contains("warning:") || line.contains("error:"))
                        .filter(line -> !line.contains("using incubating module")))
                .isEmpty();
        assertThat(exit).isZero();
        assertThat(folder.resolve("io.hourglass/io/hourglass/Autoencoder.html")).exists();
    }
}
