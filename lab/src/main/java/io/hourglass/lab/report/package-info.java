/** The study's report: one HTML file that needs nothing else, and its figures as PNG files. */
@org.jspecify.annotations.NullMarked
package io.hourglass.lab.report;
