package io.hourglass.lab.study;

import io.hourglass.Recipe;
import io.hourglass.io.FolderLock;
import io.hourglass.lab.text.TextFile;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * The folder that a study or an experiment writes to, locked as long as it is open. If nothing was written to it, it is
 * afterwards as it was before.
 */
public final class ResultsFolder implements AutoCloseable {
    /** Holds the settings that the results were made with. */
    private static final String SETTINGS = "settings.txt";

    private final Path folder;
    private final List<String> settings;

    /** What did not exist before, from the folder outwards. */
    private final List<Path> created;

    private final FolderLock lock;

    private ResultsFolder(Path folder, List<String> settings, List<Path> created, FolderLock lock) {
        this.folder = folder;
        this.settings = settings;
        this.created = created;
        this.lock = lock;
    }

    /**
     * Creates the folder if it does not exist, and locks it. In a folder that is not empty, only a start with the same
     * settings may continue.
     *
     * @param settings what decides the results, in order
     * @param force whether to overwrite whatever the folder holds
     * @throws IOException if it is a file, cannot be created, is in use by another process, or holds other things and
     *     force is not given
     */
    public static ResultsFolder open(Path folder, Map<String, String> settings, boolean force) throws IOException {
        List<Path> created = new ArrayList<>();
        if (!Files.isDirectory(folder)) { // createDirectories refuses a link to a folder before JDK 20 (JDK-8294193)
            if (Files.exists(folder)) {
                throw new FileSystemException(folder.toString(), null, "is a file, expected a folder for the results");
            }
            for (Path at = folder.toAbsolutePath(); at != null && !Files.exists(at); at = at.getParent()) {
                created.add(at);
            }
            Files.createDirectories(folder);
        }
        FolderLock lock = FolderLock.of(
                folder, folder + ": another study is running in this folder; wait for it or choose another -o");
        List<String> lines = new ArrayList<>();
        settings.forEach((key, value) -> lines.add(key + " = " + value));
        ResultsFolder opened = new ResultsFolder(folder, lines, created, lock);
        try {
            removeLeftovers(folder);
            if (!force) {
                opened.requireOwn();
            }
            return opened;
        } catch (IOException | RuntimeException e) {
            opened.close();
            throw e;
        }
    }

    /** Writes the settings, before the first result. */
    public void begin() throws IOException {
        TextFile.write(folder.resolve(SETTINGS), String.join("\n", settings) + "\n");
    }

    /** Releases the folder; removes it if nothing was written to it and it did not exist before. */
    @Override
    public void close() throws IOException {
        if (holdsFiles(folder)) {
            lock.close();
            return;
        }
        Files.deleteIfExists(folder.resolve(SETTINGS));
        lock.delete();
        for (Path at : created) {
            Files.delete(at);
        }
    }

    /**
     * A recipe as settings, each named {@code NAME.epochs} and the like.
     *
     * @param settings to add them to
     */
    static void addRecipe(Recipe recipe, Map<String, String> settings) {
        recipe.metadata().forEach((key, value) -> settings.put(recipe.name() + key.substring(key.indexOf('.')), value));
    }

    private void requireOwn() throws IOException {
        if (!holdsFiles(folder)) {
            return;
        }
        Path file = folder.resolve(SETTINGS);
        if (!Files.exists(file)) {
            throw new FileAlreadyExistsException(
                    folder.toString(), null, "is not empty; --force writes into it, -o names another folder");
        }
        List<String> found = Files.readAllLines(file);
        for (int i = 0; i < Math.max(found.size(), settings.size()); i++) {
            String of = i < found.size() ? found.get(i) : "nothing";
            String asked = i < settings.size() ? settings.get(i) : "nothing";
            if (!of.equals(asked)) {
                throw new FileAlreadyExistsException(
                        folder.toString(),
                        null,
                        "holds results of other settings: " + of + ", expected " + asked
                                + "; --force overwrites them, -o names another folder");
            }
        }
    }

    /** Whether a folder holds results, of a study that is finished or not. */
    public static boolean holdsResults(Path folder) {
        try {
            return holdsFiles(folder);
        } catch (IOException e) {
            return false; // there is no folder yet
        }
    }

    /** Whether the folder holds anything other than the settings and hidden files, such as the lock. */
    private static boolean holdsFiles(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString())
                    .anyMatch(name -> !name.startsWith(".") && !name.equals(SETTINGS));
        }
    }

    /**
     * Deletes temporary files of {@link io.hourglass.io.AtomicFile} that a killed process left; thanks to the lock,
     * nobody else writes here now.
     */
    private static void removeLeftovers(Path folder) throws IOException {
        List<Path> leftovers;
        try (Stream<Path> files = Files.find(
                folder, 2, (file, attributes) -> file.getFileName().toString().matches("\\.hourglass-.*\\.tmp"))) {
            leftovers = files.toList();
        }
        for (Path file : leftovers) {
            Files.delete(file);
        }
    }
}
