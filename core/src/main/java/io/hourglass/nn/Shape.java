package io.hourglass.nn;

import java.io.Serializable;

/**
 * The shape of the values between two layers: an image of some channels, or a plain row, which is one pixel of as many
 * channels as it has values. Values lie row by row from the top, the channels of a pixel next to each other. PyTorch's
 * order is another: channel by channel, see {@link #channelFirst}.
 *
 * <pre>{@code
 * Shape digit = new Shape(28, 28, 1);
 * Shape code = Shape.row(16);
 * }</pre>
 *
 * @param height in pixels, at least 1
 * @param width in pixels, at least 1
 * @param channels of a pixel, at least 1
 * @serial exclude
 */
public record Shape(int height, int width, int channels) implements Serializable {
    /** The most values of a shape. */
    public static final int MAX_VALUES = 1 << 24;

    /**
     * A shape.
     *
     * @param height in pixels, at least 1
     * @param width in pixels, at least 1
     * @param channels of a pixel, at least 1
     * @throws IllegalArgumentException if a number is below 1, or they multiply to more than {@value #MAX_VALUES}
     */
    public Shape {
        long values = height < 1 || width < 1 || channels < 1 ? 0 : (long) height * width;
        values = values > MAX_VALUES ? values : values * channels;
        if (values < 1 || values > MAX_VALUES) {
            throw new IllegalArgumentException("shape " + height + "x" + width + "x" + channels
                    + ", expected at least 1 in each direction and at most " + MAX_VALUES + " values");
        }
    }

    /**
     * {@return the shape of a plain row: 1 x 1 x values}
     *
     * @param values of the row, 1 to {@value #MAX_VALUES}
     */
    public static Shape row(int values) {
        return new Shape(1, 1, values);
    }

    /** {@return whether this is a plain row, not an image of several pixels} */
    public boolean isRow() {
        return pixels() == 1;
    }

    /** {@return height * width} */
    public int pixels() {
        return height * width;
    }

    /** {@return height * width * channels} */
    public int values() {
        return height * width * channels;
    }

    /**
     * {@return the index of a value in PyTorch's order, in which all pixels of a channel lie together}
     *
     * @param value its index in this order, 0 to {@link #values} - 1
     */
    public int channelFirst(int value) {
        return value % channels * pixels() + value / channels;
    }

    /** For instance {@code 28x28x1}. */
    @Override
    public String toString() {
        return height + "x" + width + "x" + channels;
    }
}
