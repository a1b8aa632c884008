package io.hourglass.lab.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hourglass.lab.page.Html;
import io.hourglass.lab.page.Template;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TextTest {
    @Test
    void escapesWhatHtmlReads() {
        assertThat(Html.escape("<b title=\"a\" id='b'>&amp;"))
                .isEqualTo("&lt;b title=&quot;a&quot; id=&#39;b&#39;&gt;&amp;amp;");
        assertThat(Html.escapeJson("\"</script><!--\"")).isEqualTo("\"\\u003c/script>\\u003c!--\"");
    }

    @Test
    void axesEndOnARoundTick() {
        assertThat(Axis.upTo(0.0557)).isEqualTo(new Axis(0.06, 0.02));
        assertThat(Axis.upTo(0.09).ticks()).hasSize(6);
        assertThat(Axis.upTo(0).end()).isEqualTo(1);
        assertThat(Axis.upTo(3e-9).ticks()).hasSizeBetween(3, 6);
        assertThat(Axis.label(0.02)).isEqualTo("0.02");
        assertThat(Axis.label(0)).isEqualTo("0");
    }

    @Test
    void aValueThatLooksLikeAPlaceStaysText() {
        assertThat(Template.fill("{{a}} {{b}}", Map.of("a", "{{b}}$1\\", "b", "x")))
                .isEqualTo("{{b}}$1\\ x");
        assertThatThrownBy(() -> Template.fill("{{missing}}", Map.of())).hasMessage("no value for {{missing}}");
    }

    @Test
    void noPathBecomesAScheme() {
        assertThat(Provenance.link("models/784-128-2 paper.safetensors"))
                .isEqualTo("./models/784-128-2%20paper.safetensors");
        assertThat(Provenance.link("javascript:alert(1)")).isEqualTo("./javascript%3Aalert%281%29");
    }

    @Test
    void coloursOfTheTableFollowTheRatio() {
        assertThat(LabelTable.step(0.3)).isZero();
        assertThat(LabelTable.step(1)).isEqualTo(3);
        assertThat(LabelTable.step(2)).isEqualTo(6);
        assertThat(LabelTable.step(Double.NaN)).isEqualTo(3);
    }
}
