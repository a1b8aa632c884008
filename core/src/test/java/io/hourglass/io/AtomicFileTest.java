package io.hourglass.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hourglass.format.Safetensors;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

class AtomicFileTest {
    @TempDir
    Path folder;

    private List<String> names() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }

    @Test
    void replacesTheOldFileAndLeavesNoOther() throws IOException {
        Path file = folder.resolve("a");
        AtomicFile.write(file, out -> out.write(1));
        AtomicFile.write(file, out -> out.write(new byte[100_000]));
        assertThat(file).hasBinaryContent(new byte[100_000]);
        assertThat(names()).containsExactly("a");
    }

    @Test
    void leavesTheOldFileWhenWritingFails() throws IOException {
        Path file = Files.write(folder.resolve("a"), new byte[] {1, 2, 3});
        IOException full = new IOException("disk full");
        assertThatThrownBy(() -> AtomicFile.write(file, out -> {
                    out.write(new byte[100_000]);
                    throw full;
                }))
                .isSameAs(full);
        assertThatThrownBy(() -> AtomicFile.write(file, out -> {
                    throw new OutOfMemoryError("test");
                }))
                .isInstanceOf(OutOfMemoryError.class);
        assertThat(file).hasBinaryContent(new byte[] {1, 2, 3});
        assertThat(names()).containsExactly("a");
    }

    /** A device that is always full, as Linux has one. */
    @Test
    @EnabledOnOs(OS.LINUX)
    void aFullDiskIsNamed() {
        Path full = Path.of("/dev/full");
        assertThatThrownBy(() -> AtomicFile.write(full, out -> out.write(new byte[100_000])))
                .isInstanceOf(FileSystemException.class)
                .hasMessageStartingWith(full + ": cannot be written: ");
        assertThatThrownBy(() -> AtomicFile.write(full, out -> out.write(1))) // when it is flushed
                .isInstanceOf(FileSystemException.class)
                .hasMessageStartingWith(full + ": cannot be written: ");
    }

    @Test
    void createsFolders() throws IOException {
        AtomicFile.write(folder.resolve("b/c/d"), out -> out.write(1));
        assertThat(folder.resolve("b/c/d")).hasBinaryContent(new byte[] {1});
    }

    @Test
    void refusesAFolder() throws IOException {
        assertThatThrownBy(() -> AtomicFile.write(folder, out -> out.write(1)))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("is a folder");
        assertThat(names()).isEmpty();
    }

    @Test
    void followsALinkToAFile() throws IOException {
        Path file = Files.write(folder.resolve("file"), new byte[] {1});
        Path link = Files.createSymbolicLink(folder.resolve("link"), Path.of("file"));
        AtomicFile.write(link, out -> out.write(2));
        assertThat(file).hasBinaryContent(new byte[] {2});
        assertThat(link).isSymbolicLink();
    }

    @Test
    void fileIsAsReadableAsAnyOther() throws IOException {
        Path plain = Files.write(folder.resolve("plain"), new byte[1]);
        AtomicFile.write(folder.resolve("a"), out -> out.write(1));
        assertThat(Files.getPosixFilePermissions(folder.resolve("a"))).isEqualTo(Files.getPosixFilePermissions(plain));
    }

    @Test
    void anInterruptedThreadIsNamed() throws IOException {
        Path file = Files.write(folder.resolve("a"), new byte[] {1, 2, 3});
        Thread.currentThread().interrupt();
        try {
            assertThatThrownBy(() -> AtomicFile.write(file, out -> out.write(new byte[100_000])))
                    .isInstanceOf(FileSystemException.class)
                    .hasMessage(file + ": cannot be written: its thread was interrupted");
            assertThat(Thread.interrupted()).as("still interrupted").isTrue();
            Thread.currentThread().interrupt();
            assertThatThrownBy(() -> Safetensors.read(file))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining(file.toString());
        } finally {
            Thread.interrupted();
        }
        assertThat(file).hasBinaryContent(new byte[] {1, 2, 3});
        assertThat(names()).containsExactly("a");
    }

    /**
     * What a killed process was writing: a file or, of many images, a folder. What is young may be another process's at
     * work.
     */
    @Test
    void removesWhatKilledProcessesLeft() throws IOException {
        FileTime old = FileTime.from(Instant.now().minus(Duration.ofHours(25)));
        FileTime young = FileTime.from(Instant.now().minus(Duration.ofHours(23)));
        Path unrelated = Files.createFile(folder.resolve("unrelated.tmp"));
        Path outside = Files.createDirectory(folder.resolve("outside"));
        Files.createFile(outside.resolve("kept"));
        Path link = Files.createSymbolicLink(folder.resolve(".hourglass-link.tmp"), outside);
        for (String name : new String[] {"old", "young"}) {
            Path images = Files.createDirectory(folder.resolve(".hourglass-" + name + "-images.tmp"));
            Files.createFile(images.resolve("0.png"));
            Path half = Files.createFile(folder.resolve(".hourglass-" + name + ".tmp"));
            Files.setLastModifiedTime(images, name.equals("old") ? old : young);
            Files.setLastModifiedTime(half, name.equals("old") ? old : young);
        }
        Files.setLastModifiedTime(unrelated, old);
        Files.setLastModifiedTime(outside, old);
        AtomicFile.write(folder.resolve("a"), out -> out.write(1));
        assertThat(names())
                .containsExactly(
                        ".hourglass-link.tmp",
                        ".hourglass-young-images.tmp",
                        ".hourglass-young.tmp",
                        "a",
                        "outside",
                        "unrelated.tmp");
        assertThat(link).exists();
        assertThat(outside.resolve("kept")).exists();
    }
}
