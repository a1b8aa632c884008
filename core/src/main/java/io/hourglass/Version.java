package io.hourglass;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Properties;

/** The version of Hourglass that runs: what the build wrote into the jar. */
public final class Version {
    private static final String CURRENT = read();

    private Version() {}

    /** For instance {@code 0.2.0}. */
    public static String current() {
        return CURRENT;
    }

    private static String read() {
        Properties properties = new Properties();
        try (InputStream in = Version.class.getResourceAsStream("/META-INF/hourglass.properties")) {
            if (in != null) {
                properties.load(in);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        // A jar repackaged without the resource still works; it just cannot tell.
        return properties.getProperty("version", "unknown");
    }
}
