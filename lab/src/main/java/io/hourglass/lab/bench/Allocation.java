package io.hourglass.lab.bench;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;
import java.util.Arrays;
import java.util.Objects;

/** Counts the bytes that the threads of a running training allocate, if the JVM reports them. */
final class Allocation {
    /** The current thread and those of teams. */
    private final long[] threads;

    Allocation() {
        ThreadInfo[] all = ManagementFactory.getThreadMXBean()
                .getThreadInfo(ManagementFactory.getThreadMXBean().getAllThreadIds());
        threads = Arrays.stream(all)
                .filter(Objects::nonNull)
                .filter(thread -> thread.getThreadName().startsWith("hourglass-")
                        || thread.getThreadName().equals(Thread.currentThread().getName()))
                .mapToLong(ThreadInfo::getThreadId)
                .toArray();
    }

    /** Bytes since these threads started; NaN if unknown. */
    double bytes() {
        if (ManagementFactory.getThreadMXBean() instanceof com.sun.management.ThreadMXBean threadsOfHotSpot
                && threadsOfHotSpot.isThreadAllocatedMemorySupported()
                && threadsOfHotSpot.isThreadAllocatedMemoryEnabled()) {
            return Arrays.stream(threadsOfHotSpot.getThreadAllocatedBytes(threads))
                    .sum();
        }
        return Double.NaN;
    }
}
