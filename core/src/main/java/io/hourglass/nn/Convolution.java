package io.hourglass.nn;

import java.io.Serializable;

/**
 * A convolution of an encoder: square filters with a padding of half their side, so that an image of side n becomes one
 * of side n / stride, rounded up. In the decoder, a transposed convolution with the same numbers restores the size.
 *
 * <pre>{@code
 * List<Convolution> two = List.of(new Convolution(16, 3, 2), new Convolution(32, 3, 2));
 * Architecture digits = Architecture.of(784, List.of(128), 16).withConvolutions(new Shape(28, 28, 1), two);
 * }</pre>
 *
 * @param channels of the smaller image: the number of filters, 1 to {@value #MAX_CHANNELS}
 * @param kernel side of the filters in pixels, an odd number from 1 to {@value #MAX_KERNEL}
 * @param stride distance between neighbouring outputs in pixels of the input, 1 to {@code kernel}
 * @serial exclude
 */
public record Convolution(int channels, int kernel, int stride) implements Serializable {
    /** The most channels allowed. */
    public static final int MAX_CHANNELS = 1 << 14;

    /** The largest side of a filter allowed. */
    public static final int MAX_KERNEL = 31;

    /**
     * A convolution.
     *
     * @param channels the number of filters, 1 to {@value #MAX_CHANNELS}
     * @param kernel side of the filters in pixels, an odd number from 1 to {@value #MAX_KERNEL}
     * @param stride in pixels, 1 to {@code kernel}
     * @throws IllegalArgumentException if a number is out of range; the message names it
     */
    public Convolution {
        if (channels < 1 || channels > MAX_CHANNELS) {
            throw new IllegalArgumentException("channels = " + channels + ", expected 1 to " + MAX_CHANNELS);
        }
        if (kernel < 1 || kernel > MAX_KERNEL || kernel % 2 == 0) {
            throw new IllegalArgumentException(
                    "kernel = " + kernel + ", expected an odd number from 1 to " + MAX_KERNEL);
        }
        if (stride < 1 || stride > kernel) {
            throw new IllegalArgumentException("stride = " + stride + ", expected 1 to " + kernel
                    + ", the side of the kernel: otherwise some pixels would not be seen");
        }
    }

    /** {@return the pixels around the image that count as zero: half the kernel's side, rounded down} */
    public int padding() {
        return kernel / 2;
    }

    /** {@return the shape of the outputs for an image} */
    Shape outputs(Shape image) {
        return new Shape((image.height() + stride - 1) / stride, (image.width() + stride - 1) / stride, channels);
    }

    /** In the form that {@link Architecture#parse} reads, for instance {@code 16c3s2}. */
    @Override
    public String toString() {
        return channels + "c" + kernel + "s" + stride;
    }
}
