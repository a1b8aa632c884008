/** Autoencoders: what you hold ({@link io.hourglass.Autoencoder}) and how you get it ({@link io.hourglass.Trainer}). */
@org.jspecify.annotations.NullMarked
package io.hourglass;
