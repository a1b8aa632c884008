import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Random;

/**
 * Writes the tables that the README works with, to the working directory: readings of twelve sensors of a machine, in
 * units of very different size, that follow from three hidden quantities. {@code normal.csv} has 9,000 rows, {@code
 * new.csv} 1,000 more, of which every fiftieth has two sensors swapped: each value is a usual one, but they do not fit
 * together.
 *
 * <pre>java docs/examples/Machines.java</pre>
 */
class Machines {
    private static final int SENSORS = 12;
    private static final String[] STATES = {"slow", "normal", "fast"};

    public static void main(String[] args) throws IOException {
        Random random = new Random(7);
        write("normal.csv", 9_000, random, false);
        write("new.csv", 1_000, random, true);
    }

    private static void write(String name, int rows, Random random, boolean faults) throws IOException {
        try (PrintWriter out = new PrintWriter(Path.of(name).toFile(), "UTF-8")) {
            for (int j = 1; j <= SENSORS; j++) {
                out.print("sensor_" + j + ",");
            }
            out.println(faults ? "state,fault" : "state");
            for (int r = 0; r < rows; r++) {
                int state = random.nextInt(STATES.length);
                double[] readings = readings(state + 0.2 * random.nextGaussian(), random);
                boolean fault = faults && r % 50 == 49;
                if (fault) {
                    double other = readings[0];
                    readings[0] = readings[4];
                    readings[4] = other;
                }
                for (int j = 0; j < SENSORS; j++) {
                    out.printf(Locale.ROOT, "%.6g,", 100 * j * j + Math.pow(10, j % 4 - 1) * readings[j]);
                }
                out.println(STATES[state] + (faults ? "," + (fault ? "yes" : "no") : ""));
            }
        }
    }

    /** Each sensor sees speed, load and heat in its own way, with a little noise. */
    private static double[] readings(double speed, Random random) {
        double load = random.nextGaussian();
        double heat = random.nextGaussian();
        double[] readings = new double[SENSORS];
        for (int j = 0; j < SENSORS; j++) {
            double seen = Math.cos(j) * speed + Math.cos(2.5 * j) * load + Math.sin(1.7 * j) * heat;
            readings[j] = Math.tanh(seen) + 0.3 * load * Math.sin(j) * heat + 0.05 * random.nextGaussian();
        }
        return readings;
    }
}
