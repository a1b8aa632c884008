package io.hourglass.io;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

class Sha256Test {
    /** FIPS 180-4's example. */
    private static final String ABC = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

    @Test
    void isTheStandardsSum() {
        assertThat(Sha256.hex("abc")).isEqualTo(ABC);
        assertThat(HexFormat.of().formatHex(Sha256.of("abc".getBytes(US_ASCII))))
                .isEqualTo(ABC);
    }

    @Test
    void addsPieceByPiece() {
        assertThat(new Sha256().add("a").add("xbcx".getBytes(US_ASCII), 1, 2).hex())
                .isEqualTo(ABC);
    }

    @Test
    void addsNumbersInLittleEndianOrderHoweverMany() {
        float[] floats = new float[40_000];
        double[] doubles = new double[floats.length];
        ByteBuffer bytes = ByteBuffer.allocate(floats.length * 12).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < floats.length; i++) {
            floats[i] = i * 0.1f;
            bytes.putFloat(floats[i]);
        }
        for (int i = 0; i < doubles.length; i++) {
            doubles[i] = i * 0.1;
            bytes.putDouble(doubles[i]);
        }
        assertThat(new Sha256().add(floats).add(doubles).hex())
                .isEqualTo(HexFormat.of().formatHex(Sha256.of(bytes.array())));
    }
}
