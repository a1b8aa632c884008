package io.hourglass.benchmarks;

import io.hourglass.Dataset;
import io.hourglass.History;
import io.hourglass.Recipe;
import io.hourglass.Trainer;
import io.hourglass.TrainingListener;
import io.hourglass.nn.Architecture;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.SynchronousQueue;

/**
 * Hourglass as users call it, through {@link Trainer}. Training runs in a separate thread and pauses after each epoch
 * until the next one is requested. The trainer calls the listener that pauses it between epochs, so the pause is not
 * measured.
 */
final class HourglassContestant implements Contestant {
    private final int threads;
    private final Semaphore turn = new Semaphore(0);
    private final BlockingQueue<Object> laps = new SynchronousQueue<>();

    HourglassContestant(Architecture architecture, Recipe recipe, Dataset data, int threads) {
        this.threads = threads;
        Trainer trainer = new Trainer(architecture, recipe).threads(threads).listener(new TrainingListener() {
            @Override
            public void onEpoch(History.Epoch epoch) {
                hand(new Lap(epoch.seconds(), epoch.trainMse()));
                turn.acquireUninterruptibly();
            }
        });
        Thread thread = new Thread(() -> {
            turn.acquireUninterruptibly();
            try {
                trainer.fit(data);
            } catch (RuntimeException e) {
                hand(e);
            }
        });
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public String name() {
        return "Hourglass, " + threads + (threads == 1 ? " thread" : " threads");
    }

    @Override
    public Lap epoch() {
        turn.release();
        try {
            Object lap = laps.take();
            if (lap instanceof RuntimeException failure) {
                throw failure;
            }
            return (Lap) lap;
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private void hand(Object lap) {
        try {
            laps.put(lap);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Does nothing: the threads sleep until the program ends. */
    @Override
    public void close() {}
}
