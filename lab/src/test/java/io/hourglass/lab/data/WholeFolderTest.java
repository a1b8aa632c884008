package io.hourglass.lab.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WholeFolderTest {
    @TempDir
    Path folder;

    @Test
    void removesWhatAKilledProcessLeftADayAgo() throws IOException {
        Path half = Files.createDirectory(folder.resolve(".hourglass-1234.tmp"));
        Files.createFile(half.resolve("00000.png"));
        Files.setLastModifiedTime(half, FileTime.from(Instant.now().minus(Duration.ofHours(25))));
        Path images = folder.resolve("images");
        WholeFolder.write(images, into -> Files.createFile(into.resolve("00000.png")));
        assertThat(half).doesNotExist();
        assertThat(images.resolve("00000.png")).exists();
    }

    /** All files or none; the message names the file that the user knows, not the temporary one. */
    @Test
    void aFileThatCannotBeReplacedLeavesAllAsTheyAre() throws IOException {
        Path images = Files.createDirectory(folder.resolve("images"));
        Files.writeString(images.resolve("0.png"), "old");
        Files.createDirectory(images.resolve("1.png"));
        assertThatThrownBy(() -> WholeFolder.write(images, into -> {
                    Files.writeString(into.resolve("0.png"), "new");
                    Files.writeString(into.resolve("1.png"), "new");
                }))
                .isInstanceOf(FileSystemException.class)
                .hasMessage(images.resolve("1.png") + ": is a folder, expected a file to write");
        assertThat(images.resolve("0.png")).hasContent("old");
        assertThat(images).isDirectoryNotContaining("glob:**/.hourglass-*");

        Path long300 = folder.resolve("x".repeat(300));
        assertThatThrownBy(() -> WholeFolder.write(long300, into -> Files.createFile(into.resolve("0.png"))))
                .isInstanceOf(FileSystemException.class)
                .hasMessageStartingWith(long300.toString())
                .hasMessageNotContaining(".hourglass-");
        assertThat(folder).isDirectoryNotContaining("glob:**/.hourglass-*");
    }
}
