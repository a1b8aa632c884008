package io.hourglass.spark;

import java.util.ArrayList;
import java.util.List;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.Alias;
import org.apache.spark.sql.catalyst.expressions.Attribute;
import org.apache.spark.sql.catalyst.expressions.AttributeReference;
import org.apache.spark.sql.catalyst.expressions.BoundReference;
import org.apache.spark.sql.catalyst.expressions.ExprId;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.GenericRowWithSchema;
import org.apache.spark.sql.catalyst.expressions.GetStructField;
import org.apache.spark.sql.catalyst.expressions.NamedExpression;
import org.apache.spark.sql.catalyst.expressions.objects.CreateExternalRow;
import org.apache.spark.sql.catalyst.plans.logical.DeserializeToObject;
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan;
import org.apache.spark.sql.catalyst.plans.logical.MapPartitions;
import org.apache.spark.sql.catalyst.plans.logical.SerializeFromObject;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.Metadata;
import org.apache.spark.sql.types.ObjectType;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import scala.Function1;
import scala.Option;
import scala.collection.Iterator;
import scala.collection.immutable.Seq;
import scala.jdk.javaapi.CollectionConverters;

/**
 * {@link Dataset#mapPartitions} without its encoders: with the same three operators, but the values in the rows that go
 * from one to the next stay in Spark's own form. To make a vector of each and take it apart again costs more than a
 * small network does.
 */
final class InternalRows {
    private InternalRows() {}

    /**
     * Adds columns. Those that were there keep their names and the alias of their data frame; like those of every
     * {@code mapPartitions} they are new columns, though, which {@code rows.col} does not mean.
     *
     * @param schema of the result: the columns of the rows, in their order, and the new ones behind them
     * @param function from the rows of a partition to those of the result: takes {@link Row}s (objects, for else Spark
     *     would write them to memory of their own) of values in Spark's own form, gives {@code InternalRow}s. Of both,
     *     each is good until the next one is asked for
     */
    static Dataset<Row> mapPartitions(
            Dataset<?> rows, StructType schema, Function1<Iterator<Object>, Iterator<Object>> function) {
        org.apache.spark.sql.classic.Dataset<?> dataset = (org.apache.spark.sql.classic.Dataset<?>) rows;
        LogicalPlan plan = dataset.logicalPlan();
        List<Attribute> columns = CollectionConverters.asJava(plan.output());
        List<Expression> values = new ArrayList<>(columns);
        // Not of the class Row, by which Spark would know what a typed map made: it would hand us its rows and leave
        // out
        // what writes them.
        LogicalPlan map = new MapPartitions(
                function,
                object("results", schema),
                new DeserializeToObject(
                        new CreateExternalRow(seq(values), dataset.schema()),
                        object("row", new ObjectType(GenericRowWithSchema.class)),
                        plan));
        BoundReference given = new BoundReference(0, schema, false);
        List<NamedExpression> fields = new ArrayList<>();
        for (int i = 0; i < schema.length(); i++) {
            StructField field = schema.apply(i);
            fields.add(new Alias(
                    new GetStructField(given, i, Option.empty()),
                    field.name(),
                    id(),
                    i < columns.size() ? columns.get(i).qualifier() : seq(List.of()),
                    Option.apply(field.metadata()),
                    seq(List.of())));
        }
        return org.apache.spark.sql.classic.Dataset.ofRows(
                dataset.sparkSession(), new SerializeFromObject(seq(fields), map));
    }

    /** The rows of a data frame; each is good until the next one of its partition is asked for. */
    static JavaRDD<InternalRow> of(Dataset<?> rows) {
        return ((org.apache.spark.sql.classic.Dataset<?>) rows)
                .queryExecution()
                .toRdd()
                .toJavaRDD();
    }

    private static Attribute object(String name, DataType type) {
        return new AttributeReference(name, type, false, Metadata.empty(), id(), seq(List.of()));
    }

    private static ExprId id() {
        return NamedExpression.newExprId();
    }

    private static <T> Seq<T> seq(List<T> list) {
        return CollectionConverters.asScala(list).toSeq();
    }
}
