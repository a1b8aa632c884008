package io.hourglass.lab.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StudyCommandTest {
    @TempDir
    Path folder;

    @Test
    void printsATableAndWritesTheReport() throws IOException {
        Path data = TinyData.write(folder.resolve("tiny"), 4);
        Path out = folder.resolve("study");
        Cli cli = Cli.ok("study", "--data", data, "--recipe", "tuned", "--epochs", 1, "--seed", 3, "--out", out);
        assertThat(cli.out().lines()).hasSize(8);
        assertThat(cli.out())
                .contains("configuration", "test MSE", "PCA", "seconds", "16-256-128-16", "tuned")
                .contains("Report: " + out.resolve("report.html"));
        assertThat(out.resolve("report.html")).isNotEmptyFile();
        assertThat(out.resolve("figures")).isNotEmptyDirectory();
        assertThat(out.resolve("explorer"))
                .isDirectoryContaining("glob:**/*-tuned.html")
                .isDirectoryContaining(file -> file.toString().contains("16-256-128-16"));
        assertThat(out.resolve("report.html")).content().contains("explorer/");
        assertThat(Files.readString(out.resolve("results.json")))
                .contains("hourglass study --data " + data + " --recipe tuned");
    }

    @Test
    void wrongOptionsAreWrongUsage() {
        Cli.run("study", "--epochs", 0).failed(2, "epochs = 0");
        Cli.run("study", "--threads", -1).failed(2, "threads = -1");
        Cli.run("study", "--seed", "x").failed(2, "--seed");
        Cli.run("study", "--data", folder.resolve("none"), "--out", folder.resolve("s"))
                .failed(1, "none");
    }

    @Test
    void aFileInPlaceOfTheFolderIsAFailure() throws IOException {
        Path file = Files.writeString(folder.resolve("file"), "");
        Cli.run("study", "--data", folder, "--out", file).failed(1, file);
    }
}
