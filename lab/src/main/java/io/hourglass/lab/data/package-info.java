/** Data from outside and results for outside: what {@code --data} takes, codes, arrays and images as files. */
@org.jspecify.annotations.NullMarked
package io.hourglass.lab.data;
