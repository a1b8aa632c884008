package io.hourglass.lab.cli;

import io.hourglass.Version;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;

/** The program's entry point. */
public final class Main {
    private Main() {}

    /** Runs the command line and exits with its exit code. */
    public static void main(String[] args) {
        loadVectors();
        System.exit(run(args, stream(FileDescriptor.out, System.out), stream(FileDescriptor.err, System.err)));
    }

    /**
     * Loads the vector module, if the launcher has opened the JDK for it. Unlike {@code --add-modules}, this comes
     * without the JDK's warning about incubator modules. Elsewhere, the module is there or missing as Java was started.
     */
    private static void loadVectors() {
        try {
            Class.forName("jdk.internal.module.Modules")
                    .getMethod("loadModule", String.class)
                    .invoke(null, "jdk.incubator.vector");
        } catch (ReflectiveOperationException e) {
            // Not opened. The kernels, if they are needed, say what is missing.
        }
    }

    /**
     * In the C locale, Java would print a question mark for every letter outside ASCII, so this uses UTF-8, as all
     * files do.
     */
    private static PrintStream stream(FileDescriptor descriptor, PrintStream ofLocale) {
        String encoding = System.getProperty("native.encoding", "");
        boolean ascii = !encoding.isEmpty()
                && Charset.isSupported(encoding)
                && Charset.forName(encoding).equals(StandardCharsets.US_ASCII);
        return ascii ? new PrintStream(new FileOutputStream(descriptor), true, StandardCharsets.UTF_8) : ofLocale;
    }

    /**
     * Runs the command line.
     *
     * @param out receives results
     * @param err receives progress and, on failure, one line that says what went wrong
     * @return 0 on success, 1 if the command failed, 2 if the command line was wrong
     */
    public static int run(String[] args, PrintStream out, PrintStream err) {
        // Scripts ask for the version to check that Hourglass is there, so the answer does not wait for picocli to
        // load.
        if (args.length == 1 && (args[0].equals("--version") || args[0].equals("-V"))) {
            out.println("hourglass " + Version.current());
            return 0;
        }
        int code = Commands.run(args, out, err);
        if (out.checkError() && code == 0) {
            err.println("hourglass: the results cannot be written to standard output");
            return 1;
        }
        return code;
    }
}
