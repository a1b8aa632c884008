package io.hourglass.lab.cli;

import io.hourglass.TrainingException;
import io.hourglass.format.FormatException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.util.Objects;
import picocli.CommandLine.ParameterException;

/** Says in one line what went wrong. */
final class Failure {
    private Failure() {}

    static String describe(Throwable failure) {
        return FormatException.escape(oneLine(text(failure)));
    }

    /** Messages from libraries may have several lines. */
    private static String oneLine(String text) {
        return text.strip().replaceAll("\\s*\\R\\s*", "; ");
    }

    private static String text(Throwable failure) {
        if (failure instanceof FormatException
                || failure instanceof TrainingException
                || failure instanceof IllegalArgumentException
                || failure instanceof IllegalStateException
                || failure instanceof ParameterException) {
            return Objects.requireNonNullElse(failure.getMessage(), unexpected(failure));
        }
        if (failure instanceof UncheckedIOException && failure.getCause() != null) {
            return text(failure.getCause());
        }
        if (failure instanceof FileSystemException file) {
            return text(file);
        }
        if (failure instanceof ExceptionInInitializerError && failure.getCause() != null) {
            return text(failure.getCause()); // a failure while a class was initialised, such as opening a file
        }
        if (failure instanceof OutOfMemoryError
                && String.valueOf(failure.getMessage()).contains("thread")) {
            return "the system cannot start more threads: use fewer (--threads), or raise the limit (ulimit -u)";
        }
        if (failure instanceof OutOfMemoryError) {
            return "out of memory: the heap of " + (Runtime.getRuntime().maxMemory() >> 20)
                    + " MB is too small; set a larger one, for instance HOURGLASS_JAVA_OPTS=-Xmx4g";
        }
        return failure instanceof IOException && failure.getMessage() != null
                ? failure.getMessage()
                : unexpected(failure);
    }

    /** The messages of these exceptions are often the bare file name. */
    private static String text(FileSystemException failure) {
        String file = failure.getFile() == null ? "" : failure.getFile() + ": ";
        if (failure instanceof NoSuchFileException) {
            return file + "no such file";
        }
        if (failure instanceof AccessDeniedException) {
            return file + "permission denied";
        }
        if (failure instanceof NotDirectoryException) {
            return file + "not a folder";
        }
        return file
                + Objects.requireNonNullElse(
                        failure.getReason(), failure.getClass().getSimpleName());
    }

    private static String unexpected(Throwable failure) {
        return "unexpected " + failure + " (--debug shows the stack trace)";
    }
}
