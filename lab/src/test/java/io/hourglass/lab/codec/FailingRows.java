package io.hourglass.lab.codec;

import io.hourglass.Dataset;
import io.hourglass.ImageShape;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/** More rows than a block has, then something happens. */
final class FailingRows implements RowStream {
    private final Event event;
    private final RowStream first = RowStream.of(SmallCodec.pixels(5000));
    private int calls;

    /** What happens. */
    interface Event {
        void happen() throws IOException;
    }

    FailingRows(Event event) {
        this.event = event;
    }

    /** Compresses to that file until it is killed. */
    public static void main(String[] args) throws IOException {
        RowStream endless = new FailingRows(() -> {
            System.out.println("writing");
            try {
                Thread.sleep(60_000);
            } catch (InterruptedException e) {
                throw new IOException(e);
            }
        });
        Codec.compress(SmallCodec.model("12-6-2", 1), endless, 8, Path.of(args[0]), done -> {});
    }

    @Override
    public Dataset next(int most) throws IOException {
        if (calls++ > 1) {
            event.happen();
        }
        return java.util.Objects.requireNonNull(first.next(most));
    }

    @Override
    public String name() {
        return "failing";
    }

    @Override
    public long rows() {
        return 10_000;
    }

    @Override
    public int inputs() {
        return 12;
    }

    @Override
    public boolean isPixels() {
        return true;
    }

    @Override
    public Optional<ImageShape> shape() {
        return Optional.empty();
    }

    @Override
    public RowStream again() {
        throw new UnsupportedOperationException();
    }

    @Override
    public void close() {}
}
