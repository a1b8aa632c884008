/**
 * Around a training: {@link io.hourglass.lab.training.Defaults} derives the settings that the user leaves open from
 * rows and columns, {@link io.hourglass.lab.training.Contest} chooses between two trained networks; and its records.
 */
@org.jspecify.annotations.NullMarked
package io.hourglass.lab.training;
