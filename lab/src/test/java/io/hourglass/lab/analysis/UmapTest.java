package io.hourglass.lab.analysis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Random;
import org.junit.jupiter.api.Test;

class UmapTest {
    @Test
    void keepsClustersTogetherAndRepeatsItself() {
        float[][] rows = KMeansTest.blobs(400, 4, 12, 1, 7);
        float[][] points = Umap.embed(rows, 2, 3);
        assertThat(points).hasDimensions(400, 2);
        int[] labels = KMeansTest.turns(400, 4);
        assertThat(NearestLabels.accuracy(points, labels, points, labels, 10)).isEqualTo(1);
        assertThat(Umap.embed(rows, 2, 3)).isDeepEqualTo(points);
        assertThat(Umap.embed(rows, 2, 4)).isNotEqualTo(points);
        assertThat(Umap.embed(rows, 5, 3)).hasDimensions(400, 5);
    }

    /** Its own random numbers are only a faster way to the library's. */
    @Test
    void drawsTheNumbersOfTheLibrary() {
        float[][] rows = KMeansTest.blobs(150, 3, 5, 1, 4);
        for (long seed : new long[] {0, -3, Long.MAX_VALUE}) {
            float[][] points = new tagbio.umap.Umap()
                    .setNumberNearestNeighbours(Umap.NEIGHBOURS)
                    .setMinDist(Umap.LEAST_DISTANCE)
                    .setNumberComponents(3)
                    .setNumberEpochs(100)
                    .setSeed(seed)
                    .setThreads(1)
                    .fitTransform(rows);
            assertThat(Umap.embed(rows, 3, seed)).isDeepEqualTo(points);
        }
    }

    @Test
    void severalAtOnceDoNotDisturbEachOther() throws InterruptedException {
        float[][] rows = KMeansTest.blobs(300, 3, 5, 1, 8);
        float[][] alone = Umap.embed(rows, 2, 1);
        float[][][] together = new float[3][][];
        Thread[] threads = new Thread[together.length];
        for (int i = 0; i < threads.length; i++) {
            int index = i;
            threads[i] = new Thread(() -> together[index] = Umap.embed(rows, 2, 1));
            threads[i].start();
        }
        for (Thread thread : threads) {
            thread.join();
        }
        for (float[][] points : together) {
            assertThat(points).isDeepEqualTo(alone);
        }
    }

    @Test
    void duplicatesAreNoFault() {
        float[][] rows = KMeansTest.blobs(120, 3, 4, 1, 2);
        for (int row = 60; row < 120; row++) {
            rows[row] = rows[row - 60].clone();
        }
        assertThat(Umap.embed(rows, 2, 0)).hasDimensions(120, 2);
    }

    /**
     * What the library makes of a least distance of 0, at any number of rows: the reason why this is checked at all.
     */
    @Test
    void aLeastDistanceOfZeroIsFoundOut() {
        float[][] rows = KMeansTest.blobs(200, 2, 6, 1, 5);
        float[][] points = new tagbio.umap.Umap()
                .setMinDist(0)
                .setSeed(1)
                .setNumberEpochs(200)
                .fitTransform(rows);
        assertThatThrownBy(() -> Umap.requireSound(points, 200)).isInstanceOf(DegenerateEmbeddingException.class);
    }

    @Test
    void refusesPointsThatShowNothing() {
        Random random = new Random(1);
        float[][] cloud = new float[300][2];
        float[][] line = new float[300][2];
        float[][] places = new float[300][2];
        for (int i = 0; i < 300; i++) {
            cloud[i] = new float[] {20 * random.nextFloat(), 5 * random.nextFloat()};
            float along = 100 * random.nextFloat();
            line[i] = new float[] {along, 3 - along + 0.1f * random.nextFloat()};
            places[i] = cloud[i % 40];
        }
        assertThatCode(() -> Umap.requireSound(cloud, 300)).doesNotThrowAnyException();
        assertThatCode(() -> Umap.requireSound(places, 40)).doesNotThrowAnyException();
        assertThatThrownBy(() -> Umap.requireSound(line, 300))
                .isInstanceOf(DegenerateEmbeddingException.class)
                .hasMessageContaining("all points lie on a line");
        assertThatThrownBy(() -> Umap.requireSound(places, 300))
                .hasMessage("40 different points of 300 different rows");
        assertThatThrownBy(() -> Umap.requireSound(new float[300][2], 300)).hasMessageContaining("1 different points");
        cloud[17][1] = Float.NaN;
        assertThatThrownBy(() -> Umap.requireSound(cloud, 300)).hasMessageContaining("point 17 has the coordinate NaN");
        cloud[17][1] = 40_000;
        assertThatThrownBy(() -> Umap.requireSound(cloud, 300)).hasMessageContaining("expected less than 1000");
    }

    @Test
    void refusesTooFewRows() {
        assertThatThrownBy(() -> Umap.embed(new float[30][3], 2, 0))
                .isInstanceOf(DegenerateEmbeddingException.class)
                .hasMessage("1 different rows, expected more than 15 for 15 neighbours");
        assertThatThrownBy(() -> Umap.embed(new float[30][3], 1, 0)).hasMessage("dimensions = 1, expected 2 or more");
        assertThatThrownBy(() -> Umap.embed(new float[][] {{Float.NaN}}, 2, 0)).hasMessageContaining("is NaN");
    }
}
