package io.hourglass.compute;

/** Stub. */
public interface Kernels {
    /** Stub. */
    Kernels SCALAR = new Kernels() {};

    /** Stub. */
    default void pixelsToUnit(byte[] pixels, int from, float[] target, int offset, int n) {
        for (int i = 0; i < n; i++) {
            target[offset + i] = (pixels[from + i] & 0xff) / 255f;
        }
    }
}
