package io.hourglass.spark;

import io.hourglass.Autoencoder;
import io.hourglass.Dataset;
import io.hourglass.compute.Kernels;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.jspecify.annotations.Nullable;

/** Runs a model over the rows of a partition, a block of rows at a time: one by one they would take ten times as long. */
final class Scoring implements MapPartitionsFunction<Row, Row> {
    private static final long serialVersionUID = 1;

    /** Most rows of a block, and most values: a task holds no more of its partition at a time. */
    private static final int BLOCK_ROWS = 512;

    private static final int BLOCK_VALUES = 1 << 22;

    private final Broadcast<ModelFile> file;
    private final RowReader reader;
    private final int input;
    private final boolean keep;
    private final boolean codes;
    private final boolean reconstructions;
    private final boolean errors;

    Scoring(
            Broadcast<ModelFile> file,
            RowReader reader,
            int input,
            boolean keep,
            boolean codes,
            boolean reconstructions,
            boolean errors) {
        this.file = file;
        this.reader = reader;
        this.input = input;
        this.keep = keep;
        this.codes = codes;
        this.reconstructions = reconstructions;
        this.errors = errors;
    }

    @Override
    public Iterator<Row> call(Iterator<Row> rows) {
        return new Blocks(rows);
    }
@@REST@@
}
