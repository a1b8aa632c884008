package io.hourglass.lab.codec;

import io.hourglass.Autoencoder;
import io.hourglass.Dataset;
import io.hourglass.format.FormatException;
import io.hourglass.io.AtomicFile;
import io.hourglass.lab.data.Precision;
import io.hourglass.lab.data.TableColumns;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.LongConsumer;
import java.util.function.UnaryOperator;

/**
 * Converts data sets to .hgz files and back. A row becomes the code of an autoencoder, quantised and entropy-coded;
 * only the model and the quantiser lose information. Both directions hold one block of codes and some rows in memory,
 * however many rows there are.
 */
public final class Codec {
    /** Number of values in the rows that go through the network at a time. */
    private static final int BATCH_VALUES = 1 << 20;

    /** Maximum number of damaged places that are reported: a file of noise has countless ones. */
    private static final int TOLD = 10;

    private Codec() {}

    /**
     * Writes rows as a .hgz file, completely or not at all (see {@link AtomicFile}).
     *
     * @param rows as wide as the model's inputs; read to their end
     * @param bits of a quantised value, {@value Quantizer#MIN_BITS} to {@value Quantizer#MAX_BITS}
     * @param progress receives the number of rows done
     * @return the length of the file in bytes
     * @throws IllegalArgumentException if bits is out of range, the rows are of another width, or a code is not finite
     * @throws IOException if the rows cannot be read or the file cannot be written
     */
    static long compress(Autoencoder model, RowStream rows, int bits, Path file, LongConsumer progress)
            throws IOException {
        return compress(model, rows, bits, file, progress, Files::size);
    }

    /**
     * The same, with a check of the file before it is moved into place: if {@code check} fails, no file is written.
     *
     * @return what the check returns
     */
    public static <T> T compress(
            Autoencoder model, RowStream rows, int bits, Path file, LongConsumer progress, AtomicFile.Check<T> check)
            throws IOException {
        HgzHeader header = header(model, rows, bits);
        return AtomicFile.write(file, out -> write(model, rows, header, out, progress), check);
    }

    private static HgzHeader header(Autoencoder model, RowStream rows, int bits) {
        int inputs = model.architecture().inputs();
        if (rows.inputs() != inputs) {
            throw new IllegalArgumentException(
                    rows.name() + " has rows of " + rows.inputs() + " values, but the model takes " + inputs);
        }
        int latent = model.architecture().latent();
        ModelIdentity identity = ModelIdentity.of(model);
        return new HgzHeader(
                HgzHeader.VERSION,
                new Quantizer(bits).bits(),
                rows.isPixels(),
                inputs,
                latent,
                rows.rows(),
                HgzHeader.blockRows(latent),
                rows.shape().orElse(null),
                identity.weightsSha256(),
                identity.settings());
    }

    private static void write(
            Autoencoder model, RowStream rows, HgzHeader header, OutputStream out, LongConsumer progress)
            throws IOException {
        HgzWriter writer = new HgzWriter(out, header);
        long done = 0;
        Dataset batch = rows.next(batchRows(header));
        while (batch != null) {
            for (float[] code : model.encode(batch)) {
                writer.add(code);
            }
            done += batch.rows();
            progress.accept(done);
            batch = rows.next(batchRows(header));
        }
        writer.finish();
    }

    /** Number of rows that go through the network at a time. */
    static int batchRows(HgzHeader header) {
        return Math.max(1, Math.min(header.blockRows(), BATCH_VALUES / header.inputs()));
    }

    /**
     * How much of a .hgz file can be read.
     *
     * @param rows intact rows
     * @param lost rows that cannot be read
     * @param places number of damaged places in the file; the first {@value #TOLD} are in damages
     * @param damages in the order of the file
     */
    public record Condition(long rows, long lost, long places, List<HgzReader.Damage> damages) {
        /** Whether nothing is damaged. */
        public boolean isWhole() {
            return places == 0;
        }

        /** The damaged places in one line. */
        public String describe() {
            StringBuilder text = new StringBuilder();
            for (HgzReader.Damage damage : damages) {
                text.append(text.isEmpty() ? "" : "; ").append(damage.what());
            }
            return places > damages.size()
                    ? text + "; " + (places - damages.size()) + " more damaged places"
                    : text.toString();
        }

        /** The rows that are lost in one line, for instance {@code rows 4096 to 8191}. */
        public String lostRows() {
            List<String> ranges = new ArrayList<>();
            long first = 0;
            long end = 0; // of the range so far: adjacent ranges are joined
            for (HgzReader.Damage damage : damages) {
                if (damage.endRow() > damage.firstRow() && damage.firstRow() != end && end > first) {
                    ranges.add(HgzReader.rows(first, end));
                }
                if (damage.endRow() > damage.firstRow()) {
                    first = damage.firstRow() == end ? first : damage.firstRow();
                    end = damage.endRow();
                }
            }
            if (end > first) {
                ranges.add(HgzReader.rows(first, end));
            }
            return String.join(", ", ranges) + (places > damages.size() ? " and more" : "");
        }
    }

    /** Reads a file to its end to find out what is intact. */
    public static Condition check(HgzReader reader) throws IOException {
        long[] rows = new long[1];
        long[] lost = new long[1];
        long[] places = new long[1];
        List<HgzReader.Damage> damages = new ArrayList<>();
        reader.forEach(new HgzReader.Visitor() {
            @Override
            public void codes(long firstRow, float[][] codes) {
                rows[0] += codes.length;
            }

            @Override
            public void damage(HgzReader.Damage damage) {
                lost[0] += damage.endRow() - damage.firstRow();
                places[0]++;
                if (damages.size() < TOLD) {
                    damages.add(damage);
                }
            }
        });
        return new Condition(rows[0], lost[0], places[0], List.copyOf(damages));
    }

    /**
     * Rejects a model that is not the one the file was made with.
     *
     * @param name of the file, for messages
     * @throws FormatException if it is a different one, naming both hashes
     */
    public static void requireModel(String name, HgzReader reader, Autoencoder model) throws FormatException {
        ModelIdentity.require(name, reader.header(), model);
    }

    /**
     * Decodes the intact rows of a file and writes them.
     *
     * @param name of the file, for messages
     * @param model the model that the file was made with
     * @param whole what {@link #check} returned
     * @param target where to write
     * @param columns of the model
     * @param cell changes names and texts as a .csv file gets them
     * @param progress receives the number of rows done
     * @throws FormatException if the model is a different one (naming both hashes), nothing is intact, or the target's
     *     format cannot hold the rows
     * @throws IOException if the file cannot be read or the target cannot be written
     */
    public static void decompress(
            String name,
            HgzReader reader,
            Autoencoder model,
            Condition whole,
            RowTarget target,
            TableColumns columns,
            UnaryOperator<String> cell,
            LongConsumer progress)
            throws IOException {
        HgzHeader header = reader.header();
        requireModel(name, reader, model);
        if (whole.rows() == 0) {
            throw new FormatException(name + ": nothing can be recovered: " + whole.describe());
        }
        int batchRows = batchRows(header);
        target.write(header, columns, cell, Precision.of(model.scaler()), whole.rows(), out -> {
            long[] done = new long[1];
            reader.forEach(new HgzReader.Visitor() {
                @Override
                public void codes(long firstRow, float[][] codes) throws IOException {
                    for (int from = 0; from < codes.length; from += batchRows) {
                        int to = Math.min(codes.length, from + batchRows);
                        out.write(firstRow + from, model.decodeToDoubles(Arrays.copyOfRange(codes, from, to)));
                        done[0] += to - from;
                        progress.accept(done[0]);
                    }
                }

                @Override
                public void damage(HgzReader.Damage damage) {
                    // reported by check
                }
            });
            if (done[0] != whole.rows()) {
                throw new IOException(name + ": changed while it was read");
            }
        });
    }
}
