package io.hourglass;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Properties;

/**
 * The version of the Hourglass library, as the build wrote it into the jar.
 *
 * <pre>{@code
 * System.out.println("Hourglass " + Version.current());
 * }</pre>
 */
public final class Version {
    private static final String CURRENT = read();

    private Version() {}

    /**
     * {@return the version, for instance {@code 0.2.0}; {@code unknown} if the jar was repackaged without {@code
     * META-INF/hourglass.properties}}
     */
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
        // A jar repackaged without the resource still works.
        return properties.getProperty("version", "unknown");
    }
}
