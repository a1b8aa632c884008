import io.hourglass.Autoencoder;
import io.hourglass.Dataset;
import io.hourglass.Idx;
import io.hourglass.Recipe;
import io.hourglass.Trainer;
import io.hourglass.nn.Architecture;
import java.nio.file.Path;
import java.util.Arrays;

/** Fits an autoencoder to images, saves it, and encodes images it has not seen. */
public class FitAndEncode {
    public static void main(String[] args) throws Exception {
        Dataset train = Idx.readImages(Path.of("data/mnist/train-images-idx3-ubyte.gz"));
        Dataset test = Idx.readImages(Path.of("data/mnist/t10k-images-idx3-ubyte.gz"));

        Trainer trainer = new Trainer(Architecture.parse("784-128-8"), Recipe.tuned().withEpochs(3));
        Autoencoder model = trainer.fit(train).model();
        model.save(Path.of("digits.safetensors"));

        float[][] codes = model.encode(test); // all rows, on all processors
        float[] first = model.encode(test.row(0)); // one row
        System.out.println(codes.length + " codes, the first: " + Arrays.toString(first));
        System.out.println("test MSE per pixel: " + model.error(test));
    }
}
