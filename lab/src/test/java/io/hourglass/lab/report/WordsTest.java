package io.hourglass.lab.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hourglass.lab.report.DataTable.Cell;
import io.hourglass.lab.report.DataTable.Column;
import io.hourglass.lab.study.Subject;
import io.hourglass.lab.text.Language;
import java.util.List;
import org.junit.jupiter.api.Test;

class WordsTest {
    private static final Words WORDS = SyntheticStudy.ENGLISH;

    @Test
    void numbers() {
        assertThat(WORDS.mse(0.01126)).isEqualTo("0.0113");
        assertThat(WORDS.preciseMse(0.01126)).isEqualTo("0.01126");
        assertThat(WORDS.mse(0.00004)).isEqualTo("4.00e-05");
        assertThat(WORDS.mse(0)).isEqualTo("0.0000");
        assertThat(WORDS.mse(Double.NaN)).isEqualTo("n/a");
        assertThat(WORDS.percent(-0.36)).isEqualTo("36 %");
        assertThat(WORDS.percent(0.0123)).isEqualTo("1.2 %");
        assertThat(WORDS.percent(0.0001)).isEqualTo("less than 0.1 %");
        assertThat(WORDS.ratio(1000)).isEqualTo("1,000");
        assertThat(WORDS.ratio(784 / 3.0)).isEqualTo("261.3");
        assertThat(WORDS.duration(12.34)).isEqualTo("12.3 s");
        assertThat(WORDS.duration(119.7)).isEqualTo("2 min 00 s");
        assertThat(WORDS.counted("epoch", 1)).isEqualTo("1 epoch");
        assertThat(WORDS.counted("epoch", 60_000)).isEqualTo("60,000 epochs");
        assertThat(WORDS.list(List.of("a", "b", "c"))).isEqualTo("a, b and c");
        assertThat(WORDS.list(List.of("a"))).isEqualTo("a");
        assertThat(WORDS.pair(0.01234, 0.01226)).containsExactly("0.01234", "0.01226");
    }

    @Test
    void frenchNumbersHaveCommasAndItsPluralsBeginAtTwo() {
        Words french = SyntheticStudy.FRENCH;
        assertThat(french.mse(0.01126)).isEqualTo("0,0113");
        assertThat(french.count(60_000)).isEqualTo("60\u202f000");
        assertThat(french.counted("epoch", 0)).isEqualTo("0 époque");
        assertThat(french.counted("epoch", 1)).isEqualTo("1 époque");
        assertThat(french.counted("epoch", 2)).isEqualTo("2 époques");
        assertThat(french.list(List.of("a", "b", "c"))).isEqualTo("a, b et c");
        assertThat(french.percent(0.38)).as("no line may break before %").isEqualTo("38\u00a0%");
        assertThat(french.plain(0.005)).isEqualTo("0,005");
        assertThat(french.tick(0.02)).isEqualTo("0,02");
    }

    @Test
    void sentencesNameWhatTheDataAre() {
        assertThat(WORDS.form("labels")).isEqualTo("digits");
        assertThat(new Words(Language.ENGLISH, false, false).form("the.rows")).isEqualTo("the rows");
        assertThat(new Words(Language.FRENCH, false, true).form("of.the.label")).isEqualTo("de la classe");
    }

    @Test
    void labelsHaveTheirNames() {
        Words named = new Words(
                Language.ENGLISH,
                new Subject("pupils.csv", Subject.Rows.ROW, Subject.Labels.CLASS, "", List.of("arts", "[rows]"), 2));
        assertThat(named.label(1)).isEqualTo("[rows]");
        assertThat(named.label(2)).isEqualTo("2");
        assertThat(named.labelNames()).isEqualTo("0 is arts, 1 is [rows]");
        assertThat(WORDS.labelNames()).isEmpty();
    }

    @Test
    void whatTheDataSayIsNoForm() {
        assertThat(WORDS.say("page.title", "q[1] [data].csv {0} [rows]"))
                .isEqualTo("Autoencoders on q[1] [data].csv {0} [rows]");
    }

    @Test
    void valuesOfHtmlSentencesAreEscapedAndNetworksDoNotBreak() {
        assertThat(WORDS.html("findings.name", "<b>784-128-2", new Words.Markup("<i>x</i>")))
                .isEqualTo("&lt;b&gt;<span class=\"net\">784-128-2</span> (<i>x</i>)");
    }

    @Test
    void figuresAreNumberedInTheOrderOfTheirCaptions() {
        String html = Numbering.toFigure("b") + " " + Numbering.figure("a") + " " + Numbering.table("t") + " "
                + Numbering.figure("b");
        assertThat(Numbering.number(html, WORDS))
                .isEqualTo("<a href=\"#figure-b\">Figure 2</a> Figure 1 Table 1 Figure 2");
        assertThatThrownBy(() -> Numbering.number(Numbering.toTable("x"), WORDS))
                .hasMessage("no caption of table-x");
        assertThatThrownBy(() -> Numbering.number(Numbering.figure("a") + Numbering.figure("a"), WORDS))
                .hasMessage("two captions of figure-a");
    }

    @Test
    void tablesAreWrittenForSpreadsheetsAndLatex() {
        DataTable table = new DataTable(
                "t",
                "",
                List.of(Column.text("name", "Nom"), Column.number("mse", "MSE").under("Test & co")));
        table.row(List.of(Cell.text("a,b"), Cell.of("0,5 %", 0.12345).best(true)));
        table.group().row(List.of(Cell.text("c_d"), Cell.of("n. d.", Double.NaN)));
        assertThat(table.csv()).isEqualTo("name,mse\n\"a,b\",0.12345\nc_d,\n");
        assertThat(table.latex("100 %")).isEqualTo("""
                        % \\usepackage{booktabs}
                        \\begin{table}
                        \\centering
                        \\caption{100 \\%}
                        \\label{tab:t}
                        \\begin{tabular}{lr}
                        \\toprule
                        Nom & Test \\& co: MSE \\\\
                        \\midrule
                        a,b & \\textbf{0,5 \\%} \\\\
                        \\midrule
                        c\\_d & n. d. \\\\
                        \\bottomrule
                        \\end{tabular}
                        \\end{table}
                        """);
        assertThat(table.html("T")).contains("<th scope=\"colgroup\" colspan=\"1\">Test &amp; co</th>", "<b>0,5 %</b>");
        assertThatThrownBy(() -> table.row(List.of())).isInstanceOf(IllegalArgumentException.class);
    }
}
