/**
 * The study's report: one HTML file that needs no other, and its figures as PNG files. {@link
 * io.hourglass.lab.report.StudyReport} puts the sections together; {@code docs/design/pages.md} explains how.
 */
@org.jspecify.annotations.NullMarked
package io.hourglass.lab.report;
