package io.hourglass.lab.data;

import io.hourglass.format.FormatException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;

/** Files that are often given as tables and are none, known by their first bytes. */
final class KnownFile {
    private static final int HEAD = 4096; // bytes, enough for the first names in a zip file
    private static final String SHEET = "save the sheet as CSV";
    private static final String UNPACK = "unpack it first";

    /**
     * A kind of file.
     *
     * @param start its first bytes, one per character
     * @param what it is
     * @param remedy what to do
     */
    private record Kind(String start, String what, String remedy) {}

    private static final List<Kind> KINDS = List.of(
            new Kind(
                    "\u00d0\u00cf\u0011\u00e0\u00a1\u00b1\u001a\u00e1",
                    "a file of an older Office, such as .xls",
                    SHEET),
            new Kind("PAR1", "a Parquet file", "write it as CSV, for instance with DuckDB"),
            new Kind("ARROW1", "an Arrow file", "write it as CSV, for instance with DuckDB"),
            new Kind("ORC", "an ORC file", "write it as CSV"),
            new Kind("Obj\u0001", "an Avro file", "write it as CSV"),
            new Kind("SQLite format 3\0", "an SQLite database", "write a query's result as CSV (sqlite3 -csv -header)"),
            new Kind("\u0089HDF\r\n", "an HDF5 file", "write it as CSV or .npy"),
            new Kind("MATLAB 5.0", "a MATLAB file", "write it as CSV or .npy"),
            new Kind("%PDF-", "a PDF document", "copy its table to a spreadsheet and save that as CSV"),
            new Kind("{\\rtf", "a text document (RTF)", "save it as plain text"),
            new Kind("<!DOCTYPE html", "a web page", "download the file that it links to"),
            new Kind("<html", "a web page", "download the file that it links to"),
            new Kind("<?xml", "an XML file", "save it as CSV"),
            new Kind("\u0093NUMPY", "an array of NumPy", "give it a name that ends in .npy"),
            new Kind("\u0089PNG", "an image", "name the folder of the images"),
            new Kind("\u00ff\u00d8\u00ff", "an image", "name the folder of the images"),
            new Kind("GIF8", "an image", "name the folder of the images, as PNG, JPEG or BMP"),
            new Kind("BZh", "packed with bzip2", UNPACK),
            new Kind("\u00fd7zXZ\0", "packed with xz", UNPACK),
            new Kind("(\u00b5/\u00fd", "packed with Zstandard", UNPACK),
            new Kind("7z\u00bc\u00af'\u001c", "a 7-Zip archive", UNPACK),
            new Kind("Rar!", "a RAR archive", UNPACK));

    private KnownFile() {}

    /**
     * Rejects a file of another kind than a table.
     *
     * @throws FormatException if it is one; the message says what it is and what to do
     */
    static void requireTable(TableFile file) throws IOException {
        String head;
        try (InputStream in = file.bytes()) {
            head = new String(in.readNBytes(HEAD), StandardCharsets.ISO_8859_1);
        }
        if (head.startsWith("PK\u0003\u0004")) {
            throw wrong(file, zip(head));
        }
        for (Kind kind : KINDS) {
            boolean tag = kind.start.startsWith("<");
            boolean mayBeName = kind.start.matches("\\w+"); // a table may have a column PAR1
            if (head.regionMatches(tag, 0, kind.start, 0, kind.start.length()) && (!mayBeName || isBinary(head))) {
                throw wrong(file, kind);
            }
        }
    }

    private static boolean isBinary(String head) {
        return head.chars().anyMatch(c -> c < '\t' || (c > '\r' && c < ' '));
    }

    private static Kind zip(String head) {
        if (head.contains("[Content_Types].xml") || head.contains("xl/")) {
            return new Kind("", "a file of Office, such as .xlsx", SHEET);
        }
        if (head.contains("opendocument")) {
            return new Kind("", "an OpenDocument file", SHEET);
        }
        return head.contains(".npy")
                ? new Kind("", "an archive of NumPy", "give it a name that ends in .npz")
                : new Kind("", "a zip archive", UNPACK);
    }

    private static FormatException wrong(TableFile file, Kind kind) {
        return new FormatException(String.format(
                Locale.ROOT, "%s: is %s, expected a table as text: %s", file.label(), kind.what, kind.remedy));
    }
}
