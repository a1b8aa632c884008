package io.hourglass.lab.cli;

import io.hourglass.lab.data.Output;
import io.hourglass.lab.data.StandardInput;
import io.hourglass.lab.progress.Progress;
import java.io.PrintStream;
import java.nio.file.Path;

/**
 * Where a command writes.
 *
 * @param out results
 * @param err what is said about results that go to standard output
 * @param progress progress, notes and warnings
 */
record Console(PrintStream out, PrintStream err, Progress progress) {
    /** The results. Whoever asks for them is about to write some, which must not follow a live line. */
    @Override
    public PrintStream out() {
        progress.close();
        return out;
    }

    /** Where rows go that a command writes. */
    Output output(Path file) {
        return file.toString().equals(StandardInput.NAME) ? new Output(file, out) : Output.of(file);
    }

    /** Where to tell about results: on standard error if the rows go to standard output. */
    PrintStream telling(Output rows) {
        progress.close();
        return rows.standard() == null ? out : err;
    }
}
