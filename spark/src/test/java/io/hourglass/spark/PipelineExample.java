package io.hourglass.spark;

import org.apache.spark.ml.Pipeline;
import org.apache.spark.ml.PipelineModel;
import org.apache.spark.ml.PipelineStage;
import org.apache.spark.ml.feature.VectorAssembler;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/** The pipeline that docs/guide/spark.md shows, word for word. */
final class PipelineExample {
    private PipelineExample() {}

    static Dataset<Row> run(Dataset<Row> readings, String folder) throws Exception {
        VectorAssembler assembler = new VectorAssembler()
                .setInputCols(new String[] {"load", "current", "temperature", "flow"})
                .setOutputCol("features");
        AutoencoderEstimator autoencoder = new AutoencoderEstimator()
                .setInputCol("features")
                .setScaler("standard")
                .setOutputActivation("identity")
                .setHidden(new int[] {16})
                .setLatentSize(2)
                .setScoreCol("score");

        PipelineModel model = new Pipeline()
                .setStages(new PipelineStage[] {assembler, autoencoder})
                .fit(readings);
        model.write().overwrite().save(folder);

        Dataset<Row> scored = PipelineModel.load(folder).transform(readings);
        return scored.select("id", "latent", "score");
    }
}
