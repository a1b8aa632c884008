/**
 * Comparing detectors of anomalies on labelled tables and series: {@link io.hourglass.lab.detection.Detector detectors}
 * learn from the training rows of a {@link io.hourglass.lab.detection.Protocol}, and {@link
 * io.hourglass.lab.detection.TableResult} measures how well their scores tell anomalies from normal rows. {@link
 * io.hourglass.lab.detection.SeriesDetector} and {@link io.hourglass.lab.detection.SeriesResult} do so for series.
 */
@org.jspecify.annotations.NullMarked
package io.hourglass.lab.detection;
