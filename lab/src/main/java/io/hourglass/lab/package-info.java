/** The workbench around the library: command line, study, report, explorer, data readers, compressed files. */
@org.jspecify.annotations.NullMarked
package io.hourglass.lab;
