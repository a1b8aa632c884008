package io.hourglass.lab.cli;

import java.util.Collection;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;

/**
 * What to say about a command or an option that does not exist. Picocli's own suggestions take "variance" for the
 * likeliest meaning of "trian", and find none for "--dta".
 */
final class Misspelt {
    /** So many names at most are suggested, if they are equally like the word. */
    private static final int MOST = 3;

    /** A word with fewer letters may be the beginning of anything. */
    private static final int LEAST_LETTERS = 3;

    private Misspelt() {}

    /**
     * Describes a failure to parse the command line. A word that is unknown comes before an option that is missing,
     * because it is often that option.
     */
    static String describe(ParameterException wrong) {
        CommandLine line = wrong.getCommandLine();
        List<String> unknown = line.getUnmatchedArguments();
        if (unknown.isEmpty() || wrong instanceof CommandLine.OverwrittenOptionException) {
            return Failure.describe(wrong);
        }
        boolean noCommand = !line.getSubcommands().isEmpty(); // what follows is for the command that was meant
        String word = unknown.stream()
                .filter(argument -> noCommand || argument.startsWith("-"))
                .findFirst()
                .orElse(unknown.get(0))
                .replaceFirst("(?s)(--[^=]*)=.*", "$1");
        if (word.startsWith("-") && word.length() > 1) {
            return "unknown option '" + word + "'" + suggestion(word, options(line));
        }
        return noCommand
                ? "unknown command '" + word + "'"
                        + suggestion(word, line.getSubcommands().keySet())
                : "unexpected argument '" + word + "'";
    }

    private static List<String> options(CommandLine line) {
        return line.getCommandSpec().options().stream()
                .flatMap(option -> List.of(option.names()).stream())
                .toList();
    }

    /** The names most like a word, as a question; empty if none is like it. */
    static String suggestion(String word, Collection<String> names) {
        List<String> alike = alike(word, names);
        return alike.isEmpty() ? "" : ", did you mean " + String.join(" or ", alike) + "?";
    }

    private static List<String> alike(String word, Collection<String> names) {
        int letters = word.replaceFirst("^--?", "").length();
        List<String> longer = names.stream()
                .filter(name -> letters >= LEAST_LETTERS && name.startsWith(word))
                .toList();
        if (!longer.isEmpty()) {
            return longer.subList(0, Math.min(MOST, longer.size()));
        }
        int closest =
                names.stream().mapToInt(name -> distance(word, name)).min().orElse(Integer.MAX_VALUE);
        if (closest > (letters + 2) / 3) {
            return List.of();
        }
        return names.stream()
                .filter(name -> distance(word, name) == closest)
                .limit(MOST)
                .toList();
    }

    /** How many letters are missing, added, changed or swapped with their neighbours (optimal string alignment). */
    private static int distance(String a, String b) {
        int[][] steps = new int[a.length() + 1][b.length() + 1];
        for (int i = 0; i <= a.length(); i++) {
            for (int j = 0; j <= b.length(); j++) {
                if (i == 0 || j == 0) {
                    steps[i][j] = i + j;
                    continue;
                }
                int change = a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1;
                steps[i][j] = Math.min(steps[i - 1][j - 1] + change, 1 + Math.min(steps[i - 1][j], steps[i][j - 1]));
                if (i > 1 && j > 1 && a.charAt(i - 1) == b.charAt(j - 2) && a.charAt(i - 2) == b.charAt(j - 1)) {
                    steps[i][j] = Math.min(steps[i][j], steps[i - 2][j - 2] + 1);
                }
            }
        }
        return steps[a.length()][b.length()];
    }
}
