package io.hourglass.lab.detection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hourglass.format.FormatException;
import io.hourglass.lab.detection.Protocol.Split;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ProtocolTest {
    private static boolean[] marks(int... anomalies) {
        boolean[] marks = new boolean[anomalies.length];
        for (int row = 0; row < marks.length; row++) {
            marks[row] = anomalies[row] == 1;
        }
        return marks;
    }

    @Test
    void everySecondNormalRowTrainsAndTheOthersTest() throws FormatException {
        Split split = Protocol.SEMI_SUPERVISED.split("t", marks(0, 1, 0, 0, 1, 0, 0));
        assertThat(split.train()).containsExactly(0, 3, 6);
        assertThat(split.test()).containsExactly(2, 5, 1, 4);
    }

    @Test
    void unsupervisedAllRowsTrainAndTest() throws FormatException {
        Split split = Protocol.UNSUPERVISED.split("t", marks(0, 1, 0, 0));
        assertThat(split.train()).containsExactly(0, 1, 2, 3);
        assertThat(split.test()).isSameAs(split.train());
    }

    @Test
    void takesTheFirstRowsOfLargeTables() throws FormatException {
        boolean[] marks = new boolean[3 * 45_000];
        for (int row = 2; row < marks.length; row += 3) {
            marks[row] = true; // 45,000 anomalies of 135,000 rows
        }
        int[] normal =
                IntStream.range(0, marks.length).filter(row -> !marks[row]).toArray();
        Split half = Protocol.SEMI_SUPERVISED.split("t", marks);
        assertThat(half.train()).hasSize(20_000).endsWith(normal[39_998]);
        assertThat(half.test()).hasSize(40_000).endsWith(2 + 3 * 19_999);
        assertThat(half.test()[19_999]).isEqualTo(normal[39_999]);
        Split all = Protocol.UNSUPERVISED.split("t", marks);
        assertThat(all.train())
                .hasSize(40_000)
                .isSorted()
                .contains(normal[19_999])
                .doesNotContain(normal[20_000]);
    }

    @Test
    void refusesTablesWithoutAnomaliesOrEnoughNormalRows() {
        assertThatThrownBy(() -> Protocol.SEMI_SUPERVISED.split("t.csv", marks(0, 0, 0)))
                .hasMessage("t.csv: 3 normal rows and 0 anomalies, expected at least 3 and 1");
        assertThatThrownBy(() -> Protocol.UNSUPERVISED.split("t.csv", marks(0, 0, 1)))
                .hasMessage("t.csv: 2 normal rows and 1 anomalies, expected at least 3 and 1");
    }
}
