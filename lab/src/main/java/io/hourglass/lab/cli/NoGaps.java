package io.hourglass.lab.cli;

import java.util.Arrays;
import java.util.Map;
import java.util.Stack;
import picocli.CommandLine.IParameterPreprocessor;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;

/** Rejects lists with empty elements, such as {@code 4,}: picocli would leave out those at the end. */
final class NoGaps implements IParameterPreprocessor {
    @Override
    public boolean preprocess(Stack<String> words, CommandSpec command, ArgSpec option, Map<String, Object> info) {
        String list = words.isEmpty() ? "value" : words.peek(); // picocli says that the value is missing
        if (Arrays.stream(list.split(",", -1)).anyMatch(String::isBlank)) {
            throw new ParameterException(
                    command.commandLine(),
                    ((OptionSpec) option).longestName() + " '" + list
                            + "': expected values with a comma between them, none of them empty");
        }
        return false;
    }
}
