package io.hourglass.lab.explorer;

import io.hourglass.Autoencoder;
import java.util.List;

/**
 * A model as an explorer shows it.
 *
 * @param name as text
 * @param items rows of the model's width
 * @param maps of their codes, at least one; the first is shown first
 */
public record ExplorerModel(String name, Autoencoder model, Items items, List<PlaneMap> maps) {
    public ExplorerModel {
        maps = List.copyOf(maps);
    }
}
