package io.hourglass.lab.progress;

import io.hourglass.History;
import io.hourglass.Trainer;
import io.hourglass.TrainingListener;
import io.hourglass.lab.analysis.MultiplyAdds;
import io.hourglass.nn.Architecture;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;

/**
 * The progress of one or several training runs that run at the same time: rate and time left. The time left is
 * estimated from the multiply-adds done so far, because a row costs more in a larger network.
 */
public final class TrainingProgress {
    /**
     * The rate is measured over the last one or two windows: the first seconds, while Java compiles, say little about
     * the rest.
     */
    private static final long WINDOW_NANOS = 10_000_000_000L;

    /**
     * Before this much time and two epochs have passed, Java still compiles, and the estimate would be far too long.
     */
    private static final long WARM_NANOS = 5_000_000_000L;

    /** A log gets the first epoch, the last epoch of each run, and one in between at this interval. */
    private static final long LOG_NANOS = 5_000_000_000L;

    private final Progress progress;
    private final int runs;
    private final LongSupplier clock;
    private final long start;
    private double totalWork;
    private Mark before;
    private Mark latest;
    private final Map<String, String> running = new LinkedHashMap<>();
    private double workDone;
    private long rowsDone;
    private int runsDone;
    private int epochsDone;
    private long nextLog;

    /** The state of all runs at a point in time. */
    private record Mark(long nanos, double work, long rows) {}

    /**
     * Progress of several runs.
     *
     * @param totalWork the sum of their {@link #work}
     */
    public TrainingProgress(Progress progress, int runs, double totalWork) {
        this(progress, runs, totalWork, System::nanoTime);
    }

    /** The same with another clock, in nanoseconds. */
    TrainingProgress(Progress progress, int runs, double totalWork, LongSupplier clock) {
        this.progress = progress;
        this.runs = runs;
        this.totalWork = totalWork;
        this.clock = clock;
        start = clock.getAsLong();
        nextLog = start;
        before = new Mark(start, 0, 0);
        latest = before;
    }

    /** The work of a run: its multiply-adds. */
    public static double work(Architecture architecture, long rows, int epochs) {
        return (double) MultiplyAdds.ofTraining(architecture) * rows * epochs;
    }

    /**
     * The listener of one run.
     *
     * @param name begins the run's lines; empty if there is only one run
     */
    public TrainingListener run(String name, Architecture architecture, long rows, int epochs) {
        return run(name, architecture, rows, epochs, "test");
    }

    /** The same for a run that is measured on rows that are called something else, by mean squared error. */
    public TrainingListener run(String name, Architecture architecture, long rows, int epochs, String measuredOn) {
        return run(name, architecture, rows, epochs, measuredOn, "MSE");
    }

    /**
     * The same for a run with other errors.
     *
     * @param measuredOn what those rows are called
     * @param error what the errors are called
     */
    public TrainingListener run(
            String name, Architecture architecture, long rows, int epochs, String measuredOn, String error) {
        double workOfRow = MultiplyAdds.ofTraining(architecture);
        return new TrainingListener() {
            private long seen; // rows of this epoch that have been counted
            private String shown = "";

            @Override
            public void onProgress(int epoch, long done, long of) {
                count(done);
                show(name, "epoch " + epoch + "/" + epochs + shown);
            }

            @Override
            public void onResume(History done) {
                int before = done.epochs().size();
                skip(workOfRow * rows * before);
                shown = shown(error, done.last());
                if (before == epochs) {
                    finish(name);
                }
            }

            @Override
            public void onNote(String note) {
                progress.say(name.isEmpty() ? note : name + ": " + note);
            }

            @Override
            public void onEpoch(History.Epoch epoch) {
                count(rows);
                seen = 0;
                shown = shown(error, epoch);
                log(name, epoch, epochs, measuredOn, error);
                if (epoch.epoch() == epochs) {
                    finish(name);
                }
            }

            private void count(long done) {
                add(done - seen, workOfRow);
                seen = done;
            }
        };
    }

    /**
     * The result of a run, unless its thread was interrupted: what there is then must not pass for the whole run.
     *
     * @throws CancellationException if it was interrupted
     */
    public static Trainer.Result requireUninterrupted(Trainer.Result result) {
        if (result.end() == Trainer.End.INTERRUPTED) {
            throw new CancellationException("the training was interrupted");
        }
        return result;
    }

    private static String shown(String error, History.Epoch epoch) {
        return String.format(
                Locale.ROOT, " (%s %.5f)", error, Double.isNaN(epoch.testMse()) ? epoch.trainMse() : epoch.testMse());
    }

    /** Leaves out work that an earlier process did, which says nothing about the speed of this one. */
    private synchronized void skip(double work) {
        totalWork -= work;
    }

    private synchronized void add(long rows, double workOfRow) {
        rowsDone += rows;
        workDone += rows * workOfRow;
        long now = clock.getAsLong();
        if (now - latest.nanos() > WINDOW_NANOS) {
            before = latest;
            latest = new Mark(now, workDone, rowsDone);
        }
    }

    private synchronized void finish(String name) {
        running.remove(name);
        runsDone++;
        if (runsDone == runs) {
            progress.close(); // what follows has no live line
        }
    }

    private synchronized void show(String name, String where) {
        running.put(name, where);
        if (progress.isDue()) {
            String each = running.entrySet().stream()
                    .map(run -> (run.getKey() + " " + run.getValue()).strip())
                    .collect(Collectors.joining(", "));
            String count = runs == 1 ? "" : runsDone + "/" + runs + " runs, ";
            progress.live(count + timeLeft() + rate() + ": " + each);
        }
    }

    private synchronized void log(String name, History.Epoch epoch, int epochs, String measuredOn, String error) {
        epochsDone++;
        if (clock.getAsLong() < nextLog && epoch.epoch() < epochs) {
            return;
        }
        nextLog = clock.getAsLong() + LOG_NANOS;
        String test = Double.isNaN(epoch.testMse())
                ? ""
                : String.format(Locale.ROOT, ", %s %s %.6f", measuredOn, error, epoch.testMse());
        String loss = epoch.trainLoss() == epoch.trainMse()
                ? ""
                : String.format(
                        Locale.ROOT, ", loss %.6f per %s", epoch.trainLoss(), error.equals("MSE") ? "value" : "column");
        String kl = epoch.trainKl() == 0 ? "" : String.format(Locale.ROOT, ", KL %.3f nats per row", epoch.trainKl());
        progress.log(String.format(
                Locale.ROOT,
                "%sepoch %d/%d: train %s %.6f%s%s%s, %.2f s; %s%s",
                name.isEmpty() ? "" : name + " ",
                epoch.epoch(),
                epochs,
                error,
                epoch.trainMse(),
                test,
                loss,
                kl,
                epoch.seconds(),
                timeLeft(),
                rate()));
    }

    private String timeLeft() {
        double work = workDone - before.work();
        boolean warm = epochsDone >= 2 && clock.getAsLong() - start >= WARM_NANOS;
        return !warm || workDone >= totalWork || work <= 0
                ? ""
                : Progress.duration(seconds() * (totalWork - workDone) / work) + " left, ";
    }

    private String rate() {
        return String.format(Locale.ROOT, "%,.0f rows/s", (rowsDone - before.rows()) / seconds());
    }

    private double seconds() {
        return Math.max(1e-9, (clock.getAsLong() - before.nanos()) / 1e9);
    }
}
