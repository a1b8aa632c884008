/**
 * Readers and writers of users' files. {@link io.hourglass.lab.data.DataSource} finds the reader for the data that
 * {@code --data} names, {@link io.hourglass.lab.data.DataSplit} selects and holds out rows and fills missing values,
 * and {@link io.hourglass.lab.data.OnnxFile} exports models.
 */
@org.jspecify.annotations.NullMarked
package io.hourglass.lab.data;
