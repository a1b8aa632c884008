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

    /** The section with the title that the messages have for it. */
    static Section of(String id, Words words, String html) {
        return new Section(id, words.say("section." + id), html);
    }

    /** The section of a page whose sections have no numbers. */
    String toHtml() {
        return "<section id=\"" + id + "\">\n<h2>" + Html.escape(title) + "</h2>\n" + html + "\n</section>\n";
    }

    /** @param number its place on the page, from 1 */
    String toHtml(int number, Words words) {
        return "<section id=\"" + id + "\" aria-labelledby=\"" + id + "-title\">\n<h2 id=\"" + id
                + "-title\"><a class=\"anchor\" href=\"#" + id + "\">" + number + "</a> " + Html.escape(title)
                + "</h2>\n" + html + "<p class=\"to-top\"><a href=\"#top\">" + words.html("page.top")
                + "</a></p>\n</section>\n";
    }

    /** This section with more HTML before its content. */
    Section opening(String more) {
        return new Section(id, title, more + html);
    }

    /** Links to the sections, in their order. */
    static String contents(List<Section> sections) {
        return sections.stream()
                .map(section -> "<li><a href=\"#" + section.id() + "\">" + Html.escape(section.title()) + "</a></li>")
                .collect(Collectors.joining("\n"));
    }
}
