/** Elementary functions and constants of the arithmetic, as plain scalar code. */
@org.jspecify.annotations.NullMarked
package io.hourglass.numerics;
