/** Anomaly detection: the score of a row, and the threshold above which it is an anomaly. */
@org.jspecify.annotations.NullMarked
package io.hourglass.anomaly;
