/** Training where the user leaves things open: the rule that fills them in, and the choice between two networks. */
@org.jspecify.annotations.NullMarked
package io.hourglass.lab.training;
