package io.hourglass;

import static org.assertj.core.api.Assertions.assertThat;

import io.hourglass.io.AllocatedBytes;
import io.hourglass.nn.Architecture;
import io.hourglass.nn.Convolution;
import io.hourglass.nn.Shape;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What {@link Trainer#memory} says, against closed forms and against what the JVM allocates. */
@Tag("once")
class MemoryTest {
    private static Dataset rows(int rows, int inputs) {
        float[] values = new float[rows * inputs];
        for (int i = 0; i < values.length; i++) {
            values[i] = 0.25f + 0.5f * (i % 7) / 7;
        }
        return Dataset.ofFloats("rows", values, inputs);
    }

    /** Widths that need no padding: what remains are the weights and, with Adam, two numbers more for each. */
    @Test
    void weightsAndOptimizerAreMultiplesOfTheParameters() {
        Architecture network = Architecture.of(256, List.of(128), 64);
        Trainer.Memory memory = new Trainer(network, Recipe.paper()).memory(rows(70, 256));
        long bytes = 4 * network.parameters();
        long starts = 4L * 64 * network.layers().size(); // the free elements before each layer's weights
        assertThat(memory.weights()).isBetween(bytes, bytes + starts);
        assertThat(memory.optimizer()).isEqualTo(2 * memory.weights());
        assertThat(memory.total()).isEqualTo(memory.weights() + memory.optimizer() + memory.buffers());
    }

    /**
     * For each row of a mini-batch: the values of all levels, those that products read once more in another order, and
     * gradients. One more row adds at most what all of these hold, and at least the values of the levels.
     */
    @Test
    void buffersGrowWithTheBatch() {
        Architecture network = Architecture.of(256, List.of(128), 64);
        int values = 256 + 128 + 64 + 128 + 256;
        long small = new Trainer(network, Recipe.paper().with(r -> r.batchSize(64)))
                .memory(rows(200, 256))
                .buffers();
        long large = new Trainer(network, Recipe.paper().with(r -> r.batchSize(128)))
                .memory(rows(200, 256))
                .buffers();
        assertThat(large - small).isBetween(64 * 4L * values, 64 * 4L * 5 * values);
        assertThat(new Trainer(network, Recipe.paper().with(r -> r.batchSize(128)))
                        .memory(rows(64, 256))
                        .buffers())
                .isEqualTo(small); // there are no more rows
    }

    /** The JVM allocates what is counted, and hardly anything else. */
    @Test
    void nothingIsForgotten() {
        Convolution convolution = new Convolution(8, 3, 2);
        for (Architecture network : List.of(
                Architecture.of(784, List.of(256, 128), 16),
                Architecture.of(784, List.of(128), 16).withConvolutions(new Shape(28, 28, 1), List.of(convolution)))) {
            Trainer trainer = new Trainer(network, Recipe.tuned());
            Dataset rows = network.convolutions().isEmpty()
                    ? rows(100, 784)
                    : rows(100, 784).withShape(new ImageShape(28, 28, 1));
            trainer.memory(rows); // loads classes
            long before = AllocatedBytes.ofThisThread();
            Trainer.Memory memory = trainer.memory(rows);
            long allocated = AllocatedBytes.ofThisThread() - before;
            // Initial weights are drawn into one array of each tensor, and copied.
            long counted = memory.total() + 4 * network.parameters();
            assertThat(allocated).isBetween(counted, counted + counted / 50);
        }
    }
}
