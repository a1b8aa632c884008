/**
 * Around training: {@link io.hourglass.lab.training.Preparation} learns from the training rows what a network must know
 * of them, {@link io.hourglass.lab.training.Defaults} derives the settings that the user leaves open from the
 * numbers of rows and columns, {@link io.hourglass.lab.training.TrainPlan} trains as they say, {@link
 * io.hourglass.lab.training.SeriesTraining} makes the windows of a series to train on, {@link
 * io.hourglass.lab.training.Contest} chooses between two trained networks, and
 * {@link io.hourglass.lab.training.ModelMetadata} and {@link io.hourglass.lab.training.HistoryCsv} record the result.
 */
@org.jspecify.annotations.NullMarked
package io.hourglass.lab.training;
