package io.hourglass.format;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/** Recognises files that are not safetensors files, for the message that refuses them. */
final class FileKind {
    /** As the low half of a header's length it would mean 67 MB, which is possible; we still call it a zip file. */
    private static final int ZIP = 'P' | 'K' << 8 | 3 << 16 | 4 << 24;

    private static final int LOOKED_AT = 512;

    /** First characters of files, and what such files are. */
    private static final String[][] KINDS = {
        {"\u0089HDF", "an HDF5 file, as Keras writes"},
        {"\u0089HGZ", "compressed rows (.hgz)"},
        {"\u0093NUMPY", "a .npy file, which holds data"},
        {"\u0089PNG", "a picture"},
        {"\u00ff\u00d8\u00ff", "a picture"},
        {"\u001f\u008b", "a gzip file"}
    };

    private FileKind() {}

    /** Whether these are the first 8 bytes of a zip file. */
    static boolean isZip(long first) {
        return (int) first == ZIP;
    }

    /**
     * What the file looks like, as a noun phrase, and what to do about it if there is something to do.
     *
     * @param first the file's first 8 bytes, little-endian
     * @param rest the file after these bytes
     * @param most the largest possible value of the first 8 bytes, the length of the header, in a safetensors file
     */
    static String describe(long first, InputStream rest, long most) throws IOException {
        byte[] more = rest.readNBytes(LOOKED_AT);
        byte[] bytes = ByteBuffer.allocate(Long.BYTES + more.length)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(first)
                .put(more)
                .array();
        String start = new String(bytes, StandardCharsets.ISO_8859_1);
        if (isZip(first) || start.startsWith("\u0080\u0002")) { // torch.save wrote bare pickles before version 1.6
            return (isZip(first) ? "a zip file" : "a pickle")
                    + ", as torch.save writes (.pt): in PyTorch, write one with"
                    + " safetensors.torch.save_file(model.state_dict(), ...)";
        }
        for (String[] kind : KINDS) {
            if (start.startsWith(kind[0])) {
                return kind[1];
            }
        }
        boolean ascii = start.charAt(0) < 0x7f && start.charAt(1) < 0x7f;
        if ((ascii || start.startsWith("\u00ef\u00bb\u00bf"))
                && start.chars().allMatch(c -> c >= ' ' && c != 0x7f || c == '\t' || c == '\n' || c == '\r')) {
            return "text that begins with "
                    + FormatException.quote(new String(bytes, StandardCharsets.UTF_8)
                            .lines()
                            .findFirst()
                            .orElse(""));
        }
        return "something else: header of " + Long.toUnsignedString(first) + " bytes, expected at most " + most;
    }
}
