package io.hourglass.lab.report;

import io.hourglass.lab.page.Html;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A table of the report. The page shows it with rounded numbers; beside the page it is written as CSV, with every digit
 * and decimal points in any language, and as LaTeX.
 */
final class DataTable {
    private final String id;
    private final String css;
    private final List<Column> columns;
    private final List<List<List<Cell>>> groups = new ArrayList<>();

    /**
     * A column.
     *
     * @param key its name in the CSV file, in English, for instance {@code test_mse}
     * @param over what several columns side by side have in common; empty for nothing
     * @param head as plain text
     * @param isText whether it holds words, which are aligned to the left
     */
    record Column(String key, String over, String head, boolean isText) {
        static Column text(String key, String head) {
            return new Column(key, "", head, true);
        }

        static Column number(String key, String head) {
            return new Column(key, "", head, false);
        }

        /** This column below a common heading. */
        Column under(String heading) {
            return new Column(key, heading, head, isText);
        }
    }

    /**
     * A cell.
     *
     * @param text as the page shows it
     * @param value as the CSV file has it: text or a number; null or NaN for an empty cell
     * @param css class of the cell; empty for none
     * @param isBest whether it stands out as the best of its kind
     * @param link a relative address; empty for none
     */
    record Cell(String text, @Nullable Object value, String css, boolean isBest, String link) {
        static Cell of(String text, @Nullable Object value) {
            return new Cell(text, value, "", false, "");
        }

        static Cell text(String text) {
            return of(text, text);
        }

        static Cell empty() {
            return of("", null);
        }

        Cell best(boolean best) {
            return new Cell(text, value, css, best, link);
        }

        Cell css(String name) {
            return new Cell(text, value, name, isBest, link);
        }

        Cell link(String address) {
            return new Cell(text, value, css, isBest, address);
        }

        private String html() {
            String escaped = link.isEmpty()
                    ? Words.escape(text)
                    : "<a href=\"" + Html.escape(link) + "\">" + Words.escape(text) + "</a>";
            return isBest ? "<b>" + escaped + "</b>" : escaped;
        }
    }

    /**
     * An empty table.
     *
     * @param id part of its file names and, after {@code table-}, what links point to
     * @param css more classes of the table; may be empty
     */
    DataTable(String id, String css, List<Column> columns) {
        this.id = id;
        this.css = css;
        this.columns = List.copyOf(columns);
    }

    String id() {
        return id;
    }

    /** Starts a group of rows, which a line separates from those before it. */
    DataTable group() {
        groups.add(new ArrayList<>());
        return this;
    }

    /** Adds a row to the last group. */
    DataTable row(List<Cell> cells) {
        if (cells.size() != columns.size()) {
            throw new IllegalArgumentException(
                    id + ": " + cells.size() + " cells in a row of " + columns.size() + " columns");
        }
        if (groups.isEmpty()) {
            group();
        }
        groups.get(groups.size() - 1).add(List.copyOf(cells));
        return this;
    }

    /** The table without its caption. Its first column names the rows. */
    String html(String label) {
        StringBuilder html = new StringBuilder("<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"")
                .append(label)
                .append("\"><table class=\"numbers ")
                .append(css)
                .append("\">\n<thead>");
        boolean two = columns.stream().anyMatch(column -> !column.over.isEmpty());
        html.append("<tr>");
        for (int c = 0; c < columns.size(); c++) {
            Column column = columns.get(c);
            if (column.over.isEmpty()) {
                html.append("<th scope=\"col\"")
                        .append(two ? " rowspan=\"2\"" : "")
                        .append(column.isText ? " class=\"word\">" : ">")
                        .append(Words.escape(column.head))
                        .append("</th>");
            } else {
                int last = c;
                while (last + 1 < columns.size() && columns.get(last + 1).over.equals(column.over)) {
                    last++;
                }
                html.append("<th scope=\"colgroup\" colspan=\"")
                        .append(last - c + 1)
                        .append("\">")
                        .append(Words.escape(column.over))
                        .append("</th>");
                c = last;
            }
        }
        html.append("</tr>");
        if (two) {
            html.append("<tr>");
            columns.stream()
                    .filter(column -> !column.over.isEmpty())
                    .forEach(column -> html.append("<th scope=\"col\">")
                            .append(Words.escape(column.head))
                            .append("</th>"));
            html.append("</tr>");
        }
        html.append("</thead>\n");
        for (List<List<Cell>> group : groups) {
            html.append("<tbody>");
            for (List<Cell> row : group) {
                html.append(row.stream().anyMatch(Cell::isBest) ? "<tr class=\"best\">" : "<tr>");
                for (int c = 0; c < row.size(); c++) {
                    Cell cell = row.get(c);
                    String classes = ((columns.get(c).isText && c > 0 ? "word " : "") + cell.css).strip();
                    html.append(c == 0 ? "<th scope=\"row\"" : "<td")
                            .append(classes.isEmpty() ? ">" : " class=\"" + classes + "\">")
                            .append(cell.html())
                            .append(c == 0 ? "</th>" : "</td>");
                }
                html.append("</tr>\n");
            }
            html.append("</tbody>\n");
        }
        return html.append("</table></div>\n").toString();
    }

    /** The table as CSV: full precision, decimal points, English names of columns. */
    String csv() {
        StringBuilder csv =
                new StringBuilder(columns.stream().map(Column::key).collect(Collectors.joining(",", "", "\n")));
        groups.stream()
                .flatMap(List::stream)
                .forEach(
                        row -> csv.append(row.stream().map(DataTable::csv).collect(Collectors.joining(",", "", "\n"))));
        return csv.toString();
    }

    private static String csv(Cell cell) {
        if (cell.value == null || cell.value instanceof Double number && !Double.isFinite(number)) {
            return "";
        }
        String text = String.valueOf(cell.value);
        return text.matches("(?s).*[\",\r\n].*") ? '"' + text.replace("\"", "\"\"") + '"' : text;
    }

    /** The table as LaTeX, for the package booktabs; numbers as the page shows them. */
    String latex(String caption) {
        StringBuilder tex = new StringBuilder("% \\usepackage{booktabs}\n\\begin{table}\n\\centering\n\\caption{")
                .append(tex(caption))
                .append("}\n\\label{tab:")
                .append(id)
                .append("}\n\\begin{tabular}{")
                .append(columns.stream()
                        .map(column -> column.isText ? "l" : "r")
                        .collect(Collectors.joining()))
                .append("}\n\\toprule\n")
                .append(columns.stream()
                        .map(column -> tex((column.over.isEmpty() ? "" : column.over + ": ") + column.head))
                        .collect(Collectors.joining(" & ", "", " \\\\\n")));
        for (List<List<Cell>> group : groups) {
            tex.append("\\midrule\n");
            for (List<Cell> row : group) {
                tex.append(row.stream()
                        .map(cell -> cell.isBest ? "\\textbf{" + tex(cell.text) + "}" : tex(cell.text))
                        .collect(Collectors.joining(" & ", "", " \\\\\n")));
            }
        }
        return tex.append("\\bottomrule\n\\end{tabular}\n\\end{table}\n").toString();
    }

    /** Text with LaTeX's own characters escaped. */
    private static String tex(String text) {
        StringBuilder tex = new StringBuilder();
        text.codePoints().forEach(c -> {
            switch (c) {
                case '\\' -> tex.append("\\textbackslash{}");
                case '~' -> tex.append("\\textasciitilde{}");
                case '^' -> tex.append("\\textasciicircum{}");
                case '&', '%', '$', '#', '_', '{', '}' -> tex.append('\\').appendCodePoint(c);
                case '\u2212' -> tex.append("$-$");
                case '\u00d7' -> tex.append("$\\times$");
                case '\u00b1' -> tex.append("$\\pm$");
                case '\u00b2' -> tex.append("$^2$");
                case '\u00a0' -> tex.append('~');
                case '\u202f' -> tex.append("\\,");
                default -> tex.appendCodePoint(c);
            }
        });
        return tex.toString();
    }
}
