package io.hourglass.lab.report;

import io.hourglass.lab.page.Html;
import java.util.List;
import java.util.stream.Collectors;

/**
 * One section of the report.
 *
 * @param id what links point to
 * @param title plain text
 * @param html the content below the title
 */
record Section(String id, String title, String html) {

    String toHtml() {
        return "<section id=\"" + id + "\">\n<h2>" + Html.escape(title) + "</h2>\n" + html + "\n</section>\n";
    }

    /** This section with more HTML before its content. */
    Section opening(String more) {
        return new Section(id, title, more + html);
    }

    /** Links to the sections, in their order. */
    static String contents(List<Section> sections) {
        return sections.stream()
                .map(section -> "<a href=\"#" + section.id() + "\">" + Html.escape(section.title()) + "</a>")
                .collect(Collectors.joining("\n"));
    }

    /** Sentences as a list; empty if there are none. */
    static String sentences(List<String> sentences) {
        return sentences.isEmpty()
                ? ""
                : sentences.stream()
                        .map(sentence -> "<li>" + Html.escape(sentence) + "</li>\n")
                        .collect(Collectors.joining("", "<ul class=\"findings\">\n", "</ul>\n"));
    }

    static String paragraph(String text) {
        return "<p>" + Html.escape(text) + "</p>\n";
    }
}
