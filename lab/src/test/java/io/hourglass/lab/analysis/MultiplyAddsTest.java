package io.hourglass.lab.analysis;

import static org.assertj.core.api.Assertions.assertThat;

import io.hourglass.nn.Architecture;
import org.junit.jupiter.api.Test;

class MultiplyAddsTest {
    @Test
    void areCountedByHand() {
        // Layers 5-3, 3-2, 2-3, 3-5 have 15 + 6 + 6 + 15 weights; no gradient by the network's inputs.
        Architecture small = Architecture.parse("5-3-2");
        assertThat(MultiplyAdds.ofTraining(small)).isEqualTo(42 + 42 + 42 - 15);
        assertThat(MultiplyAdds.ofEncoding(small)).isEqualTo(21);
        assertThat(MultiplyAdds.ofDecoding(small)).isEqualTo(21);
    }

    @Test
    void ofConvolutions() {
        // 2 x 3 outputs of 4 filters of 9 values, with those over the edge; a dense layer of 24 x 2.
        Architecture images = Architecture.parse("3x5x1-4c3s2-2");
        assertThat(MultiplyAdds.ofEncoding(images)).isEqualTo(6 * 4 * 9 + 48);
        assertThat(MultiplyAdds.ofDecoding(images)).isEqualTo(48 + 6 * 4 * 9);
        assertThat(MultiplyAdds.ofTraining(images)).isEqualTo(3 * 2 * (216 + 48) - 216);
    }

    @Test
    void ofTheReportsNetworks() {
        assertThat(gigaFlopsOfAnEpoch("784-128-16")).isEqualTo("61.7");
        assertThat(gigaFlopsOfAnEpoch("784-256-128-16")).isEqualTo("145.5");
    }

    private static String gigaFlopsOfAnEpoch(String architecture) {
        long multiplyAdds = MultiplyAdds.ofTraining(Architecture.parse(architecture)) * 60_000;
        return String.format(java.util.Locale.ROOT, "%.1f", 2e-9 * multiplyAdds);
    }
}
