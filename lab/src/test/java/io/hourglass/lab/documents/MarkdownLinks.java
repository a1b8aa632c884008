package io.hourglass.lab.documents;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.commonmark.ext.gfm.tables.TablesExtension;
import org.commonmark.node.AbstractVisitor;
import org.commonmark.node.Code;
import org.commonmark.node.Heading;
import org.commonmark.node.HtmlBlock;
import org.commonmark.node.HtmlInline;
import org.commonmark.node.Image;
import org.commonmark.node.Link;
import org.commonmark.node.Node;
import org.commonmark.node.SourceSpan;
import org.commonmark.node.Text;
import org.commonmark.parser.IncludeSourceSpans;
import org.commonmark.parser.Parser;

/** Finds the links of Markdown documents that lead to no file, or to no heading of a file, as GitHub shows them. */
final class MarkdownLinks {
    private static final Pattern ELSEWHERE = Pattern.compile("(?i)([a-z][a-z0-9+.-]*:|//).*");
    private static final Pattern HTML_LINK = Pattern.compile("\\b(?:href|src)=\"([^\"]*)\"");
    private static final Pattern HTML_ANCHOR = Pattern.compile("\\b(?:id|name)=\"([^\"]*)\"");
    private static final Parser PARSER = Parser.builder()
            .extensions(List.of(TablesExtension.create()))
            .includeSourceSpans(IncludeSourceSpans.BLOCKS_AND_INLINES)
            .build();

    private final SortedSet<String> files;
    private final Map<String, Document> documents = new TreeMap<>();

    private record Reference(int line, String target) {}

    private record Document(List<Reference> links, Set<String> anchors) {}

    /**
     * @param files every file of the repository, by its path from the root
     * @param markdown the text of each document, by the same path
     */
    MarkdownLinks(SortedSet<String> files, Map<String, String> markdown) {
        this.files = files;
        markdown.forEach((name, text) -> documents.put(name, read(text)));
    }

    /** A line for each link that leads nowhere: document, line, link and what is wrong with it. */
    List<String> problems() {
        List<String> problems = new ArrayList<>();
        documents.forEach((name, document) -> {
            for (Reference link : document.links()) {
                String problem = problem(name, link.target());
                if (!problem.isEmpty()) {
                    problems.add("%s:%d: '%s' %s".formatted(name, link.line(), link.target(), problem));
                }
            }
        });
        return problems;
    }

    private String problem(String name, String link) {
        if (ELSEWHERE.matcher(link).matches()) {
            return "";
        }
        int hash = link.indexOf('#');
        String path = URLDecoder.decode(
                (hash < 0 ? link : link.substring(0, hash)).replace("+", "%2B"), StandardCharsets.UTF_8);
        String file = path.isEmpty() ? name : resolve(name, path);
        boolean folder = !files.subSet(file + "/", file + "0").isEmpty(); // '0' follows '/'
        if (!files.contains(file) && !folder) {
            return "leads to no file of the repository";
        }
        if (hash < 0) {
            return "";
        }
        Document target = documents.get(folder ? file + "/README.md" : file);
        if (target == null) {
            return "names a heading of what has none";
        }
        return target.anchors().contains(link.substring(hash + 1)) ? "" : "leads to no heading of " + file;
    }

    /** Empty, which is no file, for a path that begins at a root or leaves the repository. */
    private static String resolve(String name, String path) {
        if (path.startsWith("/")) {
            return "";
        }
        List<String> parts = new ArrayList<>(List.of(name.split("/")));
        parts.remove(parts.size() - 1);
        for (String part : path.split("/")) {
            if (part.equals("..")) {
                if (parts.isEmpty()) {
                    return "";
                }
                parts.remove(parts.size() - 1);
            } else if (!part.equals(".")) {
                parts.add(part);
            }
        }
        return String.join("/", parts);
    }

    private static Document read(String text) {
        List<Reference> links = new ArrayList<>();
        Set<String> anchors = new HashSet<>();
        Map<String, Integer> repeats = new HashMap<>();
        PARSER.parse(text).accept(new AbstractVisitor() {
            @Override
            public void visit(Heading heading) {
                String slug = slug(text(heading));
                String anchor = slug;
                while (!anchors.add(anchor)) {
                    anchor = slug + "-" + repeats.merge(slug, 1, Integer::sum);
                }
                visitChildren(heading);
            }

            @Override
            public void visit(Link link) {
                links.add(new Reference(line(link), link.getDestination()));
                visitChildren(link);
            }

            @Override
            public void visit(Image image) {
                links.add(new Reference(line(image), image.getDestination()));
                visitChildren(image);
            }

            @Override
            public void visit(HtmlInline html) {
                html(html, html.getLiteral());
            }

            @Override
            public void visit(HtmlBlock html) {
                html(html, html.getLiteral());
            }

            private void html(Node node, String literal) {
                for (Matcher link = HTML_LINK.matcher(literal); link.find(); ) {
                    links.add(new Reference(line(node), link.group(1)));
                }
                for (Matcher anchor = HTML_ANCHOR.matcher(literal); anchor.find(); ) {
                    anchors.add(anchor.group(1));
                }
            }
        });
        return new Document(links, anchors);
    }

    private static int line(Node node) {
        List<SourceSpan> spans = node.getSourceSpans();
        return spans.isEmpty() ? 0 : spans.get(0).getLineIndex() + 1;
    }

    private static String text(Node node) {
        StringBuilder text = new StringBuilder();
        node.accept(new AbstractVisitor() {
            @Override
            public void visit(Text part) {
                text.append(part.getLiteral());
            }

            @Override
            public void visit(Code part) {
                text.append(part.getLiteral());
            }
        });
        return text.toString();
    }

    /** The anchor GitHub gives a heading: lower case, hyphens for spaces, no punctuation. */
    private static String slug(String heading) {
        return heading.toLowerCase(Locale.ROOT)
                .replaceAll("[^\\p{L}\\p{M}\\p{N}\\p{Pc}\\- ]", "")
                .replace(' ', '-');
    }
}
