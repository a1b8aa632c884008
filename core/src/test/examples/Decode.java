import io.hourglass.Autoencoder;
import io.hourglass.Dataset;
import io.hourglass.Idx;
import java.awt.image.BufferedImage;
import java.nio.file.Path;
import javax.imageio.ImageIO;

/** Decodes the point halfway between the codes of two digits, and writes the image it stands for. */
public class Decode {
    public static void main(String[] args) throws Exception {
        Autoencoder model = Autoencoder.load(Path.of("digits.safetensors"));
        Dataset test = Idx.readImages(Path.of("data/mnist/t10k-images-idx3-ubyte.gz"));
        float[] code = model.encode(test.row(0));
        float[] other = model.encode(test.row(1));
        for (int i = 0; i < code.length; i++) {
            code[i] = (code[i] + other[i]) / 2;
        }
        float[] pixels = model.decode(code); // 784 values in [0, 1], row by row
        BufferedImage image = new BufferedImage(28, 28, BufferedImage.TYPE_BYTE_GRAY);
        for (int i = 0; i < pixels.length; i++) {
            image.getRaster().setSample(i % 28, i / 28, 0, Math.round(255 * pixels[i]));
        }
        ImageIO.write(image, "png", Path.of("between.png").toFile());
    }
}
