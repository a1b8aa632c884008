package io.hourglass.spark;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The tests run the programs that docs/guide/spark.md shows. */
class GuideTest {
    private static final SparkSession SPARK = LocalSpark.SESSION;
    private static final Pattern JAVA_FENCE =
            Pattern.compile("^```java\\n(.*?)^```$", Pattern.MULTILINE | Pattern.DOTALL);

    /** Sources that {@link #thePipelineRuns} and {@link ParquetExampleTest} run. */
    private static final List<Path> PROGRAMS = List.of(
            Path.of("src/test/java/io/hourglass/spark/PipelineExample.java"),
            Path.of("src/main/java/io/hourglass/spark/ParquetExample.java"));

    @TempDir
    private Path folder;

    @Test
    void everyJavaBlockOfThePageIsPartOfATestedProgram() throws Exception {
        List<String> shown = JAVA_FENCE
                .matcher(Files.readString(Path.of("../docs/guide/spark.md")))
                .results()
                .map(fence -> withoutIndent(fence.group(1)))
                .toList();
        assertThat(shown).hasSizeGreaterThanOrEqualTo(PROGRAMS.size());
        StringBuilder programs = new StringBuilder();
        for (Path program : PROGRAMS) {
            programs.append(withoutIndent(Files.readString(program)));
        }
        assertThat(shown).allSatisfy(block -> assertThat(programs).contains(block));
    }

    private static String withoutIndent(String text) {
        return text.lines().map(String::strip).collect(Collectors.joining("\n"));
    }

    @Test
    void thePipelineRuns() throws Exception {
        Random random = new Random(1);
        List<Row> rows = IntStream.range(0, 300)
                .mapToObj(id -> {
                    double load = random.nextDouble();
                    return RowFactory.create(id, 100 * load, 2 + 8 * load * load, 20 + 60 * load, 50 + 30 * load);
                })
                .toList();
        StructType schema = new StructType().add("id", DataTypes.IntegerType);
        for (String name : List.of("load", "current", "temperature", "flow")) {
            schema = schema.add(name, DataTypes.DoubleType);
        }
        Dataset<Row> scored = PipelineExample.run(
                TestRows.frame(SPARK, rows, schema, 2), folder.resolve("model").toString());
        assertThat(scored.columns()).containsExactly("id", "latent", "score");
        List<Row> results = scored.collectAsList();
        assertThat(results).hasSize(300);
        assertThat(results.get(0).<Vector>getAs("latent").size()).isEqualTo(2);
        double[] scores = results.stream()
                .mapToDouble(row -> row.<Double>getAs("score"))
                .sorted()
                .toArray();
        assertThat(scores[150]).isBetween(0.8, 1.2); // about 1 for a typical row
        try (Stream<Path> saved = Files.walk(folder.resolve("model"))) {
            assertThat(saved.map(file -> file.getFileName().toString())).contains(AutoencoderModel.FILE);
        }
    }
}
