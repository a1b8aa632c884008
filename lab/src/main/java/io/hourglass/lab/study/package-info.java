/**
 * The lab report's experiment as one command. {@link io.hourglass.lab.study.Study} trains, analyses and records, many
 * jobs side by side, and continues where an earlier start was stopped. {@code docs/design/study.md} explains how.
 */
@org.jspecify.annotations.NullMarked
package io.hourglass.lab.study;
