package io.hourglass.lab.data;

import io.hourglass.Dataset;
import io.hourglass.ImageShape;
import io.hourglass.format.FormatException;
import io.hourglass.lab.progress.Progress;
import io.hourglass.nn.Architecture;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * Folders of PNG, JPEG and BMP images, in the order of their names. The label of an image in a subfolder, at any depth,
 * is the name of the first-level subfolder. {@link ImageFiles} counts the files that are skipped.
 */
final class ImageFolder {
    private static final int MAX_VALUES = Integer.MAX_VALUE - 8;

    private ImageFolder() {}

    /**
     * Reads all images, after comparing their sizes.
     *
     * @param files at least one
     * @throws FormatException if an image cannot be decoded, is too large, or differs in size from the first and no
     *     size is asked for, or if there are both images and subfolders of images; the message names the file
     * @throws IOException if an image cannot be read
     */
    static Dataset read(String name, ImageFiles files, ReadOptions options, Progress progress) throws IOException {
        Path folder = files.folder();
        List<Path> images = files.images();
        if (!files.labels().isEmpty() && files.labels().size() < images.size()) {
            throw new FormatException(folder + ": contains images as well as subfolders of images ("
                    + FormatException.quote(files.labels().get(0)) + "), expected one or the other");
        }
        if (!files.skipped().isEmpty()) {
            progress.note(folder + ": " + files.skipped());
        }
        if (files.looksSplit()) {
            progress.note(folder + ": uses the names of the subfolders as labels, " + files.distinctLabels()
                    + "; to read only one subfolder, name it in --data");
        }
        boolean asFound = options.colours() == ReadOptions.Colours.AS_FOUND; // grey until an image has colours
        ReadOptions.Size size = options.size() == null ? sizeOfAll(files, progress) : options.size();
        ImageShape shape = fitting(files, size, options.colours() == ReadOptions.Colours.RGB ? 3 : 1);
        int inputs = (int) shape.values();
        byte[] pixels = new byte[0]; // grows as images are decoded
        int transparent = 0;
        for (int row = 0; row < images.size(); row++) {
            ImageFile.Read image =
                    ImageFile.read(images.get(row), size, options.size() != null, asFound ? 3 : shape.channels());
            transparent += image.transparent() ? 1 : 0;
            byte[] values = image.values();
            if (asFound && shape.channels() == 1 && isGrey(values)) {
                values = everyThird(values);
            } else if (asFound && shape.channels() == 1) {
                shape = fitting(files, size, 3);
                pixels = threefold(pixels, row * inputs);
                inputs = (int) shape.values();
            }
            if (pixels.length < (row + 1) * inputs) {
                long length = Math.min((long) images.size() * inputs, Math.max(1 << 16, 2L * (row + 1) * inputs));
                pixels = Arrays.copyOf(pixels, (int) length);
            }
            System.arraycopy(values, 0, pixels, row * inputs, inputs);
            if (progress.isDue()) {
                progress.live(String.format(Locale.ROOT, "%s: image %,d of %,d", folder, row + 1, images.size()));
            }
        }
        if (transparent > 0) {
            progress.note(folder + ": images with transparent pixels (" + transparent + " of " + images.size()
                    + ") are read on a white background");
        }
        Dataset data = Dataset.ofPixels(name, pixels, inputs).withShape(shape);
        return files.labels().isEmpty() ? data : LabelNames.label(data, files.labels());
    }

    /** The shape of all images, if that many can be read. */
    private static ImageShape fitting(ImageFiles files, ReadOptions.Size size, int channels) throws FormatException {
        ImageShape shape = new ImageShape(size.height(), size.width(), channels);
        if (shape.values() > Architecture.MAX_WIDTH) {
            throw new FormatException(files.folder() + ": images of " + shape + " have more than "
                    + Architecture.MAX_WIDTH + " values, expected fewer; choose a smaller --size");
        }
        int images = files.images().size();
        if (shape.values() * images > MAX_VALUES) {
            throw new FormatException(files.folder() + ": " + images + " images of " + shape + " have more than "
                    + MAX_VALUES + " values, expected fewer; choose a smaller --size");
        }
        return shape;
    }

    /** Whether the three values of each pixel are equal. */
    private static boolean isGrey(byte[] pixels) {
        for (int i = 0; i < pixels.length; i += 3) {
            if (pixels[i] != pixels[i + 1] || pixels[i] != pixels[i + 2]) {
                return false;
            }
        }
        return true;
    }

    private static byte[] everyThird(byte[] pixels) {
        byte[] third = new byte[pixels.length / 3];
        for (int i = 0; i < third.length; i++) {
            third[i] = pixels[3 * i];
        }
        return third;
    }

    private static byte[] threefold(byte[] grey, int length) {
        byte[] colours = new byte[3 * length];
        for (int i = 0; i < colours.length; i++) {
            colours[i] = grey[i / 3];
        }
        return colours;
    }

    private static ReadOptions.Size sizeOfAll(ImageFiles files, Progress progress) throws IOException {
        List<Path> images = files.images();
        ReadOptions.Size first = ImageFile.size(images.get(0));
        for (int i = 1; i < images.size(); i++) {
            ReadOptions.Size size = ImageFile.size(images.get(i));
            if (!size.equals(first)) {
                throw ImageFile.otherSize(images.get(i), size, first);
            }
            if (progress.isDue()) {
                progress.live(String.format(
                        Locale.ROOT, "%s: size of image %,d of %,d", files.folder(), i + 1, images.size()));
            }
        }
        return first;
    }
}
