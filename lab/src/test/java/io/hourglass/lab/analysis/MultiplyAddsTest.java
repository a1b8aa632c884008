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
    void ofTheReportsNetworks() {
        assertThat(gigaFlopsOfAnEpoch("784-128-16")).isEqualTo("61.7");
        assertThat(gigaFlopsOfAnEpoch("784-256-128-16")).isEqualTo("145.5");
    }

    private static String gigaFlopsOfAnEpoch(String architecture) {
        long multiplyAdds = MultiplyAdds.ofTraining(Architecture.parse(architecture)) * 60_000;
        return String.format(java.util.Locale.ROOT, "%.1f", 2e-9 * multiplyAdds);
    }
}
