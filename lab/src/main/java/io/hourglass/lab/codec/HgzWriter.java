package io.hourglass.lab.codec;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;

/**
 * Writes a .hgz file from beginning to end, holding one block of codes in memory: the {@link HgzHeader}; the blocks;
 * the header once more. A block begins with {@value #BLOCK_HEADER} bytes, big-endian: "HGZB", its number, the length of
 * what follows, the CRC-32C of that, and the CRC-32C of these 16 bytes, so that a reader that has lost its place finds
 * the next block.
 */
final class HgzWriter {
    static final int MARK = 'H' << 24 | 'G' << 16 | 'Z' << 8 | 'B';
    static final int BLOCK_HEADER = 20;

    private final OutputStream out;
    private final HgzHeader header;
    private final BlockCodec codec;
    private final float[][] block;
    private int filled;
    private int blocks;

    HgzWriter(OutputStream out, HgzHeader header) throws IOException {
        this.out = out;
        this.header = header;
        codec = new BlockCodec(HgzHeader.VERSION, header.bits(), header.latent());
        block = new float[(int) Math.min(header.blockRows(), header.rows())][];
        out.write(header.toBytes());
    }

    /**
     * Writes the next row's code.
     *
     * @param code [latent]; must not be changed afterwards
     * @throws IllegalArgumentException if a value is not finite; the message names row and dimension
     */
    void add(float[] code) throws IOException {
        for (int d = 0; d < code.length; d++) {
            if (!Float.isFinite(code[d])) {
                throw new IllegalArgumentException("row " + (header.firstRow(blocks) + filled) + ": value " + d
                        + " of its code is " + code[d] + ", expected a finite number");
            }
        }
        block[filled++] = code;
        if (filled == header.rowsOf(blocks)) {
            writeBlock();
        }
    }

    private void writeBlock() throws IOException {
        byte[] content = codec.encode(block, filled);
        if (content.length > codec.mostBytes(filled)) {
            throw new IllegalStateException(
                    "block of " + content.length + " bytes, expected at most " + codec.mostBytes(filled));
        }
        ByteBuffer start = ByteBuffer.allocate(BLOCK_HEADER);
        start.putInt(MARK).putInt(blocks).putInt(content.length).putInt(HgzHeader.crc(content, 0, content.length));
        start.putInt(HgzHeader.crc(start.array(), 0, BLOCK_HEADER - 4));
        out.write(start.array());
        out.write(content);
        blocks++;
        filled = 0;
    }

    /** Writes the end. */
    void finish() throws IOException {
        if (blocks != header.blocks()) {
            throw new IllegalStateException(header.firstRow(blocks) + filled + " rows, expected " + header.rows());
        }
        out.write(header.toBytes());
    }
}
