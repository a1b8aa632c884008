package io.hourglass.lab.page;

import io.hourglass.io.Sha256;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/** Text in HTML pages. */
public final class Html {
    private Html() {}

    /** Text as HTML text or as the value of a quoted attribute. */
    public static String escape(String text) {
        StringBuilder html = new StringBuilder(text.length() + 16);
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '&' -> html.append("&amp;");
                case '<' -> html.append("&lt;");
                case '>' -> html.append("&gt;");
                case '"' -> html.append("&quot;");
                case '\'' -> html.append("&#39;");
                default -> html.append(c);
            }
        }
        return html.toString();
    }

    /** A paragraph of text. */
    public static String paragraph(String text) {
        return "<p>" + escape(text) + "</p>\n";
    }

    /** JSON that may stand inside a script element: no {@code <} can end the element or open a comment. */
    public static String escapeJson(String json) {
        return json.replace("<", "\\u003c");
    }

    /** The hash by which the page's Content-Security-Policy allows a script or a style. */
    public static String policySource(String text) {
        return "sha256-" + Base64.getEncoder().encodeToString(Sha256.of(text.getBytes(StandardCharsets.UTF_8)));
    }
}
