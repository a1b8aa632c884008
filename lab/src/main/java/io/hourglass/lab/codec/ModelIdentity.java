package io.hourglass.lab.codec;

import io.hourglass.Autoencoder;
import io.hourglass.format.FormatException;
import io.hourglass.nn.Architecture;
import java.nio.charset.StandardCharsets;
import java.util.TreeMap;

/**
 * What must be the same in the model that encoded and the model that decodes.
 *
 * @param weightsSha256 {@link Autoencoder#weightsSha256}
 * @param settings CRC-32C of widths, activations, scaler and columns, which are not among the weights
 */
record ModelIdentity(String weightsSha256, int settings) {

    static ModelIdentity of(Autoencoder model) {
        Architecture architecture = model.architecture();
        StringBuilder text = new StringBuilder(architecture + " " + architecture.hiddenActivation() + " "
                + architecture.latentActivation() + " " + architecture.outputActivation());
        new TreeMap<>(model.metadata()).forEach((key, value) -> {
            if (key.startsWith("scaler.") || key.startsWith("columns.")) {
                text.append('\n').append(key).append('=').append(value);
            }
        });
        byte[] bytes = text.toString().getBytes(StandardCharsets.UTF_8);
        return new ModelIdentity(model.weightsSha256(), HgzHeader.crc(bytes, 0, bytes.length));
    }

    /**
     * Rejects a model that is not the one the codes were made with.
     *
     * @param file the file of the codes, for messages
     * @throws FormatException naming both hashes
     */
    static void require(String file, HgzHeader header, Autoencoder model) throws FormatException {
        ModelIdentity given = of(model);
        if (!given.weightsSha256.equals(header.weightsSha256())) {
            throw new FormatException(file + ": was made with a model whose weights have SHA-256 "
                    + header.weightsSha256() + ", but the given model's have " + given.weightsSha256);
        }
        Architecture architecture = model.architecture();
        if (given.settings != header.settings()
                || architecture.inputs() != header.inputs()
                || architecture.latent() != header.latent()) {
            throw new FormatException(String.format(
                    "%s: was made with a model of the same weights, but with other activations or another scaler: "
                            + "%08x, the given model has %08x",
                    file, header.settings(), given.settings));
        }
    }
}
