package io.hourglass.lab.analysis;

import io.hourglass.Dataset;
import java.util.Arrays;

/**
 * Says which label an image looks like: that of the nearest of some labelled images. Images are compared by their first
 * principal components, which is faster than comparing pixels and more often right. Immutable and thread-safe.
 */
public final class ImageReader {
    /** Number of principal components compared, if the images have so many. */
    public static final int COMPONENTS = 50;

    private final ColumnPca pca;
    private final int components;
    private final float[][] codes;
    private final int[] labels;

    /**
     * A reader that knows these images.
     *
     * @param images with labels
     * @param pca fitted to them
     * @throws IllegalArgumentException if the images have no labels or another width than those PCA was fitted to
     */
    public ImageReader(Dataset images, ColumnPca pca) {
        if (!images.hasLabels()) {
            throw new IllegalArgumentException(images.name() + " has no labels, which a reader needs");
        }
        this.pca = pca;
        components = Math.min(COMPONENTS, pca.inputs());
        codes = pca.project(images, components);
        labels = new int[images.rows()];
        Arrays.setAll(labels, images::label);
    }

    /**
     * The label that each image looks like.
     *
     * @throws IllegalArgumentException if they have another width than those PCA was fitted to
     */
    public int[] read(Dataset images) {
        return NearestLabels.classify(codes, labels, pca.project(images, components), 1);
    }
}
