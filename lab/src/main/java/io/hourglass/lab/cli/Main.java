package io.hourglass.lab.cli;

import io.hourglass.Version;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** Stand-in until the commands are here: prints the version. */
@Command(name = "hourglass", mixinStandardHelpOptions = true, versionProvider = Main.Versions.class)
public final class Main implements Runnable {
    static final class Versions implements CommandLine.IVersionProvider {
        @Override
        public String[] getVersion() {
            return new String[] {"hourglass " + Version.current()};
        }
    }

    @Override
    public void run() {
        new CommandLine(this).usage(System.out);
    }

    public static void main(String[] args) {
        System.exit(new CommandLine(new Main()).execute(args));
    }
}
