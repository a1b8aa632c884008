package io.hourglass;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Runs a main method of the tests in a JVM of its own, of the same JDK, with other flags. */
public final class ChildJvm {
    /** Makes the vector kernels available. */
    public static final String VECTOR_MODULE = "--add-modules=jdk.incubator.vector";

    private ChildJvm() {}

    /** How it ended, and all it wrote. */
    public record Outcome(int exit, String output) {}

    /** Runs {@code main}, a class of the tests that needs nothing but the library. */
    public static Outcome run(Class<?> main, String... flags) throws IOException, InterruptedException {
        return run(main, List.of(flags));
    }

    /** The same with arguments. */
    public static Outcome run(Class<?> main, List<String> flags, String... args)
            throws IOException, InterruptedException {
        Process process = start(main, flags, args);
        // It writes a few lines: reading them first cannot block for longer than it lives.
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(3, TimeUnit.MINUTES)).as(output).isTrue();
        return new Outcome(process.exitValue(), output);
    }

    /** Where the library's classes and those of its tests are: in one folder or another, as the build likes. */
    public static String classPath() {
        return Stream.of(Autoencoder.class, ChildJvm.class)
                .map(of -> Path.of(URI.create(of.getProtectionDomain()
                                .getCodeSource()
                                .getLocation()
                                .toString()))
                        .toString())
                .distinct()
                .collect(Collectors.joining(File.pathSeparator));
    }

    private static Process start(Class<?> main, List<String> flags, String... args) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(flags);
        command.add("-cp");
        command.add(classPath());
        command.add(main.getName());
        command.addAll(List.of(args));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        process.getOutputStream().close();
        return process;
    }
}
