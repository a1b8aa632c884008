package io.hourglass.lab.cli;

import io.hourglass.lab.progress.Progress;
import java.io.PrintStream;

/**
 * Where a command writes.
 *
 * @param out results
 * @param progress progress, notes and warnings
 */
record Console(PrintStream out, Progress progress) {}
