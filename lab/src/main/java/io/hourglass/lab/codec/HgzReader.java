package io.hourglass.lab.codec;

import io.hourglass.format.FormatException;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Reads a .hgz file block by block, holding one block in memory. Damage is reported and skipped: if the next block is
 * not where it should be, the reader searches for it, and it replaces a damaged header by the copy at the end.
 */
public final class HgzReader implements Closeable {
    private static final int LEAST_SEARCH = 1 << 7;
    private static final int MOST_SEARCH = 1 << 16;

    private final String label;
    private final FileChannel channel;
    private final long size;
    private final HgzHeader header;
    private final BlockCodec codec;
    private final @Nullable String headerDamage;

    private HgzReader(String label, FileChannel channel) throws IOException {
        this.label = label;
        this.channel = channel;
        size = channel.size();
        HgzHeader found = null;
        String damage = null;
        try {
            found = HgzHeader.parse(label, read(0, HgzHeader.BYTES));
        } catch (FormatException e) {
            found = copyAtEnd();
            if (found == null) {
                throw e;
            }
            damage = "header is damaged";
        }
        header = found;
        headerDamage = damage;
        codec = new BlockCodec(header.version(), header.bits(), header.latent());
    }

    /**
     * Opens a file.
     *
     * @throws FormatException if it has no readable header, neither at its beginning nor at its end
     * @throws IOException if it cannot be read
     */
    public static HgzReader open(Path file) throws IOException {
        return open(file, file.toString());
    }

    /**
     * The same.
     *
     * @param label what messages call the file
     */
    public static HgzReader open(Path file, String label) throws IOException {
        if (Files.exists(file) && !Files.isRegularFile(file)) {
            throw new FileSystemException(file.toString(), null, "is not a file, expected a .hgz file");
        }
        FileChannel channel = FileChannel.open(file);
        try {
            return new HgzReader(label, channel);
        } catch (Throwable e) {
            channel.close();
            throw e;
        }
    }

    /** Receives what is read, in the order of the rows. */
    public interface Visitor {
        /**
         * An intact block.
         *
         * @param firstRow index of its first row
         * @param codes [rows][latent]
         */
        void codes(long firstRow, float[][] codes) throws IOException;

        /** A damaged place. */
        void damage(Damage damage) throws IOException;
    }

    /**
     * A place where the file is damaged.
     *
     * @param firstRow the first row that is lost
     * @param endRow the row after the last lost row; firstRow if none is lost
     * @param what for instance {@code block 3 (rows 12288 to 16383) is damaged: ...}
     */
    public record Damage(long firstRow, long endRow, String what) {}

    /** The header. */
    public HgzHeader header() {
        return header;
    }

    /** Reads everything from the beginning to the end. */
    public void forEach(Visitor visitor) throws IOException {
        if (headerDamage != null) {
            visitor.damage(new Damage(0, 0, headerDamage));
        }
        long at = HgzHeader.BYTES;
        int next = 0;
        while (next < header.blocks()) {
            Block block = blockAt(at, next);
            if (block == null || block.number != next) {
                Block found = block == null ? search(at + 1, next) : block;
                int end = found == null ? header.blocks() : found.number;
                visitor.damage(lost(next, end, at, found));
                if (found == null) {
                    return;
                }
                block = found;
            }
            visit(block, visitor);
            at = Math.min(size, block.begin + block.length);
            next = block.number + 1;
        }
        if (!Arrays.equals(read(at, HgzHeader.BYTES + 1), header.toBytes())) {
            long rows = header.rows();
            visitor.damage(new Damage(
                    rows,
                    rows,
                    "end is damaged: " + (size - at) + " bytes after the last block, expected the " + HgzHeader.BYTES
                            + " of the second header"));
        }
    }

    private void visit(Block block, Visitor visitor) throws IOException {
        int number = block.number;
        String reason;
        byte[] content = read(block.begin, block.length);
        int crc = HgzHeader.crc(content, 0, content.length);
        if (content.length < block.length) {
            reason = "the file ends after " + content.length + " of its " + block.length + " bytes";
        } else if (crc != block.crc) {
            reason = String.format("its CRC-32C is %08x, expected %08x", crc, block.crc);
        } else {
            float[][] codes = null;
            try {
                codes = codec.decode(content, header.rowsOf(number));
                reason = "";
            } catch (FormatException e) {
                reason = e.getMessage();
            }
            if (codes != null) {
                visitor.codes(header.firstRow(number), codes);
                return;
            }
        }
        long first = header.firstRow(number);
        long end = header.firstRow(number + 1);
        visitor.damage(new Damage(first, end, "block " + number + " (" + rows(first, end) + ") is damaged: " + reason));
    }

    /** Describes blocks that do not begin where they should. */
    private Damage lost(int from, int to, long at, @Nullable Block found) {
        long first = header.firstRow(from);
        long end = header.firstRow(to);
        if (from == to) {
            return new Damage(first, first, "bytes before block " + from + " belong to no block, from byte " + at);
        }
        String blocks = to - from == 1 ? "block " + from : "blocks " + from + " to " + (to - 1);
        String reason = found != null || at < size
                ? "no beginning of a block at byte " + at
                : "the file ends after " + size + " bytes";
        return new Damage(first, end, blocks + " (" + rows(first, end) + ") missing: " + reason);
    }

    /** For instance {@code rows 4096 to 8191}. */
    static String rows(long first, long end) {
        return end - first == 1 ? "row " + first : "rows " + first + " to " + (end - 1);
    }

    /** Where the content of a block lies. */
    private record Block(int number, long begin, int length, int crc) {}

    /** The block that begins at a position, if there is one with at least the given number. */
    private @Nullable Block blockAt(long at, int least) throws IOException {
        byte[] start = read(at, HgzWriter.BLOCK_HEADER);
        return start.length < HgzWriter.BLOCK_HEADER ? null : block(start, 0, at, least);
    }

    private @Nullable Block block(byte[] bytes, int offset, long at, int least) {
        ByteBuffer in = ByteBuffer.wrap(bytes, offset, HgzWriter.BLOCK_HEADER);
        int mark = in.getInt();
        int number = in.getInt();
        int length = in.getInt();
        int crc = in.getInt();
        if (mark != HgzWriter.MARK
                || in.getInt() != HgzHeader.crc(bytes, offset, offset + HgzWriter.BLOCK_HEADER - 4)
                || number < least
                || number >= header.blocks()
                || length < 0
                || length > codec.mostBytes(header.rowsOf(number))) {
            return null;
        }
        return new Block(number, at + HgzWriter.BLOCK_HEADER, length, crc);
    }

    /** The next position where a block begins. */
    private @Nullable Block search(long from, int least) throws IOException {
        int length = LEAST_SEARCH; // grows, because the next block is usually near
        for (long at = from; at < size; at += length - HgzWriter.BLOCK_HEADER + 1) { // overlapping: none is missed
            length = Math.min(2 * length, MOST_SEARCH);
            byte[] window = read(at, length);
            for (int i = 0; i + HgzWriter.BLOCK_HEADER <= window.length; i++) {
                Block block = window[i] == 'H' ? block(window, i, at + i, least) : null;
                if (block != null) {
                    return block;
                }
            }
        }
        return null;
    }

    private @Nullable HgzHeader copyAtEnd() throws IOException {
        if (size < 2 * HgzHeader.BYTES) {
            return null;
        }
        try {
            return HgzHeader.parse(label, read(size - HgzHeader.BYTES, HgzHeader.BYTES));
        } catch (FormatException e) {
            return null; // the error message then describes the first header
        }
    }

    /** The bytes from a position on: up to {@code most}, or up to the end of the file. */
    private byte[] read(long at, int most) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate((int) Math.max(0, Math.min(most, size - at)));
        while (bytes.hasRemaining()) {
            int count = channel.read(bytes, at + bytes.position());
            if (count < 0) {
                throw new IOException(label + ": became shorter while it was read");
            }
        }
        return bytes.array();
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
