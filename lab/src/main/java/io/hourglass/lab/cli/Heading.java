package io.hourglass.lab.cli;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** The heading in the help under which the options that a class declares are listed. */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.TYPE)
@interface Heading {
    String DATA = "Data";
    String NETWORK = "Network";
    String TRAINING = "Training";
    String GENERAL = "General";

    /** One of the constants. */
    String value();
}
