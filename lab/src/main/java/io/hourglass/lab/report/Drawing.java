package io.hourglass.lab.report;

import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.awt.image.RenderedImage;
import java.io.IOException;
import java.io.OutputStream;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.apache.batik.svggen.ImageHandlerBase64Encoder;
import org.apache.batik.svggen.SVGGeneratorContext;
import org.apache.batik.svggen.SVGGraphics2D;
import org.apache.batik.svggen.SVGGraphics2DIOException;
import org.apache.batik.svggen.SimpleImageHandler;
import org.w3c.dom.Document;

/**
 * A picture that can be drawn as pixels and as vectors.
 *
 * @param width in pixels
 * @param height in pixels
 * @param content draws it on white paper
 */
record Drawing(int width, int height, Consumer<Graphics2D> content) {
    private static final String SVG = "http://www.w3.org/2000/svg";

    /** As pixels. */
    BufferedImage image() {
        BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
        Graphics2D g = ReconstructionPng.paper(image);
        content.accept(g);
        g.dispose();
        return image;
    }

    byte[] png() {
        return Pictures.png(image());
    }

    /** As vectors; text stays text, in the reader's sans-serif font. */
    byte[] svg() {
        try {
            Document document = DocumentBuilderFactory.newInstance()
                    .newDocumentBuilder()
                    .getDOMImplementation()
                    .createDocument(SVG, "svg", null);
            SVGGeneratorContext context = SVGGeneratorContext.createDefault(document);
            context.setComment("Drawn by Hourglass");
            context.setGenericImageHandler(new SimpleImageHandler(new PngPictures()));
            SVGGraphics2D g = new SVGGraphics2D(context, false);
            g.setSVGCanvasSize(new java.awt.Dimension(width, height));
            g.setColor(java.awt.Color.WHITE);
            g.fillRect(0, 0, width, height);
            content.accept(g);
            StringWriter text = new StringWriter();
            g.stream(text, true);
            return text.toString().getBytes(StandardCharsets.UTF_8);
        } catch (ParserConfigurationException e) {
            throw new IllegalStateException(e);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Pictures inside the vectors, written by the JDK: Batik's own writer is another library. */
    private static final class PngPictures extends ImageHandlerBase64Encoder {
        @Override
        public void encodeImage(RenderedImage image, OutputStream out) throws SVGGraphics2DIOException {
            try {
                out.write(Pictures.png((BufferedImage) image));
            } catch (IOException e) {
                throw new SVGGraphics2DIOException(e);
            }
        }
    }
}
