package io.hourglass.io;

import java.io.IOException;
import java.io.InputStream;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;

/**
 * Unpacks gzip. {@link GZIPInputStream#read(byte[], int, int)} calls itself for every empty member of a file, and a
 * small file can hold enough of them to exhaust the stack. This class limits the depth.
 */
public final class GzipInput extends GZIPInputStream {
    private static final int MOST_EMPTY = 1000;

    private int depth;

    /**
     * Reads the first member's header.
     *
     * @param packed the file, at its first byte
     * @throws IOException if it is damaged or cannot be read
     */
    public GzipInput(InputStream packed) throws IOException {
        super(packed, 1 << 16);
    }

    @Override
    public int read(byte[] bytes, int from, int length) throws IOException {
        if (++depth > MOST_EMPTY) {
            throw new ZipException("thousands of empty members");
        }
        try {
            return super.read(bytes, from, length);
        } finally {
            depth--;
        }
    }
}
