package io.hourglass.lab.analysis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.hourglass.Autoencoder;
import io.hourglass.Dataset;
import io.hourglass.nn.Architecture;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class BaselineTest {
    private static final Dataset TRAIN = random(60, 7, 1);
    private static final Dataset OTHERS = random(25, 7, 2);

    private static Dataset random(int rows, int inputs, long seed) {
        Random random = new Random(seed);
        float[] values = new float[rows * inputs];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) (3 + random.nextGaussian() * (i % inputs + 1));
        }
        return Dataset.ofFloats("random", values, inputs);
    }

    @Test
    void hasThePcaOfItsRowsAndTheirMean() {
        Baseline baseline = Baseline.fit(TRAIN, 3);
        Pca pca = Pca.fit(TRAIN);
        assertThat(baseline.pcaMse(OTHERS)).isCloseTo(pca.mse(OTHERS, 3), within(1e-5));
        double sum = 0;
        for (int r = 0; r < OTHERS.rows(); r++) {
            for (int j = 0; j < 7; j++) {
                sum += Math.pow(OTHERS.row(r)[j] - pca.mean()[j], 2);
            }
        }
        assertThat(baseline.meanMse(OTHERS)).isCloseTo(sum / 25 / 7, within(1e-5));
    }

    @Test
    void isALinearNetwork() {
        Baseline baseline = Baseline.fit(TRAIN, 3);
        Autoencoder network = baseline.network();
        assertThat(network.error(OTHERS)).isCloseTo(baseline.pcaMse(OTHERS), within(1e-5));
        assertThat(network.encode(OTHERS.row(4))[2]).isCloseTo(Pca.fit(TRAIN).project(OTHERS, 3)[4][2], within(1e-4f));
        assertThat(baseline.fits(network.architecture())).isTrue();
        assertThat(baseline.fits(Architecture.parse("7-3"))).as("a sigmoid").isFalse();
    }

    @Test
    void travelsInTheModelFile() {
        Baseline baseline = Baseline.fit(TRAIN, 3);
        Autoencoder model = baseline.network().withMetadata(baseline.metadata());
        Baseline read = Baseline.of(model).orElseThrow();
        assertThat(read.mean()).isEqualTo(baseline.mean());
        assertThat(read.components()).isDeepEqualTo(baseline.components());
        assertThat(Baseline.of(baseline.network())).isEmpty();
        assertThat(Baseline.of(model.withMetadata(Map.of("baseline.components", "AAAA"))))
                .isEmpty();
        assertThat(Baseline.of(model.withMetadata(Map.of("baseline.mean", "?"))))
                .isEmpty();
    }

    @Test
    void withoutPcaThereIsTheMean() {
        Baseline wide = Baseline.fit(TRAIN, 7);
        assertThat(wide.hasPca()).isFalse();
        assertThat(wide.pcaMse(OTHERS)).isNaN();
        assertThat(wide.meanMse(OTHERS)).isEqualTo(Baseline.fit(TRAIN, 3).meanMse(OTHERS));
        Autoencoder model = Baseline.fit(TRAIN, 3).network().withMetadata(wide.metadata());
        assertThat(Baseline.of(model).orElseThrow().hasPca()).isFalse();
        assertThat(Baseline.fit(random(1001, 1001, 3), 2).hasPca()).isFalse();
    }
}
