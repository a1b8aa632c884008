package io.hourglass;

import io.hourglass.format.FormatException;
import io.hourglass.format.Safetensors;
import io.hourglass.nn.Activation;
import io.hourglass.nn.Architecture;
import io.hourglass.nn.Convolution;
import io.hourglass.nn.Layer;
import io.hourglass.nn.Shape;
import io.hourglass.nn.Variant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Stores an {@link Autoencoder} in a safetensors file: tensors with PyTorch's names, everything else, including the
 * scaler, as text.
 */
final class ModelFile {
    static final String VERSION = "hourglass.version";
    private static final String ARCHITECTURE = "architecture";

    /** If it is missing, the shapes show whether a network is variational or plain. */
    private static final String VARIANT = "architecture.variant";

    private static final String HIDDEN_ACTIVATION = "activation.hidden";
    private static final String LATENT_ACTIVATION = "activation.latent";
    private static final String OUTPUT_ACTIVATION = "activation.output";

    /** The activations that were assumed. The entry stays with the model, because all its results depend on it. */
    static final String ASSUMED = "activation.assumed";

    /** The checksum of the weights and of the text entries that {@link #COVERED} lists. */
    private static final String SUM = "hourglass.sha256";

    /** Names of the text entries in the checksum, one per line. Entries that other programs add later are not in it. */
    private static final String COVERED = "hourglass.covered";

    /** Prefixes that data-parallel training, Lightning and torch.compile add to the names of a module. */
    private static final Pattern WRAPPERS = Pattern.compile("^((module|model|_orig_mod)\\.)+");

    private static final String EXPECTED =
            "dense layers or convolutions called encoder.0, encoder.2, ..., decoder.0, ... "
                    + "(rename other layers, on the command line with --map fc1=encoder.0)";

    /** The stride of convolutions if nobody says another. */
    private static final int STRIDE = 2;

    /** The most tensors that a message names. */
    private static final int NAMED = 5;

    private ModelFile() {}

    /** The text that describes the network. */
    static Map<String, String> shape(Architecture architecture) {
        Map<String, String> metadata = new LinkedHashMap<>();
        metadata.put(ARCHITECTURE, architecture.toString());
        metadata.put(VARIANT, architecture.variant().label());
        metadata.put(HIDDEN_ACTIVATION, architecture.hiddenActivation().label());
        metadata.put(LATENT_ACTIVATION, architecture.latentActivation().label());
        metadata.put(OUTPUT_ACTIVATION, architecture.outputActivation().label());
        return metadata;
    }

    /** A model's text without the entries that describe the network: a model has them only if it was read. */
    static Map<String, String> ownText(Autoencoder model) {
        Map<String, String> text = new LinkedHashMap<>(model.metadata());
        text.keySet().removeAll(shape(model.architecture()).keySet());
        text.remove(VERSION);
        return text;
    }

    /** The content of a model's file. */
    static Safetensors content(Autoencoder model) {
        Map<String, String> metadata = shape(model.architecture());
        metadata.put(VERSION, Version.current());
        model.metadata().forEach(metadata::putIfAbsent);
        Map<String, float[]> tensors = model.tensors();
        metadata.keySet().removeAll(List.of(SUM, COVERED));
        // The names are read back line by line.
        metadata.put(
                COVERED,
                metadata.keySet().stream()
                        .filter(name -> !name.contains("\n"))
                        .sorted()
                        .collect(Collectors.joining("\n")));
        metadata.put(SUM, Checkpoints.sum(covered(metadata), tensors));
        return new Safetensors(metadata, tensors(model.architecture(), "", tensors));
    }

    /** The text entries in the checksum; entries that are missing from the file are left out. */
    private static Map<String, String> covered(Map<String, String> metadata) {
        Map<String, String> covered = new LinkedHashMap<>(metadata);
        String names = COVERED + "\n" + metadata.getOrDefault(COVERED, "");
        covered.keySet().retainAll(Set.copyOf(List.of(names.split("\n", -1))));
        return covered;
    }

    /** The content without its checksum, which is verified if there is one. */
    private static Safetensors verified(Safetensors content) throws FormatException {
        String expected = content.metadata().get(SUM);
        if (expected != null) {
            String found = Checkpoints.sum(covered(content.metadata()), Checkpoints.values(content));
            if (!found.equals(expected)) {
                throw new FormatException("damaged or edited: its weights and text have SHA-256 " + found
                        + ", expected " + FormatException.quote(expected) + " as the entry " + SUM + " states");
            }
        }
        Map<String, String> metadata = new LinkedHashMap<>(content.metadata());
        metadata.keySet().removeAll(List.of(SUM, COVERED));
        return new Safetensors(metadata, content.tensors(), content.others());
    }

    /**
     * Values with their shapes, in the order of the layers.
     *
     * @param prefix of the names of the layers' tensors
     */
    static Map<String, Safetensors.Tensor> tensors(
            Architecture architecture, String prefix, Map<String, float[]> values) {
        Map<String, Safetensors.Tensor> tensors = new LinkedHashMap<>();
        for (Layer layer : architecture.layers()) {
            String weight = prefix + layer.weight();
            String bias = prefix + layer.bias();
            tensors.put(weight, tensor(values, weight, layer.weightShape()));
            tensors.put(bias, tensor(values, bias, List.of(layer.biases())));
        }
        return tensors;
    }

    private static Safetensors.Tensor tensor(Map<String, float[]> values, String name, List<Integer> shape) {
        return new Safetensors.Tensor(shape, Objects.requireNonNull(values.get(name)));
    }

    /** The model of a file's content; messages begin with the source's name. */
    static Autoencoder model(String source, Safetensors read, Assumptions assumptions) throws FormatException {
        boolean checkpoint = Checkpoints.isOne(read);
        Safetensors whole = checkpoint ? Checkpoints.model(source, read) : read;
        try {
            Safetensors content = renamed(checkpoint ? whole : verified(whole), assumptions.layers());
            Map<String, String> metadata = new LinkedHashMap<>(content.metadata());
            Architecture architecture = architecture(content, assumptions, metadata);
            Map<String, float[]> tensors = new LinkedHashMap<>();
            for (Layer layer : architecture.layers()) {
                tensors.put(layer.weight(), values(content, layer.weight(), layer.weightShape()));
                tensors.put(layer.bias(), values(content, layer.bias(), List.of(layer.biases())));
            }
            requireOnly(content, tensors.keySet());
            return Autoencoder.of(architecture, tensors, metadata);
        } catch (FormatException | IllegalArgumentException e) { // the scaler does not fit, or tied weights differ
            throw new FormatException(source + ": " + e.getMessage());
        }
    }

    /** The tensors with the names of our layers: without prefixes of wrappers, and renamed as the caller asks. */
    private static Safetensors renamed(Safetensors content, Map<String, String> layers) throws FormatException {
        Set<String> unused = new LinkedHashSet<>(layers.keySet());
        Map<String, Safetensors.Tensor> tensors = new LinkedHashMap<>();
        for (Map.Entry<String, Safetensors.Tensor> entry : content.tensors().entrySet()) {
            String name = WRAPPERS.matcher(entry.getKey()).replaceFirst("");
            for (Map.Entry<String, String> layer : layers.entrySet()) {
                if (name.startsWith(layer.getKey() + ".")) {
                    name = layer.getValue() + name.substring(layer.getKey().length());
                    unused.remove(layer.getKey());
                    break;
                }
            }
            if (tensors.put(name, entry.getValue()) != null) {
                throw new FormatException("two tensors would be called " + FormatException.quote(name)
                        + ", the second is " + FormatException.quote(entry.getKey()));
            }
        }
        if (!unused.isEmpty()) {
            throw new FormatException("no tensor of a layer "
                    + FormatException.quote(unused.iterator().next()) + " to rename, it holds " + list(content));
        }
        return new Safetensors(content.metadata(), tensors, content.others());
    }

    /** Refuses tensors that belong to no layer: the network they come from would compute something else. */
    private static void requireOnly(Safetensors content, Set<String> layers) throws FormatException {
        Map<String, Safetensors.Tensor> tensors = new LinkedHashMap<>(content.tensors());
        tensors.keySet().removeAll(layers);
        if (!tensors.isEmpty() || !content.others().isEmpty()) {
            throw new FormatException("holds tensors that belong to no layer, "
                    + list(new Safetensors(Map.of(), tensors, content.others())) + ": expected " + EXPECTED);
        }
    }

    /** The first tensors with their shapes, and the number of the others. */
    private static String list(Safetensors content) {
        List<String> all = Stream.concat(
                        content.tensors().entrySet().stream()
                                .map(entry -> FormatException.quote(entry.getKey()) + " "
                                        + entry.getValue().shape()),
                        content.others().entrySet().stream()
                                .map(entry -> FormatException.quote(entry.getKey()) + " " + entry.getValue()))
                .limit(NAMED)
                .toList();
        int more = content.tensors().size() + content.others().size() - all.size();
        return all.isEmpty() ? "no tensors" : String.join(", ", all) + (more > 0 ? " and " + more + " more" : "");
    }

    private static float[] values(Safetensors content, String name, List<Integer> shape) throws FormatException {
        Safetensors.Tensor tensor = content.tensors().get(name);
        if (tensor == null) {
            String other = content.others().get(name);
            throw new FormatException("tensor " + name + (other == null ? " is missing" : " is " + other)
                    + ", expected floats of shape " + shape);
        }
        if (!tensor.shape().equals(shape)) {
            throw new FormatException("tensor " + name + " has shape " + tensor.shape() + ", expected " + shape);
        }
        for (int i = 0; i < tensor.values().length; i++) {
            if (!Float.isFinite(tensor.values()[i])) {
                throw new FormatException("tensor " + name + " holds " + tensor.values()[i] + " at index " + i
                        + ", expected finite weights");
            }
        }
        return tensor.values();
    }

    /**
     * The architecture from the file's text or, without text, from the tensors' shapes. The caller checks the shapes
     * against it.
     *
     * @param metadata receives the assumed activations
     */
    private static Architecture architecture(Safetensors content, Assumptions assumptions, Map<String, String> metadata)
            throws FormatException {
        String stated = metadata.get(ARCHITECTURE);
        String variant = metadata.get(VARIANT);
        try {
            Architecture shape = stated == null ? fromShapes(content, assumptions) : Architecture.parse(stated);
            requireConvolutions(shape, assumptions);
            if (variant != null) {
                shape = shape.withVariant(Variant.parse(variant));
            }
            List<String> assumed = new ArrayList<>();
            boolean hasHidden = shape.layers().size() > 2;
            List<String> ofHidden = hasHidden ? assumed : new ArrayList<>();
            Activation report = shape.hiddenActivation();
            Activation hidden = activation(HIDDEN_ACTIVATION, metadata, assumptions.hidden(), report, ofHidden);
            Activation latent =
                    activation(LATENT_ACTIVATION, metadata, assumptions.latent(), shape.latentActivation(), assumed);
            Activation output =
                    activation(OUTPUT_ACTIVATION, metadata, assumptions.output(), shape.outputActivation(), assumed);
            if (!assumed.isEmpty()) {
                metadata.put(ASSUMED, String.join(", ", assumed));
            }
            return shape.withActivations(hidden, latent, output);
        } catch (IllegalArgumentException e) {
            String message = String.valueOf(e.getMessage());
            boolean plain = message.length() <= 300 && message.chars().noneMatch(Character::isISOControl);
            throw new FormatException(plain ? message : FormatException.quote(message));
        }
    }

    /** The activation that the file states, else the caller's, else the report's. */
    private static Activation activation(
            String key,
            Map<String, String> metadata,
            @Nullable Activation given,
            Activation report,
            List<String> assumed)
            throws FormatException {
        String stated = metadata.get(key);
        Activation activation = stated != null ? Activation.parse(stated) : given != null ? given : report;
        if (given != null && given != activation) {
            throw new FormatException("states " + key + " " + activation.label() + ", expected " + given.label());
        }
        if (stated == null && given == null) {
            assumed.add(key.substring(key.indexOf('.') + 1) + " " + report.label());
        }
        return activation;
    }

    /** Refuses a network whose images or strides are not those that the caller names. */
    private static void requireConvolutions(Architecture architecture, Assumptions assumptions) throws FormatException {
        List<Convolution> convolutions = architecture.convolutions();
        List<Integer> strides = convolutions.stream().map(Convolution::stride).toList();
        if (!assumptions.strides().isEmpty()
                && (strides.isEmpty() || !strides.equals(strides(assumptions, convolutions.size())))) {
            throw new FormatException("holds a network " + architecture + " with "
                    + (strides.isEmpty() ? "no convolutions" : "strides " + strides) + ", expected strides "
                    + strides(assumptions, strides.size()) + " (on the command line, leave out --stride)");
        }
        Shape image = architecture.image();
        Assumptions.Size size = assumptions.images();
        if (size != null
                && !convolutions.isEmpty()
                && (image.height() != size.height() || image.width() != size.width())) {
            throw new FormatException("holds a network of images of height " + image.height() + " and width "
                    + image.width() + ", expected " + size.height() + " and " + size.width()
                    + " (on the command line, leave out --shape)");
        }
    }

    /** One stride for each convolution, or those given if there are none. */
    private static List<Integer> strides(Assumptions assumptions, int convolutions) {
        List<Integer> given = assumptions.strides();
        return given.size() > 1 || convolutions == 0
                ? given
                : Collections.nCopies(convolutions, given.isEmpty() ? STRIDE : given.get(0));
    }

    /**
     * The widths from {@code encoder.0.weight}, {@code encoder.2.weight}, ..., {@code decoder.0.weight}, ..., with the
     * report's activations. Weights of four dimensions are those of convolutions.
     */
    private static Architecture fromShapes(Safetensors content, Assumptions assumptions) throws FormatException {
        Map<String, List<Integer>> encoder = weights(content, "encoder.");
        Map<String, List<Integer>> decoder = weights(content, "decoder.");
        if (encoder.isEmpty() || decoder.isEmpty()) {
            throw new FormatException("no tensor " + (encoder.isEmpty() ? "encoder" : "decoder") + ".0.weight among "
                    + list(content) + ": expected " + EXPECTED);
        }
        Set<String> layers = new LinkedHashSet<>();
        Stream.of(encoder, decoder).flatMap(half -> half.keySet().stream()).forEach(name -> {
            layers.add(name);
            layers.add(name.replaceFirst("weight$", "bias"));
        });
        requireOnly(content, layers);
        List<List<Integer>> filters =
                encoder.values().stream().takeWhile(shape -> shape.size() == 4).toList();
        List<List<Integer>> inwards = dense(encoder, filters.size(), encoder.size());
        List<List<Integer>> outwards = dense(decoder, 0, decoder.size() - filters.size());
        int inputs = inwards.get(0).get(1);
        int codes = inwards.get(inwards.size() - 1).get(0);
        boolean variational = codes == 2L * outwards.get(0).get(1);
        Architecture shape = Architecture.of(inputs, outputs(inwards), variational ? codes / 2 : codes)
                .withDecoderHidden(outputs(outwards));
        if (!filters.isEmpty()) {
            shape = withConvolutions(shape, filters, assumptions);
        }
        return variational ? shape.withVariant(Variant.VARIATIONAL) : shape;
    }

    /** Puts convolutions in front of dense layers that take their outputs, and checks that they fit. */
    private static Architecture withConvolutions(
            Architecture dense, List<List<Integer>> filters, Assumptions assumptions) throws FormatException {
        Assumptions.Size size = assumptions.images();
        if (size == null) {
            throw new FormatException("holds convolutions, but not the height and width of their images, expected to "
                    + "be told them (on the command line with --shape, such as --shape 28x28)");
        }
        List<Integer> strides = strides(assumptions, filters.size());
        if (strides.size() != filters.size()) {
            throw new FormatException(
                    "holds " + filters.size() + " convolutions, expected one for each of the strides " + strides);
        }
        List<Convolution> convolutions = new ArrayList<>();
        for (int i = 0; i < filters.size(); i++) {
            List<Integer> shape = filters.get(i);
            if (!shape.get(2).equals(shape.get(3))) {
                throw new FormatException("holds filters of shape " + shape + ", expected square ones");
            }
            convolutions.add(new Convolution(shape.get(0), shape.get(2), strides.get(i)));
        }
        Shape image = new Shape(size.height(), size.width(), filters.get(0).get(1));
        Architecture whole = dense.withConvolutions(image, convolutions);
        Layer first = whole.layers().get(convolutions.size());
        if (first.inputs() != dense.inputs()) {
            throw new FormatException("tensor " + first.weight() + " takes " + dense.inputs()
                    + " values, but images of "
                    + image + " are " + first.in() + " after convolutions with strides " + strides + ", expected "
                    + first.inputs() + " values (on the command line, try another --shape or --stride)");
        }
        return whole;
    }

    /** The shapes of some of the weights, which must be those of dense layers; at least one. */
    private static List<List<Integer>> dense(Map<String, List<Integer>> weights, int from, int to)
            throws FormatException {
        List<Map.Entry<String, List<Integer>>> all = List.copyOf(weights.entrySet());
        if (from >= to) {
            throw new FormatException("holds "
                    + (all.get(0).getKey().startsWith("encoder") ? "an encoder" : "a decoder")
                    + " of " + all.size() + " convolutions, expected dense layers between the convolutions of the "
                    + "encoder and as many of the decoder");
        }
        List<List<Integer>> shapes = new ArrayList<>();
        for (Map.Entry<String, List<Integer>> weight : all.subList(from, to)) {
            if (weight.getValue().size() != 2) {
                throw new FormatException("tensor " + weight.getKey() + " has shape " + weight.getValue()
                        + ", expected [outputs, inputs]");
            }
            shapes.add(weight.getValue());
        }
        return shapes;
    }

    /** The outputs of all layers except the last. */
    private static List<Integer> outputs(List<List<Integer>> weights) {
        return weights.stream()
                .limit(weights.size() - 1L)
                .map(shape -> shape.get(0))
                .toList();
    }

    /** The shapes of the weights of the encoder or the decoder, by name and in the order of the layers. */
    private static Map<String, List<Integer>> weights(Safetensors content, String half) {
        Map<String, List<Integer>> shapes = new LinkedHashMap<>();
        List<Integer> last = List.of();
        for (int index = 0; ; index += 2) {
            Safetensors.Tensor weight = content.tensors().get(half + index + ".weight");
            if (weight == null && !last.isEmpty()) { // after Flatten or Unflatten, which have an index of their own
                weight = content.tensors().get(half + (index + 1) + ".weight");
                index += weight != null && weight.shape().size() != last.size() ? 1 : 0;
                weight = content.tensors().get(half + index + ".weight");
            }
            if (weight == null) {
                return shapes;
            }
            last = weight.shape();
            shapes.put(half + index + ".weight", last);
        }
    }
}
