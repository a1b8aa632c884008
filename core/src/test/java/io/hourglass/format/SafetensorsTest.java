package io.hourglass.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hourglass.format.Safetensors.Tensor;
import io.hourglass.io.Hostile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SafetensorsTest {
    private static final float[] EDGES = {
        0f, -0f, 1f, -1.5f, Float.MIN_VALUE, -Float.MIN_NORMAL, Float.MAX_VALUE, Float.NEGATIVE_INFINITY, 0.1f
    };

    @TempDir
    Path folder;

    private Path file;

    @BeforeEach
    void nameFile() {
        file = folder.resolve("m.safetensors");
    }

    private static byte[] file(String header, byte... data) {
        return file(header.getBytes(StandardCharsets.UTF_8), data);
    }

    private static byte[] file(byte[] header, byte... data) {
        return ByteBuffer.allocate(8 + header.length + data.length)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(header.length)
                .put(header)
                .put(data)
                .array();
    }

    private String refusal(byte[] bytes) throws IOException {
        String message = Hostile.read(Safetensors::read, file, bytes);
        assertThat(message).as("refused").isNotNull();
        assertThatThrownBy(() -> Safetensors.read(file)).isInstanceOf(FormatException.class);
        return message;
    }

    private static Map<String, Tensor> sample() {
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        tensors.put("encoder.0.weight", new Tensor(List.of(3, 3), EDGES));
        tensors.put("empty", new Tensor(List.of(2, 0), new float[0]));
        tensors.put("a scalar, \"é😀\\\n\u0001", new Tensor(List.of(), new float[] {42}));
        return tensors;
    }

    @Test
    void roundTripIsExact() throws IOException {
        Map<String, String> metadata = Map.of("recipe", "paper", "text", "two\nlines \"quoted\" \\ é 😀 \u0000");
        Safetensors.write(file, metadata, sample());
        Safetensors read = Safetensors.read(file);
        assertThat(read.metadata()).isEqualTo(metadata);
        assertThat(read.tensors().keySet()).containsExactlyElementsOf(sample().keySet());
        read.tensors().forEach((name, tensor) -> {
            assertThat(tensor.shape()).isEqualTo(sample().get(name).shape());
            assertThat(tensor.values()).isEqualTo(sample().get(name).values()); // -0 is not 0 here
        });
    }

    @Test
    void roundTripBeyondTheBuffer() throws IOException {
        Random random = new Random(1);
        float[] values = new float[100_003];
        for (int i = 0; i < values.length; i++) {
            values[i] = random.nextFloat();
        }
        Safetensors.write(file, Map.of(), Map.of("x", new Tensor(List.of(values.length), values)));
        assertThat(Safetensors.read(file).tensors().get("x").values()).isEqualTo(values);
    }

    @Test
    void sameInputSameBytes() throws IOException {
        Map<String, String> metadata = new LinkedHashMap<>();
        metadata.put("b", "2");
        metadata.put("a", "1");
        Safetensors.write(file, metadata, sample());
        byte[] first = Files.readAllBytes(file);
        Safetensors.write(file, Map.of("a", "1", "b", "2"), sample());
        assertThat(file).hasBinaryContent(first);
        String text = new String(first, StandardCharsets.ISO_8859_1);
        assertThat(text.substring(8))
                .startsWith("{\"__metadata__\":{\"a\":\"1\",\"b\":\"2\"},\"encoder.0.weight\":{\"dtype\"");
        assertThat(first[0] % 8).isZero();
    }

    /**
     * The bytes that safetensors.torch.save_file writes for two tensors without metadata, but for the order of the two.
     */
    @Test
    void readsWhatPyTorchWrites() throws IOException {
        String header = "{\"encoder.0.bias\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]},"
                + "\"encoder.0.weight\":{\"dtype\":\"F32\",\"shape\":[2,1],\"data_offsets\":[8,16]}}      ";
        assertThat(header.length() % 8).isZero();
        byte[] data = {0, 0, (byte) 0x80, 0x3f, 0, 0, 0, (byte) 0xc0, 0, 0, 0, 0x3f, 0, 0, 0, (byte) 0x80};
        Files.write(file, file(header, data));
        Safetensors read = Safetensors.read(file);
        assertThat(read.metadata()).isEmpty();
        assertThat(read.tensors().keySet()).containsExactly("encoder.0.bias", "encoder.0.weight");
        assertThat(read.tensors().get("encoder.0.bias").values()).containsExactly(1f, -2f);
        assertThat(read.tensors().get("encoder.0.weight").shape()).containsExactly(2, 1);
        assertThat(read.tensors().get("encoder.0.weight").values()).containsExactly(0.5f, -0f);

        Safetensors.write(file, Map.of(), read.tensors());
        assertThat(file).hasBinaryContent(file(header, data));
    }

    @Test
    void ordersTensorsByTheirBytes() throws IOException {
        Files.write(
                file,
                file(
                        "{\"b\":{\"data_offsets\":[4,8],\"shape\":[],\"dtype\":\"F32\"},\"__metadata__\":{\"k\":\"v\"},"
                                + "\"e\":{\"dtype\":\"F32\",\"shape\":[0],\"data_offsets\":[4,4]},"
                                + "\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]}}",
                        new byte[8]));
        assertThat(Safetensors.read(file).tensors().keySet()).containsExactly("a", "e", "b");
        assertThat(Safetensors.read(file).metadata()).containsExactly(Map.entry("k", "v"));
    }

    @Test
    void readsOtherDtypes() throws IOException {
        String header = "{\"h\":{\"dtype\":\"F16\",\"shape\":[2],\"data_offsets\":[0,4]},"
                + "\"b\":{\"dtype\":\"BF16\",\"shape\":[2],\"data_offsets\":[4,8]},"
                + "\"d\":{\"dtype\":\"F64\",\"shape\":[1],\"data_offsets\":[8,16]}}";
        ByteBuffer data = ByteBuffer.allocate(16).order(ByteOrder.LITTLE_ENDIAN);
        data.putShort((short) 0x3c00)
                .putShort((short) 0xc100)
                .putShort((short) 0x3f80)
                .putShort((short) 0xc020);
        data.putDouble(0.1);
        Files.write(file, file(header, data.array()));
        Map<String, Tensor> tensors = Safetensors.read(file).tensors();
        assertThat(tensors.get("h").values()).containsExactly(1f, -2.5f);
        assertThat(tensors.get("b").values()).containsExactly(1f, -2.5f);
        assertThat(tensors.get("d").values()).containsExactly(0.1f);
    }

    @Test
    void everyHalfHasItsValue() {
        for (int bits = 0; bits < 1 << 16; bits++) {
            int exponent = bits >> 10 & 31;
            double fraction = (bits & 1023) / 1024.0;
            double magnitude = exponent == 31
                    ? (fraction == 0 ? Double.POSITIVE_INFINITY : Double.NaN)
                    : exponent == 0 ? fraction * 0x1p-14 : (1 + fraction) * Math.pow(2, exponent - 15);
            float expected = (float) ((bits & 0x8000) == 0 ? magnitude : -magnitude);
            assertThat(Float.floatToIntBits(Dtype.halfToFloat((short) bits)))
                    .as("half %04x", bits)
                    .isEqualTo(Float.floatToIntBits(expected));
        }
    }

    @Test
    void refusesTruncationAndTrailingBytes() throws IOException {
        Safetensors.write(file, Map.of("a", "b"), sample());
        byte[] bytes = Files.readAllBytes(file);
        Hostile.truncateEverywhere(Safetensors::read, file, bytes);
        assertThat(refusal(Arrays.copyOf(bytes, bytes.length + 1))).contains("41 bytes of data, expected 40");
    }

    @ParameterizedTest
    @CsvSource({
        "-1, 18446744073709551615",
        "9223372036854775807, 9223372036854775807",
        "-9223372036854775808, 9223372036854775808",
        "100000001, 100000001",
        "9, 9"
    })
    void refusesHeaderLengths(long length, String printed) throws IOException {
        byte[] bytes = file("{}      ");
        ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).putLong(length);
        assertThat(refusal(bytes)).contains("header of " + printed + " bytes, expected at most 8");
    }

    /** The first bytes are not the length of a header: the message says what the file looks like. */
    @Test
    void saysWhatOtherFilesLookLike() throws IOException {
        String text = "not a model file, which is a safetensors file, but text that begins with ";
        assertThat(refusal("width,height\n1,2\n".getBytes(StandardCharsets.UTF_8)))
                .endsWith(text + "'width,height'");
        assertThat(refusal("\ufeffBär;Größe\r\n1;2\r\n".getBytes(StandardCharsets.UTF_8)))
                .contains(text, "Bär;Größe");
        assertThat(refusal("Breite;Gr\u00f6\u00dfe\n".getBytes(StandardCharsets.ISO_8859_1)))
                .contains(text, "'Breite;Gr");
        assertThat(refusal("x".repeat(100_000).getBytes(StandardCharsets.UTF_8)))
                .hasSizeLessThan(300);
        assertThat(refusal("{\"a\": 1}".getBytes(StandardCharsets.UTF_8))).endsWith(text + "'{\"a\": 1}'");
        for (String[] pair : new String[][] {
            {"PK\u0003\u0004\u0000\u0000\u0000\u0000", "but a zip file, as torch.save writes (.pt)"},
            {"\u0080\u0002\u008a\nl\u00fc\u009cF\u00f9", "but a pickle, as torch.save writes (.pt)"},
            {"\u0089HDF\r\n\u001a\n", "but an HDF5 file, as Keras writes"},
            {"\u0093NUMPY\u0001\u0000", "but a .npy file, which holds data"},
            {"\u0089PNG\r\n\u001a\n", "but a picture"},
            {"\u0089HGZ\r\n\u001a\n", "but compressed rows (.hgz)"},
            {"\u001f\u008b\u0008\u0000\u0000\u0000\u0000\u00ff", "but a gzip file"},
            {"\u0000\u0000\u0008\u0003\u0000\u0000\u00ea`", "but something else: header of 6983394172242231296 bytes"}
        }) {
            byte[] start = pair[0].getBytes(StandardCharsets.ISO_8859_1);
            assertThat(refusal(Arrays.copyOf(start, 100))).contains(pair[1]);
        }
    }

    /** Tensors of integers are listed, but not read; the tensors after them are still found. */
    @Test
    void namesTensorsOfWholeNumbers() throws IOException {
        String header = "{\"n\":{\"dtype\":\"I64\",\"shape\":[],\"data_offsets\":[0,8]},"
                + "\"x\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[8,12]},"
                + "\"b\":{\"dtype\":\"BOOL\",\"shape\":[3],\"data_offsets\":[12,15]}}";
        byte[] data = ByteBuffer.allocate(15)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(7)
                .putFloat(2.5f)
                .array();
        Files.write(file, file(header, data));
        Safetensors read = Safetensors.read(file);
        assertThat(read.tensors().keySet()).containsExactly("x");
        assertThat(read.tensors().get("x").values()).containsExactly(2.5f);
        assertThat(read.others()).containsExactly(Map.entry("n", "I64 []"), Map.entry("b", "BOOL [3]"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            'a':{'dtype':'F32','shape':[2],'data_offsets':[0,4]}                     | 'a' has data_offsets [0, 4], \
            expected 8 bytes for F32 [2]
            'a':{'dtype':'F32','shape':[2],'data_offsets':[8,0]}                     | [8, 0], expected 8 bytes
            'a':{'dtype':'F32','shape':[2],'data_offsets':[4,12]}                    | begins at byte 4 of the data, \
            expected 0
            'a':{'dtype':'F32','shape':[1],'data_offsets':[0,4]}                     | 8 bytes of data, expected 4
            'a':{'dtype':'F32','shape':[4],'data_offsets':[0,16]}                    | 8 bytes of data, expected 16
            'a':{'dtype':'F32','shape':[2],'data_offsets':[9223372036854775800,9223372036854775807]} | expected 8 bytes
            'a':{'dtype':'F32','shape':[2],'data_offsets':[0,9223372036854775808]}   | expected a whole number from 0 \
            to 2^63 - 1
            'a':{'dtype':'F32','shape':[2],'data_offsets':[-8,0]}                    | '-' at character
            'a':{'dtype':'F32','shape':[-2],'data_offsets':[0,8]}                    | expected a whole number
            'a':{'dtype':'F32','shape':[2147483648],'data_offsets':[0,8]}            | dimension 2147483648
            'a':{'dtype':'F32','shape':[2147483647,2147483647,4],'data_offsets':[0,8]} | expected fewer than 2^31 values
            'a':{'dtype':'F32','shape':[65536,65536,65536,65536,2],'data_offsets':[0,8]} | expected fewer than 2^31 \
            values
            'a':{'dtype':'F32','shape':[1000000000],'data_offsets':[0,4000000000]}   | 8 bytes of data, expected \
            4000000000
            'a':{'dtype':'C64','shape':[1],'data_offsets':[0,8]}                     | tensor 'a' has dtype 'C64', \
            expected F32, F16, BF16, F64
            'a':{'dtype':1,'shape':[1],'data_offsets':[0,8]}                         | expected '"'
            'a':{'shape':[2],'data_offsets':[0,8]}                                   | 'a' is incomplete
            'a':{'dtype':'F32','data_offsets':[0,8]}                                 | 'a' is incomplete
            'a':{'dtype':'F32','shape':[2]}                                          | 'a' is incomplete
            'a':{'dtype':'F32','shape':[2],'data_offsets':[0]}                       | 'a' is incomplete
            'a':{'dtype':'F32','shape':[2],'data_offsets':[0,8,8]}                   | more than two data_offsets
            'a':{'dtype':'F32','shape':[2],'data_offsets':[0,8],'x':1}               | member 'x'
            'a':{'dtype':'F32','dtype':'F32','shape':[2],'data_offsets':[0,8]}       | 'dtype' twice
            'a':[]                                                                   | expected '{'
            'a':null                                                                 | expected '{'
            '__metadata__':{'k':1}                                                   | expected '"'
            '__metadata__':null                                                      | expected '{'
            '__metadata__':{'k':'v','k':'v'}                                         | 'k' twice
            """)
    void refusesHeaders(String members, String expected) throws IOException {
        assertThat(refusal(file("{" + members.replace('\'', '"') + "}", new byte[8])))
                .contains(expected);
    }

    @Test
    void refusesOverlapHolesAndDuplicates() throws IOException {
        String tensor = "\"%s\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[%d,%d]}";
        String a = String.format(tensor, "a", 0, 8);
        assertThat(refusal(file("{" + a + "," + String.format(tensor, "b", 4, 12) + "}", new byte[12])))
                .contains("tensor 'b' begins at byte 4 of the data, expected 8");
        assertThat(refusal(file("{" + a + "," + String.format(tensor, "b", 0, 8) + "}", new byte[8])))
                .contains("begins at byte 0 of the data, expected 8");
        assertThat(refusal(file("{" + a + "," + String.format(tensor, "b", 12, 20) + "}", new byte[20])))
                .contains("begins at byte 12 of the data, expected 8");
        assertThat(refusal(file("{" + a + "," + String.format(tensor, "a", 8, 16) + "}", new byte[16])))
                .contains("'a' twice");
    }

    @Test
    void refusesDeepNestingLongShapesAndBadText() throws IOException {
        refusal(file("[".repeat(1_000_000)));
        refusal(file("{\"a\":".repeat(200_000)));
        refusal(file("{\"a\":{\"shape\":" + "[".repeat(200_000)));
        assertThat(refusal(file("{\"a\":{\"shape\":[" + "1,".repeat(100_000) + "1]")))
                .contains("expected at most 64 dimensions");
        assertThat(refusal(file(new byte[] {'{', '"', (byte) 0xc3, '"', ':', '{', '}', '}'})))
                .contains("UTF-8");
        assertThat(refusal(file("{\"" + "\\n\\u2028".repeat(50_000) + "\":1}"))).hasSizeLessThan(1000);
        refusal(file(""));
        refusal(file("        "));
        refusal(file("{}\0"));
        refusal(file("{}x"));
    }

    @Test
    void acceptsAFileWithoutTensors() throws IOException {
        Files.write(file, file("{}"));
        assertThat(Safetensors.read(file)).isEqualTo(new Safetensors(Map.of(), Map.of()));
        Safetensors.write(file, Map.of(), Map.of());
        assertThat(Safetensors.read(file)).isEqualTo(new Safetensors(Map.of(), Map.of()));
    }

    @Test
    void survivesRandomChanges() throws IOException {
        Safetensors.write(file, Map.of("key", "value"), sample());
        Hostile.mutate(Safetensors::read, file, Files.readAllBytes(file), 5_000);
    }

    @Test
    void refusesToWriteWhatCannotBeRead() throws IOException {
        Tensor one = new Tensor(List.of(), new float[1]);
        Safetensors.write(file, Map.of(), Map.of("old", one));
        byte[] old = Files.readAllBytes(file);
        assertThatThrownBy(() -> Safetensors.write(file, Map.of(), Map.of("__metadata__", one)))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Safetensors.write(file, Map.of("k", "\ud83d"), Map.of()))
                .isInstanceOf(IllegalArgumentException.class);
        assertThat(file).hasBinaryContent(old);
    }

    @Test
    void tensorChecksItsShape() {
        for (List<Integer> shape : List.of(
                List.of(3), List.of(-1, -4), List.of(65536, 65536, 65536, 65536), List.<Integer>of(), List.of(4, 0))) {
            assertThatThrownBy(() -> new Tensor(shape, new float[4]))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining(shape.toString());
        }
        assertThatCode(() -> new Tensor(List.of(65536, 65536, 65536, 65536, 0), new float[0]))
                .doesNotThrowAnyException();
    }
}
