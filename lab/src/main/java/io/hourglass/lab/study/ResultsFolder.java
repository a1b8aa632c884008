package io.hourglass.lab.study;

import io.hourglass.Recipe;
import io.hourglass.io.FolderLock;
import io.hourglass.lab.text.TextFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** The folder that a study or an experiment writes to, locked as long as it does. */
public final class ResultsFolder {
    /** Holds the settings that the results were made with. */
    private static final String SETTINGS = "settings.txt";

    private ResultsFolder() {}

    /**
     * Creates the folder if it does not exist, and locks it until the returned lock is closed. In a folder that is not
     * empty, only a start with the same settings may continue.
     *
     * @param settings what decides the results, in order
     * @param force whether to overwrite whatever the folder holds
     * @throws IOException if it is a file, cannot be created, is in use by another process, or holds other things and
     *     force is not given
     */
    public static FolderLock open(Path folder, Map<String, String> settings, boolean force) throws IOException {
        if (!Files.isDirectory(folder)) { // createDirectories refuses a link to a folder before JDK 20 (JDK-8294193)
            if (Files.exists(folder)) {
                throw new FileSystemException(folder.toString(), null, "is a file, expected a folder for the results");
            }
            Files.createDirectories(folder);
        }
        FolderLock lock = FolderLock.of(
                folder, folder + ": another study is running in this folder; wait for it or choose another --out");
        try {
            removeLeftovers(folder);
            claim(folder, settings, force);
            return lock;
        } catch (IOException | RuntimeException e) {
            lock.close();
            throw e;
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

    private static void claim(Path folder, Map<String, String> settings, boolean force) throws IOException {
        List<String> lines = new ArrayList<>();
        settings.forEach((key, value) -> lines.add(key + " = " + value));
        Path file = folder.resolve(SETTINGS);
        if (!force && holdsFiles(folder)) {
            if (!Files.exists(file)) {
                throw new FileAlreadyExistsException(
                        folder.toString(), null, "is not empty; --force writes into it, --out names another folder");
            }
            requireSame(
                    folder,
                    new String(Files.readAllBytes(file), StandardCharsets.UTF_8)
                            .lines()
                            .toList(),
                    lines);
        }
        TextFile.write(file, String.join("\n", lines) + "\n");
    }

    private static void requireSame(Path folder, List<String> found, List<String> lines) throws IOException {
        for (int i = 0; i < Math.max(found.size(), lines.size()); i++) {
            String of = i < found.size() ? found.get(i) : "nothing";
            String asked = i < lines.size() ? lines.get(i) : "nothing";
            if (!of.equals(asked)) {
                throw new FileAlreadyExistsException(
                        folder.toString(),
                        null,
                        "holds results of other settings: " + of + ", expected " + asked
                                + "; --force overwrites them, --out names another folder");
            }
        }
    }

    /**
     * Whether the folder holds anything other than the settings and hidden files, such as the lock: a start that found
     * no data leaves nothing else.
     */
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
