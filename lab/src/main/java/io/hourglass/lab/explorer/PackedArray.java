package io.hourglass.lab.explorer;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Base64;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;

/**
 * An array as the page stores it: little-endian numbers, deflated (zlib), in base64.
 *
 * @param type u8, u32, f16, f32 or f64
 */
record PackedArray(String type, String data) {
    private static final float LARGEST_HALF = 65504;

    /** Whether these are doubles, the exact values. */
    boolean isExact() {
        return type.equals("f64");
    }

    static PackedArray bytes(byte[] values) {
        return pack("u8", ByteBuffer.wrap(values));
    }

    static PackedArray ints(int[] values) {
        ByteBuffer bytes = buffer(values.length, Integer.BYTES);
        bytes.asIntBuffer().put(values);
        return pack("u32", bytes);
    }

    static PackedArray floats(float[] values) {
        ByteBuffer bytes = buffer(values.length, Float.BYTES);
        bytes.asFloatBuffer().put(values);
        return pack("f32", bytes);
    }

    static PackedArray doubles(double[] values) {
        ByteBuffer bytes = buffer(values.length, Double.BYTES);
        bytes.asDoubleBuffer().put(values);
        return pack("f64", bytes);
    }

    /**
     * Floats rounded to half precision.
     *
     * @throws IllegalArgumentException if one is larger than {@value #LARGEST_HALF}
     */
    static PackedArray halves(float[] values) {
        ByteBuffer bytes = buffer(values.length, Short.BYTES);
        for (float value : values) {
            bytes.putShort(half(value));
        }
        return pack("f16", bytes);
    }

    /** The 16 bits of the nearest half-precision number (IEEE 754 binary16), ties to even. */
    static short half(float value) {
        float size = Math.abs(value);
        if (!(size <= LARGEST_HALF)) {
            throw new IllegalArgumentException(
                    value + " does not fit into float16, expected at most " + LARGEST_HALF + ": leave --small out");
        }
        int sign = Float.floatToRawIntBits(value) >>> 16 & 0x8000;
        // Halves below 2^-14 are multiples of 2^-24; above, the significand loses 13 of its bits.
        if (size < 0x1p-14f) {
            return (short) (sign | (int) Math.rint(size * 0x1p24));
        }
        int bits = Float.floatToRawIntBits(size);
        int rounded = bits + 0xfff + (bits >>> 13 & 1);
        return (short) (sign | (rounded >>> 13) - (112 << 10));
    }

    private static ByteBuffer buffer(int count, int size) {
        return ByteBuffer.allocate(Math.multiplyExact(count, size)).order(ByteOrder.LITTLE_ENDIAN);
    }

    private static PackedArray pack(String type, ByteBuffer bytes) {
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        Deflater deflater = new Deflater(Deflater.BEST_COMPRESSION);
        try (DeflaterOutputStream out = new DeflaterOutputStream(packed, deflater)) {
            out.write(bytes.array());
        } catch (IOException e) {
            throw new UncheckedIOException("memory does not fail", e);
        } finally {
            deflater.end();
        }
        return new PackedArray(type, Base64.getEncoder().encodeToString(packed.toByteArray()));
    }
}
