/** Writing files whole or not at all, locking folders, reading gzip. Internal; not exported to users. */
@org.jspecify.annotations.NullMarked
package io.hourglass.io;
