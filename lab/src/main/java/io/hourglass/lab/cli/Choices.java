package io.hourglass.lab.cli;

import io.hourglass.io.Labels;
import io.hourglass.nn.Activation;
import io.hourglass.nn.Loss;
import io.hourglass.nn.Optimizer;
import java.util.ArrayList;
import java.util.Arrays;

/** What options accept, for help texts: the labels of all constants. Picocli makes these lists from their classes. */
final class Choices {
    private Choices() {}

    private abstract static class Labelled extends ArrayList<String> {
        private static final long serialVersionUID = 1;

        Labelled(Enum<?>... constants) {
            Arrays.stream(constants).map(Labels::of).forEach(this::add);
        }
    }

    static final class Activations extends Labelled {
        private static final long serialVersionUID = 1;

        Activations() {
            super(Activation.values());
        }
    }

    static final class Losses extends Labelled {
        private static final long serialVersionUID = 1;

        Losses() {
            super(Loss.values());
        }
    }

    static final class Optimizers extends Labelled {
        private static final long serialVersionUID = 1;

        Optimizers() {
            super(Optimizer.values());
        }
    }
}
