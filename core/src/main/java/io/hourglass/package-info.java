/**
 * Train an autoencoder, use it, save it.
 *
 * <p>{@link io.hourglass.Trainer} turns rows (a {@link io.hourglass.Dataset}) into a model, according to a {@link
 * io.hourglass.Recipe}. The model, an {@link io.hourglass.Autoencoder}, encodes, decodes and measures errors; it
 * carries the {@link io.hourglass.Scaler} of its rows. {@link io.hourglass.Scorer} runs it over a stream of rows.
 *
 * <h2>Exceptions</h2>
 *
 * These rules hold for all packages of the library. Each message is one line that says what was found and what was
 * expected.
 *
 * <ul>
 *   <li>{@link java.lang.IllegalArgumentException}: an argument is out of range, does not fit the others, or holds a
 *       value that is not finite.
 *   <li>{@link java.lang.IndexOutOfBoundsException}: there is no row with that number.
 *   <li>{@link java.lang.NullPointerException}: an argument is null where null is not allowed, which is everywhere but
 *       at parameters marked {@code @Nullable}.
 *   <li>{@link java.lang.IllegalStateException}: the object lacks what the method needs, such as labels or a threshold.
 *   <li>{@link io.hourglass.format.FormatException}, an {@link java.io.IOException}: a file, stream or byte array has
 *       the wrong content; the message begins with its name. The text or scaler of a model file that does not fit is
 *       such a fault as well. Any other {@code IOException} means that reading or writing failed.
 *   <li>{@link java.io.UncheckedIOException}: the same, for the files of a method that declares no {@code IOException},
 *       such as the checkpoints of {@link io.hourglass.Trainer#fit}.
 *   <li>{@link io.hourglass.TrainingException}: training cannot continue, because a number is no longer finite.
 * </ul>
 *
 * What an executor or a callback of the user throws is passed on unchanged.
 */
@org.jspecify.annotations.NullMarked
package io.hourglass;
