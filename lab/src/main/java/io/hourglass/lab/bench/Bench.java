package io.hourglass.lab.bench;

import io.hourglass.Autoencoder;
import io.hourglass.Dataset;
import io.hourglass.History;
import io.hourglass.Recipe;
import io.hourglass.Trainer;
import io.hourglass.TrainingListener;
import io.hourglass.Version;
import io.hourglass.lab.analysis.MultiplyAdds;
import io.hourglass.lab.progress.Progress;
import io.hourglass.lab.study.MachineInfo;
import io.hourglass.nn.Activation;
import io.hourglass.nn.Architecture;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.TreeMap;

/**
 * Measures training, encoding, decoding and scoring end to end, and compares them with the machine's peak. The peak is
 * measured again right before and after each epoch and each pass, because the speed of a shared machine varies.
 */
public final class Bench {
    /** The most epochs or passes that one result is measured from. */
    private static final int MOST = 11;

    /** The fewest: with less, a median means little. */
    private static final int FEWEST = 3;

    /** The first epochs of a run, in which code is still being compiled. */
    private static final int WARM_UP = 2;

    /** The warm-up before an architecture's first epoch takes one part in this many of the time for epochs. */
    private static final int WARM_UP_SHARE = 10;

    private static final int PROCESSORS = Runtime.getRuntime().availableProcessors();

    private static final int PEAK_MILLIS = 40;

    /** Codes decoded at a time: their rows are much larger than the codes, and must fit into the heap. */
    private static final int DECODED = 10_000;

    /** A small network for {@link #narrowRows}. */
    private static final Architecture NARROW =
            Architecture.parse("30-24-12-6").withOutputActivation(Activation.IDENTITY);

    private static final int NARROW_ROWS = 81_000;

    private final BenchSettings settings;
    private final Dataset data;
    private final Progress progress;
    private final int most;
    private final Map<Integer, Peak> peaks = new TreeMap<>();
    private final List<BenchResults.Training> training = new ArrayList<>();
    private final List<BenchResults.Use> encode = new ArrayList<>();
    private final List<BenchResults.Use> decode = new ArrayList<>();
    private final List<BenchResults.Use> score = new ArrayList<>();

    /**
     * Measures on these rows.
     *
     * @throws IllegalArgumentException if they are not as wide as an architecture's inputs
     */
    public static BenchResults run(BenchSettings settings, Dataset data, Progress progress) {
        return new Bench(settings, data, progress).run();
    }

    private Bench(BenchSettings settings, Dataset data, Progress progress) {
        this.settings = settings;
        this.data = data;
        this.progress = progress;
        most = settings.seconds() > 0 ? MOST : FEWEST;
    }

    private BenchResults run() {
        try {
            progress.say("measuring the peak");
            for (int threads : settings.threads()) {
                Peak peak = new Peak(threads, PEAK_MILLIS);
                peaks.put(threads, peak);
                peak.next();
            }
            for (Architecture architecture : settings.architectures()) {
                measure(architecture, data);
            }
            if (settings.narrow()) {
                measure(NARROW, narrowRows());
            }
            Map<Integer, Double> gflops = new TreeMap<>();
            peaks.forEach((threads, peak) -> gflops.put(threads, peak.median()));
            int most = Collections.max(settings.threads());
            BenchResults.DataSummary summary = new BenchResults.DataSummary(data.name(), data.rows(), data.inputs());
            return new BenchResults(
                    Version.current(), MachineInfo.of(most), summary, gflops, training, encode, decode, score);
        } finally {
            peaks.values().forEach(Peak::close);
        }
    }

    /** Rows of 30 numbers that a few hidden causes and some noise explain, with means of about 0. */
    private static Dataset narrowRows() {
        Random random = new Random(1);
        int columns = NARROW.inputs();
        float[] values = new float[NARROW_ROWS * columns];
        double[] causes = new double[5];
        for (int row = 0; row < NARROW_ROWS; row++) {
            Arrays.setAll(causes, k -> random.nextGaussian());
            for (int j = 0; j < columns; j++) {
                values[row * columns + j] = (float) (0.9 * causes[j % causes.length] + 0.4 * random.nextGaussian());
            }
        }
        return Dataset.ofFloats("narrow rows", values, columns);
    }

    private void measure(Architecture architecture, Dataset data) {
        progress.say(architecture + ": warming up");
        Recipe recipe = Recipe.paper().with(r -> r.batchSize(settings.batch()));
        List<Integer> threads = settings.threads();
        double cost = warmUp(architecture, recipe, data, Collections.max(threads));
        int networks = settings.architectures().size() + (settings.narrow() ? 1 : 0);
        double share = settings.seconds() / networks / threads.size();
        Autoencoder model = null;
        for (int n : threads) {
            double estimate = cost / Math.min(n, PROCESSORS);
            int epochs = (int) Math.max(FEWEST, Math.min(most, share / estimate - WARM_UP));
            model = train(architecture, recipe, data, n, epochs);
        }
        if (model != null) {
            use(model, data);
        }
    }

    /** Trains until Java has compiled the code; returns the processor seconds of an epoch. */
    private double warmUp(Architecture architecture, Recipe recipe, Dataset data, int threads) {
        double start = System.nanoTime();
        History.Epoch last;
        do {
            last = new Trainer(architecture, recipe.with(r -> r.epochs(WARM_UP)))
                    .threads(threads)
                    .fit(data)
                    .history()
                    .last();
        } while ((System.nanoTime() - start) / 1e9 < settings.seconds() / WARM_UP_SHARE);
        return last.seconds() * Math.min(threads, PROCESSORS);
    }

    private Autoencoder train(Architecture architecture, Recipe recipe, Dataset data, int threads, int epochs) {
        Peak peak = Objects.requireNonNull(peaks.get(threads));
        double operations = 2.0 * MultiplyAdds.ofTraining(architecture) * data.rows();
        Epochs measured = new Epochs(peak, operations);
        Trainer.Result result = new Trainer(architecture, recipe.with(r -> r.epochs(WARM_UP + epochs)))
                .threads(threads)
                .listener(measured)
                .fit(data);
        Repetitions rounds = measured.rounds;
        double seconds = rounds.seconds();
        long steps = (data.rows() + recipe.batchSize() - 1L) / recipe.batchSize();
        training.add(new BenchResults.Training(
                architecture.toString(),
                data.rows(),
                recipe.batchSize(),
                threads,
                epochs,
                seconds,
                rounds.bestSeconds(),
                data.rows() / seconds,
                operations / seconds / 1e9,
                rounds.fractionOfPeak(),
                measured.leastAllocated / steps));
        log(architecture, "training", threads, data.rows() / seconds, rounds);
        return result.model();
    }

    /** Called at the end of each epoch; its own work is not part of the epoch's time. */
    private static final class Epochs implements TrainingListener {
        private final Peak peak;
        private final Repetitions rounds;
        private double leastAllocated = Double.POSITIVE_INFINITY;
        private Allocation allocation = new Allocation();
        private double allocatedBefore;

        Epochs(Peak peak, double operations) {
            this.peak = peak;
            rounds = new Repetitions(operations);
        }

        @Override
        public void onEpoch(History.Epoch epoch) {
            if (epoch.epoch() > WARM_UP) {
                leastAllocated = Math.min(leastAllocated, allocation.bytes() - allocatedBefore);
                rounds.add(epoch.seconds(), peak.next());
            } else if (epoch.epoch() == WARM_UP) {
                allocation = new Allocation(); // here, because the run's threads exist by now
                rounds.start(peak.next());
            }
            allocatedBefore = allocation.bytes();
        }
    }

    /** Encoding, decoding and scoring. */
    private void use(Autoencoder model, Dataset data) {
        Architecture architecture = model.architecture();
        float[][] codes = model.encode(data);
        float[][] few = Arrays.copyOf(codes, Math.min(codes.length, DECODED));
        double encodeMicros = Latency.ofEncoding(model, data);
        double decodeMicros = Latency.ofDecoding(model, few);
        double scoreMicros = Latency.ofScoring(model, data);
        for (int threads : settings.threads()) {
            Autoencoder limited = model.withThreads(threads);
            encode.add(use(
                    "encoding",
                    limited,
                    threads,
                    data.rows(),
                    MultiplyAdds.ofEncoding(architecture),
                    encodeMicros,
                    () -> limited.encode(data)));
            decode.add(use(
                    "decoding",
                    limited,
                    threads,
                    few.length,
                    MultiplyAdds.ofDecoding(architecture),
                    decodeMicros,
                    () -> limited.decode(few)));
            score.add(use(
                    "scoring",
                    limited,
                    threads,
                    data.rows(),
                    MultiplyAdds.ofEncoding(architecture) + MultiplyAdds.ofDecoding(architecture),
                    scoreMicros,
                    () -> limited.errors(data)));
        }
    }

    private BenchResults.Use use(
            String what, Autoencoder model, int threads, int rows, long multiplyAdds, double micros, Runnable pass) {
        Peak peak = Objects.requireNonNull(peaks.get(threads));
        Repetitions rounds = new Repetitions(2.0 * multiplyAdds * rows);
        for (int i = 0; i < WARM_UP; i++) {
            pass.run();
        }
        rounds.start(peak.next());
        for (int i = 0; i < most; i++) {
            long start = System.nanoTime();
            pass.run();
            rounds.add((System.nanoTime() - start) / 1e9, peak.next());
        }
        double rate = rows / rounds.seconds();
        log(model.architecture(), what, threads, rate, rounds);
        return new BenchResults.Use(
                model.architecture().toString(),
                threads,
                rate,
                2e-9 * multiplyAdds * rate,
                rounds.fractionOfPeak(),
                micros);
    }

    private void log(Architecture architecture, String what, int threads, double rate, Repetitions rounds) {
        progress.say(String.format(
                Locale.ROOT,
                "%s: %s on %d thread%s, %,.0f rows/s, %.0f %% of peak",
                architecture,
                what,
                threads,
                threads == 1 ? "" : "s",
                rate,
                100 * rounds.fractionOfPeak()));
    }
}
