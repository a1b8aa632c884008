/** What the user sees while a command works: lines and warnings, and the rate and time left of training runs. */
@org.jspecify.annotations.NullMarked
package io.hourglass.lab.progress;
