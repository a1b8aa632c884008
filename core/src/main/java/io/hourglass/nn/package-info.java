/** Networks: their shape, their forward and backward pass, their optimiser. */
@org.jspecify.annotations.NullMarked
package io.hourglass.nn;
