package io.hourglass.lab.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.hourglass.Autoencoder;
import io.hourglass.Dataset;
import io.hourglass.Recipe;
import io.hourglass.Trainer;
import io.hourglass.lab.data.DataSplit;
import io.hourglass.lab.data.LabelSet;
import io.hourglass.lab.training.ModelMetadata;
import io.hourglass.nn.Architecture;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class TrainingRowsTest {
    private static final LabelSet EVEN = LabelSet.parse("0,2");

    /** 40 rows of labels 0 to 3, ten each, class by class or in turn. */
    private static Dataset data(boolean sorted) {
        float[] values = new float[40 * 2];
        for (int i = 0; i < values.length; i++) {
            values[i] = i / 80f;
        }
        int[] labels =
                IntStream.range(0, 40).map(row -> sorted ? row / 10 : row % 4).toArray();
        return Dataset.ofFloats("rows", values, 2)
                .withColumns(List.of("a", "b"))
                .withLabels(labels);
    }

    private static Autoencoder train(Dataset rows, Map<String, String> more) {
        Trainer.Result result =
                new Trainer(Architecture.parse("2-1"), Recipe.tuned().with(r -> r.epochs(1))).fit(rows);
        return ModelMetadata.describe(result, rows, rows.sha256(), "test").withMetadata(more);
    }

    private static int[] trained(Autoencoder model, Dataset data) {
        return TrainingRows.among(model, data, List.of(), null)
                .map(found -> TrainingRows.rows(found.trained()))
                .orElse(new int[0]);
    }

    @Test
    void findsTheRowsOfLabelsWithoutThoseHeldOut() throws Exception {
        for (boolean sorted : new boolean[] {true, false}) {
            Dataset data = data(sorted);
            DataSplit split = new DataSplit("rows", data, null).only(EVEN).withValidation(0.2);
            Map<String, String> told = new HashMap<>(ModelMetadata.ofValidation(0.2));
            Autoencoder silent = train(split.train(), told);
            told.putAll(EVEN.metadata());
            Autoencoder model = train(split.train(), told);
            TrainingRows found =
                    TrainingRows.among(model, data, List.of(), null).orElseThrow();
            assertThat(TrainingRows.rows(found.offered())).hasSize(20);
            assertThat(data.select(TrainingRows.rows(found.trained())).sha256())
                    .isEqualTo(split.train().sha256());
            // A model that does not tell its labels: they are guessed.
            assertThat(trained(silent, data)).isEmpty();
            for (TrainingRows guessed : List.of(
                    TrainingRows.among(silent, data, List.of(EVEN), null).orElseThrow(),
                    TrainingRows.among(silent, data, List.of(), LabelSet.parse("1,3"))
                            .orElseThrow())) {
                assertThat(guessed.trained()).isEqualTo(found.trained());
                assertThat(guessed.offered()).isEqualTo(found.offered());
            }
        }
    }
}
