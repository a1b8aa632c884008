package io.hourglass.lab.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import io.hourglass.Idx;
import io.hourglass.ImageShape;
import io.hourglass.format.FormatException;
import io.hourglass.lab.progress.Progress;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(value = 300, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class FashionMnistTest {
    private static final Progress QUIET = new Progress(new PrintStream(OutputStream.nullOutputStream()), false, 80);

    @TempDir
    Path folder;

    private final Map<String, byte[]> served = new LinkedHashMap<>();
    private final List<String> asked = new ArrayList<>();
    private final List<FashionMnist.Part> parts = new ArrayList<>();
    private HttpServer server;
    private Path cache;

    @BeforeEach
    void serveATinySet() throws Exception {
        cache = folder.resolve("cache/fashion");
        for (FashionMnist.Part part : FashionMnist.PARTS) {
            Path file = folder.resolve(part.name());
            if (part.name().contains("images")) {
                Idx.writeImages(file, new byte[12], new ImageShape(2, 3, 1));
            } else {
                Idx.writeLabels(file, new int[] {9, 0});
            }
            byte[] bytes = Files.readAllBytes(file);
            byte[] content = new GZIPInputStream(new ByteArrayInputStream(bytes)).readAllBytes();
            String sha = HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(content));
            parts.add(new FashionMnist.Part(part.name(), content.length, sha));
            served.put(part.name(), bytes);
            Files.delete(file);
        }
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/set/", exchange -> {
            String name =
                    Path.of(exchange.getRequestURI().getPath()).getFileName().toString();
            asked.add(name);
            byte[] body = served.get(name);
            exchange.sendResponseHeaders(body == null ? 404 : 200, body == null ? -1 : body.length);
            if (body != null) {
                exchange.getResponseBody().write(body);
            }
            exchange.close();
        });
        server.start();
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    private Path get(List<Path> folders) throws IOException {
        URI source = URI.create("http://" + server.getAddress().getAddress().getHostAddress() + ":"
                + server.getAddress().getPort() + "/set/");
        return new FashionMnist(folders, source, cache, parts, QUIET).folder();
    }

    @Test
    void downloadsOnceIntoTheCache() throws IOException {
        assertThat(get(List.of(folder.resolve("debian")))).isEqualTo(cache);
        assertThat(asked).containsExactlyElementsOf(served.keySet());
        for (Map.Entry<String, byte[]> file : served.entrySet()) {
            assertThat(cache.resolve(file.getKey())).hasBinaryContent(file.getValue());
        }
        assertThat(get(List.of())).isEqualTo(cache);
        assertThat(asked).hasSize(4);
        assertThat(DataSource.load(cache.toString(), QUIET).train().label(0)).isEqualTo(9);
    }

    @Test
    void takesAnInstalledSetFirst() throws IOException {
        get(List.of());
        asked.clear();
        Path installed = Files.move(cache, folder.resolve("debian"));
        assertThat(get(List.of(folder.resolve("none"), installed))).isEqualTo(installed);
        assertThat(asked).isEmpty();
    }

    @Test
    void replacesWhatIsDamagedInTheCache() throws IOException {
        get(List.of());
        asked.clear();
        Path damaged = cache.resolve("t10k-images-idx3-ubyte.gz");
        Files.write(damaged, new byte[100]);
        get(List.of());
        assertThat(asked).containsExactly("t10k-images-idx3-ubyte.gz");
        assertThat(damaged).hasBinaryContent(served.get("t10k-images-idx3-ubyte.gz"));
    }

    @Test
    void refusesAnythingElse() throws IOException {
        ByteArrayOutputStream bomb = new ByteArrayOutputStream();
        try (GZIPOutputStream out = new GZIPOutputStream(bomb)) {
            out.write(new byte[50_000_000]); // stopped one byte beyond the length that is right
        }
        served.put("train-images-idx3-ubyte.gz", bomb.toByteArray());
        assertThatThrownBy(() -> get(List.of()))
                .isInstanceOf(FormatException.class)
                .hasMessageContaining("/set/train-images-idx3-ubyte.gz: its content has SHA-256 ")
                .hasMessageContaining("expected " + parts.get(0).sha256());
        served.put(
                "train-images-idx3-ubyte.gz",
                "<html>not here</html>".getBytes(java.nio.charset.StandardCharsets.UTF_8));
        assertThatThrownBy(() -> get(List.of()))
                .isInstanceOf(FormatException.class)
                .hasMessageContaining("damaged gzip file");
        assertThat(cache).doesNotExist();
    }

    @Test
    void saysWhatToDoWhereThereIsNoNetwork() {
        served.remove("train-images-idx3-ubyte.gz");
        assertThatThrownBy(() -> get(List.of()))
                .isInstanceOf(IOException.class)
                .hasMessageStartingWith("fashion-mnist: http://")
                .hasMessageContaining("(HTTP status 404)")
                .hasMessageEndingWith(
                        "install Debian's package dataset-fashion-mnist, or put its four files into " + cache);
        server.stop(0);
        assertThatThrownBy(() -> get(List.of()))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("cannot be downloaded");
    }
}
