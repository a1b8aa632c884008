package io.hourglass.lab.study;

import io.hourglass.Dataset;
import io.hourglass.io.FormatException;
import io.hourglass.lab.Progress;
import io.hourglass.lab.data.DataSource;
import io.hourglass.lab.data.DataSplit;
import io.hourglass.lab.study.StudyResults.DataSummary;
import java.io.IOException;
import java.nio.file.Path;

/**
 * What an experiment works with.
 *
 * @param train rows to train on: those of {@code data}, or the first of them
 * @param folder of the results, kept from others by {@link ResultsFolder#open}
 * @param threads 1 or more
 */
public record Workplace(Dataset train, Dataset test, DataSummary data, Path folder, int threads, Progress progress) {

    /**
     * Reads the data.
     *
     * @param spec as {@code --data} takes it
     * @throws IllegalArgumentException if there is no such data
     * @throws IOException if it cannot be read, or has no test rows
     */
    public static Workplace load(String spec, Path folder, int threads, Progress progress) throws IOException {
        progress.say("reading " + spec);
        DataSplit split = DataSource.load(spec, progress);
        Dataset train = split.train();
        Dataset test = split.test();
        if (test == null) {
            throw new FormatException(spec + ": has no test rows, which a study needs");
        }
        DataSummary data =
                new DataSummary(split.name(), train.rows(), test.rows(), train.inputs(), train.sha256(), test.sha256());
        return new Workplace(train, test, data, folder, threads, progress);
    }

    /** The same with no more than that many training rows, the first. */
    Workplace withFirstRows(int rows) {
        return rows >= train.rows() ? this : new Workplace(train.slice(0, rows), test, data, folder, threads, progress);
    }
}
