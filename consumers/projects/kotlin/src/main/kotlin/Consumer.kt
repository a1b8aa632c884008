import io.hourglass.Autoencoder
import io.hourglass.Dataset
import io.hourglass.Recipe
import io.hourglass.Scaler
import io.hourglass.Trainer
import io.hourglass.anomaly.AnomalyDetector
import io.hourglass.anomaly.Threshold
import io.hourglass.nn.Architecture
import java.nio.file.Files

/** Trains, saves, loads, encodes and scores. */
fun main() {
    val values = FloatArray(200 * 6) { StrictMath.sin((it * it % 1009).toDouble()).toFloat() }
    val rows = Dataset.ofFloats("rows", values, 6)
    val file = Files.createTempFile("model", ".safetensors")
    val trainer = Trainer(Architecture.parse("6-4-2"), Recipe.tuned().with { it.epochs(3) })
    trainer.scaler(Scaler.fit(Scaler.Kind.MIN_MAX, rows)).fit(rows).model().save(file)

    val model = Autoencoder.load(file)
    val detector = AnomalyDetector.learn(model, rows, 0.05).calibrate(rows, Threshold.Method.QUANTILE, 0.05)
    val odd = floatArrayOf(9f, -9f, 9f, -9f, 9f, -9f)
    println("weights ${model.weightsSha256()}")
    println("codes ${model.encode(rows)[0].size}, anomaly ${detector.isAnomaly(odd)}")
    Files.delete(file)
    // Nullness reaches Kotlin: without a label there is no name to print.
    println("labels ${rows.hasLabels()}")
}
