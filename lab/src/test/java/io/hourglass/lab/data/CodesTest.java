package io.hourglass.lab.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hourglass.format.FormatException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CodesTest {
    @TempDir
    Path folder;

    private static float[][] codes() {
        Random random = new Random(3);
        float[][] codes = new float[1000][3];
        for (float[] code : codes) {
            for (int i = 0; i < code.length; i++) {
                do {
                    code[i] = Float.intBitsToFloat(random.nextInt());
                } while (!Float.isFinite(code[i]));
            }
        }
        codes[0] = new float[] {-0f, Float.MIN_VALUE, -Float.MAX_VALUE};
        return codes;
    }

    @ParameterizedTest
    @ValueSource(strings = {"codes.csv", "codes.npy"})
    void roundTripIsExact(String name) throws IOException {
        Path file = folder.resolve(name);
        Codes.write(Output.of(file), codes(), null, null);
        assertThat(Codes.read(file).values()).isDeepEqualTo(codes());
        Codes.write(Output.of(file), codes(), Collections.nCopies(1000, "0"), null);
        assertThat(Codes.read(file).values()).isDeepEqualTo(codes());
    }

    @Test
    void csvIsPlain() throws IOException {
        Path file = folder.resolve("c.csv");
        Codes.write(Output.of(file), new float[][] {{0.1f, -2}, {1e-10f, 3}}, List.of("7", "0"), null);
        assertThat(file).hasContent("z0,z1,label\n0.1,-2.0,7\n1.0E-10,3.0,0\n");
    }

    @Test
    void readsWhatSpreadsheetsWrite() throws IOException {
        Path file = folder.resolve("c.csv");
        Files.writeString(file, "\"z0\",\"z1\"\r\n\"1\", +2.5\r\n\r\n.5,1e-3");
        assertThat(Codes.read(file).values()).isDeepEqualTo(new float[][] {{1, 2.5f}, {0.5f, 0.001f}});
        Files.writeString(file, "\ufeffz0,z1,label\r\n1,-2.5E-05,x\r\n");
        assertThat(Codes.read(file).values()).as("Excel's CSV UTF-8").isDeepEqualTo(new float[][] {{1, -2.5e-5f}});
        Files.writeString(file, "\ufeffz0;z1\r\n1,5;2\r\n");
        assertThatThrownBy(() -> Codes.read(file))
                .isInstanceOf(FormatException.class)
                .hasMessage(file + ": line 1, column 1 is 'z0;z1', expected the header z0; fields are separated by "
                        + "commas, not semicolons");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', nullValues = "-", textBlock = """
            ``                    | empty, expected a header
            a,b;1,2               | line 1, column 1 is 'a', expected the header z0
            z0,z2;1,2             | line 1, column 2 is 'z2', expected the header z1
            label;1               | line 1, column 1 is 'label', expected the header z0
            0.5,1;1,2             | line 1, column 1 is '0.5', expected the header z0
            z0,z1                 | no rows
            z0,z1;1,2;1           | line 3 has 1 columns, expected 2
            z0,z1;1,2;1,2,3       | line 3 has 3 columns, expected 2
            z0,z1;1,2;;1,x        | line 4, column z1 is 'x', expected a finite number
            z0,z1;1,              | line 2, column z1 is '', expected a finite number
            z0;NaN                | 'NaN', expected a finite number
            z0;Infinity           | 'Infinity', expected a finite number
            z0;1e999              | '1e999', expected a finite number
            z0;0x1p3              | '0x1p3', expected a finite number
            z0;1f                 | '1f', expected a finite number
            z0;1 2                | '1 2', expected a finite number
            """)
    void refusesTables(String lines, String expected) throws IOException {
        Path file = folder.resolve("c.csv");
        byte[] bytes = lines.replace(';', '\n').getBytes(StandardCharsets.UTF_8);
        assertThat(Hostile.read(Codes::read, file, bytes)).contains(file + ": ").contains(expected);
    }

    @Test
    void longFieldsTakeNoTime() throws IOException {
        Path file = folder.resolve("c.csv");
        byte[] field = ("z0\n" + "1".repeat(1_000_000) + "x").getBytes(StandardCharsets.UTF_8);
        assertThat(Hostile.read(Codes::read, file, field))
                .contains("line 2, column z0 is '1111")
                .hasSizeLessThan(400);
        byte[] quote = ("z0\n\"" + "1".repeat(20_000_000)).getBytes(StandardCharsets.UTF_8);
        assertThat(Hostile.read(Codes::read, file, quote)).contains("the quote that opens in line 2 is not closed");
    }

    @Test
    void refusesOtherKinds() {
        assertThatThrownBy(() -> Codes.read(folder.resolve("c.txt")))
                .isInstanceOf(FormatException.class)
                .hasMessageContaining("expected .csv or .npy");
        assertThatThrownBy(() -> Codes.write(Output.of(folder.resolve("c")), new float[1][1], null, null))
                .isInstanceOf(FormatException.class);
        assertThatThrownBy(
                        () -> Codes.write(Output.of(folder.resolve("c.csv")), new float[1][1], List.of("0", "1"), null))
                .hasMessageContaining("2 labels, expected 1");
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void refusesArraysThatAreNoCodes() throws IOException {
        Path file = folder.resolve("c.npy");
        Npy.write(file, new float[][] {{1, 2}, {3, Float.NaN}});
        assertThatThrownBy(() -> Codes.read(file)).hasMessageContaining("row 1, column 1 is NaN");
        Npy.write(file, new float[3][4], new io.hourglass.ImageShape(2, 2, 1));
        assertThatThrownBy(() -> Codes.read(file)).hasMessageContaining("shape [3, 2, 2], expected (rows, p)");
    }

    @Test
    void survivesRandomChanges() throws IOException {
        byte[] csv = "z0,z1,label\n0.5,-1.25e-3,7\n3,4,0\n".getBytes(StandardCharsets.UTF_8);
        Hostile.mutate(Codes::read, folder.resolve("c.csv"), csv, 5_000);
    }
}
