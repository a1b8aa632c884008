package io.hourglass.lab.explorer;

import io.hourglass.lab.page.Template;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Joins ES modules into one script, because a page opened from disk cannot load modules. Each module appears once,
 * after those it imports, without its import and export keywords. All modules share one scope, in which a browser
 * refuses a name that is declared twice.
 */
final class Bundle {
    private static final Pattern IMPORT = Pattern.compile("(?m)^import \\{[^}]*} from '\\./([\\w.]+)';\\R");
    private static final Pattern EXPORT = Pattern.compile("(?m)^export (?=(async function|function|class|const) )");
    private static final Pattern LEFT = Pattern.compile("(?m)^(import|export)\\b.*");

    private final Map<String, String> modules = new LinkedHashMap<>();

    private Bundle() {}

    /**
     * A module and everything that it imports.
     *
     * @throws IOException if a module does not exist
     * @throws IllegalStateException if a module imports or exports in a form other than {@code import {a, b} from
     *     './c.js';} and {@code export} before a declaration
     */
    static String of(String entry) throws IOException {
        Bundle bundle = new Bundle();
        bundle.add(entry);
        return String.join("\n", bundle.modules.values());
    }

    private void add(String name) throws IOException {
        if (modules.containsKey(name)) {
            return;
        }
        String source = Template.read(Bundle.class, name);
        Matcher imports = IMPORT.matcher(source);
        while (imports.find()) {
            add(imports.group(1));
        }
        String body = EXPORT.matcher(IMPORT.matcher(source).replaceAll("")).replaceAll("");
        Matcher left = LEFT.matcher(body);
        if (left.find()) {
            throw new IllegalStateException(name + ": cannot bundle '" + left.group() + "'");
        }
        modules.put(name, body);
    }
}
