package io.hourglass.format;

import java.nio.ByteBuffer;

/** The element types of a safetensors file. Floats of 16 bits or more are read; the other types are not. */
enum Dtype {
    /** IEEE 754 single precision. */
    F32(4),
    /** IEEE 754 half precision: 1 sign, 5 exponent and 10 fraction bits. */
    F16(2),
    /** The upper half of a single. */
    BF16(2),
    /** IEEE 754 double precision, rounded to the nearest float. */
    F64(8),
    BOOL(1),
    U8(1),
    I8(1),
    F8_E5M2(1),
    F8_E4M3(1),
    U16(2),
    I16(2),
    U32(4),
    I32(4),
    U64(8),
    I64(8);

    private final int size;

    Dtype(int size) {
        this.size = size;
    }

    /** Whether elements are read, as the nearest floats. */
    boolean isRead() {
        return ordinal() <= F64.ordinal();
    }

    /** Bytes of an element, a divisor of 8. */
    int size() {
        return size;
    }

    /** Reads one element from a little-endian buffer. */
    float next(ByteBuffer in) {
        return switch (this) {
            case F32 -> in.getFloat();
            case F16 -> halfToFloat(in.getShort());
            case BF16 -> Float.intBitsToFloat(in.getShort() << 16);
            case F64 -> (float) in.getDouble();
            case BOOL, U8, I8, F8_E5M2, F8_E4M3, U16, I16, U32, I32, U64, I64 ->
                throw new IllegalStateException(this + " is not read as a float");
        };
    }

    /** The float of the same value; {@code Float.float16ToFloat} exists from Java 20 on. */
    static float halfToFloat(short half) {
        int exponent = half >>> 10 & 0x1f;
        int fraction = half & 0x3ff;
        float magnitude;
        if (exponent == 0) {
            magnitude = fraction * 0x1p-24f; // zero and subnormals, exact as floats
        } else if (exponent == 0x1f) {
            magnitude = Float.intBitsToFloat(0x7f800000 | fraction << 13);
        } else {
            magnitude = Float.intBitsToFloat(exponent + (127 - 15) << 23 | fraction << 13);
        }
        return half < 0 ? -magnitude : magnitude;
    }
}
