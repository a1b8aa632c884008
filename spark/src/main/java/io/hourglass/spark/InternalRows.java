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
 * {@link Dataset#mapPartitions} without its encoders. It uses the same three operators, but the values in the rows that
 * pass between them stay in Spark's internal form. Converting every row to a vector object and back costs more than a
 * small network.
 */
final class InternalRows {
    private InternalRows() {}

    /**
     * Adds columns. Existing columns keep their names and the alias of their data frame. But as with every {@code
     * mapPartitions} they are new columns, so {@code rows.col} does not refer to them.
     *
     * @param schema schema of the result: the columns of the rows in their order, then the new columns
     * @param function maps the rows of a partition to those of the result. It takes {@link Row}s of values in Spark's
     *     internal form (objects, because Spark would copy any other rows) and returns {@code InternalRow}s. Rows on
     *     both sides are valid only until the next one is requested
     */
    static Dataset<Row> mapPartitions(
            Dataset<?> rows, StructType schema, Function1<Iterator<Object>, Iterator<Object>> function) {
        org.apache.spark.sql.classic.Dataset<?> dataset = (org.apache.spark.sql.classic.Dataset<?>) rows;
        LogicalPlan plan = dataset.logicalPlan();
        List<Attribute> columns = CollectionConverters.asJava(plan.output());
        List<Expression> values = new ArrayList<>(columns);
        // The type of the object must not be Row. Otherwise Spark would take it for the result of a typed map, pass us
        // that map's rows and leave out the operator that serialises them.
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

    /** The rows of a data frame. Each is valid only until the next one of its partition is requested. */
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
