package io.hourglass;

import io.hourglass.io.FormatException;
import io.hourglass.io.Safetensors;
import io.hourglass.nn.Activation;
import io.hourglass.nn.Architecture;
import io.hourglass.nn.Layer;
import io.hourglass.nn.Variant;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** How an {@link Autoencoder} stands in a safetensors file: tensors as PyTorch names them, all else, the scaler too, as text. */
final class ModelFile {
    private static final String ARCHITECTURE = "architecture";

    /** Where it is missing, the shapes tell variational networks from plain ones. */
    static final String VARIANT = "architecture.variant";

    private static final String HIDDEN_ACTIVATION = "activation.hidden";
    private static final String LATENT_ACTIVATION = "activation.latent";
    private static final String OUTPUT_ACTIVATION = "activation.output";

    private ModelFile() {}

    static void save(Autoencoder model, Path file) throws IOException {
        Architecture architecture = model.architecture();
        Map<String, String> metadata = new LinkedHashMap<>();
        metadata.put("hourglass.version", Version.current());
        metadata.put(ARCHITECTURE, architecture.toString());
        metadata.put(VARIANT, architecture.variant().label());
        metadata.put(HIDDEN_ACTIVATION, architecture.hiddenActivation().label());
        metadata.put(LATENT_ACTIVATION, architecture.latentActivation().label());
        metadata.put(OUTPUT_ACTIVATION, architecture.outputActivation().label());
        model.metadata().forEach(metadata::putIfAbsent);
        Safetensors.write(file, metadata, tensors(architecture, "", model.tensors()));
    }

    /**
     * Values with their shapes, in the order of the layers.
     *
     * @param prefix before the names of the layers' tensors
     */
    static Map<String, Safetensors.Tensor> tensors(
            Architecture architecture, String prefix, Map<String, float[]> values) {
        Map<String, Safetensors.Tensor> tensors = new LinkedHashMap<>();
        for (Layer layer : architecture.layers()) {
            String weight = prefix + layer.weight();
            String bias = prefix + layer.bias();
            tensors.put(weight, tensor(values, weight, layer.outputs(), layer.inputs()));
            tensors.put(bias, tensor(values, bias, layer.outputs()));
        }
        return tensors;
    }

    private static Safetensors.Tensor tensor(Map<String, float[]> values, String name, Integer... shape) {
        return new Safetensors.Tensor(List.of(shape), java.util.Objects.requireNonNull(values.get(name)));
    }

    static Autoencoder load(Path file) throws IOException {
        Safetensors content = Safetensors.read(file);
        if (Checkpoints.isOne(content)) {
            content = Checkpoints.model(file, content);
        }
        Architecture architecture = architecture(file, content);
        Map<String, float[]> tensors = new LinkedHashMap<>();
        for (Layer layer : architecture.layers()) {
            tensors.put(
                    layer.weight(), values(file, content, layer.weight(), List.of(layer.outputs(), layer.inputs())));
            tensors.put(layer.bias(), values(file, content, layer.bias(), List.of(layer.outputs())));
        }
        if (content.tensors().size() != tensors.size()) {
            Set<String> unknown = content.tensors().keySet().stream()
                    .filter(name -> !tensors.containsKey(name))
                    .collect(Collectors.toSet());
            throw new FormatException(file + ": unexpected tensors " + unknown + " in a model " + architecture);
        }
        try {
            return Autoencoder.of(architecture, tensors, content.metadata());
        } catch (IllegalArgumentException e) { // the tensors fit, as seen above: the scaler does not, or what is tied
            throw new FormatException(file + ": " + e.getMessage());
        }
    }

    private static float[] values(Path file, Safetensors content, String name, List<Integer> shape)
            throws FormatException {
        Safetensors.Tensor tensor = content.tensors().get(name);
        if (tensor == null) {
            throw new FormatException(file + ": tensor " + name + " is missing, expected one of shape " + shape);
        }
        if (!tensor.shape().equals(shape)) {
            throw new FormatException(
                    file + ": tensor " + name + " has shape " + tensor.shape() + ", expected " + shape);
        }
        for (int i = 0; i < tensor.values().length; i++) {
            if (!Float.isFinite(tensor.values()[i])) {
                throw new FormatException(file + ": tensor " + name + " holds " + tensor.values()[i] + " at index " + i
                        + ", expected finite weights");
            }
        }
        return tensor.values();
    }

    /** From the text where there is any, else from the tensors' shapes; the shapes are checked against it afterwards. */
    private static Architecture architecture(Path file, Safetensors content) throws FormatException {
        Map<String, String> text = content.metadata();
        try {
            Architecture shape = text.containsKey(ARCHITECTURE)
                    ? Architecture.parse(text.getOrDefault(ARCHITECTURE, ""))
                    : fromShapes(file, content.tensors());
            return new Architecture(
                    shape.inputs(),
                    shape.hidden(),
                    shape.latent(),
                    Activation.parse(text.getOrDefault(
                            HIDDEN_ACTIVATION, shape.hiddenActivation().label())),
                    Activation.parse(text.getOrDefault(
                            LATENT_ACTIVATION, shape.latentActivation().label())),
                    Activation.parse(text.getOrDefault(
                            OUTPUT_ACTIVATION, shape.outputActivation().label())),
                    Variant.parse(text.getOrDefault(VARIANT, shape.variant().label())));
        } catch (IllegalArgumentException e) {
            throw new FormatException(file + ": " + e.getMessage());
        }
    }

    /** The encoder's widths from {@code encoder.0.weight}, {@code encoder.2.weight}, ..., with the report's activations. */
    private static Architecture fromShapes(Path file, Map<String, Safetensors.Tensor> tensors) throws FormatException {
        List<Integer> widths = new ArrayList<>();
        for (int index = 0; ; index += 2) {
            Safetensors.Tensor weight = tensors.get("encoder." + index + ".weight");
            if (weight == null) {
                break;
            }
            if (weight.shape().size() != 2) {
                throw new FormatException(file + ": tensor encoder." + index + ".weight has shape " + weight.shape()
                        + ", expected [outputs, inputs]");
            }
            if (widths.isEmpty()) {
                widths.add(weight.shape().get(1));
            }
            widths.add(weight.shape().get(0));
        }
        if (widths.isEmpty()) {
            throw new FormatException(file + ": no tensor encoder.0.weight among " + tensors.keySet()
                    + ", expected the tensors of an autoencoder");
        }
        int last = widths.size() - 1;
        int codes = widths.get(last);
        Safetensors.Tensor decoder = tensors.get("decoder.0.weight");
        boolean variational = decoder != null
                && decoder.shape().size() == 2
                && codes == 2L * decoder.shape().get(1);
        Architecture shape = Architecture.of(widths.get(0), widths.subList(1, last), variational ? codes / 2 : codes);
        return variational ? shape.withVariant(Variant.VARIATIONAL) : shape;
    }
}
