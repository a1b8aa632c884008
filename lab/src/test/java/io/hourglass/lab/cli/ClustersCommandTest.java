package io.hourglass.lab.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class ClustersCommandTest {
    @TempDir
    Path folder;

    private Path data;
    private Path model;

    @BeforeEach
    void train() throws IOException {
        data = TinyData.write(folder.resolve("tiny"), 4);
        model = folder.resolve("model.safetensors");
        Cli.ok("train", "--data", data, "--hidden", 12, "--latent", 6, "--epochs", 30, "-o", model);
    }

    @Test
    void comparesFourPipelinesWithTheLabels() throws IOException {
        Cli cli = Cli.ok("clusters", model, "--data", data, "--json");
        JsonNode json = JsonMapper.shared().readTree(cli.out());
        assertThat(json.get("k").asInt()).isEqualTo(10);
        assertThat(json.get("rows").asInt()).isEqualTo(TinyData.TEST);
        assertThat(json.get("pipelines"))
                .extracting(line -> line.get("pipeline").asString())
                .containsExactly("kmeans", "gmm", "umap+kmeans", "umap+gmm");
        assertThat(json.get("pipelines").get(0).propertyNames())
                .containsExactly("pipeline", "accuracy", "nmi", "ari", "purity", "silhouette");
        assertThat(json.get("pipelines").get(0).get("nmi").asDouble()).isBetween(0.3, 1.0);
        assertThat(Cli.ok("clusters", model, "--data", data, "--json").out()).isEqualTo(cli.out());
    }

    @Test
    void printsATable() {
        Cli cli = Cli.ok("clusters", model, "--data", data, "--k", 3, "--seed", 7);
        assertThat(cli.out().lines()).hasSize(5);
        assertThat(cli.out()).contains("pipeline", "accuracy", "silhouette", "umap+gmm");
        assertThat(cli.err()).contains("clustering 50 codes");
    }

    @Test
    void writesTheClusterOfEachRow() throws IOException {
        Path file = folder.resolve("clusters.csv");
        Cli cli = Cli.ok("clusters", model, "--data", data, "--k", 3, "-o", file);
        assertThat(cli.out()).contains("Clusters: " + file);
        List<String> lines = Files.readAllLines(file);
        assertThat(lines).hasSize(1 + TinyData.TEST);
        assertThat(lines.get(0)).isEqualTo("row,kmeans,gmm,umap+kmeans,umap+gmm");
        assertThat(lines.subList(1, lines.size())).allMatch(line -> line.matches("\\d+(,[0-2]){4}"));
        Cli.run("clusters", model, "--data", data, "--k", 3, "-o", file).failed(1, file, "--force");
        Cli.run("clusters", model, "--data", data, "-o", "c.txt").failed(2, "c.txt", ".csv");
        Path people = folder.resolve("people.csv");
        StringBuilder table = new StringBuilder("who,a,b\n");
        for (int row = 0; row < 20; row++) {
            table.append("p" + row + "," + row % 7 + "," + row % 3 + "\n");
        }
        Files.writeString(people, table);
        Path small = folder.resolve("small.safetensors");
        Cli.ok("train", "--data", people, "--id", "who", "--latent", 1, "--epochs", 2, "-o", small);
        Cli json = Cli.ok("clusters", small, "--data", people, "--k", 2, "--json", "-o", file, "--force");
        assertThat(JsonMapper.shared().readTree(json.out()).get("rows").asInt()).isEqualTo(20);
        assertThat(Files.readAllLines(file).get(3)).matches("p2,[01],[01]");
    }

    @Test
    void withoutLabelsTheNumberMustBeGiven() throws IOException {
        Files.delete(data.resolve("t10k-labels-idx1-ubyte"));
        Path images = data.resolve("t10k-images-idx3-ubyte");
        Cli.run("clusters", model, "--data", images).failed(1, "has no labels", "--k");
        assertThat(Cli.ok("clusters", model, "--data", images, "--k", 2).out()).doesNotContain("accuracy");
    }

    @Test
    void refusesMoreClustersThanRows() {
        Cli one = Cli.ok("clusters", model, "--data", data, "--k", 1);
        assertThat(one.out()).containsPattern("kmeans .* undefined\n").doesNotContain("NaN");
        Cli.run("clusters", model, "--data", data, "--k", 51).failed(2, "--k 51", "1 to 50");
        Cli.run("clusters", model, "--data", data, "--k", 0).failed(2, "--k 0");
    }
}
