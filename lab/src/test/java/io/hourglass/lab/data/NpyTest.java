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
import java.util.HexFormat;
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
        assertThat(array.type()).isEqualTo(NpyType.FLOAT32);
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
        assertThat(doubles.type()).isEqualTo(NpyType.FLOAT64);
        byte[] half = ByteBuffer.allocate(8)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putDouble(0.5)
                .array();
        assertThat(read(npy(1, header("<f8", "(1,)"), half)).values()).containsExactly(0.5f);
        Npy.Array bytes = read(npy(1, header("|u1", "(2, 2)"), (byte) 0, (byte) 127, (byte) 128, (byte) 255));
        assertThat(bytes.values()).containsExactly(0, 127, 128, 255);
        assertThat(bytes.type()).isEqualTo(NpyType.UINT8);
        assertThat(read(npy(1, header("<f4", "(2, 0)"))).shape()).isEqualTo(List.of(2, 0));
    }

    /** The last bytes of what numpy.save of NumPy writes for np.array([...], dtype). */
    @ParameterizedTest
    @CsvSource({
        "|b1, 0001, BOOL, 0, 1",
        "<u1, 00b2, UINT8, 0, 178",
        "=u1, 01ff, UINT8, 1, 255",
        "|i1, 80ff, INT8, -128, -1",
        "<u2, 0100ffff, UINT16, 1, 65535",
        ">i2, fffe0102, INT16, -2, 258",
        "<u4, 00000080ffffffff, UINT32, 2147483648, 4294967295",
        "<i4, 00f153650100ffff, INT32, 1700000000, -65535",
        ">i4, 6553f10080000000, INT32, 1700000000, -2147483648",
        "<i8, 00f1536500000000ffffffffffffffff, INT64, 1700000000, -1",
        ">u8, 8000000000000000ffffffffffffffff, UINT64, 9223372036854775808, 18446744073709551615",
        "<u8, 01040000000000800104000000000080, UINT64, 9223372036854777856, 9223372036854777856",
        "<u8, 01080000000000800004000000000080, UINT64, 9223372036854777856, 9223372036854775808",
        "<f2, 003e00fc, FLOAT16, 1.5, -Infinity",
        "<f2, 01000180, FLOAT16, 5.960464477539063e-8, -5.960464477539063e-8",
        "<f2, ff7b0004, FLOAT16, 65504, 6.103515625e-5",
        ">f2, 35557e00, FLOAT16, 0.333251953125, NaN",
        "=f4, cdcccc3d000080bf, FLOAT32, 0.10000000149011612, -1",
        "<f8, 9a9999999999b93f000000000000f0bf, FLOAT64, 0.1, -1",
    })
    void readsNumbersOfAllTypes(String descr, String hex, NpyType type, double first, double second)
            throws IOException {
        Npy.Array array = read(npy(1, header(descr, "(2,)"), HexFormat.of().parseHex(hex)));
        assertThat(array.type()).isEqualTo(type);
        assertThat(array.length()).isEqualTo(2);
        assertThat(array.value(0)).isEqualTo(first);
        assertThat(array.value(1)).isEqualTo(Double.valueOf(second));
    }

    @Test
    void readsFortranOrder() throws IOException {
        String matrix = header("|u1", "(2, 3)").replace("False", "True");
        assertThat(read(npy(1, matrix, (byte) 0, (byte) 3, (byte) 1, (byte) 4, (byte) 2, (byte) 5))
                        .values())
                .containsExactly(0, 1, 2, 3, 4, 5);
        byte[] cube = new byte[24]; // np.arange(24).reshape(2, 3, 4), written with the first index fastest
        for (int i = 0; i < 24; i++) {
            cube[i] = (byte) (i % 2 * 12 + i / 2 % 3 * 4 + i / 6);
        }
        float[] values = read(npy(1, header("|i1", "(2, 3, 4)").replace("False", "True"), cube))
                .values();
        for (int i = 0; i < 24; i++) {
            assertThat(values[i]).isEqualTo(i);
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            {'descr': '<c8', 'fortran_order': False, 'shape': (1,), }        | type '<c8', expected numbers such as
            {'descr': '<M8[ns]', 'fortran_order': False, 'shape': (1,), }    | type '<M8[ns]', expected numbers
            {'descr': '<U4', 'fortran_order': False, 'shape': (1,), }        | type '<U4', expected numbers
            {'descr': '<f1', 'fortran_order': False, 'shape': (1,), }        | type '<f1', expected numbers
            {'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (1,)} | expected one such as
            {'descr': '<f4', 'shape': (1,)}                                  | expected one such as
            __import__('os').system('true')                                  | expected one such as
            {'descr': '<f4', 'fortran_order': False, 'shape': (2,), }        | expected
            {'descr': '<f4', 'fortran_order': False, 'shape': (-1,), }       | shape '-1,'
            {'descr': '<f4', 'fortran_order': False, 'shape': (1,,1), }      | shape '1,,1'
            {'descr': '<f4', 'fortran_order': False, 'shape': (,), }         | shape ','
            {'descr': '<f4', 'fortran_order': False, 'shape': (1 1), }       | shape '1 1'
            {'descr': '<f4', 'fortran_order': False, 'shape': (4294967297,)} | dimension 4294967297
            {'descr': '<f4', 'fortran_order': False, 'shape': (65536, 65536, 65536, 65536), } | expected at most \
            2147483639 values
            {'descr': '<f4', 'fortran_order': False, 'shape': (1000000000,)} | expected 4000000
            """)
    void refusesHeaders(String header, String expected) throws IOException {
        assertThat(refusal(npy(1, header, new byte[4]))).contains(expected);
    }

    @Test
    void refusesPythonObjects() throws IOException {
        assertThat(refusal(npy(1, header("|O", "(1,)"), new byte[4])))
                .contains("type '|O', expected numbers such as float32");
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
        Hostile.mutate(Npy::read, file, npy(1, header("<f4", "(2, 3)"), new byte[24]), 5_000);
    }
}
