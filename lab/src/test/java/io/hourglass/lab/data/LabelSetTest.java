package io.hourglass.lab.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hourglass.Dataset;
import java.io.IOException;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class LabelSetTest {
    private static final Dataset DATA =
            Dataset.ofPixels("data", new byte[] {10, 11, 12, 13, 14}, 1).withLabels(new int[] {0, 7, 3, 7, 12});

    private static int[] of(String text) {
        LabelSet labels = LabelSet.parse(text);
        assertThat(labels).hasToString(text);
        return IntStream.range(0, 20)
                .filter(label -> labels.contains(DATA, label))
                .toArray();
    }

    @Test
    void readsLabelsAndRanges() {
        assertThat(of("9")).containsExactly(9);
        assertThat(of("0-3")).containsExactly(0, 1, 2, 3);
        assertThat(of("1,3,5-7,6")).containsExactly(1, 3, 5, 6, 7);
        assertThat(of("4-4")).containsExactly(4);
        assertThat(of("8-0,x")).isEmpty();
    }

    @Test
    void refusesOtherText() {
        for (String text : new String[] {"", "1,,2", ",", " ", "1, ", "\"a", "a\"b", "\"a\"b"}) {
            assertThatThrownBy(() -> LabelSet.parse(text))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("'" + text + "', expected labels such as 9 or 0-8 or 1,3,5-7 or shoe,\"a,b\"");
        }
    }

    @Test
    void knowsLabelsByTheirNames() throws IOException {
        Dataset named = Dataset.ofPixels("named", new byte[4], 1)
                .withLabels(new int[] {0, 1, 2, 1})
                .withLabelNames(List.of("bag", "shoe", "t-shirt"));
        assertThat(LabelSet.parse("shoe").mark(named)).containsExactly(false, true, false, true);
        assertThat(LabelSet.parse("t-shirt,bag").mark(named)).containsExactly(true, false, true, false);
        assertThatThrownBy(() -> LabelSet.parse("0-1").mark(named)).hasMessage("named: no row has a label of 0-1");
    }

    /** Any label has a name on the command line: with commas, quotes, spaces, or the look of a range. */
    @Test
    void quotesNameAnyLabel() throws IOException {
        List<String> names = List.of("0-8", "0.0", "a,b", "a\"b", " c ", "d");
        Dataset named = Dataset.ofPixels("named", new byte[6], 1)
                .withLabels(new int[] {0, 1, 2, 3, 4, 5})
                .withLabelNames(names);
        LabelSet labels = LabelSet.parse("\"a,b\", 0.0,\"a\"\"b\" ,\" c \"");
        assertThat(labels.mark(named)).containsExactly(false, true, true, true, true, false);
        assertThat(labels).hasToString("\"a,b\",0.0,\"a\"\"b\",\" c \"");
        assertThat(LabelSet.parse(labels.toString())).isEqualTo(labels);
        assertThat(LabelSet.parse("\"0-8\"").mark(named)).containsExactly(true, false, false, false, false, false);
        assertThatThrownBy(() -> LabelSet.parse("\"0-8\"").mark(DATA))
                .hasMessage("data: no row has a label of \"0-8\"");
    }

    @Test
    void selectsRowsWithTheirLabels() throws IOException {
        Dataset some = DATA.select(LabelSet.parse("3-9").rows(DATA));
        assertThat(some.rows()).isEqualTo(3);
        assertThat(IntStream.range(0, 3).map(some::label)).containsExactly(7, 3, 7);
        assertThat(some.row(1)).isEqualTo(DATA.row(2));
        assertThat(LabelSet.parse("12").mark(DATA)).containsExactly(false, false, false, false, true);
    }

    @Test
    void everyLabelMustBeThatOfARow() throws IOException {
        Dataset test = Dataset.ofPixels("data", new byte[1], 1).withLabels(new int[] {5});
        LabelSet.parse("0-9,12,5").requireEach(DATA, test);
        assertThatThrownBy(() -> LabelSet.parse("0-9,12,5").requireEach(DATA, null))
                .hasMessage("data: no row has a label of 5");
        assertThatThrownBy(() -> LabelSet.parse("0,20-30").requireEach(DATA, test))
                .hasMessage("data: no row has a label of 20-30");
    }

    @Test
    void saysWhatIsMissing() {
        assertThatThrownBy(() -> LabelSet.parse("1-2,9").rows(DATA)).hasMessage("data: no row has a label of 1-2,9");
        assertThatThrownBy(() -> LabelSet.parse("1").mark(Dataset.ofPixels("bare", new byte[3], 1)))
                .hasMessageContaining("bare: has no labels");
    }
}
