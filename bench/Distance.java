import java.util.Arrays;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * How far apart two processors are: nanoseconds for a number to travel from one thread to another and back, through a
 * cache line that both change. A virtual machine may get two processors that share a cache (70 ns, for instance) or two
 * that do not (340), and be moved from one pair to another while a program runs.
 *
 * <pre>
 * java bench/Distance.java [SECONDS]
 * </pre>
 *
 * <p>Prints the median of every tenth of a second.
 */
public final class Distance {
    /** Of the only element in use, far from the array's header. */
    private static final int AT = 32;

    private static final int TRIPS = 1_000;

    private Distance() {}

    public static void main(String[] args) {
        int seconds = args.length == 0 ? 3 : Integer.parseInt(args[0]);
        AtomicLongArray line = new AtomicLongArray(2 * AT);
        Thread other = new Thread(() -> {
            for (long odd = 1; ; odd += 2) {
                while (line.get(AT) != odd) {
                    Thread.onSpinWait();
                }
                line.set(AT, odd + 1);
            }
        });
        other.setDaemon(true);
        other.start();
        long odd = 1;
        for (int tenth = 0; tenth < 10 * seconds; tenth++) {
            double[] times = new double[1_000];
            int n = 0;
            for (long begin = System.nanoTime(); n < times.length && System.nanoTime() - begin < 100_000_000; n++) {
                long start = System.nanoTime();
                for (int trip = 0; trip < TRIPS; trip++, odd += 2) {
                    line.set(AT, odd);
                    while (line.get(AT) != odd + 1) {
                        Thread.onSpinWait();
                    }
                }
                times[n] = (System.nanoTime() - start) / (double) TRIPS;
            }
            Arrays.sort(times, 0, n);
            System.out.print(Math.round(times[n / 2]) + (tenth < 10 * seconds - 1 ? " " : " ns\n"));
        }
    }
}
