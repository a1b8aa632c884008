package io.hourglass.io;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.function.ObjIntConsumer;

/** SHA-256 of bytes, text and numbers, added piece by piece. */
public final class Sha256 {
    private final MessageDigest digest = digest();

    /** The 32 bytes of the hash of some bytes. */
    public static byte[] of(byte[] bytes) {
        return digest().digest(bytes);
    }

    /** The hash of a text in UTF-8, in hexadecimal. */
    public static String hex(String text) {
        return new Sha256().add(text).hex();
    }

    /** Adds bytes. */
    public Sha256 add(byte[] bytes, int offset, int length) {
        digest.update(bytes, offset, length);
        return this;
    }

    /** Adds a text in UTF-8. */
    public Sha256 add(String text) {
        digest.update(text.getBytes(StandardCharsets.UTF_8));
        return this;
    }

    /** Adds floats in little-endian order. */
    public Sha256 add(float[] values) {
        return add(values.length, (buffer, i) -> buffer.putFloat(values[i]));
    }

    /** Adds doubles in little-endian order. */
    public Sha256 add(double[] values) {
        return add(values.length, (buffer, i) -> buffer.putDouble(values[i]));
    }

    private Sha256 add(int count, ObjIntConsumer<ByteBuffer> put) {
        ByteBuffer buffer = ByteBuffer.allocate(1 << 16).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < count; i++) {
            if (!buffer.hasRemaining()) {
                digest.update(buffer.array());
                buffer.clear();
            }
            put.accept(buffer, i);
        }
        digest.update(buffer.flip());
        return this;
    }

    /** The hash in hexadecimal; nothing can be added afterwards. */
    public String hex() {
        return HexFormat.of().formatHex(digest.digest());
    }

    private static MessageDigest digest() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every JDK has SHA-256", e);
        }
    }
}
