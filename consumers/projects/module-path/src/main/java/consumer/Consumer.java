package consumer;

import io.hourglass.Autoencoder;
import io.hourglass.Dataset;
import io.hourglass.Recipe;
import io.hourglass.Scaler;
import io.hourglass.Trainer;
import io.hourglass.anomaly.AnomalyDetector;
import io.hourglass.anomaly.Threshold;
import io.hourglass.format.FormatException;
import io.hourglass.nn.Architecture;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** Trains, saves, loads, encodes and scores. */
public class Consumer {
    public static void main(String[] args) throws Exception {
        float[] values = new float[200 * 6];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) StrictMath.sin(i * i % 1009);
        }
        Dataset rows = Dataset.ofFloats("rows", values, 6);
        Path file = Files.createTempFile("model", ".safetensors");
        Trainer trainer = new Trainer(Architecture.parse("6-4-2"), Recipe.tuned().with(r -> r.epochs(3)));
        trainer.scaler(Scaler.fit(Scaler.Kind.MIN_MAX, rows)).fit(rows).model().save(file);

        Autoencoder model = Autoencoder.load(file);
        AnomalyDetector detector =
                AnomalyDetector.learn(model, rows, 0.05).calibrate(rows, Threshold.Method.QUANTILE, 0.05);
        float[] odd = {9, -9, 9, -9, 9, -9};
        System.out.println("weights " + model.weightsSha256());
        System.out.println("codes " + model.encode(rows)[0].length + ", anomaly " + detector.isAnomaly(odd));
        Files.delete(file);
        try {
            Autoencoder.load(file);
        } catch (FormatException | NoSuchFileException e) {
            System.out.println("no file " + e.getClass().getSimpleName());
        }
    }
}
