package io.hourglass.lab.progress;

import io.hourglass.History;
import io.hourglass.Trainer;
import io.hourglass.TrainingListener;
import io.hourglass.lab.analysis.MultiplyAdds;
import io.hourglass.lab.progress.TimeLeft.Kind;
import io.hourglass.nn.Architecture;
import java.util.Locale;
import java.util.concurrent.CancellationException;
import java.util.function.LongSupplier;

/**
 * The progress of one or several training runs that run at the same time. Their work is counted in multiply-adds,
 * because a row costs more in a larger network.
 */
public final class TrainingProgress {
    /** The rate is measured over the last one or two windows: the first seconds, while Java compiles, say little. */
    private static final long WINDOW_NANOS = 10_000_000_000L;

    /** A log gets the first epoch, the last epoch of each run, and one in between at this interval. */
    private static final long LOG_NANOS = 5_000_000_000L;

    private final Progress progress;
    private final Jobs jobs;
    private final TimeLeft left;
    private final int runs;
    private final LongSupplier clock;
    private Mark before;
    private Mark latest;
    private long rowsDone;
    private int runsDone;
    private long nextLog;

    /** The rows of all runs at a point in time. */
    private record Mark(long nanos, long rows) {}

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
        this.jobs = progress.jobs();
        this.left = progress.timeLeft();
        this.runs = runs;
        this.clock = clock;
        left.expect(Kind.TRAINING, totalWork);
        nextLog = clock.getAsLong();
        before = new Mark(nextLog, 0);
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
            private final Jobs.Job job = jobs.open(Kind.TRAINING, 0, name);
            private long seen; // rows of this epoch that have been counted
            private double toDo = workOfRow * rows * epochs;
            private long last = clock.getAsLong();
            private String shown = "";
            private String brief = "";

            @Override
            public void onProgress(int epoch, long done, long of) {
                count(done);
                String at = epoch + "/" + epochs;
                job.at("epoch " + at + shown, at + brief, toDo);
            }

            @Override
            public void onResume(History done) {
                int before = done.epochs().size();
                left.skip(Kind.TRAINING, workOfRow * rows * before);
                toDo -= workOfRow * rows * before;
                last = clock.getAsLong();
                show(done.last());
                if (before == epochs) {
                    finish(job);
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
                show(epoch);
                log(name, epoch, epochs, measuredOn, error);
                if (epoch.epoch() == epochs) {
                    finish(job);
                }
            }

            private void count(long done) {
                long now = clock.getAsLong();
                double work = (done - seen) * workOfRow;
                left.done(Kind.TRAINING, work, (now - last) / 1e9);
                toDo -= work;
                addRows(done - seen, now);
                seen = done;
                last = now;
            }

            private void show(History.Epoch epoch) {
                double value = Double.isNaN(epoch.testMse()) ? epoch.trainMse() : epoch.testMse();
                shown = String.format(Locale.ROOT, ", %s %.5f", error, value);
                brief = String.format(Locale.ROOT, ", %.4f", value);
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

    private synchronized void addRows(long rows, long now) {
        rowsDone += rows;
        if (now - latest.nanos() > WINDOW_NANOS) {
            before = latest;
            latest = new Mark(now, rowsDone);
        }
        jobs.summary(runs == 1 ? "" : runsDone + "/" + runs + " runs", rate());
    }

    private synchronized void finish(Jobs.Job job) {
        jobs.end(job);
        runsDone++;
        if (runsDone == runs) {
            jobs.summary("", "");
            progress.clear(); // what follows has no live line of training
        }
    }

    private synchronized void log(String name, History.Epoch epoch, int epochs, String measuredOn, String error) {
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
        String time = jobs.timeLeft();
        String kl = epoch.trainKl() == 0 ? "" : String.format(Locale.ROOT, ", KL %.3f nats per row", epoch.trainKl());
        progress.log(String.format(
                Locale.ROOT,
                "%sepoch %d/%d: train %s %.6f%s%s%s, %.2f s; %s%s%s",
                name.isEmpty() ? "" : name + " ",
                epoch.epoch(),
                epochs,
                error,
                epoch.trainMse(),
                test,
                loss,
                kl,
                epoch.seconds(),
                time,
                time.isEmpty() ? "" : ", ",
                rate()));
    }

    private String rate() {
        double seconds = Math.max(1e-9, (clock.getAsLong() - before.nanos()) / 1e9);
        return String.format(Locale.ROOT, "%,.0f rows/s", (rowsDone - before.rows()) / seconds);
    }
}
