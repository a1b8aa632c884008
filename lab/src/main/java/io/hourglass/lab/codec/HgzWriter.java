package io.hourglass.lab.codec;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;

/**
 * Writes a .hgz file from beginning to end, holding one block of codes in memory: the {@link HgzHeader}, the blocks,
 * and the header again. A block begins with {@value #BLOCK_HEADER} bytes, big-endian: "HGZB", its number, the length of
 * its content, the CRC-32C of the content, and the CRC-32C of these 16 bytes. A reader that has lost its place can thus
 * find the next block.
 */
final class HgzWriter {
    static final int MARK = 'H' << 24 | 'G' << 16 | 'Z' << 8 | 'B';
    static final int BLOCK_HEADER = 20;

    private final OutputStream out;
    private final HgzHeader header;
    private final BlockCodec codec;
    private final float[][] block;
    private int pending;
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
     * @throws IllegalArgumentException if a value is not finite; the message names the row and the value
     */
    void add(float[] code) throws IOException {
        for (int d = 0; d < code.length; d++) {
            if (!Float.isFinite(code[d])) {
                throw new IllegalArgumentException("row " + (header.firstRow(blocks) + pending) + ": value " + d
                        + " of its code is " + code[d] + ", expected a finite number");
            }
        }
        block[pending++] = code;
        if (pending == header.rowsOf(blocks)) {
            writeBlock();
        }
    }

    private void writeBlock() throws IOException {
        byte[] content = codec.encode(block, pending);
        if (content.length > codec.mostBytes(pending)) {
            throw new IllegalStateException(
                    "block of " + content.length + " bytes, expected at most " + codec.mostBytes(pending));
        }
        ByteBuffer start = ByteBuffer.allocate(BLOCK_HEADER);
        start.putInt(MARK).putInt(blocks).putInt(content.length).putInt(HgzHeader.crc(content, 0, content.length));
        start.putInt(HgzHeader.crc(start.array(), 0, BLOCK_HEADER - 4));
        out.write(start.array());
        out.write(content);
        blocks++;
        pending = 0;
    }

    /** Writes the second header. */
    void finish() throws IOException {
        if (blocks != header.blocks()) {
            throw new IllegalStateException(header.firstRow(blocks) + pending + " rows, expected " + header.rows());
        }
        out.write(header.toBytes());
    }
}
