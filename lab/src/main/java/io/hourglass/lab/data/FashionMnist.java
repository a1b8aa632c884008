package io.hourglass.lab.data;

import io.hourglass.Dataset;
import io.hourglass.format.FormatException;
import io.hourglass.io.AtomicFile;
import io.hourglass.io.GzipInput;
import io.hourglass.io.Sha256;
import io.hourglass.lab.progress.Progress;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Fashion-MNIST (Xiao, Rasul and Vollgraf, 2017): 70,000 grey images of clothes in the format of MNIST. It is read from
 * Debian's package dataset-fashion-mnist or from the user's cache, or else downloaded into the cache.
 */
final class FashionMnist {
    static final String NAME = "fashion-mnist";

    static final List<String> LABELS = List.of(
            "T-shirt/top", "trouser", "pullover", "dress", "coat", "sandal", "shirt", "sneaker", "bag", "ankle boot");

    private static final Path DEBIAN = Path.of("/usr/share/datasets/fashion-mnist");
    private static final URI SOURCE =
            URI.create("https://raw.githubusercontent.com/zalandoresearch/fashion-mnist/master/data/fashion/");
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    /** No compressed file of the set is longer; longer downloads are rejected. */
    private static final int MAX_BYTES = 32 << 20;

    /**
     * A file of the set.
     *
     * @param sha256 of its decompressed content, because the gzip header differs from copy to copy
     */
    record Part(String name, long unpacked, String sha256) {}

    static final List<Part> PARTS = List.of(
            new Part(
                    "train-images-idx3-ubyte.gz",
                    47_040_016,
                    "c59f468a2f672dc815687fe0f83887768d799fd8a3f3276145d20f83aa44d888"),
            new Part(
                    "train-labels-idx1-ubyte.gz",
                    60_008,
                    "bad3541b69d912435c50bb6ba87bec294ff4f6a2e1246121d8633921760443d9"),
            new Part(
                    "t10k-images-idx3-ubyte.gz",
                    7_840_016,
                    "5b4141f0afbad91edebe8549f8fcffe087ea10ca49f1dbef5c9a5cd8815ce37b"),
            new Part(
                    "t10k-labels-idx1-ubyte.gz",
                    10_008,
                    "0402a96d92fd2663957122ceb108a494c5af83dab82d92729df917d7dec38c34"));

    private final List<Path> folders;
    private final URI source;
    private final Path cache;
    private final List<Part> parts;
    private final Progress progress;

    /**
     * The places where the data set may be.
     *
     * @param folders folders that may hold the complete set
     * @param source the folder to download from, ending in a slash
     * @param cache the folder to download to
     */
    FashionMnist(List<Path> folders, URI source, Path cache, List<Part> parts, Progress progress) {
        this.folders = folders;
        this.source = source;
        this.cache = cache;
        this.parts = parts;
        this.progress = progress;
    }

    /** Debian's folder, the user's cache and the authors' repository. */
    static FashionMnist standard(Progress progress) {
        String cacheHome = System.getenv("XDG_CACHE_HOME");
        Path home = cacheHome == null || cacheHome.isBlank()
                ? Path.of(System.getProperty("user.home", ""), ".cache")
                : Path.of(cacheHome);
        return new FashionMnist(
                List.of(DEBIAN), SOURCE, home.resolve("hourglass").resolve(NAME), PARTS, progress);
    }

    /** These rows with the names of their classes. */
    static Dataset named(Dataset data) {
        return data.withLabelNames(LABELS);
    }

    /**
     * The folder that holds the four files, downloaded if necessary.
     *
     * @throws FormatException if the downloaded file is not the data set's
     * @throws IOException if it cannot be downloaded
     */
    Path folder() throws IOException {
        for (Path folder : folders) {
            if (parts.stream().allMatch(part -> Files.isRegularFile(folder.resolve(part.name())))) {
                return folder;
            }
        }
        List<Part> wanted = new ArrayList<>();
        for (Part part : parts) {
            Path file = cache.resolve(part.name());
            if (!Files.isRegularFile(file) || !isWhole(file, part)) {
                wanted.add(part);
            }
        }
        for (Part part : wanted) {
            download(part);
        }
        return cache;
    }

    private static boolean isWhole(Path file, Part part) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            return sha256(in, part).equals(part.sha256());
        } catch (FormatException e) {
            return false;
        }
    }

    private void download(Part part) throws IOException {
        URI uri = source.resolve(part.name());
        progress.say("downloading " + uri);
        HttpRequest request = HttpRequest.newBuilder(uri).timeout(PATIENCE).build();
        try {
            HttpResponse<InputStream> answer = HttpClient.newBuilder()
                    .connectTimeout(PATIENCE)
                    .followRedirects(HttpClient.Redirect.NORMAL)
                    .build()
                    .send(request, HttpResponse.BodyHandlers.ofInputStream());
            byte[] bytes;
            try (InputStream in = answer.body()) {
                if (answer.statusCode() != 200) {
                    throw new IOException("HTTP status " + answer.statusCode());
                }
                bytes = in.readNBytes(MAX_BYTES + 1);
            }
            if (bytes.length > MAX_BYTES) {
                throw new IOException("more than " + MAX_BYTES + " bytes");
            }
            String found = sha256(new java.io.ByteArrayInputStream(bytes), part);
            if (!found.equals(part.sha256())) {
                throw new FormatException(uri + ": its content has SHA-256 " + found + ", expected " + part.sha256());
            }
            AtomicFile.write(cache.resolve(part.name()), out -> out.write(bytes));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(NAME + ": the download of " + uri + " was interrupted", e);
        } catch (FormatException e) {
            throw e;
        } catch (IOException e) {
            throw new IOException(
                    NAME + ": " + uri + " cannot be downloaded ("
                            + (e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage())
                            + "): install Debian's package dataset-fashion-mnist, or put its four files into " + cache,
                    e);
        }
    }

    /** SHA-256 of the content of a gzip file; decompresses at most one byte more than the right length. */
    private static String sha256(InputStream packed, Part part) throws FormatException {
        try (InputStream in = new GzipInput(packed)) {
            Sha256 sum = new Sha256();
            byte[] buffer = new byte[1 << 16];
            long left = part.unpacked() + 1;
            int n;
            while (left > 0 && (n = in.read(buffer, 0, (int) Math.min(left, buffer.length))) > 0) {
                sum.add(buffer, 0, n);
                left -= n;
            }
            return sum.hex();
        } catch (IOException e) {
            throw new FormatException(part.name() + ": damaged gzip file (" + e.getMessage() + ")");
        }
    }
}
