package io.hourglass.lab.bench;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;

/** Bytes that Java threads have allocated so far, where the JVM tells. */
final class Allocation {
    private Allocation() {}

    /** Of the current thread and all threads of teams together; NaN if unknown. */
    static double ofTraining() {
        if (!(ManagementFactory.getThreadMXBean() instanceof com.sun.management.ThreadMXBean threads)
                || !threads.isThreadAllocatedMemorySupported()
                || !threads.isThreadAllocatedMemoryEnabled()) {
            return Double.NaN;
        }
        double sum = 0;
        for (ThreadInfo thread : threads.getThreadInfo(threads.getAllThreadIds())) {
            if (thread != null
                    && (thread.getThreadId() == Thread.currentThread().getId()
                            || thread.getThreadName().startsWith("hourglass-"))) {
                sum += Math.max(0, threads.getThreadAllocatedBytes(thread.getThreadId()));
            }
        }
        return sum;
    }
}
