/** Text and JSON files as Hourglass writes and reads them. */
@org.jspecify.annotations.NullMarked
package io.hourglass.lab.text;
