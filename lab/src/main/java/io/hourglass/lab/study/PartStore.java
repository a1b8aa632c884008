package io.hourglass.lab.study;

import io.hourglass.nn.Architecture;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * The finished parts of an experiment, one for each network: {@code parts/EXPERIMENT-NETWORK.json} in its folder. An
 * experiment that is killed loses the parts under way only.
 *
 * @param <T> a part; tells of itself with what settings it was made
 */
final class PartStore<T> {
    private final Path folder;
    private final String experiment;
    private final Class<T> type;
    private final Consumer<String> log;

    /**
     * The parts in that folder.
     *
     * @param log takes a line for each part that is used again, or is there but cannot be
     */
    PartStore(Path folder, String experiment, Class<T> type, Consumer<String> log) {
        this.folder = folder;
        this.experiment = experiment;
        this.type = type;
        this.log = log;
    }

    /**
     * The part of that network, if it is there, undamaged and of the same settings.
     *
     * @param difference of a part's settings from those wanted, in words; empty if there is none
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
                log.accept(experiment + " of " + network + ": finished by an earlier start, used again");
                return found;
            }
        } catch (CheckedJson.UnusableException e) {
            reason = "its record " + folder.relativize(file) + " " + e.getMessage();
        }
        log.accept(experiment + " of " + network + ": training again, as " + reason);
        return Optional.empty();
    }

    void put(Architecture network, T part) throws IOException {
        CheckedJson.write(file(network), part);
    }

    private Path file(Architecture network) {
        return folder.resolve("parts").resolve(experiment + "-" + network + ".json");
    }
}
