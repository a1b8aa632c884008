/**
 * The few numeric primitives, as a plain specification and a fast twin that equals it bit for bit; threads. Internal;
 * not exported to users.
 */
@org.jspecify.annotations.NullMarked
package io.hourglass.compute;
