package io.hourglass.lab.data;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
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
}
