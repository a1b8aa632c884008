package io.hourglass.lab.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hourglass.ImageShape;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class NpyTest {
    @TempDir
    Path folder;

    private Path file;

    @BeforeEach
    void nameFile() {
        file = folder.resolve("a.npy");
    }

    private static byte[] npy(int version, String header, byte... data) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        byte[] text = header.getBytes(StandardCharsets.UTF_8);
        out.writeBytes(new byte[] {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', (byte) version, 0});
        byte[] length = ByteBuffer.allocate(4)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(text.length)
                .array();
        out.write(length, 0, version == 1 ? 2 : 4);
        out.writeBytes(text);
        out.writeBytes(data);
        return out.toByteArray();
    }

    private static String header(String descr, String shape) {
        return "{'descr': '" + descr + "', 'fortran_order': False, 'shape': " + shape + ", }   \n";
    }

    private Npy.Array read(byte[] bytes) throws IOException {
        return Npy.read(Files.write(file, bytes));
    }

    private String refusal(byte[] bytes) throws IOException {
        String message = Hostile.read(Npy::read, file, bytes);
        assertThat(message).as("refused").isNotNull();
        return message;
    }

    @Test
    void roundTripIsExact() throws IOException {
        float[][] rows = {{0f, -0f, Float.MIN_VALUE}, {Float.MAX_VALUE, 0.1f, -1e-30f}};
        Npy.write(file, rows);
        Npy.Array array = Npy.read(file);
        assertThat(array.shape()).containsExactly(2, 3);
        assertThat(array.type()).isEqualTo(Npy.Type.FLOAT32);
        assertThat(Arrays.copyOfRange(array.values(), 0, 3)).isEqualTo(rows[0]);
        assertThat(Arrays.copyOfRange(array.values(), 3, 6)).isEqualTo(rows[1]);
    }

    /** What numpy.save of NumPy 2.4 writes for the same array, byte for byte. */
    @Test
    void writesWhatNumpyWrites() throws IOException {
        Npy.write(file, new float[][] {{0, 1, 2}, {3, 4, 5}});
        ByteBuffer expected = ByteBuffer.allocate(128 + 24).order(ByteOrder.LITTLE_ENDIAN);
        expected.put(new byte[] {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0, 118, 0});
        String header = "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }";
        expected.put((header + " ".repeat(117 - header.length()) + "\n").getBytes(StandardCharsets.US_ASCII));
        for (int i = 0; i < 6; i++) {
            expected.putFloat(i);
        }
        assertThat(file).hasBinaryContent(expected.array());
    }

    @Test
    void writesImageShapes() throws IOException {
        Npy.write(file, new float[5][6], new ImageShape(2, 3, 1));
        assertThat(Npy.read(file).shape()).containsExactly(5, 2, 3);
        Npy.write(file, new float[5][6], new ImageShape(2, 1, 3));
        assertThat(Npy.read(file).shape()).containsExactly(5, 2, 1, 3);
        assertThatThrownBy(() -> Npy.write(file, new float[5][6], new ImageShape(2, 2, 1)))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Npy.write(file, new float[0][])).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Npy.write(file, new float[][] {{1}, {1, 2}}))
                .hasMessageContaining("row 1 has 2 values, expected 1");
    }

    @Test
    void readsEveryTypeOrderAndVersion() throws IOException {
        byte[] little = {0, 0, (byte) 0xc0, (byte) 0xbf};
        byte[] big = {(byte) 0xbf, (byte) 0xc0, 0, 0};
        for (int version = 1; version <= 3; version++) {
            assertThat(read(npy(version, header("<f4", "(1,)"), little)).values())
                    .containsExactly(-1.5f);
        }
        assertThat(read(npy(1, header(">f4", "(1, 1)"), big)).values()).containsExactly(-1.5f);
        byte[] tenth = ByteBuffer.allocate(8).putDouble(0.1).array();
        Npy.Array doubles = read(npy(1, header(">f8", "()"), tenth));
        assertThat(doubles.values()).containsExactly(0.1f);
        assertThat(doubles.shape()).isEmpty();
        assertThat(doubles.type()).isEqualTo(Npy.Type.FLOAT64);
        byte[] half = ByteBuffer.allocate(8)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putDouble(0.5)
                .array();
        assertThat(read(npy(1, header("<f8", "(1,)"), half)).values()).containsExactly(0.5f);
        Npy.Array bytes = read(npy(1, header("|u1", "(2, 2)"), (byte) 0, (byte) 127, (byte) 128, (byte) 255));
        assertThat(bytes.values()).containsExactly(0, 127, 128, 255);
        assertThat(bytes.type()).isEqualTo(Npy.Type.UINT8);
        assertThat(read(npy(1, header("<f4", "(2, 0)"))).shape()).isEqualTo(List.of(2, 0));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            {'descr': '<f4', 'fortran_order': True, 'shape': (1,), }         | Fortran order, expected C order
            {'descr': '<i4', 'fortran_order': False, 'shape': (1,), }        | type '<i4', expected float32
            {'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (1,)} | expected one such as
            {'descr': '<f4', 'shape': (1,)}                                  | expected one such as
            __import__('os').system('true')                                  | expected one such as
            {'descr': '<f4', 'fortran_order': False, 'shape': (2,), }        | expected
            {'descr': '<f4', 'fortran_order': False, 'shape': (-1,), }       | shape '-1,'
            {'descr': '<f4', 'fortran_order': False, 'shape': (1,,1), }      | shape '1,,1'
            {'descr': '<f4', 'fortran_order': False, 'shape': (,), }         | shape ','
            {'descr': '<f4', 'fortran_order': False, 'shape': (1 1), }       | shape '1 1'
            {'descr': '<f4', 'fortran_order': False, 'shape': (4294967297,)} | dimension 4294967297
            {'descr': '<f4', 'fortran_order': False, 'shape': (65536, 65536, 65536, 65536), } | expected at most 2147483639 values
            {'descr': '<f4', 'fortran_order': False, 'shape': (1000000000,)} | expected 4000000
            """)
    void refusesHeaders(String header, String expected) throws IOException {
        assertThat(refusal(npy(1, header, new byte[4]))).contains(expected);
    }

    @Test
    void refusesPythonObjects() throws IOException {
        assertThat(refusal(npy(1, header("|O", "(1,)"), new byte[4]))).contains("type '|O', expected float32");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 4, 255})
    void refusesVersions(int version) throws IOException {
        assertThat(refusal(npy(version, header("<f4", "(1,)"), new byte[4])))
                .contains("expected a .npy file of version");
    }

    @Test
    void refusesHeaderLengths() throws IOException {
        byte[] bytes = npy(2, header("<f4", "(1,)"), new byte[4]);
        for (int length : new int[] {-1, Integer.MAX_VALUE, Integer.MIN_VALUE, 10_001}) {
            ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).putInt(8, length);
            assertThat(refusal(bytes)).contains("header of " + Integer.toUnsignedString(length) + " bytes");
        }
        refusal(npy(1, " ".repeat(9_999)));
        refusal(npy(1, "{'descr': '<f4', 'fortran_order': False, 'shape': (" + "1, ".repeat(3_000) + "), }"));
        refusal(npy(1, "{" + " ".repeat(9_000) + "}"));
    }

    @Test
    void refusesTruncationAndTrailingBytes() throws IOException {
        byte[] bytes = npy(1, header("<f4", "(3,)"), new byte[12]);
        Hostile.truncateEverywhere(Npy::read, file, bytes);
        assertThat(refusal(Arrays.copyOf(bytes, bytes.length + 1)))
                .contains((bytes.length + 1) + " bytes, expected " + bytes.length + " for shape [3]");
    }

    @Test
    void survivesRandomChanges() throws IOException {
        Hostile.mutate(Npy::read, file, npy(1, header("<f4", "(2, 3)"), new byte[24]), 20_000);
    }
}
