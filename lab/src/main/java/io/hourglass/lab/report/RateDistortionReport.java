package io.hourglass.lab.report;

import static io.hourglass.lab.page.Html.escape;

import de.siegmar.fastcsv.writer.CsvWriter;
import de.siegmar.fastcsv.writer.LineDelimiter;
import io.hourglass.Version;
import io.hourglass.io.AtomicFile;
import io.hourglass.lab.codec.RateDistortion;
import io.hourglass.lab.codec.RateDistortion.Point;
import io.hourglass.lab.codec.RateDistortion.Side;
import io.hourglass.lab.page.Html;
import io.hourglass.lab.page.Template;
import io.hourglass.lab.text.TextFile;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The size and quality of compressed rows, as {@code rate-distortion.html} (one file that loads nothing), {@code .png}
 * and {@code .csv}.
 */
public final class RateDistortionReport {
    private static final String NAME = "rate-distortion";

    private RateDistortionReport() {}

    /**
     * Writes the three files into a folder.
     *
     * @param model its name, for the title
     */
    public static void write(Path folder, String model, RateDistortion result) throws IOException {
        System.setProperty("java.awt.headless", "true"); // servers have no display, and drawing in memory needs none
        byte[] png = RateDistortionPng.draw(result).png();
        AtomicFile.write(folder.resolve(NAME + ".png"), out -> out.write(png));
        TextFile.write(folder.resolve(NAME + ".csv"), csv(result));
        TextFile.write(folder.resolve(NAME + ".html"), html(model, result));
    }

    private static String csv(RateDistortion result) throws IOException {
        StringWriter text = new StringWriter();
        CsvWriter csv = CsvWriter.builder().lineDelimiter(LineDelimiter.LF).build(text);
        csv.writeRecord("codec", "bits", "bytes", "bytes_per_row", "mse", "psnr");
        for (Point point : result.points()) {
            record(csv, "model", point.bits(), point.model(), result);
        }
        for (Point point : result.points()) {
            record(csv, "pca", point.bits(), point.pca(), result);
        }
        if (result.pngBytes() != null) {
            lossless(csv, "png", result.pngBytes(), result);
        }
        lossless(csv, "gzip", result.original().gzipBytes(), result);
        csv.flush();
        return text.toString();
    }

    private static void record(CsvWriter csv, String codec, int bits, Side side, RateDistortion result) {
        csv.writeRecord(
                codec,
                Integer.toString(bits),
                Long.toString(side.bytes()),
                Double.toString((double) side.bytes() / result.rows()),
                number(side.mse()),
                number(result.psnr(side)));
    }

    /** Empty if it is not finite. */
    private static String number(double value) {
        return Double.isFinite(value) ? Double.toString(value) : "";
    }

    private static void lossless(CsvWriter csv, String codec, long bytes, RateDistortion result) {
        csv.writeRecord(codec, "", Long.toString(bytes), Double.toString((double) bytes / result.rows()), "0.0", "");
    }

    private static String html(String model, RateDistortion result) throws IOException {
        String subtitle = "Size and quality of " + Words.ENGLISH.counted("row", result.rows()) + " of " + result.data()
                + " as .hgz files, by the bits of the quantiser, compared with PCA with "
                + Words.ENGLISH.counted("component", Math.min(result.latent(), result.inputs()))
                + " and the same quantiser.";
        Section section = new Section(
                "rate-distortion",
                "Rate against distortion",
                RateDistortionChart.of(result) + Paper.sentences(findings(result)) + table(result) + how(result));
        String name = model.replaceFirst("\\.safetensors$", "");
        return Template.fill(
                Template.read(RateDistortionReport.class, "rate-distortion.html"),
                Map.of(
                        "version", escape(Version.current()),
                        "title", escape(name + ": rate and distortion"),
                        "subtitle", escape(subtitle),
                        "style", Template.read(RateDistortionReport.class, "report.css"),
                        "section", section.toHtml()));
    }

    private static List<String> findings(RateDistortion result) {
        List<String> findings = new ArrayList<>();
        Point last = result.points().get(result.points().size() - 1);
        Point enough = result.points().stream()
                .filter(point -> point.model().mse() <= 1.01 * last.model().mse())
                .findFirst()
                .orElse(last);
        findings.add("From " + enough.bits() + " bits on, the quantiser adds less than 1 % to the error: "
                + bytes(enough.model(), result) + " bytes per row at " + quality(enough.model(), result) + ".");
        Side pca = last.pca();
        result.points().stream()
                .filter(point -> point.model().mse() <= pca.mse())
                .findFirst()
                .ifPresentOrElse(
                        point -> findings.add("With " + point.bits() + " bits (" + bytes(point.model(), result)
                                + " bytes per row), the model is already as good as PCA with 16 bits ("
                                + bytes(pca, result) + " bytes per row)."),
                        () -> findings.add("PCA is better than this model at every number of bits."));
        findings.add("Without loss, a row takes "
                + (result.pngBytes() == null ? "" : perRow(result.pngBytes(), result) + " bytes as a PNG file and ")
                + perRow(result.original().gzipBytes(), result) + " bytes in one gzip file of "
                + result.original().what() + ".");
        findings.add("Whoever reads the file also needs the model: " + Words.ENGLISH.count(result.modelBytes())
                + " bytes, or "
                + perRow(result.modelBytes(), result) + " per row; for PCA "
                + Words.ENGLISH.count(result.pcaBytes()) + " bytes of mean and components, or "
                + perRow(result.pcaBytes(), result) + ".");
        findings.add(
                result.worthwhileRows().isPresent()
                        ? "With the model counted, 8-bit files are smaller than gzip's from "
                                + Words.ENGLISH.count(result.worthwhileRows().getAsLong()) + " rows on."
                        : "8-bit files are never smaller than gzip's, which lose nothing.");
        return findings;
    }

    private static String how(RateDistortion result) {
        return Html.paragraph("Bytes are those of the complete file with its headers. "
                + (result.pixels()
                        ? "Errors are measured on the decompressed bytes, clipped and rounded for model and PCA"
                                + " alike, with pixels in [0, 1]."
                        : "Errors are in the network's units"
                                + (result.perColumn()
                                        ? ", means over columns as evaluate measures them."
                                        : "; PSNR takes the range of the scaled values as its peak, "
                                                + Words.ENGLISH.number("%.4g", result.peak()) + "."))
                + " PCA was fitted to the training rows."
                + (result.excluded() == 0
                        ? ""
                        : " Not counted in the errors: " + Words.ENGLISH.counted("row", result.excluded())
                                + ", with errors too large for a number."));
    }

    private static String table(RateDistortion result) {
        boolean perColumn = result.perColumn();
        String errors = (perColumn ? "" : "<th>PSNR, dB</th>") + "<th>" + result.errorName() + "</th>";
        StringBuilder html = new StringBuilder("<p class=\"caption\"><b>Bytes per row"
                + (perColumn ? " and " : ", PSNR and ") + result.errorName()
                + " by bits.</b></p>\n<div class=\"scroll\" tabindex=\"0\">"
                + "<table class=\"numbers\">\n<thead><tr><th>bits</th><th"
                + " style=\"text-align:right\">bytes</th>" + errors
                + "<th>PCA: bytes</th>" + errors + "</tr></thead>\n<tbody>");
        for (Point point : result.points()) {
            html.append("<tr><th scope=\"row\">").append(point.bits()).append("</th>");
            for (Side side : List.of(point.model(), point.pca())) {
                html.append("<td>")
                        .append(bytes(side, result))
                        .append(
                                perColumn
                                        ? ""
                                        : "</td><td>" + psnr(side, result).replace(" dB", ""))
                        .append("</td><td>")
                        .append(Words.ENGLISH.preciseMse(side.mse()))
                        .append("</td>");
            }
            html.append("</tr>\n");
        }
        return html.append("</tbody></table></div>\n").toString();
    }

    private static String bytes(Side side, RateDistortion result) {
        return perRow(side.bytes(), result);
    }

    /** For instance {@code 15.0}. */
    static String perRow(long bytes, RateDistortion result) {
        double each = (double) bytes / result.rows();
        return Words.ENGLISH.number(each < 99.95 ? "%.2f" : "%,.0f", each);
    }

    private static String quality(Side side, RateDistortion result) {
        return result.perColumn()
                ? result.errorName() + " " + Words.ENGLISH.preciseMse(side.mse())
                : psnr(side, result);
    }

    private static String psnr(Side side, RateDistortion result) {
        return Words.ENGLISH.psnr(result.psnr(side), 2);
    }
}
