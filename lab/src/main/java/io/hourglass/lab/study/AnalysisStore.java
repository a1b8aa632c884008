package io.hourglass.lab.study;

import io.hourglass.lab.study.Analyses.Analysis;
import io.hourglass.lab.study.ClusterStudy.Found;
import io.hourglass.lab.study.StudyResults.DataSummary;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * The finished analyses of a study's folder, {@code analysis/NAME.json}, each with everything that decides whether it
 * can be reused.
 */
final class AnalysisStore {
    /** Raise it when an analysis gains a field, or when the same codes give other numbers than before. */
    private static final int FORMAT = 5;

    private final Path folder;
    private final DataSummary data;
    private final Effort effort;
    private final Consumer<String> log;

    /**
     * An analysis as stored in its file.
     *
     * @param id identifies the codes analysed
     * @param effort with which it was made
     */
    private record Entry(int format, String id, DataSummary data, Effort effort, Analysis analysis, float[][] points) {}

    /**
     * @param effort that the analyses must have
     * @param log receives a line for each analysis that is damaged or of another version
     */
    AnalysisStore(Path folder, DataSummary data, Effort effort, Consumer<String> log) {
        this.folder = folder.resolve("analysis");
        this.data = data;
        this.effort = effort;
        this.log = log;
    }

    /** The finished analysis of the same codes, if it exists and is intact. */
    Optional<Found> find(String name, String id) throws IOException {
        Optional<Entry> read;
        try {
            read = CheckedJson.read(file(name), Entry.class, FORMAT);
        } catch (CheckedJson.UnusableException e) {
            log.accept(name + ": clustering again, because its record analysis/" + name + ".json " + e.getMessage());
            return Optional.empty();
        }
        return read.filter(entry -> entry.id().equals(id)
                        && entry.effort().equals(effort)
                        && entry.data().trainSha256().equals(data.trainSha256())
                        && entry.data().testSha256().equals(data.testSha256())
                        && entry.analysis().name().equals(name))
                .map(entry -> new Found(entry.analysis(), entry.points()));
    }

    void put(String id, Found found) throws IOException {
        Entry entry = new Entry(FORMAT, id, data, effort, found.analysis(), found.points());
        CheckedJson.write(file(found.analysis().name()), entry);
    }

    private Path file(String name) {
        return folder.resolve(name + ".json");
    }
}
