/**
 * Comparing detectors of anomalies on labelled tables: {@link io.hourglass.lab.detection.Detector detectors} learn from
 * the training rows of a {@link io.hourglass.lab.detection.Protocol}, and {@link
 * io.hourglass.lab.detection.TableResult} measures how well their scores tell anomalies from normal rows.
 */
@org.jspecify.annotations.NullMarked
package io.hourglass.lab.detection;
