package io.hourglass.lab.report;

import java.util.List;

/** The terms that the report uses without explaining them again. */
final class Glossary {
    /** In alphabetical order of the English terms. */
    static final List<String> TERMS = List.of(
            "accuracy",
            "ari",
            "autoencoder",
            "bias",
            "code",
            "effective-rank",
            "epoch",
            "knn",
            "kmeans",
            "mse",
            "nmi",
            "overfitting",
            "pca",
            "psnr",
            "purity",
            "silhouette",
            "umap");

    private Glossary() {}

    static Section section(Paper paper) {
        Words words = paper.words();
        StringBuilder html = new StringBuilder("<dl class=\"glossary\">\n");
        TERMS.stream()
                .sorted((a, b) -> words.say("term." + a).compareToIgnoreCase(words.say("term." + b)))
                .forEach(term -> html.append("<dt id=\"term-")
                        .append(term)
                        .append("\">")
                        .append(words.html("term." + term))
                        .append("</dt><dd>")
                        .append(words.html("term." + term + ".is"))
                        .append("</dd>\n"));
        return Section.of("glossary", words, html.append("</dl>\n").toString());
    }
}
