/** The command line: one class a command, and what turns a failure into one clear line. */
@org.jspecify.annotations.NullMarked
package io.hourglass.lab.cli;
