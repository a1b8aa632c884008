package io.hourglass.lab.cli;

import io.hourglass.lab.progress.Progress;
import java.io.PrintStream;

/**
 * Where a command writes to.
 *
 * @param out results
 * @param progress what the user may want to see meanwhile
 */
record Console(PrintStream out, Progress progress) {}
