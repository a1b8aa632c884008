/** Around a training: the rule that fills in what the user leaves open, the choice between two networks, and the records. */
@org.jspecify.annotations.NullMarked
package io.hourglass.lab.training;
