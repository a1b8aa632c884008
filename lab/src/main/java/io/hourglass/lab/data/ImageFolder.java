package io.hourglass.lab.data;

import io.hourglass.Dataset;
import io.hourglass.ImageShape;
import io.hourglass.io.FormatException;
import io.hourglass.lab.Progress;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * Folders of PNG and JPEG images, in the order of their names. Images in subfolders, one level deep, are labelled with the subfolder's
 * name; other files are passed over.
 */
final class ImageFolder {
    private static final int MAX_VALUES = Integer.MAX_VALUE - 8;

    private ImageFolder() {}

    /** Whether there is an image in the folder, or in a folder in it. */
    static boolean isOne(Path folder) throws IOException {
        if (!images(folder).isEmpty()) {
            return true;
        }
        for (Path subfolder : subfolders(folder)) {
            if (!images(subfolder).isEmpty()) {
                return true;
            }
        }
        return false;
    }

    /**
     * Reads all images.
     *
     * @throws FormatException if one cannot be decoded, is too large or of another size than the first and none is asked for, or there
     *     are images beside subfolders of images; the message names the file
     * @throws IOException if one cannot be read
     */
    static Dataset read(String name, Path folder, ReadOptions options, Progress progress) throws IOException {
        List<Path> files = new ArrayList<>(images(folder));
        List<String> labels = new ArrayList<>();
        for (Path subfolder : subfolders(folder)) {
            List<Path> labelled = images(subfolder);
            if (!labelled.isEmpty() && files.size() > labels.size()) {
                throw new FormatException(folder + ": holds images as well as subfolders of images ("
                        + subfolder.getFileName() + "), expected one or the other");
            }
            for (Path file : labelled) {
                files.add(file);
                labels.add(String.valueOf(subfolder.getFileName()));
            }
        }
        int channels = options.rgb() ? 3 : 1;
        ReadOptions.Size size = options.size() == null ? ImageFile.size(files.get(0)) : options.size();
        ImageShape shape = new ImageShape(size.height(), size.width(), channels);
        if (shape.values() * files.size() > MAX_VALUES) {
            throw new FormatException(folder + ": " + files.size() + " images of " + shape + " have more than "
                    + MAX_VALUES + " values, expected fewer: ask for a smaller --size");
        }
        int inputs = (int) shape.values();
        byte[] pixels = new byte[0]; // grows as images turn out to be some
        for (int row = 0; row < files.size(); row++) {
            byte[] image = ImageFile.read(files.get(row), size, options.size() != null, channels).values();
            if (pixels.length < (row + 1) * inputs) {
                long room = Math.min((long) files.size() * inputs, Math.max(1 << 16, 2L * (row + 1) * inputs));
                pixels = Arrays.copyOf(pixels, (int) room);
            }
            System.arraycopy(image, 0, pixels, row * inputs, inputs);
            if (progress.isDue()) {
                progress.live(String.format(Locale.ROOT, "%s: image %,d of %,d", folder, row + 1, files.size()));
            }
        }
        Dataset data = Dataset.ofPixels(name, pixels, inputs).withShape(shape);
        return labels.isEmpty() ? data : LabelNames.label(data, labels);
    }

    private static List<Path> images(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(ImageFolder::hasNameOfImage)
                    .filter(Files::isRegularFile)
                    .sorted()
                    .toList();
        }
    }

    private static boolean hasNameOfImage(Path file) {
        String name = String.valueOf(file.getFileName()).toLowerCase(Locale.ROOT);
        return !name.startsWith(".") && (name.endsWith(".png") || name.endsWith(".jpg") || name.endsWith(".jpeg"));
    }

    private static List<Path> subfolders(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(Files::isDirectory).sorted().toList();
        }
    }
}
