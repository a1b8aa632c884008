package io.hourglass.lab.data;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * Feeds readers with damaged files: only an IOException may come out, and no more memory be taken than the file
 * justifies.
 */
public final class Hostile {
    private static final long ALLOWANCE = 4 << 20; // buffers of readers that open a file several times
    private static final int MULTIPLE = 64;
    private static final String MARKS = "{}[]()',:\"0123456789-+.eE\\u \n\0";

    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private Hostile() {}

    /** A reader under test. */
    public interface Reader {
        void read(Path file) throws IOException;
    }

    /**
     * Reads the bytes and returns the IOException's message, or null if they were accepted; anything else fails the
     * test.
     */
    public static @Nullable String read(Reader reader, Path file, byte[] bytes) throws IOException {
        return read(reader, file, bytes, MULTIPLE);
    }

    /** The same where the file may justify other multiples of its length than usual, as a packed one does. */
    public static @Nullable String read(Reader reader, Path file, byte[] bytes, int multiple) throws IOException {
        Files.write(file, bytes);
        long most = ALLOWANCE + multiple * (long) bytes.length;
        long before = THREADS.getCurrentThreadAllocatedBytes();
        String message = message(reader, file, bytes);
        if (THREADS.getCurrentThreadAllocatedBytes() - before
                > most) { // the first time, it may be classes that were loaded
            before = THREADS.getCurrentThreadAllocatedBytes();
            message(reader, file, bytes);
            assertThat(THREADS.getCurrentThreadAllocatedBytes() - before)
                    .as("bytes allocated")
                    .isLessThan(most);
        }
        if (message != null) {
            assertThat(message).hasLineCount(1).contains(file.getFileName().toString());
        }
        return message;
    }

    private static @Nullable String message(Reader reader, Path file, byte[] bytes) {
        try {
            reader.read(file);
            return null;
        } catch (IOException e) {
            return e.getMessage();
        } catch (RuntimeException | Error e) {
            String begin = Arrays.toString(Arrays.copyOf(bytes, Math.min(bytes.length, 1000)));
            throw new AssertionError("on " + bytes.length + " bytes: " + begin, e);
        }
    }

    /** Checks that the file is refused however many bytes are cut off its end. */
    public static void truncateEverywhere(Reader reader, Path file, byte[] bytes) throws IOException {
        for (int length = 0; length < bytes.length; length++) {
            assertThat(read(reader, file, Arrays.copyOf(bytes, length)))
                    .as("length " + length)
                    .isNotNull();
        }
    }

    /** Reads many files with a few random changes each. */
    public static void mutate(Reader reader, Path file, byte[] bytes, int times) throws IOException {
        Random random = new Random(7);
        for (int i = 0; i < times; i++) {
            read(reader, file, mutate(bytes, random));
        }
    }

    /** A copy with a few random changes. */
    public static byte[] mutate(byte[] original, Random random) {
        byte[] bytes = original.clone();
        for (int changes = 1 + random.nextInt(4); changes > 0; changes--) {
            int at = random.nextInt(bytes.length);
            switch (random.nextInt(6)) {
                case 0 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
                case 1 -> bytes[at] = (byte) random.nextInt(256);
                case 2 -> bytes[at] = (byte) MARKS.charAt(random.nextInt(MARKS.length()));
                case 3 -> bytes = Arrays.copyOf(bytes, Math.max(1, at)); // cut off
                case 4 -> bytes = Arrays.copyOf(bytes, bytes.length + 1 + random.nextInt(16)); // zeros at the end
                default -> { // one stretch over another
                    int from = random.nextInt(bytes.length);
                    int length = Math.min(1 + random.nextInt(16), bytes.length - Math.max(at, from));
                    System.arraycopy(bytes, from, bytes, at, length);
                }
            }
        }
        return bytes;
    }
}
