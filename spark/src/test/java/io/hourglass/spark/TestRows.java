package io.hourglass.spark;

import io.hourglass.Dataset;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/** Rows for tests. They lie close to a four-dimensional plane, so there is something to learn. */
final class TestRows {
    static final int INPUTS = 37;

    static final StructType VECTORS =
            new StructType().add("id", DataTypes.IntegerType).add("features", SQLDataTypes.VectorType());

    private TestRows() {}

    /** [rows][inputs], in [0, 1]. */
    static float[][] values(int rows, long seed) {
        Random random = new Random(seed);
        float[][] values = new float[rows][INPUTS];
        for (float[] row : values) {
            float[] code = {random.nextFloat(), random.nextFloat(), random.nextFloat(), random.nextFloat()};
            for (int i = 0; i < INPUTS; i++) {
                row[i] = 0.5f * code[i % 4] + 0.4f * code[i % 3] + 0.1f * random.nextFloat();
            }
        }
        return values;
    }

    /** The rows as a data set of the library. */
    static Dataset dataset(float[][] values) {
        float[] flat = new float[values.length * INPUTS];
        for (int r = 0; r < values.length; r++) {
            System.arraycopy(values[r], 0, flat, r * INPUTS, INPUTS);
        }
        return Dataset.ofFloats("rows", flat, INPUTS);
    }

    /** The rows as a data frame with ids from 0. */
    static org.apache.spark.sql.Dataset<Row> frame(SparkSession spark, float[][] values, int partitions) {
        List<Row> rows = new ArrayList<>();
        for (int r = 0; r < values.length; r++) {
            rows.add(RowFactory.create(r, Vectors.dense(wide(values[r]))));
        }
        return frame(spark, rows, VECTORS, partitions);
    }

    static org.apache.spark.sql.Dataset<Row> frame(
            SparkSession spark, List<Row> rows, StructType schema, int partitions) {
        JavaSparkContext context = JavaSparkContext.fromSparkContext(spark.sparkContext());
        return spark.createDataFrame(context.parallelize(rows, partitions), schema);
    }

    static double[] wide(float[] row) {
        double[] wide = new double[row.length];
        for (int i = 0; i < wide.length; i++) {
            wide[i] = row[i];
        }
        return wide;
    }
}
