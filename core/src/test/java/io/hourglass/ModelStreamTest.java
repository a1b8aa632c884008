package io.hourglass;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hourglass.format.FormatException;
import io.hourglass.format.Safetensors;
import io.hourglass.io.AllocatedBytes;
import io.hourglass.nn.Activation;
import io.hourglass.nn.Architecture;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Models in streams and byte arrays. */
class ModelStreamTest {
    private static final Dataset DATA = TestData.floats(20, 13, 1);
    private static final Autoencoder MODEL = RandomModel.of(
                    Architecture.parse("13-7-3"), Scaler.fit(Scaler.Kind.STANDARD, DATA), 5)
            .withMetadata(Map.of("note", "kept"));

    @TempDir
    Path folder;

    @Test
    void streamsAndBytesAreThoseOfTheFile() throws IOException {
        Path file = folder.resolve("model.safetensors");
        MODEL.save(file);
        byte[] bytes = MODEL.toBytes();
        assertThat(bytes).isEqualTo(Files.readAllBytes(file));
        Closable out = new Closable();
        MODEL.write(out);
        assertThat(out.toByteArray()).isEqualTo(bytes);
        assertThat(out.flushed).isTrue();
        assertThat(out.closed).isFalse();
        for (Autoencoder read : List.of(Autoencoder.ofBytes(bytes, "bytes"), read(bytes), Autoencoder.load(file))) {
            assertThat(read).isEqualTo(MODEL).hasSameHashCodeAs(MODEL);
            assertThat(read.errors(DATA)).isEqualTo(MODEL.errors(DATA));
            assertThat(read.toBytes()).isEqualTo(bytes);
        }
    }

    private static final class Closable extends ByteArrayOutputStream {
        boolean flushed;
        boolean closed;

        @Override
        public void flush() {
            flushed = true;
        }

        @Override
        public void close() {
            closed = true;
        }
    }

    private static Autoencoder read(byte[] bytes) throws IOException {
        return read(new ByteArrayInputStream(bytes));
    }

    private static Autoencoder read(InputStream in) throws IOException {
        return Autoencoder.read(in, "a stream", io.hourglass.Assumptions.NONE);
    }

    /** As from a slow network; and it stays open. */
    @Test
    void bytesMayComeOneByOne() throws IOException {
        boolean[] closed = {false};
        InputStream slow = new FilterInputStream(new ByteArrayInputStream(MODEL.toBytes())) {
            @Override
            public int read(byte[] target, int from, int length) throws IOException {
                return super.read(target, from, Math.min(1, length));
            }

            @Override
            public void close() {
                closed[0] = true;
            }
        };
        assertThat(read(slow)).isEqualTo(MODEL);
        assertThat(closed[0]).isFalse();
    }

    @Test
    void modelsLargerThanABufferAreRead() throws IOException {
        Autoencoder large = RandomModel.of(Architecture.parse("784-250-10"), 1);
        assertThat(read(large.toBytes())).isEqualTo(large);
    }

    @Test
    void filesOfTensorsAreReadWithAssumptions() throws IOException {
        Architecture relu =
                Architecture.parse("13-7-3").withActivations(Activation.RELU, Activation.IDENTITY, Activation.SIGMOID);
        Autoencoder model = RandomModel.of(relu, 2);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        Safetensors.write(out, Map.of(), ModelFile.tensors(relu, "", model.tensors()));
        io.hourglass.Assumptions given = new io.hourglass.Assumptions(Activation.RELU, null, null, Map.of());
        Autoencoder read = Autoencoder.read(new ByteArrayInputStream(out.toByteArray()), "tensors", given);
        assertThat(read.architecture()).isEqualTo(relu);
        assertThat(read.assumedActivations()).isEqualTo("latent identity, output sigmoid");
        assertThat(read.weightsSha256()).isEqualTo(model.weightsSha256());
    }

    @Test
    void truncatedStreamsAreRefusedWithTheirName() {
        byte[] bytes = MODEL.toBytes();
        for (int length = 0; length < bytes.length; length++) {
            byte[] cut = Arrays.copyOf(bytes, length);
            assertThatThrownBy(() -> read(cut))
                    .as("%d bytes", length)
                    .isInstanceOf(FormatException.class)
                    .message()
                    .startsWith("a stream: ")
                    .hasLineCount(1);
        }
        refused(new byte[5], "not a model file: 5 bytes, expected a safetensors file of at least 8");
        refused(Arrays.copyOf(bytes, bytes.length - 3), "ended 3 bytes early while it was read");
        refused("row,score".getBytes(StandardCharsets.UTF_8), "text that begins with 'row,score'");
    }

    private static void refused(byte[] bytes, String message) {
        assertThatThrownBy(() -> Autoencoder.ofBytes(bytes, "upload"))
                .isInstanceOf(FormatException.class)
                .message()
                .startsWith("upload: ")
                .endsWith(message)
                .hasLineCount(1);
    }

    @Test
    void damageIsFound() {
        byte[] bytes = MODEL.toBytes();
        bytes[bytes.length - 5] ^= 4;
        assertThatThrownBy(() -> Autoencoder.ofBytes(bytes, "upload"))
                .isInstanceOf(FormatException.class)
                .hasMessageStartingWith("upload: damaged or edited: its weights and text have SHA-256 ");
    }

    /** It is not read further, so one that never ends is refused as well. */
    @Test
    void aStreamMustEndWithTheModel() {
        InputStream endless = new InputStream() {
            @Override
            public int read() {
                return 0;
            }
        };
        assertThatThrownBy(() -> read(new SequenceInputStream(new ByteArrayInputStream(MODEL.toBytes()), endless)))
                .isInstanceOf(FormatException.class)
                .hasMessage("a stream: goes on after the last tensor, expected its end");
        assertThatThrownBy(() -> read(endless)).isInstanceOf(FormatException.class);
    }

    /** A header of a hundred bytes that claims a tensor of eight gigabytes. */
    @Test
    void memoryIsTakenForBytesThatHaveArrivedOnly() {
        String json = "{\"encoder.0.weight\":{\"dtype\":\"F32\",\"shape\":[2,1000000000],"
                + "\"data_offsets\":[0,8000000000]}}";
        byte[] bytes = new byte[8 + json.length() + 4000];
        ByteBuffer.wrap(bytes)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(json.length())
                .put(json.getBytes(StandardCharsets.UTF_8));
        refused(bytes, "ended 61536 bytes early while it was read");
        long before = AllocatedBytes.ofThisThread();
        refused(bytes, "ended 61536 bytes early while it was read");
        assertThat(AllocatedBytes.ofThisThread() - before).isLessThan(2_000_000);
    }

    @Test
    void failuresOfTheStreamArePassedOn() {
        IOException reset = new IOException("connection reset");
        assertThatThrownBy(() -> read(failing(reset))).isSameAs(reset);
        // What GZIPInputStream throws at the end of a truncated file.
        assertThatThrownBy(() -> read(failing(new EOFException("Unexpected end of ZLIB input stream"))))
                .isInstanceOf(FormatException.class)
                .hasMessage("a stream: ended early while it was read");
    }

    private static InputStream failing(IOException failure) {
        return new SequenceInputStream(
                new ByteArrayInputStream(Arrays.copyOf(MODEL.toBytes(), 300)), new InputStream() {
                    @Override
                    public int read() throws IOException {
                        throw failure;
                    }
                });
    }

    /** As {@code hourglass info <(curl ...)} gives one. */
    @Test
    void aPipeIsReadLikeAFile() throws Exception {
        Path pipe = folder.resolve("pipe");
        Assumptions.assumeTrue(Files.isExecutable(Path.of("/usr/bin/mkfifo")));
        assertThat(new ProcessBuilder("/usr/bin/mkfifo", pipe.toString())
                        .start()
                        .waitFor())
                .isZero();
        Thread writer = new Thread(() -> {
            try {
                Files.write(pipe, MODEL.toBytes());
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        });
        writer.start();
        assertThat(Autoencoder.load(pipe)).isEqualTo(MODEL);
        writer.join();
    }
}
