package io.hourglass.lab.data;

import ai.onnx.proto.OnnxMl;
import io.hourglass.Autoencoder;
import io.hourglass.Scaler;
import io.hourglass.Version;
import io.hourglass.anomaly.AnomalyDetector;
import io.hourglass.io.AtomicFile;
import io.hourglass.lab.analysis.Baseline;
import io.hourglass.nn.Activation;
import io.hourglass.nn.Architecture;
import io.hourglass.nn.Columns;
import io.hourglass.nn.Layer;
import io.hourglass.nn.Shape;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.tribuo.util.onnx.ONNXAttribute;
import org.tribuo.util.onnx.ONNXContext;
import org.tribuo.util.onnx.ONNXInitializer;
import org.tribuo.util.onnx.ONNXNode;
import org.tribuo.util.onnx.ONNXOperator;
import org.tribuo.util.onnx.ONNXOperators;
import org.tribuo.util.onnx.ONNXRef;

/**
 * An autoencoder as an ONNX graph: input {@code x} [batch][inputs], outputs {@code latent} [batch][p] and {@code
 * reconstruction} [batch][inputs], float32, any batch size, in the user's units: filling missing values (NaN) and the
 * scaler are part of the graph, and so is the softmax of categories, all of whose values are NaN if it is missing. The
 * same model gives the same bytes.
 *
 * @see <a href="https://onnx.ai/onnx/operators/">the operators</a>
 */
public final class OnnxFile {
    /** Protocol buffers hold less than 2 GB; everything besides the weights is small. */
    private static final long MAX_PARAMETERS = (Integer.MAX_VALUE - (1 << 24)) / Float.BYTES;

    private static final int IR_VERSION = 7; // the version for operator set 13, which Tribuo writes

    private static final Operator RESHAPE = new Operator("Reshape", 2, Set.of());
    private static final Operator TRANSPOSE = new Operator("Transpose", 1, Set.of("perm"));
    private static final Operator CONV = new Operator("Conv", 3, Set.of("kernel_shape", "strides", "pads"));
    private static final Operator CONV_TRANSPOSE =
            new Operator("ConvTranspose", 3, Set.of("kernel_shape", "strides", "pads", "output_padding"));

    private OnnxFile() {}

    /**
     * An operator that is missing in Tribuo's {@link ONNXOperators}.
     *
     * @param lists the attributes that are lists of numbers; all others have their defaults
     */
    private record Operator(String getOpName, int getNumInputs, Set<String> lists) implements ONNXOperator {
        /** A function of one value. */
        Operator(String name) {
            this(name, 1, Set.of());
        }

        @Override
        public int getNumOptionalInputs() {
            return 0;
        }

        @Override
        public int getNumOutputs() {
            return 1;
        }

        @Override
        public Map<String, ONNXAttribute> getAttributes() {
            return lists.stream()
                    .collect(Collectors.toMap(
                            name -> name,
                            name -> new ONNXAttribute(name, OnnxMl.AttributeProto.AttributeType.INTS, true)));
        }

        @Override
        public Set<String> getMandatoryAttributeNames() {
            return lists;
        }

        @Override
        public int getOpVersion() {
            return ONNXOperators.getOpsetVersion();
        }

        @Override
        public String getOpDomain() {
            return ONNXOperators.GEMM.getOpDomain();
        }
    }

    /**
     * Writes a model, completely or not at all (see {@link AtomicFile}).
     *
     * @throws IllegalArgumentException if it has more weights than an ONNX file can hold
     * @throws IOException if the file cannot be written
     */
    public static void write(Autoencoder model, Path file) throws IOException {
        OnnxMl.ModelProto onnx = model(model);
        AtomicFile.write(file, onnx::writeTo);
    }

    private static OnnxMl.ModelProto model(Autoencoder model) {
        Architecture architecture = model.architecture();
        if (architecture.parameters() > MAX_PARAMETERS) {
            throw new IllegalArgumentException("the model has " + architecture.parameters()
                    + " weights, expected at most " + MAX_PARAMETERS + " for an ONNX file");
        }
        OnnxMl.ModelProto.Builder onnx = OnnxMl.ModelProto.newBuilder()
                .setIrVersion(IR_VERSION)
                .setProducerName("Hourglass")
                .setProducerVersion(Version.current())
                .setDocString("Autoencoder " + architecture)
                .addOpsetImport(ONNXOperators.getOpsetProto())
                .setGraph(graph(model.plain()));
        metadata(model)
                .forEach((key, value) -> onnx.addMetadataProps(
                        OnnxMl.StringStringEntryProto.newBuilder().setKey(key).setValue(value)));
        return onnx.build();
    }

    /** The model's metadata, except what is in the graph or only of use to Hourglass. */
    private static Map<String, String> metadata(Autoencoder model) {
        Map<String, String> metadata = new TreeMap<>(model.metadata());
        metadata.keySet()
                .removeIf(key -> key.startsWith("scaler.")
                        || key.startsWith("impute.")
                        || Baseline.holds(key)
                        || AnomalyDetector.holds(key));
        metadata.put("hourglass.version", Version.current());
        metadata.put("architecture", model.architecture().toString());
        metadata.put("weights.sha256", model.weightsSha256());
        return metadata;
    }

    private static OnnxMl.GraphProto graph(Autoencoder model) {
        Architecture architecture = model.architecture();
        Map<String, float[]> tensors = model.tensors();
        ONNXContext graph = new ONNXContext();
        graph.setName("autoencoder");
        ONNXRef<?> values = graph.floatInput("x", architecture.inputs());
        Scaler scaler = model.scaler();
        ONNXInitializer offset = scaler.isNone() ? null : graph.array("scaler.offset", scaler.offset(), false);
        ONNXInitializer factor = scaler.isNone() ? null : graph.array("scaler.factor", scaler.factor(), false);
        double[] fill =
                model.imputation().map(imputation -> imputation.values()).orElse(null);
        // Missing values are filled and rows scaled in double precision, as in the library.
        boolean asGiven = scaler.isNone() && fill == null;
        values = asGiven ? values : values.cast(double.class);
        if (fill != null) {
            ONNXInitializer filled = graph.array("impute.values", fill, false);
            ONNXNode missing = values.apply(new Operator("IsNaN"));
            values = graph.operation(ONNXOperators.WHERE, List.of(missing, filled, values), "impute", Map.of());
        }
        if (offset != null && factor != null) {
            values = values.apply(ONNXOperators.SUB, offset).apply(ONNXOperators.MUL, factor);
        }
        values = asGiven ? values : values.cast(float.class);
        boolean ofImages = !architecture.convolutions().isEmpty();
        values = ofImages ? channelsFirst(graph, architecture.image(), values) : values;
        List<Layer> layers = architecture.layers();
        for (int l = 0; l < layers.size(); l++) {
            Layer layer = layers.get(l);
            if (l > 0 && layers.get(l - 1) instanceof Layer.Conv && layer instanceof Layer.Dense) {
                values = reshape(graph, values, "flatten", layer.inputs());
            } else if (l > 0 && layers.get(l - 1) instanceof Layer.Dense && layer instanceof Layer.Conv) {
                Shape in = layer.in();
                values = reshape(graph, values, "unflatten", in.channels(), in.height(), in.width());
            }
            ONNXNode sums = layer(graph, layer, tensors, values);
            values = l + 1 == layers.size() && model.table().hasCategories()
                    ? columns(graph, model.table(), layer.activation(), sums)
                    : activation(graph, layer.activation(), sums);
            if (l + 1 == architecture.encoderLayers()) {
                values.assignTo(graph.floatOutput("latent", architecture.latent()));
            }
        }
        values = ofImages ? channelsLast(graph, architecture.image(), values) : values;
        if (offset != null && factor != null) {
            values = values.cast(double.class)
                    .apply(ONNXOperators.DIV, factor)
                    .apply(ONNXOperators.ADD, offset)
                    .cast(float.class);
        }
        values.assignTo(graph.floatOutput("reconstruction", architecture.inputs()));
        return graph.buildGraph();
    }

    /** Rows as images in PyTorch's order: [batch][channels][height][width]. */
    private static ONNXRef<?> channelsFirst(ONNXContext graph, Shape image, ONNXRef<?> rows) {
        return reshape(graph, rows, "image", image.height(), image.width(), image.channels())
                .apply(TRANSPOSE, Map.of("perm", new int[] {0, 3, 1, 2}));
    }

    /** Images in PyTorch's order as rows. */
    private static ONNXRef<?> channelsLast(ONNXContext graph, Shape image, ONNXRef<?> images) {
        return reshape(graph, images.apply(TRANSPOSE, Map.of("perm", new int[] {0, 2, 3, 1})), "row", image.values());
    }

    /** The values of each row of the batch in other dimensions. */
    private static ONNXNode reshape(ONNXContext graph, ONNXRef<?> values, String name, int... dimensions) {
        long[] shape = LongStream.concat(
                        LongStream.of(-1), Arrays.stream(dimensions).asLongStream())
                .toArray();
        return graph.operation(RESHAPE, List.of(values, graph.array(name + ".shape", shape)), name, Map.of());
    }

    /** The activation of numbers, and the softmax of each category, side by side in the order of the columns. */
    private static ONNXNode columns(ONNXContext graph, Columns table, Activation activation, ONNXNode sums) {
        List<ONNXRef<?>> parts = new ArrayList<>();
        for (int c = 0; c < table.count(); ) {
            boolean category = table.isCategory(c);
            int start = table.start(c);
            do {
                c++;
            } while (!category && c < table.count() && !table.isCategory(c));
            int end = c < table.count() ? table.start(c) : table.values();
            String name = "columns." + start;
            ONNXInitializer indices =
                    graph.array(name + ".values", LongStream.range(start, end).toArray());
            ONNXNode part = graph.operation(ONNXOperators.GATHER, List.of(sums, indices), name, Map.of("axis", 1));
            parts.add(
                    category
                            ? part.apply(ONNXOperators.SOFTMAX, Map.of("axis", 1))
                            : activation(graph, activation, part));
        }
        return graph.operation(ONNXOperators.CONCAT, parts, "columns", Map.of("axis", 1));
    }

    /** The layer's sums, with the weights in PyTorch's order, as in model files. */
    private static ONNXNode layer(ONNXContext graph, Layer layer, Map<String, float[]> tensors, ONNXRef<?> x) {
        ONNXInitializer weight = graph.floatTensor(
                layer.weight(), layer.weightShape(), buffer -> buffer.put(tensor(tensors, layer.weight())));
        ONNXInitializer bias = graph.array(layer.bias(), tensor(tensors, layer.bias()));
        List<ONNXRef<?>> inputs = List.of(x, weight, bias);
        return layer instanceof Layer.Conv conv
                ? graph.operation(conv.isTransposed() ? CONV_TRANSPOSE : CONV, inputs, conv.name(), attributes(conv))
                : graph.operation(ONNXOperators.GEMM, inputs, layer.name(), Map.of("transB", 1));
    }

    private static Map<String, Object> attributes(Layer.Conv conv) {
        Map<String, Object> attributes = new TreeMap<>(); // in the same order each time
        attributes.put("kernel_shape", new int[] {conv.kernel(), conv.kernel()});
        attributes.put("strides", new int[] {conv.stride(), conv.stride()});
        attributes.put("pads", new int[] {conv.padding(), conv.padding(), conv.padding(), conv.padding()});
        if (conv.isTransposed()) {
            attributes.put(
                    "output_padding",
                    conv.outputPadding().stream().mapToInt(Integer::intValue).toArray());
        }
        return attributes;
    }

    /** The default alphas of LeakyRelu and Elu are those of {@link Activation}. */
    private static ONNXRef<?> activation(ONNXContext graph, Activation activation, ONNXNode x) {
        return switch (activation) {
            case IDENTITY -> x;
            case RELU -> x.apply(new Operator("Relu"));
            case LEAKY_RELU -> x.apply(new Operator("LeakyRelu"));
            case ELU -> x.apply(new Operator("Elu"));
            // x (1 + erf(x / sqrt 2)) / 2: an operator Gelu exists from operator set 20 only.
            case GELU ->
                x.apply(ONNXOperators.MUL, graph.constant("gelu.half", 0.5f))
                        .apply(
                                ONNXOperators.MUL,
                                x.apply(ONNXOperators.MUL, graph.constant("gelu.root", (float) Math.sqrt(0.5)))
                                        .apply(new Operator("Erf"))
                                        .apply(ONNXOperators.ADD, graph.constant("gelu.one", 1f)));
            case SILU -> x.apply(ONNXOperators.MUL, x.apply(ONNXOperators.SIGMOID));
            case TANH -> x.apply(new Operator("Tanh"));
            case SIGMOID -> x.apply(ONNXOperators.SIGMOID);
        };
    }

    private static float[] tensor(Map<String, float[]> tensors, String name) {
        return Objects.requireNonNull(tensors.get(name));
    }
}
