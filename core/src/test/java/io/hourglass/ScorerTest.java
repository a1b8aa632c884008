package io.hourglass;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hourglass.nn.Activation;
import io.hourglass.nn.Architecture;
import io.hourglass.nn.Variant;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ScorerTest {
    private static final Dataset DATA = TestData.floats(150, 37, 1);

    private static Autoencoder model(Variant variant) {
        Architecture architecture = Architecture.parse("37-19-4")
                .withOutputActivation(Activation.IDENTITY)
                .withVariant(variant);
        return new Trainer(architecture, Recipe.tuned().with(r -> r.epochs(1)))
                .scaler(Scaler.fit(Scaler.Kind.STANDARD, DATA))
                .fit(DATA)
                .model();
    }

    @ParameterizedTest
    @EnumSource
    void blocksOfAnySizeGiveTheBitsOfTheLibrary(Variant variant) {
        Autoencoder model = model(variant);
        float[][] codes = model.encode(DATA);
        float[][] reconstructions = model.reconstruct(DATA);
        double[] errors = model.errors(DATA);
        Scorer scorer = new Scorer(model);
        float[] code = new float[4];
        float[] reconstruction = new float[37];
        int start = 0;
        for (int n : new int[] {Scorer.ROWS, 1, 7, Scorer.ROWS, 14
        }) { // 150 rows; a full block's leavings must not show in the next
            for (boolean whole : new boolean[] {false, true}) {
                for (int r = 0; r < n; r++) {
                    System.arraycopy(DATA.row(start + r), 0, scorer.rows(), scorer.offset(r), 37);
                    model.scaler().scaleInPlace(scorer.rows(), scorer.offset(r));
                }
                if (whole) {
                    scorer.reconstruct(n);
                } else {
                    scorer.encode(n);
                }
                for (int r = 0; r < n; r++) {
                    scorer.code(r, code);
                    assertThat(code).as("row %d", start + r).isEqualTo(codes[start + r]);
                    if (whole) {
                        scorer.reconstruction(r, reconstruction);
                        assertThat(reconstruction).isEqualTo(reconstructions[start + r]);
                        assertThat(scorer.error(r)).isEqualTo(errors[start + r]);
                    }
                }
            }
            start += n;
        }
        assertThat(start).isEqualTo(DATA.rows());
    }

    @Test
    void rowsAndLengthsAreChecked() {
        Scorer scorer = new Scorer(RandomModel.of(Architecture.parse("5-3"), 1));
        for (int n : new int[] {-1, 0, Scorer.ROWS + 1}) {
            refused(() -> scorer.encode(n), "n = " + n + " rows of a block, expected 1 to 64");
            refused(() -> scorer.reconstruct(n), "n = " + n + " rows of a block, expected 1 to 64");
        }
        refused(() -> scorer.code(0, new float[4]), "an array of 4 values, expected 3");
        refused(() -> scorer.reconstruction(0, new float[6]), "an array of 6 values, expected 5");
        for (int r : new int[] {-1, Scorer.ROWS}) {
            for (ThrowingCallable call : List.<ThrowingCallable>of(
                    () -> scorer.offset(r),
                    () -> scorer.code(r, new float[3]),
                    () -> scorer.reconstruction(r, new float[5]),
                    () -> scorer.error(r))) {
                assertThatThrownBy(call).isInstanceOf(IndexOutOfBoundsException.class);
            }
        }
    }

    private static void refused(ThrowingCallable call, String message) {
        assertThatThrownBy(call).isInstanceOf(IllegalArgumentException.class).hasMessage(message);
    }
}
