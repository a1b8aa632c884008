/** Atomic writes, folder locks, gzip, hashes, labels of enum constants. Internal; not exported to users. */
@org.jspecify.annotations.NullMarked
package io.hourglass.io;
