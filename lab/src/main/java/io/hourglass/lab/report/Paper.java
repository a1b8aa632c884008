package io.hourglass.lab.report;

import io.hourglass.io.AtomicFile;
import io.hourglass.lab.text.TextFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;

/** What the sections of a report share: its words, the forms of its parts, and the files beside the page. */
final class Paper {
    private final Words words;
    private final Path figures;
    private final Path tables;

    /** @param dir of the report; gets the folders {@code figures} and {@code tables} */
    Paper(Path dir, Words words) throws IOException {
        this.words = words;
        this.figures = Files.createDirectories(dir.resolve("figures"));
        this.tables = Files.createDirectories(dir.resolve("tables"));
    }

    Words words() {
        return words;
    }

    /** The question that a section answers. */
    String question(String key, Object... values) {
        return "<p class=\"question\">" + words.html(key, values) + "</p>\n";
    }

    /** The answer to the section's question: sentences computed from the results; empty if there are none. */
    String answer(List<String> sentences) {
        return sentences.isEmpty()
                ? ""
                : "<div class=\"answer\"><h3>" + words.html("page.answer") + "</h3>\n" + sentences(sentences)
                        + "</div>\n";
    }

    /** Sentences as a list; empty if there are none. */
    static String sentences(List<String> sentences) {
        return sentences.isEmpty()
                ? ""
                : sentences.stream()
                        .map(sentence -> "<li>" + Words.escape(sentence) + "</li>\n")
                        .collect(Collectors.joining("", "<ul class=\"findings\">\n", "</ul>\n"));
    }

    /** A paragraph of a message, which may hold HTML. */
    String paragraph(String key, Object... values) {
        return "<p>" + words.html(key, values) + "</p>\n";
    }

    /**
     * The caption of a figure.
     *
     * @param id of the figure, without {@code figure-}
     * @param title as HTML
     * @param shows what it shows, as HTML; may be empty
     * @param reading how to read it, as HTML
     */
    String caption(String id, String title, String shows, String reading) {
        return "<figcaption><b>" + Numbering.figure(id) + words.say("page.colon") + title + "</b> " + shows
                + reading(reading) + "</figcaption>\n";
    }

    /** How to read a figure or table, as HTML. */
    String reading(String html) {
        return "<span class=\"reading\"><b>" + words.html("page.reading") + "</b> " + html + "</span>";
    }

    /** Writes a figure as PNG and as SVG, and returns links to both. */
    String draw(String name, Drawing drawing) throws IOException {
        return write(name, drawing.png(), drawing.svg());
    }

    /** Writes the two forms of a figure that has been drawn, and returns links to both. */
    String write(String name, byte[] png, byte[] svg) throws IOException {
        AtomicFile.write(figures.resolve(name + ".png"), out -> out.write(png));
        AtomicFile.write(figures.resolve(name + ".svg"), out -> out.write(svg));
        return files("figures/" + name, "png", "svg");
    }

    /**
     * A table with its caption; writes it as CSV and LaTeX too.
     *
     * @param title as plain text
     * @param note what it shows and how to read it, as HTML
     */
    String table(DataTable table, String title, String note) throws IOException {
        TextFile.write(tables.resolve(table.id() + ".csv"), table.csv());
        TextFile.write(tables.resolve(table.id() + ".tex"), table.latex(title));
        return "<div class=\"table\" id=\"table-" + table.id() + "\"><p class=\"caption\"><b>"
                + Numbering.table(table.id()) + words.say("page.colon") + Words.escape(title) + "</b> " + note + " "
                + files("tables/" + table.id(), "csv", "tex") + "</p>\n" + table.html(Words.escape(title)) + "</div>\n";
    }

    /** Links to the forms of one file. */
    private static String files(String path, String... endings) {
        return List.of(endings).stream()
                .map(ending -> "<a href=\"" + path + "." + ending + "\">"
                        + (ending.equals("tex") ? "LaTeX" : ending.toUpperCase(java.util.Locale.ROOT)) + "</a>")
                .collect(Collectors.joining(" ", "<span class=\"files\">", "</span>"));
    }

    /** An entry of the glossary as a link, around text of the page. */
    String term(String id, String text) {
        return "<a class=\"term\" href=\"#term-" + id + "\">" + text + "</a>";
    }
}
