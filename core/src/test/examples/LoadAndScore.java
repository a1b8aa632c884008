import io.hourglass.Autoencoder;
import io.hourglass.Dataset;
import io.hourglass.Idx;
import java.nio.file.Path;
import java.util.Arrays;

/** Loads a model and finds the rows that are unlike those it was trained on: it reconstructs them badly. */
public class LoadAndScore {
    public static void main(String[] args) throws Exception {
        Autoencoder model = Autoencoder.load(Path.of("digits.safetensors"));

        double[] known = model.errors(Idx.readImages(Path.of("data/mnist/train-images-idx3-ubyte.gz")));
        Arrays.sort(known);
        double threshold = known[(int) (0.99 * known.length)]; // one of a hundred known rows is above it

        Dataset test = Idx.readImages(Path.of("data/mnist/t10k-images-idx3-ubyte.gz"));
        double[] scores = model.errors(test);
        long unusual = Arrays.stream(scores).filter(score -> score > threshold).count();
        System.out.println(unusual + " of " + scores.length + " rows above " + threshold);
    }
}
