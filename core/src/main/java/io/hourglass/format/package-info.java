/** File formats: safetensors, and the exception that says what is wrong with a file. */
@org.jspecify.annotations.NullMarked
package io.hourglass.format;
