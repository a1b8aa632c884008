/** File formats: safetensors, and the exception that describes what is wrong with a file. */
@org.jspecify.annotations.NullMarked
package io.hourglass.format;
