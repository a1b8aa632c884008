package io.hourglass.lab.analysis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hourglass.lab.analysis.Pipelines.Partition;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class PipelinesTest {
    private static final float[][] ROWS = KMeansTest.blobs(240, 4, 6, 0.5, 3);

    private static List<Partition> all(float[][] rows, int k) {
        List<Partition> all = new ArrayList<>(Pipelines.direct(rows, k, 5));
        all.addAll(Pipelines.umap(rows, k, 5));
        return all;
    }

    @Test
    void eachFindsClassesFarApartAndRepeatsItself() {
        List<Partition> found = all(ROWS, 4);
        assertThat(found).extracting(Partition::pipeline).containsExactly("kmeans", "gmm", "umap+kmeans", "umap+gmm");
        List<Partition> again = all(ROWS, 4);
        for (int i = 0; i < found.size(); i++) {
            assertThat(ClusterScores.of(found.get(i).clusters(), KMeansTest.turns(240, 4)))
                    .isEqualTo(new ClusterScores(1, 1, 1, 1));
            assertThat(again.get(i).clusters()).isEqualTo(found.get(i).clusters());
        }
    }

    @Test
    void oneClusterHoldsAllRows() {
        assertThat(all(ROWS, 1))
                .allSatisfy(partition -> assertThat(partition.clusters()).containsOnly(0));
    }

    @Test
    void constantColumnsChangeNoClusters() {
        float[][] wider = Arrays.stream(ROWS)
                .map(row -> {
                    float[] more = Arrays.copyOf(row, row.length + 2);
                    more[row.length] = 7;
                    return more;
                })
                .toArray(float[][]::new);
        for (Partition partition : all(wider, 4)) {
            assertThat(ClusterScores.of(partition.clusters(), KMeansTest.turns(240, 4))
                            .accuracy())
                    .isEqualTo(1);
        }
    }

    /** Four places with sixty rows each: there is nothing for UMAP to lay out, and the others are right. */
    @Test
    void duplicatesStayTogether() {
        float[][] places = new float[240][];
        Arrays.setAll(places, row -> ROWS[row % 4].clone());
        for (Partition partition : Pipelines.direct(places, 4, 0)) {
            assertThat(ClusterScores.of(partition.clusters(), KMeansTest.turns(240, 4))
                            .accuracy())
                    .isEqualTo(1);
        }
        assertThatThrownBy(() -> Pipelines.umap(places, 4, 0))
                .isInstanceOf(DegenerateEmbeddingException.class)
                .hasMessage("4 different rows, expected more than 15 for 15 neighbours");
    }

    @Test
    void wideRowsHaveNoMixture() {
        float[][] wide = KMeansTest.blobs(80, 2, Pipelines.WIDEST_MIXTURE + 1, 1, 1);
        assertThat(Pipelines.direct(wide, 2, 0)).extracting(Partition::pipeline).containsExactly("kmeans");
    }

    @Test
    void refusesWhatCannotBeClustered() {
        assertThatThrownBy(() -> Pipelines.direct(ROWS, 241, 0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("241 clusters of 240 rows, expected 1 to 240 clusters");
        assertThatThrownBy(() -> Pipelines.umap(ROWS, 241, 0))
                .hasMessage("241 clusters of 240 rows, expected 1 to 240 clusters");
        float[][] broken = KMeansTest.blobs(40, 2, 3, 1, 1);
        broken[7][2] = Float.NaN;
        assertThatThrownBy(() -> Pipelines.direct(broken, 2, 0))
                .hasMessage("row 7, column 2 is NaN, expected a finite number");
        assertThatThrownBy(() -> Pipelines.umap(broken, 2, 0))
                .hasMessage("row 7, column 2 is NaN, expected a finite number");
    }
}
