/**
 * Settings the user leaves open: {@link io.hourglass.lab.training.Defaults} derives them from rows and columns,
 * {@link io.hourglass.lab.training.Contest} chooses between two trained networks.
 */
@org.jspecify.annotations.NullMarked
package io.hourglass.lab.training;
