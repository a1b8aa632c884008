package io.hourglass.lab.study;

import io.hourglass.nn.Architecture;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * The finished parts of an experiment, one for each network: {@code parts/EXPERIMENT-NETWORK.json} in its folder. A
 * killed experiment loses only the parts in progress.
 *
 * @param <T> a part, which holds the settings it was made with
 */
final class PartStore<T> {
    private final Path folder;
    private final String experiment;
    private final Class<T> type;
    private final Consumer<String> log;

    /**
     * The parts in a folder.
     *
     * @param log receives a line for each part that is reused or cannot be
     */
    PartStore(Path folder, String experiment, Class<T> type, Consumer<String> log) {
        this.folder = folder;
        this.experiment = experiment;
        this.type = type;
        this.log = log;
    }

    /**
     * The part of a network, if it exists, is intact and has the same settings.
     *
     * @param difference how a part's settings differ from those wanted, in words; empty if they do not
     */
    Optional<T> find(Architecture network, Function<T, String> difference) throws IOException {
        Path file = file(network);
        String reason;
        try {
            Optional<T> found = CheckedJson.read(file, type);
            if (found.isEmpty()) {
                return found;
            }
            reason = difference.apply(found.get());
            if (reason.isEmpty()) {
                log.accept(experiment + " of " + network + ": finished by an earlier start, reused");
                return found;
            }
        } catch (CheckedJson.UnusableException e) {
            reason = "its record " + folder.relativize(file) + " " + e.getMessage();
        }
        log.accept(experiment + " of " + network + ": training again, because " + reason);
        return Optional.empty();
    }

    void put(Architecture network, T part) throws IOException {
        CheckedJson.write(file(network), part);
    }

    private Path file(Architecture network) {
        return folder.resolve("parts").resolve(experiment + "-" + network + ".json");
    }
}
