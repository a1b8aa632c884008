package io.hourglass.lab.report;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** The lab report: what it says, section by section, and where this report answers its questions. */
final class LabReport {
    private LabReport() {}

    /** What the lab report asks, or begins and leaves open. */
    enum Question {
        QUALITY("3.2.1"),
        DEPTH("3.2"),
        MSE("3.3"),
        CONVERGENCE("3.1.1", "3.3"),
        OVERFITTING("def-1"),
        COSTS("3.1"),
        COMPARISON("3", "3.2"),
        LOST_LABELS("3.2.1"),
        MAPS("3.1.1"),
        MEANING("3.1"),
        CLUSTERS("2", "3.1.1"),
        CONFUSION("3.2.1"),
        VARIANCE("def-1"),
        WIDTH("3.2");

        private final List<String> places;

        Question(String... places) {
            this.places = List.of(places);
        }

        /** Part of the keys of its messages. */
        String key() {
            return name().toLowerCase(Locale.ROOT);
        }

        /** Links to the sections of the lab report that ask it. */
        String places(Words words) {
            return places.stream()
                    .map(place -> "<a href=\"#" + id(place) + "\">" + label(place, words) + "</a>")
                    .collect(Collectors.joining(", "));
        }
    }

    /** Sections of the lab report, in its order; the definition stands in 3.1.1. */
    private static final List<String> PLACES = List.of("2", "3", "3.1", "3.1.1", "def-1", "3.2", "3.2.1", "3.3");

    /**
     * An answer to a question.
     *
     * @param link to it, as HTML
     */
    record Answer(Question question, String link) {}

    /** The section: what each part of the lab report says, and links to the answers. */
    static Section section(Paper paper, List<Answer> answers) {
        Words words = paper.words();
        StringBuilder html = new StringBuilder(paper.paragraph("lab.introduction")).append("<dl class=\"lab\">\n");
        for (String place : PLACES) {
            String links = answers.stream()
                    .filter(answer ->
                            Arrays.asList(answer.question().places.toArray()).contains(place))
                    .map(Answer::link)
                    .distinct()
                    .collect(Collectors.joining(", "));
            html.append("<dt id=\"")
                    .append(id(place))
                    .append("\">")
                    .append(label(place, words))
                    .append("</dt><dd>")
                    .append(words.html("lab." + place))
                    .append(links.isEmpty() ? "" : " " + words.html("lab.answered", new Words.Markup(links)))
                    .append("</dd>\n");
        }
        return Section.of("lab", words, html.append("</dl>\n").toString());
    }

    private static String id(String place) {
        return "lab-" + place.replace('.', '-');
    }

    private static String label(String place, Words words) {
        return place.equals("def-1") ? words.html("lab.definition") : place;
    }
}
