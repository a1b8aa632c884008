/** The report's whole experiment: trains, measures, records, and goes on where it was stopped. */
@org.jspecify.annotations.NullMarked
package io.hourglass.lab.study;
