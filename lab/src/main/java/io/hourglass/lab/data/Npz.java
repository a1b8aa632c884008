package io.hourglass.lab.data;

import io.hourglass.format.FormatException;
import java.io.EOFException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.zip.CRC32;
import java.util.zip.CheckedInputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;
import org.jspecify.annotations.Nullable;

/** NumPy's archives: zip files of .npy files, stored or deflated. */
final class Npz {
    private static final String ENDING = ".npy";

    /** Deflate expands a byte to at most this many. */
    private static final int MOST_INFLATED = 1032;

    private Npz() {}

    /**
     * Reads an array. Allocates no more than its compressed bytes can hold.
     *
     * @param array its name; null for the only one
     * @throws FormatException if the file is damaged, has no such array, or has several arrays and none is named
     * @throws IOException if it cannot be read
     */
    static Npy.Array read(Path file, @Nullable String array) throws IOException {
        try (ZipFile zip = new ZipFile(file.toFile())) {
            ZipEntry entry = find(file, zip, array);
            long packed = entry.getCompressedSize();
            if (packed > Files.size(file) || entry.getSize() > MOST_INFLATED * (packed + 1)) {
                throw new FormatException(file + ": damaged .npz file: " + entry.getSize() + " bytes of "
                        + FormatException.quote(entry.getName()) + " in " + packed + ", expected fewer");
            }
            CheckedInputStream in = new CheckedInputStream(zip.getInputStream(entry), new CRC32());
            String name = file + ": array " + FormatException.quote(name(entry));
            Npy.Array read = Npy.read(in, name, entry.getSize());
            if (in.read() >= 0 || in.getChecksum().getValue() != entry.getCrc()) {
                throw new FormatException(name + ": its checksum does not match, expected an undamaged file");
            }
            return read;
        } catch (ZipException | EOFException | IllegalArgumentException e) {
            throw damaged(file, e);
        }
    }

    /** The names of the arrays, in the order of the file. */
    static List<String> names(Path file) throws IOException {
        try (ZipFile zip = new ZipFile(file.toFile())) {
            return zip.stream()
                    .filter(entry -> entry.getName().endsWith(ENDING))
                    .map(Npz::name)
                    .toList();
        } catch (ZipException e) {
            throw damaged(file, e);
        }
    }

    private static FormatException damaged(Path file, Exception e) {
        return new FormatException(file + ": damaged .npz file ("
                + FormatException.quote(String.valueOf(e.getMessage())) + "), expected an undamaged one");
    }

    private static ZipEntry find(Path file, ZipFile zip, @Nullable String array) throws FormatException {
        List<? extends ZipEntry> all =
                zip.stream().filter(entry -> entry.getName().endsWith(ENDING)).toList();
        List<? extends ZipEntry> chosen = all.stream()
                .filter(entry -> array == null || name(entry).equals(array))
                .toList();
        if (chosen.size() == 1) {
            return chosen.get(0);
        }
        String names = all.stream().map(Npz::name).collect(Collectors.joining(", "));
        throw new FormatException(file + ": "
                + (all.isEmpty() ? "no arrays" : "the arrays " + FormatException.quote(names))
                + (array == null
                        ? ", expected one array, or --array with a name"
                        : ", expected one named " + FormatException.quote(array)));
    }

    private static String name(ZipEntry entry) {
        return entry.getName().substring(0, entry.getName().length() - ENDING.length());
    }
}
