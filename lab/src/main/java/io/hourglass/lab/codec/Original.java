package io.hourglass.lab.codec;

import io.hourglass.Dataset;
import io.hourglass.lab.data.Pixels;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPOutputStream;

/**
 * The size of rows without loss.
 *
 * @param what the form that is measured, for instance {@code data.csv}
 * @param bytes its size
 * @param gzipBytes the size of its gzip file
 */
public record Original(String what, long bytes, long gzipBytes) {
    private static final int BUFFER = 1 << 16;

    /**
     * The size of a file of rows. A file that is already gzipped is its own gzip file.
     *
     * @throws IOException if it cannot be read
     */
    public static Original ofFile(Path file) throws IOException {
        long bytes = Files.size(file);
        Counter counter = new Counter();
        try (InputStream in = new BufferedInputStream(Files.newInputStream(file), BUFFER);
                OutputStream gzip = new GZIPOutputStream(counter, BUFFER)) {
            in.mark(2);
            if (in.read() == 0x1f && in.read() == 0x8b) {
                return new Original(file.toString(), bytes, bytes);
            }
            in.reset();
            in.transferTo(gzip);
        }
        return new Original(file.toString(), bytes, counter.bytes);
    }

    /**
     * The size of the bare values of rows: a byte each if they are pixels, otherwise a float.
     *
     * @param rows from the first row on; read to their end
     * @throws IOException if they cannot be read
     */
    public static Original ofValues(RowStream rows) throws IOException {
        Counter counter = new Counter();
        int width = rows.inputs() * (rows.isPixels() ? 1 : Float.BYTES);
        ByteBuffer floats = ByteBuffer.allocate(width).order(ByteOrder.LITTLE_ENDIAN);
        try (OutputStream gzip = new GZIPOutputStream(counter, BUFFER)) {
            Dataset batch = rows.next(1);
            while (batch != null) {
                float[] row = batch.row(0);
                if (rows.isPixels()) {
                    gzip.write(Pixels.ofRows(new float[][] {row}));
                } else {
                    floats.asFloatBuffer().put(row);
                    gzip.write(floats.array());
                }
                batch = rows.next(1);
            }
        }
        String what = rows.isPixels() ? "the rows as bytes" : "the rows as floats";
        return new Original(what, rows.rows() * width, counter.bytes);
    }

    private static final class Counter extends OutputStream {
        long bytes;

        @Override
        public void write(int any) {
            bytes++;
        }

        @Override
        public void write(byte[] any, int from, int length) {
            bytes += length;
        }
    }
}
