/**
 * The explorer: one HTML file in which a browser computes a network, so that readers can move through its latent space.
 * {@link io.hourglass.lab.explorer.ExplorerPage} writes it, {@link io.hourglass.lab.explorer.Bundle} makes one script
 * of the modules in the resources of this package.
 */
@NullMarked
package io.hourglass.lab.explorer;

import org.jspecify.annotations.NullMarked;
