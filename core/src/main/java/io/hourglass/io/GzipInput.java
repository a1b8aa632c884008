package io.hourglass.io;

import java.io.IOException;
import java.io.InputStream;
import java.util.zip.GZIPInputStream;

/**
 * Unpacks gzip. {@link GZIPInputStream#read(byte[], int, int)} calls itself for every empty member of a file, of which
 * a small file can hold enough to exhaust the stack; this one counts the calls.
 */
public final class GzipInput extends GZIPInputStream {
    private static final int MOST_EMPTY = 1000;

    private final String name;
    private int depth;

    /**
     * Reads the first member's header.
     *
     * @param name of the file, for messages
     * @throws IOException if it is damaged or cannot be read
     */
    public GzipInput(String name, InputStream packed) throws IOException {
        super(packed, 1 << 16);
        this.name = name;
    }

    @Override
    public int read(byte[] bytes, int from, int length) throws IOException {
        if (++depth > MOST_EMPTY) {
            throw new FormatException(name + ": gzip file of thousands of empty members, expected one member");
        }
        try {
            return super.read(bytes, from, length);
        } finally {
            depth--;
        }
    }
}
