import io.hourglass.Dataset;
import io.hourglass.History;
import io.hourglass.Idx;
import io.hourglass.Recipe;
import io.hourglass.Scaler;
import io.hourglass.Trainer;
import io.hourglass.TrainingListener;
import io.hourglass.nn.Activation;
import io.hourglass.nn.Architecture;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.concurrent.Semaphore;
import java.util.stream.IntStream;

/**
 * Trains a network several times in one process, taking turns of one epoch: on one thread, on all processors, and on as
 * many threads as the engine finds fastest. Called by {@code bench/busy}.
 *
 * <pre>
 * java -cp HOURGLASS-JAR bench/Turns.java MNIST-FOLDER NETWORK WARM-UP ROUNDS
 * </pre>
 *
 * <p>Prints a line of a Markdown table: the network, the median seconds of an epoch of each contestant, and the median
 * ratio of an epoch with the default number of threads to that on one thread.
 */
public final class Turns {
    /** A training run that waits after each epoch for its next turn. */
    private static final class Contestant {
        private final Semaphore turn = new Semaphore(0);
        private final Semaphore done = new Semaphore(0);
        private final List<Double> seconds = new ArrayList<>();

        Contestant(Trainer trainer, Dataset data) {
            trainer.listener(new TrainingListener() {
                @Override
                public void onEpoch(History.Epoch epoch) {
                    seconds.add(epoch.seconds());
                    done.release();
                    turn.acquireUninterruptibly();
                }
            });
            Thread thread = new Thread(() -> {
                turn.acquireUninterruptibly();
                trainer.fit(data);
            });
            thread.setDaemon(true);
            thread.start();
        }

        void epoch() {
            turn.release();
            done.acquireUninterruptibly();
        }
    }

    private Turns() {}

    public static void main(String[] args) throws Exception {
        if (args.length != 4) {
            System.err.println("usage: Turns MNIST-FOLDER NETWORK WARM-UP ROUNDS");
            System.exit(2);
        }
        Architecture architecture = Architecture.parse(args[1]);
        int warmUp = Integer.parseInt(args[2]);
        int rounds = Integer.parseInt(args[3]);
        boolean table = architecture.inputs() != 784;
        Dataset data = table
                ? table(81_000, architecture.inputs())
                : Idx.readImages(Path.of(args[0], "train-images-idx3-ubyte.gz"));
        Scaler scaler = table ? Scaler.fit(Scaler.Kind.STANDARD, data) : Scaler.none();
        Architecture network = table ? architecture.withOutputActivation(Activation.IDENTITY) : architecture;
        Recipe recipe = Recipe.paper().with(r -> r.epochs(warmUp + rounds + 1));
        int processors = Runtime.getRuntime().availableProcessors();
        List<Contestant> all = new ArrayList<>();
        for (int threads : new int[] {1, processors, 0}) {
            Trainer trainer = new Trainer(network, recipe).scaler(scaler);
            all.add(new Contestant(threads == 0 ? trainer : trainer.threads(threads), data));
        }
        for (int round = 0; round < warmUp + rounds; round++) {
            for (Contestant contestant : all) {
                contestant.epoch();
            }
            System.err.printf(
                    Locale.ROOT,
                    "%s, round %d: 1 thread %.3f s, %d threads %.3f s, default %.3f s%n",
                    architecture,
                    round + 1,
                    all.get(0).seconds.get(round),
                    processors,
                    all.get(1).seconds.get(round),
                    all.get(2).seconds.get(round));
        }
        System.out.printf(
                Locale.ROOT,
                "| %s | %.3f s | %.3f s | %.3f s | %.2f |%n",
                architecture,
                median(measured(all.get(0), warmUp)),
                median(measured(all.get(1), warmUp)),
                median(measured(all.get(2), warmUp)),
                median(IntStream.range(warmUp, warmUp + rounds)
                        .mapToDouble(i -> all.get(2).seconds.get(i) / all.get(0).seconds.get(i))
                        .toArray()));
        System.exit(0); // the others wait for their next turns
    }

    private static double[] measured(Contestant contestant, int warmUp) {
        return contestant.seconds.stream().skip(warmUp).mapToDouble(s -> s).toArray();
    }

    private static double median(double[] values) {
        java.util.Arrays.sort(values);
        int half = values.length / 2;
        return values.length % 2 == 1 ? values[half] : (values[half - 1] + values[half]) / 2;
    }

    /** Columns that mix five hidden causes, with noise. */
    private static Dataset table(int rows, int columns) {
        Random random = new Random(0);
        float[] weights = new float[5 * columns];
        for (int i = 0; i < weights.length; i++) {
            weights[i] = (float) random.nextGaussian();
        }
        float[] values = new float[rows * columns];
        for (int r = 0; r < rows; r++) {
            for (int cause = 0; cause < 5; cause++) {
                float value = (float) random.nextGaussian();
                for (int c = 0; c < columns; c++) {
                    values[r * columns + c] += value * weights[cause * columns + c];
                }
            }
            for (int c = 0; c < columns; c++) {
                values[r * columns + c] += 0.1f * (float) random.nextGaussian();
            }
        }
        return Dataset.ofFloats("table", values, columns);
    }
}
