package io.hourglass;

import io.hourglass.nn.Shape;

/**
 * How the values of a row form an image: {@code height * width * channels} values, row by row from the top, the
 * channels of a pixel next to each other.
 *
 * <pre>{@code
 * Dataset digits = test.withShape(new ImageShape(28, 28, 1));
 * }</pre>
 *
 * @param height in pixels, at least 1
 * @param width in pixels, at least 1
 * @param channels 1 for grey, 3 for red, green, blue
 */
public record ImageShape(int height, int width, int channels) {
    /**
     * The shape of grey or colour images.
     *
     * @param height at least 1
     * @param width at least 1
     * @param channels 1 or 3
     * @throws IllegalArgumentException if a side is below 1 or channels is neither 1 nor 3
     */
    public ImageShape {
        if (height < 1 || width < 1 || (channels != 1 && channels != 3)) {
            throw new IllegalArgumentException("image shape " + height + " x " + width + " x " + channels
                    + ", expected sides of at least 1 and 1 or 3 channels");
        }
    }

    /** {@return the number of values in a row: height * width * channels} */
    public long values() {
        return (long) height * width * channels;
    }

    /**
     * {@return the same shape, as layers have it}
     *
     * @throws IllegalArgumentException if it has more than {@value io.hourglass.nn.Shape#MAX_VALUES} values
     */
    public Shape shape() {
        return new Shape(height, width, channels);
    }

    /** For instance {@code 28x28x1}. */
    @Override
    public String toString() {
        return height + "x" + width + "x" + channels;
    }
}
