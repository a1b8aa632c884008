package io.hourglass.lab.data;

import io.hourglass.format.FormatException;
import java.io.IOException;
import java.nio.file.FileSystemLoopException;
import java.nio.file.FileVisitOption;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * The contents of a folder of images.
 *
 * @param images sorted; images in the folder itself come first
 * @param labels for the images in subfolders, in their order: the name of the first-level subfolder that each is in
 * @param skipped what was skipped, in one line; empty if nothing was
 */
record ImageFiles(Path folder, List<Path> images, List<String> labels, String skipped) {
    private static final Set<String> ENDINGS = Set.of("png", "jpg", "jpeg", "jpe", "jfif", "bmp");

    /** Files that operating systems leave in folders, besides names that begin with a dot. */
    private static final Set<String> OF_SYSTEMS =
            Set.of("__macosx", "$recycle.bin", "#recycle", "system volume information", "thumbs.db", "desktop.ini");

    /** Names of folders that are parts of a data set, not labels. */
    private static final Set<String> PARTS =
            Set.of("train", "training", "test", "testing", "val", "valid", "validation");

    /**
     * Searches a folder and all its subfolders; follows links.
     *
     * @throws IOException if a folder cannot be read
     */
    static ImageFiles in(Path folder) throws IOException {
        Search search = new Search(folder);
        Files.walkFileTree(folder, EnumSet.of(FileVisitOption.FOLLOW_LINKS), Integer.MAX_VALUE, search);
        List<Path> images = new ArrayList<>(search.images.getOrDefault(folder, List.of()));
        List<String> labels = new ArrayList<>();
        images.sort(null);
        search.images.forEach((top, files) -> {
            if (!top.equals(folder)) {
                String label = FileNames.text(top);
                files.stream().sorted().forEach(file -> {
                    images.add(file);
                    labels.add(label);
                });
            }
        });
        return new ImageFiles(folder, List.copyOf(images), List.copyOf(labels), search.skipped());
    }

    /** The names of the files, from the folder on, with slashes. */
    RowNames names() {
        return new RowNames("file", images.stream().map(this::name).toList());
    }

    private String name(Path image) {
        List<String> names = new ArrayList<>();
        Path at = folder;
        for (Path part : folder.relativize(image)) {
            at = at.resolve(part);
            names.add(FileNames.text(at));
        }
        return String.join("/", names);
    }

    /** The labels, each once. */
    List<String> distinctLabels() {
        return labels.stream().distinct().toList();
    }

    /** Whether the first-level subfolders have names of parts of a data set rather than labels. */
    boolean looksSplit() {
        return !labels.isEmpty() && labels.stream().allMatch(label -> PARTS.contains(label.toLowerCase(Locale.ROOT)));
    }

    /** Classifies the files that it finds. */
    private static final class Search extends SimpleFileVisitor<Path> {
        /** Images by the first-level subfolder that they are in, or the folder itself. */
        final Map<Path, List<Path>> images = new TreeMap<>();

        private final Path folder;
        private final Set<Path> tops = new TreeSet<>();
        private final Map<String, Integer> others = new TreeMap<>();
        private final List<Path> hidden = new ArrayList<>();

        Search(Path folder) {
            this.folder = folder;
        }

        @Override
        public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes) {
            if (directory.equals(folder)) {
                return FileVisitResult.CONTINUE;
            }
            if (isHidden(directory)) {
                hidden.add(directory);
                return FileVisitResult.SKIP_SUBTREE;
            }
            if (folder.equals(directory.getParent())) {
                tops.add(directory);
            }
            return FileVisitResult.CONTINUE;
        }

        @Override
        public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
            String ending = ending(file);
            if (isHidden(file)) {
                others.merge("hidden", 1, Integer::sum);
            } else if (ENDINGS.contains(ending) && attributes.isRegularFile()) {
                images.computeIfAbsent(top(file), any -> new ArrayList<>()).add(file);
            } else {
                others.merge(ending.matches("[a-z0-9]{1,8}") ? "." + ending : "other", 1, Integer::sum);
            }
            return FileVisitResult.CONTINUE;
        }

        @Override
        public FileVisitResult visitFileFailed(Path file, IOException failure) throws IOException {
            if (failure instanceof FileSystemLoopException) {
                others.merge("links to a folder above", 1, Integer::sum);
                return FileVisitResult.CONTINUE;
            }
            throw failure;
        }

        private Path top(Path file) {
            Path top = file;
            for (Path above = file.getParent(); above != null && !above.equals(folder); above = above.getParent()) {
                top = above;
            }
            return top.equals(file) ? folder : top;
        }

        private static String ending(Path file) {
            String name = FileNames.text(file).toLowerCase(Locale.ROOT);
            return name.substring(name.lastIndexOf('.') + 1);
        }

        /** Unix hidden files, Synology's {@code @eaDir}, and what other systems leave behind. */
        private static boolean isHidden(Path file) {
            String name = FileNames.text(file).toLowerCase(Locale.ROOT);
            return name.startsWith(".") || name.startsWith("@") || OF_SYSTEMS.contains(name);
        }

        String skipped() {
            List<String> parts = new ArrayList<>();
            int files = others.values().stream().mapToInt(Integer::intValue).sum();
            if (files > 0) {
                parts.add(count(files, "file") + " ("
                        + others.entrySet().stream()
                                .map(other -> other.getValue() + " " + other.getKey())
                                .collect(Collectors.joining(", "))
                        + ")");
            }
            if (!hidden.isEmpty()) {
                parts.add(count(hidden.size(), "hidden folder") + " (" + names(hidden) + ")");
            }
            List<Path> empty =
                    tops.stream().filter(top -> !images.containsKey(top)).toList();
            if (!empty.isEmpty()) {
                parts.add(count(empty.size(), "folder") + " without images (" + names(empty) + ")");
            }
            return parts.isEmpty()
                    ? ""
                    : "skipped " + String.join(", ", parts) + "; only PNG, JPEG and BMP images are read";
        }

        private static String count(int count, String what) {
            return count + " " + what + (count == 1 ? "" : "s");
        }

        private static String names(List<Path> folders) {
            int most = 3;
            return folders.stream()
                            .sorted()
                            .limit(most)
                            .map(folder -> FormatException.quote(FileNames.text(folder)))
                            .collect(Collectors.joining(", "))
                    + (folders.size() > most ? ", ..." : "");
        }
    }
}
