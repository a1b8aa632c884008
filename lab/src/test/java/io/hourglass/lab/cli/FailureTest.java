package io.hourglass.lab.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.hourglass.TrainingException;
import io.hourglass.format.FormatException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import org.junit.jupiter.api.Test;

class FailureTest {
    @Test
    void saysWhatWentWrong() {
        assertThat(Failure.describe(new FormatException("f: bad magic"))).isEqualTo("f: bad magic");
        assertThat(Failure.describe(new TrainingException("loss is NaN"))).isEqualTo("loss is NaN");
        assertThat(Failure.describe(new NoSuchFileException("f"))).isEqualTo("f: no such file");
        assertThat(Failure.describe(new AccessDeniedException("f"))).isEqualTo("f: permission denied");
        assertThat(Failure.describe(new FileSystemException("f", null, "No space left on device")))
                .isEqualTo("f: No space left on device");
        assertThat(Failure.describe(new UncheckedIOException(new IOException("gone"))))
                .isEqualTo("gone");
        assertThat(Failure.describe(new OutOfMemoryError("Java heap space")))
                .startsWith("out of memory")
                .contains("-Xmx");
        assertThat(Failure.describe(new OutOfMemoryError("unable to create native thread: possibly out of memory or "
                        + "process/resource limits reached")))
                .startsWith("the system cannot start more threads")
                .contains("--threads", "ulimit -u")
                .doesNotContain("-Xmx");
        assertThat(Failure.describe(new ExceptionInInitializerError(new IOException("Too many open files"))))
                .isEqualTo("Too many open files");
    }

    @Test
    void isOneLineEvenOfTheUnexpected() {
        assertThat(Failure.describe(new IllegalArgumentException("one\n  two\n")))
                .isEqualTo("one; two");
        assertThat(Failure.describe(new IllegalArgumentException())).contains("IllegalArgumentException", "--debug");
        assertThat(Failure.describe(new ArithmeticException("/ by zero"))).contains("/ by zero", "--debug");
    }
}
