package io.hourglass.engine;

import io.hourglass.compute.Kernels;
import io.hourglass.compute.Runs;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** A copy of runs of neighbouring values from one array to another, planned once and made for many images. */
final class Copy {
    private final Kernels kernels;
    private final Runs[] runs;

    /**
     * Some runs at equal distances, like those of {@link Runs}.
     *
     * @param source index of the first value, relative to the image that is copied from
     * @param target relative to what is copied to
     */
    record Line(int source, int target, Form form) {
        Line(int source, int target, int count, int sourceStep, int targetStep, int length) {
            this(source, target, new Form(count, sourceStep, targetStep, length));
        }
    }

    /** What lines that can be copied together have in common. */
    record Form(int count, int sourceStep, int targetStep, int length) {}

    Copy(Kernels kernels, List<Line> lines) {
        this.kernels = kernels;
        Map<Form, List<Line>> byForm = lines.stream().collect(Collectors.groupingBy(Line::form));
        runs = byForm.entrySet().stream()
                .map(e -> runs(e.getKey(), e.getValue()))
                .toArray(Runs[]::new);
    }

    private static Runs runs(Form form, List<Line> lines) {
        return new Runs(
                lines.stream().mapToInt(Line::source).toArray(),
                lines.stream().mapToInt(Line::target).toArray(),
                form.count(),
                form.sourceStep(),
                form.targetStep(),
                form.length());
    }

    /** Copies; indices are relative to the two offsets. */
    void run(float[] from, int fromOffset, float[] to, int toOffset) {
        for (Runs some : runs) {
            kernels.copy(some, from, fromOffset, to, toOffset);
        }
    }
}
