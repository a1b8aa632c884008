package io.hourglass.lab.cli;

import io.hourglass.Scaler;
import io.hourglass.Schedule;
import io.hourglass.anomaly.Threshold;
import io.hourglass.lab.data.FileNames;
import io.hourglass.lab.data.LabelSet;
import io.hourglass.lab.data.ReadOptions;
import io.hourglass.lab.progress.Progress;
import io.hourglass.nn.Activation;
import io.hourglass.nn.Architecture;
import io.hourglass.nn.Loss;
import io.hourglass.nn.Optimizer;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.Charset;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Function;
import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** All commands, their exit codes, and how failures are reported. */
final class Commands {
    private static final int FAILED = 1;
    private static final int WRONG_USAGE = 2;

    private Commands() {}

    static int run(String[] args, PrintStream out, PrintStream err) {
        HourglassCommand root = new HourglassCommand();
        try (Progress progress = Progress.onStandardError(err)) {
            CommandLine line = commandLine(root, new Console(out, progress));
            line.setOut(new PrintWriter(out, true)).setErr(new PrintWriter(err, true));
            line.setExecutionStrategy(parsed -> {
                if (root.quiet) {
                    progress.quiet();
                }
                return new CommandLine.RunLast().execute(parsed);
            });
            line.setParameterExceptionHandler((wrong, arguments) -> {
                progress.close();
                String command = wrong.getCommandLine().getCommandSpec().qualifiedName();
                err.println("hourglass: " + Failure.describe(wrong) + " (see " + command + " --help)");
                return WRONG_USAGE;
            });
            line.setExecutionExceptionHandler((failure, command, arguments) -> report(failure, root, progress, err));
            try {
                return line.execute(args);
            } catch (Throwable error) { // errors such as OutOfMemoryError, which picocli lets through
                return report(error, root, progress, err);
            }
        }
    }

    static CommandLine commandLine(HourglassCommand root, Console console) {
        CommandLine line = new CommandLine(root);
        List.of(
                        new StudyCommand(console),
                        new TrainCommand(console),
                        new EvaluateCommand(console),
                        new EncodeCommand(console),
                        new DecodeCommand(console),
                        new SampleCommand(console),
                        new CalibrateCommand(console),
                        new ScoreCommand(console),
                        new ExportCommand(console),
                        new CompressCommand(console),
                        new DecompressCommand(console),
                        new RateDistortionCommand(console),
                        new ClustersCommand(console),
                        new ExploreCommand(console),
                        new InfoCommand(console),
                        new VarianceCommand(console),
                        new SweepCommand(console),
                        new BenchCommand(console))
                .forEach(line::addSubcommand);
        line.registerConverter(Path.class, parser(FileNames::parse));
        line.registerConverter(Charset.class, parser(Commands::charset));
        line.registerConverter(Schedule.class, parser(Schedule::parse));
        line.registerConverter(Loss.class, parser(Loss::parse));
        line.registerConverter(Optimizer.class, parser(Optimizer::parse));
        line.registerConverter(Activation.class, parser(Activation::parse));
        line.registerConverter(Architecture.class, parser(Architecture::parse));
        line.registerConverter(ReadOptions.Size.class, parser(ReadOptions.Size::parse));
        line.registerConverter(Scaler.Kind.class, parser(Scaler.Kind::parse));
        line.registerConverter(Widths.class, parser(Widths::parse));
        line.registerConverter(LabelSet.class, parser(LabelSet::parse));
        line.registerConverter(Threshold.Method.class, parser(Threshold.Method::parse));
        line.setColorScheme(
                CommandLine.Help.defaultColorScheme(Ansi.OFF)); // no escape codes in pipes, whatever the JDK reports
        line.setUsageHelpWidth(100);
        return line;
    }

    private static Charset charset(String name) {
        try {
            return Charset.forName(name);
        } catch (IllegalArgumentException e) { // whose message is only the name
            throw new IllegalArgumentException("'" + name + "', expected UTF-8, windows-1252 or another encoding");
        }
    }

    /** Picocli shows the message of this exception alone unchanged. */
    private static <T> ITypeConverter<T> parser(Function<String, T> parse) {
        return text -> {
            try {
                return parse.apply(text);
            } catch (IllegalArgumentException e) {
                throw new TypeConversionException(e.getMessage());
            }
        };
    }

    private static int report(Throwable failure, HourglassCommand root, Progress progress, PrintStream err) {
        progress.close();
        if (root.debug) {
            failure.printStackTrace(err);
        } else {
            err.println("hourglass: " + Failure.describe(failure));
        }
        return FAILED;
    }
}
