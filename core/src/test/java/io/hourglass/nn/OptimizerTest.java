package io.hourglass.nn;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OptimizerTest {
    @ParameterizedTest
    @CsvSource({
        "ADAM, adam, Adam, adam.m. adam.v., false, false",
        "ADAMW, adamw, AdamW, adam.m. adam.v., true, false",
        "SGD, sgd, SGD, sgd.velocity., true, true"
    })
    void hasAllThatDiffers(
            Optimizer optimizer, String label, String pytorch, String state, boolean decays, boolean momentum) {
        assertThat(optimizer.label()).isEqualTo(label);
        assertThat(Optimizer.parse(label)).isEqualTo(optimizer);
        assertThat(optimizer.pytorch()).isEqualTo(pytorch);
        assertThat(String.join(" ", optimizer.state())).isEqualTo(state);
        assertThat(optimizer.decaysWeights()).isEqualTo(decays);
        assertThat(optimizer.hasMomentum()).isEqualTo(momentum);
    }
}
