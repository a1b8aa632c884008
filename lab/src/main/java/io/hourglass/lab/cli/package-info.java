/**
 * The command line: one class for each command, options they share, and {@link io.hourglass.lab.cli.Failure}, which
 * turns an exception into one clear line. {@link io.hourglass.lab.cli.Main} starts, {@link
 * io.hourglass.lab.cli.Commands} lists the commands.
 */
@org.jspecify.annotations.NullMarked
package io.hourglass.lab.cli;
