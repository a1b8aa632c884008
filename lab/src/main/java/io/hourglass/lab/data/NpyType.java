package io.hourglass.lab.data;

import java.nio.ByteBuffer;

/** The types of values in NumPy's files. */
public enum NpyType {
    /** {@code b1}: 0 or 1. */
    BOOL(1, Storage.BYTES),
    /** {@code u1}: 0 to 255. */
    UINT8(1, Storage.BYTES),
    /** {@code u2}. */
    UINT16(2, Storage.FLOATS),
    /** {@code u4}. */
    UINT32(4, Storage.DOUBLES),
    /** {@code u8}; rounded to the nearest double. */
    UINT64(8, Storage.DOUBLES),
    /** {@code i1}. */
    INT8(1, Storage.FLOATS),
    /** {@code i2}. */
    INT16(2, Storage.FLOATS),
    /** {@code i4}. */
    INT32(4, Storage.DOUBLES),
    /** {@code i8}; rounded to the nearest double. */
    INT64(8, Storage.DOUBLES),
    /** {@code f2}. */
    FLOAT16(2, Storage.FLOATS),
    /** {@code f4}. */
    FLOAT32(4, Storage.FLOATS),
    /** {@code f8}. */
    FLOAT64(8, Storage.DOUBLES);

    /** The Java type that holds a file's values without loss. */
    enum Storage {
        BYTES,
        FLOATS,
        DOUBLES
    }

    /** Bytes per value. */
    final int size;

    final Storage storage;

    NpyType(int size, Storage storage) {
        this.size = size;
        this.storage = storage;
    }

    /** Reads a value. */
    double next(ByteBuffer in) {
        return switch (this) {
            case BOOL -> in.get() == 0 ? 0 : 1;
            case UINT8 -> Byte.toUnsignedInt(in.get());
            case UINT16 -> Short.toUnsignedInt(in.getShort());
            case UINT32 -> Integer.toUnsignedLong(in.getInt());
            case UINT64 -> {
                long value = in.getLong();
                // A large value is halved to fit into a signed long; the lost bit is kept for rounding.
                yield value >= 0 ? value : 2.0 * ((value >>> 1) | (value & 1));
            }
            case INT8 -> in.get();
            case INT16 -> in.getShort();
            case INT32 -> in.getInt();
            case INT64 -> in.getLong();
            case FLOAT16 -> half(in.getShort());
            case FLOAT32 -> in.getFloat();
            case FLOAT64 -> in.getDouble();
        };
    }

    /** {@code Float.float16ToFloat} exists from Java 20 on. */
    private static float half(short bits) {
        int exponent = (bits >>> 10) & 0x1f;
        int fraction = bits & 0x3ff;
        float magnitude = switch (exponent) {
            case 0 -> fraction * 0x1p-24f;
            case 0x1f -> fraction == 0 ? Float.POSITIVE_INFINITY : Float.NaN;
            default -> (0x400 | fraction) * (float) Math.scalb(1.0, exponent - 25);
        };
        return bits < 0 ? -magnitude : magnitude;
    }
}
