/** The workbench around the library: command line, study, analysis, report. */
@org.jspecify.annotations.NullMarked
package io.hourglass.lab;
