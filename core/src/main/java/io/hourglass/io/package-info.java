/** Files: the safetensors format and atomic writing. */
@org.jspecify.annotations.NullMarked
package io.hourglass.io;
