package io.hourglass.lab.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.hourglass.Autoencoder;
import io.hourglass.Dataset;
import io.hourglass.Recipe;
import io.hourglass.Trainer;
import io.hourglass.format.Safetensors;
import io.hourglass.lab.data.Codes;
import io.hourglass.nn.Activation;
import io.hourglass.nn.Architecture;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Files of nothing but tensors, as PyTorch writes them, of a network whose activations are not the report's. */
class TensorFilesTest {
    private static final String ASSUMED =
            "states no activations; assuming 'hidden tanh, latent identity, output sigmoid' "
                    + "(change with --activation, --latent-activation and --output-activation)";
    private static final List<String> TOLD =
            List.of("--activation", "relu", "--latent-activation", "tanh", "--output-activation", "identity");

    @TempDir
    Path folder;

    private Path tensors;
    private Path data;
    private Autoencoder model;

    @BeforeEach
    void setUp() throws IOException {
        Random random = new Random(1);
        float[] values = new float[60 * 4];
        StringBuilder csv = new StringBuilder("a,b,c,d\n");
        for (int i = 0; i < values.length; i++) {
            values[i] = random.nextFloat();
            csv.append(values[i]).append(i % 4 == 3 ? "\n" : ",");
        }
        data = folder.resolve("rows.csv");
        Files.writeString(data, csv);
        Architecture architecture = Architecture.of(4, List.of(6), 2)
                .withActivations(Activation.RELU, Activation.TANH, Activation.IDENTITY);
        model = new Trainer(architecture, Recipe.tuned().with(r -> r.epochs(2)))
                .fit(Dataset.ofFloats("rows", values, 4))
                .model();
        tensors = folder.resolve("pytorch.safetensors");
        write(tensors, UnaryOperator.identity());
    }

    private void write(Path file, UnaryOperator<String> rename) throws IOException {
        Path saved = folder.resolve("saved.safetensors");
        model.save(saved);
        Map<String, Safetensors.Tensor> renamed = new LinkedHashMap<>();
        Safetensors.read(saved).tensors().forEach((name, tensor) -> renamed.put(rename.apply(name), tensor));
        Safetensors.write(file, Map.of(), renamed);
    }

    private float[][] rows() {
        try {
            List<String> lines = Files.readAllLines(data);
            float[][] rows = new float[lines.size() - 1][4];
            for (int row = 0; row < rows.length; row++) {
                String[] fields = lines.get(row + 1).split(",", -1);
                for (int j = 0; j < 4; j++) {
                    rows[row][j] = Float.parseFloat(fields[j]);
                }
            }
            return rows;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The words of a command line, with what the last argument holds after them. */
    private static Object[] words(List<String> more, Object... words) {
        List<Object> all = new ArrayList<>(List.of(words));
        all.addAll(more);
        return all.toArray();
    }

    @Test
    void codesAreThoseOfTheActivationsTold() throws IOException {
        Path codes = folder.resolve("codes.npy");
        Cli assumed = Cli.ok("encode", tensors, "--data", data, "-o", codes);
        assertThat(assumed.err()).contains(tensors + ": " + ASSUMED);
        assertThat(Cli.ok("encode", tensors, "--data", data, "-o", codes, "--force", "--quiet")
                        .err())
                .contains("note: " + tensors + ": " + ASSUMED);
        float[] tanh = Codes.read(codes).values()[0];
        Cli told = Cli.ok(words(TOLD, "encode", tensors, "--data", data, "-o", codes, "--force"));
        assertThat(told.err()).doesNotContain("assum");
        float[][] relu = Codes.read(codes).values();
        assertThat(relu[0]).isNotEqualTo(tanh);
        float[][] rows = rows();
        for (int row = 0; row < rows.length; row++) {
            assertThat(relu[row]).containsExactly(model.encode(rows[row]), within(1e-6f));
        }
    }

    /** Every command that takes a model says what it assumes, and assumes what it is told. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "info MODEL",
                "evaluate MODEL --data DATA",
                "encode MODEL --data DATA -o OUT.csv",
                "decode MODEL CODES -o OUT.csv",
                "score MODEL --data DATA -o OUT.csv",
                "calibrate MODEL --data DATA --false-alarms 0.1 -o OUT.safetensors",
                "export MODEL --onnx OUT.onnx",
                "compress MODEL --data DATA -o OUT.hgz",
                "clusters MODEL --data DATA --k 2",
                "explore MODEL --data DATA --items 50 -o OUT.html",
                "rate-distortion MODEL --data DATA -o OUT",
                "train --init MODEL --data DATA --scale none --epochs 1 -o OUT.safetensors"
            })
    void everyCommandStatesWhatItAssumes(String command) throws IOException {
        Path codes = folder.resolve("codes.csv");
        Cli.ok(words(TOLD, "encode", tensors, "--data", data, "-o", codes));
        String[] words = command.replace("DATA", data.toString())
                .replace("CODES", codes.toString())
                .replace("MODEL", tensors.toString())
                .replace("OUT", folder.resolve("out").toString())
                .split(" ");
        assertThat(Cli.ok((Object[]) words).err()).contains(tensors + ": " + ASSUMED);
        List<String> told = new ArrayList<>(TOLD);
        if (!command.startsWith("info") && !command.startsWith("evaluate") && !command.startsWith("clusters")) {
            told.add("--force");
        }
        assertThat(Cli.ok(words(told, (Object[]) words)).err()).doesNotContain("assum");
        // A file that states its activations is not told others.
        Path stated = folder.resolve("stated.safetensors");
        model.save(stated);
        for (int i = 0; i < words.length; i++) {
            words[i] = words[i].equals(tensors.toString()) ? stated.toString() : words[i];
        }
        told.set(1, "sigmoid");
        Cli.run(words(told, (Object[]) words)).failed(1, stated + ": states activation.hidden relu, expected sigmoid");
    }

    /** ONNX files hold functions by name: a wrong one would go on to whoever runs them. */
    @Test
    void exportTakesWhatItIsTold() throws IOException {
        Path onnx = folder.resolve("m.onnx");
        Cli.ok("export", tensors, "--onnx", onnx);
        assertThat(Files.readString(onnx, StandardCharsets.ISO_8859_1)).contains("Sigmoid");
        Cli.ok(words(TOLD, "export", tensors, "--onnx", onnx, "--force"));
        assertThat(Files.readString(onnx, StandardCharsets.ISO_8859_1))
                .contains("Relu")
                .doesNotContain("Sigmoid");
    }

    @Test
    void layersAreMapped() throws IOException {
        Path other = folder.resolve("other.safetensors");
        write(
                other,
                name -> "module."
                        + name.replace("encoder.0", "fc1")
                                .replace("encoder.2", "fc2")
                                .replace("decoder.", "dec."));
        Cli.run("info", other).failed(1, other, "'fc1.weight' [6, 4]", "and 3 more", "expected", "--map fc1=encoder.0");
        Cli info = Cli.ok("info", other, "--json", "--map", "fc1=encoder.0,fc2=encoder.2,dec=decoder");
        assertThat(info.out()).contains("\"4-6-2\"", model.weightsSha256());
        Cli.run("info", other, "--map", "fc1=encoder.0", "--map", "fc4=encoder.2")
                .failed(1, other, "'fc4'");
        Cli.run("info", other, "--map", "fc1").failed(2, "--map", "fc1");
    }

    @Test
    void trainTakesTheOptionsOfAFileWithAFileOnly() {
        Path out = folder.resolve("out.safetensors");
        Cli.run("train", "--data", data, "--hidden", "6", "--latent", 2, "--map", "enc=encoder", "-o", out)
                .failed(2, "--map", "--init");
        assertThat(out).doesNotExist();
    }

    /** A decoder that mirrors nothing goes through all that can be done with a model. */
    @Test
    void decodersOfTheirOwnWidths() throws IOException {
        Architecture architecture = Architecture.parse("4-6-2:3-5-4");
        float[][] rows = rows();
        float[] values = new float[rows.length * 4];
        for (int row = 0; row < rows.length; row++) {
            System.arraycopy(rows[row], 0, values, row * 4, 4);
        }
        model = new Trainer(architecture, Recipe.tuned().with(r -> r.epochs(1)))
                .fit(Dataset.ofFloats("rows", values, 4))
                .model();
        write(tensors, UnaryOperator.identity());
        assertThat(Cli.ok("info", tensors).out())
                .contains("4-6-2:3-5-4")
                .contains("  decoder.2  Linear  3      5       tanh                20");
        Path trained = folder.resolve("trained.safetensors");
        Cli.ok("train", "--init", tensors, "--data", data, "--scale", "none", "--epochs", 1, "-o", trained);
        assertThat(Autoencoder.load(trained).architecture()).isEqualTo(architecture);
        Path codes = folder.resolve("codes.csv");
        Path decoded = folder.resolve("decoded.csv");
        Cli.ok("encode", trained, "--data", data, "-o", codes);
        Cli.ok("decode", trained, codes, "-o", decoded);
        float[] expected = Autoencoder.load(trained).reconstruct(rows[7]);
        String[] fields = Files.readAllLines(decoded).get(8).split(",", -1);
        assertThat(fields).hasSize(4);
        for (int j = 0; j < 4; j++) {
            assertThat(Float.parseFloat(fields[j])).isCloseTo(expected[j], within(1e-5f));
        }
        Cli.ok("export", trained, "--onnx", folder.resolve("m.onnx"));
        Cli.ok("explore", trained, "--data", data, "-o", folder.resolve("e.html"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"x.pt", "model", "x.safetensors.bak", "x.csv"})
    void modelsAreNotWrittenUnderOtherNames(String name) {
        Path out = folder.resolve(name);
        Cli.run("train", "--data", data, "--hidden", "6", "--latent", 2, "-o", out)
                .failed(2, "-o " + out, "expected a file name that ends in .safetensors");
        Cli.run("calibrate", tensors, "--data", data, "-o", out)
                .failed(2, "-o " + out, "expected a file name that ends in .safetensors");
        assertThat(out).doesNotExist();
    }

    @Test
    void infoSaysWhatIsNoModelFile() throws IOException {
        Cli.run("info", data).failed(1, data + ": not a model file", "text that begins with 'a,b,c,d'");
        Path pt = folder.resolve("m.pt");
        Files.write(pt, new byte[] {'P', 'K', 3, 4, 0, 0, 8, 8, 0, 0, 0, 0});
        Cli.run("encode", pt, "--data", data, "-o", folder.resolve("c.csv"))
                .failed(1, pt + ": not a model file", "torch.save", ".pt", "safetensors.torch.save_file");
    }

    @Test
    void infoShowsTheChecksum() throws IOException {
        Path saved = folder.resolve("saved.safetensors");
        model.save(saved);
        String sum = Safetensors.read(saved).metadata().get("hourglass.sha256");
        assertThat(Cli.ok("info", saved).out()).contains("content SHA-256    " + sum + " (verified)");
        assertThat(Cli.ok("info", saved, "--json").out()).contains("\"contentSha256\" : \"" + sum + "\"");
        assertThat(Cli.ok("info", tensors).out()).contains("content SHA-256    none in the file");
        byte[] bytes = Files.readAllBytes(saved);
        bytes[bytes.length - 3] ^= 1;
        Files.write(saved, bytes);
        Cli.run("score", saved, "--data", data, "-o", folder.resolve("s.csv")).failed(1, saved + ": damaged or edited");
        assertThat(folder.resolve("s.csv")).doesNotExist();
    }
}
