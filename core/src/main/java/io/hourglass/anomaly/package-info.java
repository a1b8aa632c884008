/** Anomalies: how unusual a row is to a model, and above which score it counts as an anomaly. */
@org.jspecify.annotations.NullMarked
package io.hourglass.anomaly;
