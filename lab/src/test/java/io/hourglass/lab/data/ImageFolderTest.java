package io.hourglass.lab.data;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hourglass.Dataset;
import io.hourglass.ImageShape;
import io.hourglass.format.FormatException;
import io.hourglass.lab.progress.Progress;
import java.awt.color.ColorSpace;
import java.awt.color.ICC_Profile;
import java.awt.image.BufferedImage;
import java.awt.image.DataBuffer;
import java.awt.image.IndexColorModel;
import java.awt.image.Raster;
import java.awt.image.WritableRaster;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.IntStream;
import java.util.zip.CRC32;
import java.util.zip.DeflaterOutputStream;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.stream.ImageOutputStream;
import javax.imageio.stream.MemoryCacheImageOutputStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ImageFolderTest {
    private final ByteArrayOutputStream said = new ByteArrayOutputStream();
    private final Progress progress = new Progress(new PrintStream(said, true, UTF_8), false, 80);

    @TempDir
    Path folder;

    private DataSplit load(@Nullable String size, ReadOptions.Colours colours) throws IOException {
        ReadOptions options =
                ReadOptions.DEFAULT.withImages(size == null ? null : ReadOptions.Size.parse(size), colours);
        return DataSource.load(folder.toString(), options, progress);
    }

    private Dataset read() throws IOException {
        return load(null, ReadOptions.Colours.GREY).train();
    }

    private void write(String name, BufferedImage image, String format) throws IOException {
        Files.createDirectories(folder.resolve(name).getParent());
        assertThat(ImageIO.write(image, format, folder.resolve(name).toFile())).isTrue();
    }

    private static BufferedImage grey(int width, int height, int... values) {
        BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_BYTE_GRAY);
        image.getRaster().setPixels(0, 0, width, height, values);
        return image;
    }

    private static BufferedImage rgb(int width, int height, int... colours) {
        BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
        image.setRGB(0, 0, width, height, colours, 0, width);
        return image;
    }

    private static float[] bytes(int... values) {
        float[] expected = new float[values.length];
        for (int i = 0; i < values.length; i++) {
            expected[i] = values[i] / 255f;
        }
        return expected;
    }

    @Test
    void readsBackWhatIsWritten() throws IOException {
        float[][] rows = {bytes(0, 1, 2, 127, 254, 255), bytes(9, 8, 7, 6, 5, 4)};
        PngImages.write(folder, rows, new ImageShape(2, 3, 1), done -> {});
        Dataset data = read();
        assertThat(data.shape()).contains(new ImageShape(2, 3, 1));
        assertThat(data.isPixels()).isTrue();
        assertThat(data.hasLabels()).isFalse();
        assertThat(data.row(0)).containsExactly(rows[0]);
        assertThat(data.row(1)).containsExactly(rows[1]);
        PngImages.write(folder.resolve("colours"), rows, new ImageShape(1, 2, 3), done -> {});
        folder = folder.resolve("colours");
        Dataset colours = load(null, ReadOptions.Colours.RGB).train();
        assertThat(colours.shape()).contains(new ImageShape(1, 2, 3));
        assertThat(colours.row(0)).containsExactly(rows[0]);
    }

    @Test
    void subfoldersAreLabels() throws IOException {
        write("dog/1.png", grey(1, 1, 3), "png");
        write("cat/2.PNG", grey(1, 1, 2), "png");
        write("cat/10.jpg", grey(1, 1, 1), "jpg");
        Files.createDirectories(folder.resolve("empty"));
        Files.writeString(folder.resolve("cat/notes.txt"), "no image");
        Files.writeString(folder.resolve("cat/._2.png"), "what macOS leaves behind");
        Dataset data = read();
        assertThat(data.rows()).isEqualTo(3);
        assertThat(data.labelNames()).containsExactly("cat", "dog");
        assertThat(data.row(1)).containsExactly(2 / 255f);
        assertThat(data.labelName(data.label(2))).isEqualTo("dog");
        write("3.png", grey(1, 1, 3), "png");
        assertThatThrownBy(this::read)
                .isInstanceOf(FormatException.class)
                .hasMessage(folder
                        + ": contains images as well as subfolders of images ('cat'), expected one or the other");
    }

    @Test
    void coloursBecomeGreyAsTelevisionDoesIt() throws IOException {
        write("a.png", rgb(4, 1, 0xff0000, 0x00ff00, 0x0000ff, 0xffffff), "png");
        assertThat(read().row(0)).containsExactly(bytes(76, 150, 29, 255));
    }

    /** One bit, a palette, 16 bits: the values are those in the file. */
    @Test
    void readsOtherKindsOfPixels() throws IOException {
        BufferedImage bits = new BufferedImage(2, 1, BufferedImage.TYPE_BYTE_BINARY);
        bits.setRGB(1, 0, 0xffffffff);
        write("1bits.png", bits, "png");
        BufferedImage palette = new BufferedImage(2, 1, BufferedImage.TYPE_BYTE_INDEXED);
        palette.setRGB(0, 0, 0xffffffff);
        write("2palette.png", palette, "png");
        BufferedImage deep = new BufferedImage(2, 1, BufferedImage.TYPE_USHORT_GRAY);
        deep.getRaster().setPixels(0, 0, 2, 1, new int[] {0x80ff, 0xffff});
        write("3deep.png", deep, "png");
        Dataset data = read();
        assertThat(data.row(0)).containsExactly(bytes(0, 255));
        assertThat(data.row(1)).containsExactly(bytes(255, 0));
        assertThat(data.row(2)).containsExactly(bytes(0x80, 0xff));
    }

    /** Pictures are shown on white, as drawings in the alpha channel alone are black through and through. */
    @Test
    void transparentPixelsShowWhite() throws IOException {
        BufferedImage colours = new BufferedImage(4, 1, BufferedImage.TYPE_INT_ARGB);
        colours.setRGB(0, 0, 4, 1, new int[] {0x00646464, 0xff000000, 0x80000000, 0x80ff0000}, 0, 4);
        write("1.png", colours, "png");
        BufferedImage palette = new BufferedImage(
                4,
                1,
                BufferedImage.TYPE_BYTE_INDEXED,
                new IndexColorModel(8, 2, new int[] {0x00646464, 0xff646464}, 0, true, -1, DataBuffer.TYPE_BYTE));
        palette.getRaster().setPixels(0, 0, 4, 1, new int[] {0, 1, 0, 1});
        write("2.png", palette, "png");
        write("3.png", grey(4, 1, 0, 1, 2, 3), "png");
        Dataset data = load(null, ReadOptions.Colours.RGB).train();
        assertThat(data.row(0)).containsExactly(bytes(255, 255, 255, 0, 0, 0, 127, 127, 127, 255, 127, 127));
        assertThat(data.row(1)).containsExactly(bytes(255, 255, 255, 100, 100, 100, 255, 255, 255, 100, 100, 100));
        assertThat(said.toString(UTF_8))
                .contains(folder + ": images with transparent pixels (2 of 3) are read on a white background");
    }

    /** As Photoshop writes them: the colours of print are stored as their complements, with a mark of Adobe's. */
    @ParameterizedTest
    @CsvSource({"0, 24, 231, 12, 255", "2, 111, 203, 214, 255"}) // CMYK, and YCCK of the inks 231, 24, 243
    void printersColoursAreShownAsOnPaper(int transform, int first, int second, int third, int black)
            throws IOException {
        WritableRaster raster = Raster.createInterleavedRaster(DataBuffer.TYPE_BYTE, 8, 8, 4, null);
        for (int i = 0; i < 64; i++) {
            raster.setPixel(i % 8, i / 8, new int[] {first, second, third, black});
        }
        ByteArrayOutputStream jpeg = new ByteArrayOutputStream();
        ImageWriter writer = ImageIO.getImageWritersByFormatName("jpeg").next();
        try (ImageOutputStream out = new MemoryCacheImageOutputStream(jpeg)) {
            ImageWriteParam fine = writer.getDefaultWriteParam();
            fine.setCompressionMode(ImageWriteParam.MODE_EXPLICIT);
            fine.setCompressionQuality(1);
            writer.setOutput(out);
            writer.write(null, new IIOImage(raster, null, null), fine);
        }
        byte[] adobe = {(byte) 0xff, (byte) 0xee, 0, 14, 'A', 'd', 'o', 'b', 'e', 0, 100, 0, 0, 0, 0, (byte) transform};
        Files.write(folder.resolve("a.jpg"), inserted(jpeg.toByteArray(), 2, adobe));
        assertThat(load(null, ReadOptions.Colours.RGB).train().row(0))
                .startsWith(transform == 0 ? bytes(24, 231, 12, 24, 231, 12) : bytes(23, 231, 11, 23, 231, 11));
    }

    private static byte[] inserted(byte[] file, int at, byte[] more) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        all.write(file, 0, at);
        all.writeBytes(more);
        all.write(file, at, file.length - at);
        return all.toByteArray();
    }

    /** The picture is 1 2 3 over 4 5 6 to the camera that held itself in each of eight ways. */
    @ParameterizedTest
    @CsvSource({
        "1, 3x2, 1 2 3 4 5 6",
        "2, 3x2, 3 2 1 6 5 4",
        "3, 3x2, 6 5 4 3 2 1",
        "4, 3x2, 4 5 6 1 2 3",
        "5, 2x3, 1 4 2 5 3 6",
        "6, 2x3, 4 1 5 2 6 3",
        "7, 2x3, 6 3 5 2 4 1",
        "8, 2x3, 3 6 2 5 1 4",
        "9, 3x2, 1 2 3 4 5 6"
    })
    void imagesStandAsTheirExifDataSay(int orientation, String size, String expected) throws IOException {
        int[] blocks = new int[24 * 16];
        Arrays.setAll(blocks, i -> 40 * (1 + i % 24 / 8 + i / (24 * 8) * 3));
        byte[] exif = ByteBuffer.allocate(26)
                .put("MM\0*\0\0\0\b\0\1".getBytes(StandardCharsets.ISO_8859_1))
                .putShort((short) 0x112)
                .putShort((short) 3)
                .putInt(1)
                .putShort((short) orientation)
                .array();
        float[] shown = bytes(Arrays.stream(expected.split(" "))
                .mapToInt(block -> 40 * Integer.parseInt(block))
                .toArray());
        byte[] png = encoded(grey(24, 16, blocks), "png");
        Files.write(folder.resolve("a.png"), inserted(png, 33, chunk("eXIf", exif)));
        byte[] segment = ByteBuffer.allocate(10 + exif.length)
                .putShort((short) 0xffe1)
                .putShort((short) (8 + exif.length))
                .put("Exif\0\0".getBytes(StandardCharsets.ISO_8859_1))
                .put(exif)
                .array();
        Files.write(folder.resolve("b.jpg"), inserted(encoded(grey(24, 16, blocks), "jpg"), 2, segment));
        Dataset data = load(size, ReadOptions.Colours.GREY).train();
        assertThat(data.row(0)).containsExactly(shown);
        assertThat(data.row(1)).containsExactly(shown);
        assertThat(read().shape()).contains(size.equals("3x2") ? new ImageShape(16, 24, 1) : new ImageShape(24, 16, 1));
    }

    private static byte[] encoded(BufferedImage image, String format) throws IOException {
        ByteArrayOutputStream file = new ByteArrayOutputStream();
        assertThat(ImageIO.write(image, format, file)).isTrue();
        return file.toByteArray();
    }

    private static byte[] chunk(String type, byte[] content) {
        byte[] typed = ByteBuffer.allocate(4 + content.length)
                .put(type.getBytes(StandardCharsets.US_ASCII))
                .put(content)
                .array();
        CRC32 crc = new CRC32();
        crc.update(typed);
        return ByteBuffer.allocate(8 + typed.length)
                .putInt(content.length)
                .put(typed)
                .putInt((int) crc.getValue())
                .array();
    }

    private static byte[] profile(int space) throws IOException {
        ByteArrayOutputStream chunk = new ByteArrayOutputStream();
        chunk.writeBytes(new byte[] {'x', 0, 0});
        try (DeflaterOutputStream packed = new DeflaterOutputStream(chunk)) {
            packed.write(ICC_Profile.getInstance(space).getData());
        }
        return chunk.toByteArray();
    }

    /** Of a linear value, a viewer shows the sRGB one; of sRGB's, by name, by profile or by gamma, the value itself. */
    @Test
    void coloursAreShownAsTheirProfilesSay() throws IOException {
        byte[] png = encoded(rgb(2, 1, 0x326496, 0x64c8ff), "png");
        byte[] linear = profile(ColorSpace.CS_LINEAR_RGB);
        byte[] srgb = profile(ColorSpace.CS_sRGB);
        byte[] of1 = ByteBuffer.allocate(4).putInt(100_000).array();
        byte[] of22 = ByteBuffer.allocate(4).putInt(45_455).array();
        Files.write(folder.resolve("1.png"), inserted(png, 33, chunk("iCCP", linear)));
        Files.write(folder.resolve("2.png"), inserted(png, 33, chunk("gAMA", of1)));
        Files.write(folder.resolve("3.png"), inserted(png, 33, chunk("iCCP", srgb)));
        Files.write(folder.resolve("4.png"), inserted(png, 33, chunk("gAMA", of22)));
        Files.write(
                folder.resolve("5.png"),
                inserted(inserted(png, 33, chunk("gAMA", of1)), 33, chunk("sRGB", new byte[1])));
        Files.write(folder.resolve("6.png"), inserted(png, 33, chunk("iCCP", new byte[] {'x', 0, 0, 1, 2, 3})));
        Dataset data = load(null, ReadOptions.Colours.RGB).train();
        assertThat(data.row(0)).containsExactly(bytes(122, 168, 202, 168, 229, 255));
        assertThat(data.row(1)).containsExactly(bytes(122, 168, 202, 168, 229, 255));
        for (int row = 2; row < 6; row++) {
            assertThat(data.row(row)).as("row %d", row).containsExactly(bytes(50, 100, 150, 100, 200, 255));
        }
    }

    @Test
    void profilesOfJpegFilesCountToo() throws IOException {
        int[] colours = new int[64];
        Arrays.fill(colours, 0x646464);
        byte[] profile = ICC_Profile.getInstance(ColorSpace.CS_LINEAR_RGB).getData();
        byte[] segment = ByteBuffer.allocate(18 + profile.length)
                .putShort((short) 0xffe2)
                .putShort((short) (16 + profile.length))
                .put("ICC_PROFILE\0\1\1".getBytes(StandardCharsets.ISO_8859_1))
                .put(profile)
                .array();
        byte[] plain = encoded(rgb(8, 8, colours), "jpg");
        Files.write(folder.resolve("1.jpg"), plain);
        Files.write(folder.resolve("2.jpg"), inserted(plain, 2, segment));
        Dataset data = read();
        assertThat(data.row(0)).startsWith(bytes(100, 100));
        assertThat(data.row(1)).startsWith(bytes(168, 168));
    }

    /** 24, 8 and 1 bits, and 5 a colour, which are spread over 0 to 255. */
    @Test
    void readsBitmaps() throws IOException {
        write("1.bmp", rgb(2, 1, 0x0a141e, 0xffffff), "bmp");
        write("2.bmp", grey(2, 1, 7, 200), "bmp");
        BufferedImage bits = new BufferedImage(2, 1, BufferedImage.TYPE_BYTE_BINARY);
        bits.setRGB(1, 0, 0xffffffff);
        write("3.BMP", bits, "bmp");
        BufferedImage few = new BufferedImage(2, 1, BufferedImage.TYPE_USHORT_555_RGB);
        few.getRaster().setDataElements(0, 0, 2, 1, new short[] {0x7fff, 0x4210});
        write("4.bmp", few, "bmp");
        Dataset data = load(null, ReadOptions.Colours.RGB).train();
        assertThat(data.row(0)).containsExactly(bytes(10, 20, 30, 255, 255, 255));
        assertThat(data.row(1)).containsExactly(bytes(7, 7, 7, 200, 200, 200));
        assertThat(data.row(2)).containsExactly(bytes(0, 0, 0, 255, 255, 255));
        assertThat(data.row(3)).containsExactly(bytes(255, 255, 255, 132, 132, 132));
    }

    @Test
    void bitmapsAreJudgedByTheirHeaderToo() throws IOException {
        byte[] bitmap = encoded(rgb(2, 1, 0x0a141e, 0xffffff), "bmp");
        Path file = folder.resolve("a.bmp");
        bitmap[30] = 5;
        assertThat(Hostile.read(any -> read(), file, bitmap)).contains("'a JPEG or PNG image inside'");
        bitmap[30] = 0;
        bitmap[19] = 16; // the second byte of the width
        bitmap[23] = 16; // and of the height
        assertThat(Hostile.read(any -> read(), file, bitmap)).contains("'Invalid width/height for BI_RGB image data.'");
        bitmap[28] = 8;
        bitmap[30] = 1; // compressed, which needs a palette, and pixels after it
        bitmap[11] = 4;
        assertThat(Hostile.read(any -> read(), file, Arrays.copyOf(bitmap, 54 + 4 * 256)))
                .contains("claims an image of 4098x4097 pixels");
    }

    @Test
    void imagesAtAnyDepthHaveTheLabelOfTheFirstLevel() throws IOException {
        write("dog/batch1/more/1.png", grey(1, 1, 1), "png");
        write("dog/2.png", grey(1, 1, 2), "png");
        write("cat/batch1/3.png", grey(1, 1, 3), "png");
        Dataset data = read();
        assertThat(data.labelNames()).containsExactly("cat", "dog");
        assertThat(IntStream.range(0, 3).map(data::label)).containsExactly(0, 1, 1);
        assertThat(data.row(1)).containsExactly(2 / 255f);
        assertThat(said.toString(UTF_8)).isEmpty();
    }

    @Test
    void whatIsNoImageIsCountedAndHiddenFoldersAreNoClasses() throws IOException {
        write("dog/1.png", grey(1, 1, 1), "png");
        write("dog/.ipynb_checkpoints/1-checkpoint.png", grey(1, 1, 1), "png");
        write("@eaDir/1.png", grey(1, 1, 1), "png");
        write("__MACOSX/dog/1.png", grey(1, 1, 1), "png");
        write("dog/._1.png", grey(1, 1, 1), "png");
        write("bird/1.gif", grey(1, 1, 1), "gif");
        Files.writeString(folder.resolve("dog/notes.txt"), "");
        Files.writeString(folder.resolve("dog/more.TXT"), "");
        Files.writeString(folder.resolve("dog/\u001b[31m.\u001b"), "");
        Files.createSymbolicLink(folder.resolve("dog/above"), folder);
        Dataset data = read();
        assertThat(data.rows()).isEqualTo(1);
        assertThat(data.labelNames()).containsExactly("dog");
        assertThat(said.toString(UTF_8))
                .isEqualTo("note: " + folder
                        + ": skipped 6 files (1 .gif, 2 .txt, 1 hidden, 1 links to a folder above, 1 other), "
                        + "3 hidden folders ('@eaDir', '__MACOSX', '.ipynb_checkpoints'), "
                        + "1 folder without images ('bird'); only PNG, JPEG and BMP images are read\n");
    }

    @Test
    void foldersNamedAsPartsAreMentioned() throws IOException {
        write("train/cat/1.png", grey(1, 1, 1), "png");
        write("test/cat/1.png", grey(1, 1, 1), "png");
        assertThat(read().labelNames()).containsExactly("test", "train");
        assertThat(said.toString(UTF_8))
                .isEqualTo("note: " + folder
                        + ": uses the names of the subfolders as labels, [test, train]; to read only one "
                        + "subfolder, name it in --data\n");
    }

    /** Names in Latin-1, which Java's strings lack in a locale of UTF-8, as those of UTF-8 do in the locale C. */
    @Test
    void foldersThatDifferInALetterStayTwoLabels() throws IOException {
        for (String name : new String[] {"%E8", "%E9", "%C3%BC"}) {
            Path label = Path.of(URI.create(folder.toUri() + name));
            Files.createDirectory(label);
            Files.write(label.resolve("1.png"), encoded(grey(1, 1, 1), "png"));
        }
        assertThat(read().labelNames()).containsExactly("\u00e8", "\u00e9", "\u00fc");
    }

    /** Nothing is decoded before all sizes are known to fit: the pixels of these are damaged. */
    @Test
    void sizesAreJudgedBeforeAnythingIsDecoded() throws IOException {
        byte[] png = encoded(new BufferedImage(2000, 1000, BufferedImage.TYPE_BYTE_GRAY), "png");
        Arrays.fill(png, 50, png.length - 12, (byte) 0xff);
        Files.write(folder.resolve("1.png"), png);
        assertThatThrownBy(this::read)
                .isInstanceOf(FormatException.class)
                .hasMessage(folder + ": images of 1000x2000x1 have more than 1048576 values, expected fewer; choose a "
                        + "smaller --size");
        write("2.png", grey(2, 1, 0, 0), "png");
        assertThatThrownBy(this::read)
                .isInstanceOf(FormatException.class)
                .hasMessageStartingWith(folder.resolve("2.png") + ": an image of 2x1 pixels, expected 2000x1000");
    }

    /** The limit for colours, and the memory they take, only concerns folders with colours in them. */
    @Test
    void greyImagesThatMayHaveColoursCountOnce() throws IOException {
        write("1.png", new BufferedImage(1000, 1000, BufferedImage.TYPE_INT_RGB), "png");
        assertThat(load(null, ReadOptions.Colours.AS_FOUND).train().shape()).hasToString("Optional[1000x1000x1]");
        BufferedImage colour = new BufferedImage(1000, 1000, BufferedImage.TYPE_INT_RGB);
        colour.setRGB(0, 0, 0xff0000);
        write("2.png", colour, "png");
        assertThatThrownBy(() -> load(null, ReadOptions.Colours.AS_FOUND))
                .isInstanceOf(FormatException.class)
                .hasMessageStartingWith(folder + ": images of 1000x1000x3 have more than 1048576 values");
    }

    @Test
    void greyImagesBeforeTheFirstWithColoursGetThreeChannels() throws IOException {
        write("1.png", rgb(2, 1, 0x101010, 0x202020), "png");
        write("2.png", rgb(2, 1, 0x303030, 0x404040), "png");
        write("3.png", rgb(2, 1, 0x010203, 0x040506), "png");
        write("4.png", rgb(2, 1, 0x505050, 0x606060), "png");
        Dataset rows = load(null, ReadOptions.Colours.AS_FOUND).train();
        assertThat(rows.shape()).hasToString("Optional[1x2x3]");
        int[][] expected = {
            {16, 16, 16, 32, 32, 32}, {48, 48, 48, 64, 64, 64}, {1, 2, 3, 4, 5, 6}, {80, 80, 80, 96, 96, 96}
        };
        for (int row = 0; row < 4; row++) {
            float[] values = rows.row(row);
            for (int i = 0; i < 6; i++) {
                assertThat(Math.round(values[i] * 255)).isEqualTo(expected[row][i]);
            }
        }
    }

    @Test
    void imagesOfOtherSizesAreRefusedOrScaledByArea() throws IOException {
        write("a.png", grey(4, 2, 0, 100, 8, 8, 50, 50, 8, 8), "png");
        write("b.png", grey(3, 1, 0, 90, 255), "png");
        assertThatThrownBy(this::read)
                .isInstanceOf(FormatException.class)
                .hasMessage(folder.resolve("b.png")
                        + ": an image of 3x1 pixels, expected 4x2 like the first; scale all to one size with --size");
        Dataset data = load("2x1", ReadOptions.Colours.GREY).train();
        assertThat(data.shape()).contains(new ImageShape(1, 2, 1));
        assertThat(data.row(0)).containsExactly(bytes(50, 8));
        assertThat(data.row(1)).containsExactly(bytes(30, 200)); // (0 + 90 / 2) / 1.5, (90 / 2 + 255) / 1.5
        assertThat(load("8x4", ReadOptions.Colours.GREY).train().row(0)).startsWith(bytes(0, 0, 100, 100, 8));
    }

    @ParameterizedTest
    @ValueSource(strings = {"28", "0x4", "4x0", "4097x1", "99999x1", "axb", "-1x2"})
    void sizesAreChecked(String size) {
        assertThatThrownBy(() -> ReadOptions.Size.parse(size))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("size '" + size + "', expected width and height");
    }

    /** Some bytes that claim an image of millions of pixels: refused by the header, without the memory. */
    @ParameterizedTest
    @CsvSource({
        "60000, 60000, 8, 'an image of 60000x60000 pixels, expected at most 33554432 and no side above 65535'",
        "2097157, 4, 8, 'an image of 2097157x4 pixels, expected at most 33554432 and no side above 65535'",
        "4000, 4000, 8, 'claims an image of 4000x4000 pixels, expected one that its 45 bytes can hold'",
        "4000, 4000, 1, 'claims an image of 4000x4000 pixels, expected one that its 45 bytes can hold'"
    })
    void bombsAreRefusedByTheirHeader(int width, int height, int bits, String expected) throws IOException {
        ByteArrayOutputStream png = new ByteArrayOutputStream();
        png.writeBytes(new byte[] {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'});
        byte[] header = ByteBuffer.allocate(17)
                .put("IHDR".getBytes(StandardCharsets.US_ASCII))
                .putInt(width)
                .putInt(height)
                .put(new byte[] {(byte) bits, 0, 0, 0, 0})
                .array();
        CRC32 crc = new CRC32();
        crc.update(header);
        png.writeBytes(ByteBuffer.allocate(25)
                .putInt(13)
                .put(header)
                .putInt((int) crc.getValue())
                .array());
        png.writeBytes(new byte[] {0, 0, 0, 0, 'I', 'D', 'A', 'T', 0, 0, 0, 0});
        Path file = folder.resolve("bomb.png");
        assertThat(Hostile.read(any -> load("8x8", ReadOptions.Colours.GREY), file, png.toByteArray()))
                .contains(expected);
        assertThat(Hostile.read(any -> read(), file, png.toByteArray())).contains(expected);
    }

    /** Nothing packs better than a picture of one colour: it must not pass for a bomb. */
    @Test
    void blankImagesAreRead() throws IOException {
        write("1.png", new BufferedImage(1024, 2048, BufferedImage.TYPE_BYTE_BINARY), "png");
        write("2.png", new BufferedImage(1024, 2048, BufferedImage.TYPE_BYTE_GRAY), "png");
        write("3.jpg", new BufferedImage(1024, 2048, BufferedImage.TYPE_INT_RGB), "jpg");
        Dataset data = load("2x2", ReadOptions.Colours.GREY).train();
        assertThat(data.rows()).isEqualTo(3);
        assertThat(data.row(2)).containsExactly(bytes(0, 0, 0, 0));
        assertThat(Files.size(folder.resolve("1.png"))).isLessThan(1024); // 2 million pixels
    }

    @ParameterizedTest
    @ValueSource(strings = {"png", "jpg", "bmp"})
    void damagedFilesAreNamed(String format) throws IOException {
        int[] values = new int[32 * 32];
        Arrays.setAll(values, i -> i * 37 % 256);
        write("a." + format, grey(32, 32, values), format);
        Path file = folder.resolve("a." + format);
        byte[] bytes = Files.readAllBytes(file);
        for (int length = 0; length < bytes.length - 32; length += 7) {
            assertThat(Hostile.read(any -> read(), file, Arrays.copyOf(bytes, length)))
                    .as("length %d of %d", length, bytes.length)
                    .startsWith(file + ": ");
        }
        Hostile.mutate(any -> read(), file, bytes, 1_000);
        assertThat(Hostile.read(any -> read(), file, "GIF89a, says its name".getBytes(StandardCharsets.UTF_8)))
                .isEqualTo(file + ": not a PNG, JPEG or BMP image, expected one");
    }
}
