package io.hourglass.lab.documents;

import static org.junit.jupiter.api.Assumptions.abort;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.TreeSet;

/** The repository this build was started in: the files Git tracks. */
final class Repository {
    /** Tests run in their module's folder. */
    static final Path ROOT = Path.of("..").toAbsolutePath().normalize();

    private Repository() {}

    /** Paths from the root, with slashes. Skips the test where there is no Git or no clone; in CI it fails. */
    static TreeSet<String> trackedFiles() throws IOException, InterruptedException {
        String trouble;
        try {
            Process git = new ProcessBuilder("git", "ls-files", "-z")
                    .directory(ROOT.toFile())
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            String list = new String(git.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (git.waitFor() == 0) {
                TreeSet<String> files = new TreeSet<>(Arrays.asList(list.split("\0")));
                files.removeIf(file -> !Files.isRegularFile(ROOT.resolve(file)));
                return files;
            }
            trouble = "git ls-files ended with " + git.exitValue();
        } catch (IOException e) {
            trouble = "no Git: " + e.getMessage();
        }
        if ("true".equals(System.getenv("CI"))) {
            throw new AssertionError(trouble);
        }
        return abort(trouble);
    }
}
