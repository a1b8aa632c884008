/**
 * The command line: one class per command, the options they share, and {@link io.hourglass.lab.cli.Failure}, which
 * turns an exception into one clear line. {@link io.hourglass.lab.cli.Main} is the entry point; {@link
 * io.hourglass.lab.cli.Commands} lists the commands.
 */
@org.jspecify.annotations.NullMarked
package io.hourglass.lab.cli;
