package io.hourglass.lab.cli;

import io.hourglass.Imputation;
import io.hourglass.Scaler;
import io.hourglass.Schedule;
import io.hourglass.anomaly.AnomalyDetector;
import io.hourglass.anomaly.Threshold;
import io.hourglass.lab.data.FileNames;
import io.hourglass.lab.data.LabelSet;
import io.hourglass.lab.data.ReadOptions;
import io.hourglass.lab.data.TableOptions;
import io.hourglass.lab.data.TimestampScores.Aggregate;
import io.hourglass.lab.detection.Protocol;
import io.hourglass.lab.progress.Progress;
import io.hourglass.lab.progress.Terminal;
import io.hourglass.lab.progress.Watch;
import io.hourglass.lab.text.Language;
import io.hourglass.nn.Activation;
import io.hourglass.nn.Architecture;
import io.hourglass.nn.Loss;
import io.hourglass.nn.Optimizer;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.Charset;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;
import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** All commands, their exit codes, and how failures are reported. */
final class Commands {
    private static final int FAILED = 1;
    private static final int WRONG_USAGE = 2;

    /** Picocli's name of the only section of our help. */
    private static final String PAGE = "page";

    /** All commands, in the order of the help. */
    static final List<String> NAMES = List.of(
            "study",
            "columns",
            "train",
            "evaluate",
            "encode",
            "decode",
            "sample",
            "calibrate",
            "score",
            "export",
            "compress",
            "decompress",
            "rate-distortion",
            "clusters",
            "explore",
            "info",
            "variance",
            "sweep",
            "benchmark",
            "bench",
            "help",
            "completion");

    /** The {@link #NAMES}, for completion. */
    static final class Names extends ArrayList<String> {
        private static final long serialVersionUID = 1;

        Names() {
            super(NAMES);
        }
    }

    private Commands() {}

    static int run(String[] args, PrintStream out, PrintStream err) {
        HourglassCommand root = new HourglassCommand();
        try (Progress progress = Progress.onStandardError(err);
                Watch watch = new Watch(progress)) {
            CommandLine line = commandLine(root, new Console(out, err, progress), needed(args));
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
                err.println("hourglass: " + Misspelt.describe(wrong) + " (see " + command + " --help)");
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

    /**
     * The command line with some of the {@link #NAMES commands}. Picocli reads the options of each by reflection, which
     * takes most of the time that a short command runs.
     */
    static CommandLine commandLine(HourglassCommand root, Console console, List<String> names) {
        // Picocli would load much of these packages of the JDK, and no option needs them.
        System.setProperty("picocli.converters.excludes", "java\\.(sql|time)\\..*");
        CommandLine line = new CommandLine(root);
        for (String name : names) {
            line.addSubcommand(command(name, console));
        }
        for (Class<Integer> type : List.of(int.class, Integer.class)) {
            line.registerConverter(type, number(Integer::valueOf, "a whole number"));
        }
        for (Class<Long> type : List.of(long.class, Long.class)) {
            line.registerConverter(type, number(Long::valueOf, "a whole number"));
        }
        for (Class<Double> type : List.of(double.class, Double.class)) {
            line.registerConverter(type, number(Double::valueOf, "a number"));
        }
        oneOf(line, DataOptions.YesNo.class);
        oneOf(line, RowsOption.Split.class);
        oneOf(line, RecipeOptions.Pace.class);
        oneOf(line, StudyCommand.Recipes.class);
        oneOf(line, CompletionCommand.Shell.class);
        line.registerConverter(Path.class, parser(FileNames::parse));
        line.registerConverter(Charset.class, parser(Commands::charset));
        line.registerConverter(Schedule.class, parser(Schedule::parse));
        line.registerConverter(Loss.class, parser(Loss::parse));
        line.registerConverter(Language.class, parser(Language::parse));
        line.registerConverter(Optimizer.class, parser(Optimizer::parse));
        line.registerConverter(Activation.class, parser(Activation::parse));
        line.registerConverter(Architecture.class, parser(Architecture::parse));
        line.registerConverter(Aggregate.class, parser(Aggregate::parse));
        line.registerConverter(Protocol.class, parser(Protocol::parse));
        line.registerConverter(TableOptions.Separator.class, parser(TableOptions.Separator::parse));
        line.registerConverter(TableOptions.Decimal.class, parser(TableOptions.Decimal::parse));
        line.registerConverter(ReadOptions.Size.class, parser(ReadOptions.Size::parse));
        line.registerConverter(Imputation.Kind.class, parser(Imputation.Kind::parse));
        line.registerConverter(Scaler.Kind.class, parser(Scaler.Kind::parse));
        line.registerConverter(Widths.class, parser(Widths::parse));
        line.registerConverter(LabelSet.class, parser(LabelSet::parse));
        line.registerConverter(AnomalyDetector.Score.class, parser(AnomalyDetector.Score::parse));
        line.registerConverter(Contamination.class, parser(Contamination::parse));
        line.registerConverter(Threshold.Method.class, parser(Threshold.Method::parse));
        line.setColorScheme(
                CommandLine.Help.defaultColorScheme(Ansi.OFF)); // no escape codes in pipes, whatever the JDK reports
        line.setHelpSectionKeys(List.of(PAGE));
        line.getHelpSectionMap().put(PAGE, help -> HelpPage.of(help.commandSpec(), Terminal.textWidth()));
        for (CommandLine command : line.getSubcommands().values()) {
            command.setHelpSectionMap(line.getHelpSectionMap());
        }
        return line;
    }

    /** The command that is called; all commands if that is not obvious, as the answer may have to list them. */
    static List<String> needed(String... args) {
        for (String argument : args) {
            if (NAMES.contains(argument)) {
                return List.of(argument);
            }
            if (!argument.equals("--quiet") && !argument.equals("--debug")) {
                return NAMES;
            }
        }
        return NAMES;
    }

    /**
     * A new command. As an Object, and returned by each case on its own: Java would otherwise load the classes of all
     * commands, to check the type that they have in common.
     */
    private static Object command(String name, Console console) {
        switch (name) {
            case "study":
                return new StudyCommand(console);
            case "columns":
                return new ColumnsCommand(console);
            case "train":
                return new TrainCommand(console);
            case "evaluate":
                return new EvaluateCommand(console);
            case "encode":
                return new EncodeCommand(console);
            case "decode":
                return new DecodeCommand(console);
            case "sample":
                return new SampleCommand(console);
            case "calibrate":
                return new CalibrateCommand(console);
            case "score":
                return new ScoreCommand(console);
            case "export":
                return new ExportCommand(console);
            case "compress":
                return new CompressCommand(console);
            case "decompress":
                return new DecompressCommand(console);
            case "rate-distortion":
                return new RateDistortionCommand(console);
            case "clusters":
                return new ClustersCommand(console);
            case "explore":
                return new ExploreCommand(console);
            case "info":
                return new InfoCommand(console);
            case "variance":
                return new VarianceCommand(console);
            case "sweep":
                return new SweepCommand(console);
            case "benchmark":
                return new BenchmarkCommand(console);
            case "bench":
                return new BenchCommand(console);
            case "help":
                return new HelpCommand(console);
            case "completion":
                return new CompletionCommand(console);
            default:
                throw new IllegalArgumentException(name);
        }
    }

    private static <T> ITypeConverter<T> number(Function<String, T> parse, String expected) {
        return parser(text -> {
            try {
                return parse.apply(text);
            } catch (NumberFormatException e) {
                throw new IllegalArgumentException("'" + text + "', expected " + expected);
            }
        });
    }

    private static <T extends Enum<T>> void oneOf(CommandLine line, Class<T> type) {
        line.registerConverter(
                type,
                parser(text -> Arrays.stream(type.getEnumConstants())
                        .filter(one -> one.name().equals(text))
                        .findFirst()
                        .orElseThrow(() -> new IllegalArgumentException("'" + text + "', expected "
                                + Arrays.stream(type.getEnumConstants())
                                        .map(Enum::name)
                                        .collect(Collectors.joining(" or "))))));
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
