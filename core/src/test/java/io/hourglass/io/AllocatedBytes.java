package io.hourglass.io;

import java.lang.reflect.Method;

/** Counts what is allocated; by reflection, for the library's module does not read jdk.management. */
public final class AllocatedBytes {
    private static final Object THREADS;
    private static final Method ALLOCATED_BYTES;

    static {
        try {
            THREADS = Class.forName("java.lang.management.ManagementFactory")
                    .getMethod("getThreadMXBean")
                    .invoke(null);
            ALLOCATED_BYTES =
                    Class.forName("com.sun.management.ThreadMXBean").getMethod("getCurrentThreadAllocatedBytes");
            for (int i = 0; i < 20; i++) { // after 15 calls Java 17 makes a class for them, which is not to be counted
                ALLOCATED_BYTES.invoke(THREADS);
            }
        } catch (ReflectiveOperationException e) {
            throw new AssertionError(e);
        }
    }

    private AllocatedBytes() {}

    /** What this thread allocated so far. */
    public static long ofThisThread() {
        try {
            return (long) ALLOCATED_BYTES.invoke(THREADS);
        } catch (ReflectiveOperationException e) {
            throw new AssertionError(e);
        }
    }
}
