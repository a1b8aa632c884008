package io.hourglass;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;

/** The embedded MNIST is the original one. */
class MnistTest {
    private static final Path FOLDER = Path.of(System.getProperty("basedir", "."), "..", "data", "mnist");

    @Test
    void filesHaveTheirSums() throws Exception {
        List<String> sums = Files.readAllLines(FOLDER.resolve("SHA256SUMS"));
        assertThat(sums).hasSize(4);
        for (String line : sums) {
            String[] sumAndName = line.split(" +");
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            try (InputStream file = Files.newInputStream(FOLDER.resolve(sumAndName[1] + ".gz"));
                    InputStream in = new DigestInputStream(new GZIPInputStream(file), digest)) {
                in.transferTo(OutputStream.nullOutputStream());
            }
            assertThat(HexFormat.of().formatHex(digest.digest()))
                    .as(sumAndName[1])
                    .isEqualTo(sumAndName[0]);
        }
    }

    @Test
    void hasItsRows() throws IOException {
        check("train", 60_000, 6_742, 5);
        check("t10k", 10_000, 1_135, 7);
    }

    private static void check(String part, int rows, int ones, int firstLabel) throws IOException {
        Dataset data = Idx.read(
                FOLDER.resolve(part + "-images-idx3-ubyte.gz"), FOLDER.resolve(part + "-labels-idx1-ubyte.gz"));
        assertThat(data.rows()).isEqualTo(rows);
        assertThat(data.inputs()).isEqualTo(784);
        assertThat(data.shape()).contains(new ImageShape(28, 28, 1));
        int[] counts = new int[10];
        for (int row = 0; row < rows; row++) {
            counts[data.label(row)]++;
        }
        assertThat(counts).doesNotContain(0);
        assertThat(counts[1]).isEqualTo(ones);
        assertThat(data.label(0)).isEqualTo(firstLabel);
    }
}
